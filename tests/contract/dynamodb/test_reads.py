"""GetItem, BatchGetItem and projections."""

from operator import attrgetter
from typing import Any, NamedTuple

import pytest

from tests.contract.dynamodb.subject import (
    ITEMS,
    SINGLES,
    Item,
    Subject,
    mapping,
    number,
    refused,
    sequence,
    text,
)

STORED: Item = {
    "n": number(1),
    "steps": sequence(number(0), number(1), mapping(a=text("A"), b=text("B")), number(3)),
    "nest": mapping(x=mapping(y=number(1), z=number(2)), w=number(3)),
}


class Case(NamedTuple):
    name: str
    expression: str
    expected: Item


PROJECTIONS = (
    Case("an attribute", "n", {"n": number(1)}),
    Case("what is not there", "nothing", {}),
    Case("the key as well", "sk, n", {"sk": text("1"), "n": number(1)}),
    Case("a list element", "steps[1]", {"steps": sequence(number(1))}),
    Case("list elements move together", "steps[3], steps[0]", {"steps": sequence(number(0), number(3))}),
    Case("inside a list element", "steps[2].a", {"steps": sequence(mapping(a=text("A")))}),
    Case("deep in a map", "nest.x.y", {"nest": mapping(x=mapping(y=number(1)))}),
    Case("two branches", "nest.x.y, nest.w", {"nest": mapping(x=mapping(y=number(1)), w=number(3))}),
)
named = attrgetter("name")


@pytest.mark.parametrize("case", PROJECTIONS, ids=named)
def test_projection(subject: Subject, case: Case) -> None:
    subject.put(**STORED)

    answer = subject.call(
        "GetItem", TableName=ITEMS, Key=subject.key(), ProjectionExpression=case.expression, ConsistentRead=True
    )

    assert answer["Item"] == case.expected


@pytest.mark.parametrize(
    ("expression", "names"),
    [("status", None), ("n, n", None), ("nest, nest.x", None), ("n", {"#a": "n"}), ("", None), ("n,", None)],
    ids=["reserved word", "twice", "inside another", "unused name", "empty", "unfinished"],
)
def test_projection_is_refused(subject: Subject, expression: str, names: dict[str, str] | None) -> None:
    more: dict[str, Any] = {} if names is None else {"ExpressionAttributeNames": names}

    with refused():
        subject.call("GetItem", TableName=ITEMS, Key=subject.key(), ProjectionExpression=expression, **more)


def test_what_is_not_there_is_no_item(subject: Subject) -> None:
    assert "Item" not in subject.call("GetItem", TableName=ITEMS, Key=subject.key())


def test_unknown_table_is_not_found(subject: Subject) -> None:
    with refused("ResourceNotFoundException"):
        subject.call("GetItem", TableName="nowhere", Key=subject.key())


def test_batch_get_reads_several_tables(subject: Subject) -> None:
    single = {"pk": text(subject.partition), "n": number(9)}
    subject.put("a", n=number(1))
    subject.put("b", n=number(2))
    subject.call("PutItem", TableName=SINGLES, Item=single)

    answer = subject.call(
        "BatchGetItem",
        RequestItems={
            ITEMS: {
                "Keys": [subject.key("a"), subject.key("nobody"), subject.key("b")],
                "ConsistentRead": True,
                "ProjectionExpression": "#n, sk",
                "ExpressionAttributeNames": {"#n": "n"},
            },
            SINGLES: {"Keys": [{"pk": text(subject.partition)}], "ConsistentRead": True},
        },
    )

    found = {item["sk"]["S"]: item["n"] for item in answer["Responses"][ITEMS]}
    assert found == {"a": number(1), "b": number(2)}
    assert answer["Responses"][SINGLES] == [single]
    assert not answer["UnprocessedKeys"]


def test_batch_get_of_a_key_twice_is_refused(subject: Subject) -> None:
    with refused():
        subject.call("BatchGetItem", RequestItems={ITEMS: {"Keys": [subject.key(), subject.key()]}})


def test_batch_get_of_more_than_a_hundred_keys_is_refused(subject: Subject) -> None:
    keys = [subject.key(str(at)) for at in range(101)]

    with refused():
        subject.call("BatchGetItem", RequestItems={ITEMS: {"Keys": keys}})


def test_batch_get_of_an_unknown_table_is_not_found(subject: Subject) -> None:
    with refused("ResourceNotFoundException"):
        subject.call("BatchGetItem", RequestItems={"nowhere": {"Keys": [subject.key()]}})


def test_batch_get_with_an_unused_name_is_refused(subject: Subject) -> None:
    wanted = {"Keys": [subject.key()], "ProjectionExpression": "n", "ExpressionAttributeNames": {"#x": "word"}}

    with refused():
        subject.call("BatchGetItem", RequestItems={ITEMS: wanted})


def test_what_has_expired_is_still_answered_until_it_is_removed(subject: Subject) -> None:
    subject.put("a", expires=number(1))

    assert subject.get("a") == {"expires": number(1)}
    assert subject.page(ConsistentRead=True)["Count"] == 1
