"""What the simulator records can be replayed on every engine, and a replay notices what is not accepted."""

import dataclasses
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB
from devtools.simdb.shapes import Shape
from tests.contract.dynamodb.engines import Client
from tests.contract.dynamodb.expressions import differences
from tests.contract.dynamodb.subject import ITEMS, TABLES, Subject, number, placeholders, strings, text


def operations(subject: Subject) -> list[tuple[str, dict[str, Any]]]:
    """At least one of each operation, among them some whose condition fails."""
    taken = {
        "TableName": ITEMS,
        "Key": subject.key("seats"),
        "UpdateExpression": "SET #n = #n - :n ADD tags :t",
        "ConditionExpression": "#n >= :n AND (attribute_not_exists(closed) OR closed > :now)",
        **placeholders({"n": "n"}, {"n": number(1), "t": strings("x"), "now": text("2026")}),
    }
    row = {
        "TableName": ITEMS,
        "Item": {**subject.key("row"), "word": {"B": b"\x00"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    check = {"TableName": ITEMS, "Key": subject.key("row"), "ConditionExpression": "attribute_exists(pk)"}
    partition = {":pk": text(subject.partition)}
    return [
        ("PutItem", {"TableName": ITEMS, "Item": {**subject.key("seats"), "n": number(1)}}),
        ("TransactWriteItems", {"TransactItems": [{"Update": taken}, {"Put": row}], "ClientRequestToken": "once"}),
        ("TransactWriteItems", {"TransactItems": [{"Update": taken}, {"ConditionCheck": check}]}),
        ("UpdateItem", taken),
        ("GetItem", {"TableName": ITEMS, "Key": subject.key("row"), "ConsistentRead": True}),
        ("BatchGetItem", {"RequestItems": {ITEMS: {"Keys": [subject.key("row"), subject.key("seats")]}}}),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": ITEMS, "Key": subject.key("row")}}]}),
        (
            "Query",
            {"TableName": ITEMS, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": partition},
        ),
        ("DeleteItem", {"TableName": ITEMS, "Key": subject.key("row")}),
    ]


def recorded() -> list[Shape]:
    db = SimDB()
    for table in TABLES:
        db.create_table(table)
    client = SimClient(db)
    with db.record_shapes() as recorder:
        for operation, request in operations(Subject(client, "replayed")):
            with suppress(ClientError):
                client._make_api_call(operation, request)
    return recorder.shapes


def test_every_recorded_operation_is_accepted_and_means_the_same(engine: Client) -> None:
    shapes = recorded()

    assert len(shapes) == 9
    assert {shape.outcome for shape in shapes} == {
        "ok",
        "ConditionalCheckFailedException",
        "ConditionalCheckFailed, None",
    }
    assert differences(engine, TABLES, shapes) == []


@pytest.mark.parametrize("wrong", ["n - :n >= :z", "status = :n"], ids=["arithmetic", "a reserved word"])
def test_an_expression_that_is_not_accepted_is_named(wrong: str) -> None:
    shape = next(each for each in recorded() if each.operation == "UpdateItem")
    request = {**shape.request, "ConditionExpression": wrong}
    db = SimClient(SimDB())

    (difference,) = differences(db, TABLES, [dataclasses.replace(shape, request=request)])

    assert "ValidationException" in difference
    assert wrong in difference


def test_another_effect_is_named() -> None:
    shape = next(each for each in recorded() if each.operation == "PutItem")
    after = {ITEMS: [{**shape.after[ITEMS][0], "n": number(2)}]}

    (difference,) = differences(SimClient(SimDB()), TABLES, [dataclasses.replace(shape, after=after)])

    assert "left" in difference
