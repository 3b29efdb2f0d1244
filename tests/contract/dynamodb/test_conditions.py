"""Conditions: what holds, what fails, and what DynamoDB does not take."""

from operator import attrgetter
from typing import Any, NamedTuple

import pytest

from tests.contract.dynamodb.subject import (
    ITEMS,
    YES,
    Subject,
    Value,
    mapping,
    number,
    placeholders,
    refused,
    sequence,
    strings,
    text,
)

STORED: dict[str, Value] = {
    "n": number(5),
    "word": text("hello"),
    "tags": strings("x", "y"),
    "steps": sequence(number(1), text("b")),
    "nest": mapping(k=number(1)),
    "yes": YES,
    "status": text("open"),
}


class Case(NamedTuple):
    name: str
    expression: str
    values: dict[str, Value] = {}  # noqa: RUF012  # never changed
    names: dict[str, str] | None = None


HOLDS = (
    Case("equal numbers", "n = :a", {"a": number("5.0")}),
    Case("another number", "n <> :a", {"a": number(6)}),
    Case("less", "n < :a", {"a": number(10)}),
    Case("at least", "n >= :a", {"a": number(5)}),
    Case("numbers compare as numbers", "n < :a", {"a": number(40)}),
    Case("texts compare byte by byte", "word > :a", {"a": text("Hello")}),
    Case("other type is not equal", "n <> :a", {"a": text("5")}),
    Case("a missing attribute differs from everything", "nothing <> :a", {"a": text("x")}),
    Case("equal sets in any order", "tags = :a", {"a": strings("y", "x")}),
    Case("equal maps", "nest = :a", {"a": mapping(k=number(1))}),
    Case("equal flags", "yes = :a", {"a": YES}),
    Case("between includes its bounds", "n BETWEEN :a AND :b", {"a": number(5), "b": number(9)}),
    Case("in", "n IN (:a, :b)", {"a": number(1), "b": number(5)}),
    Case("in with mixed types", "n IN (:a, :b)", {"a": text("x"), "b": number(5)}),
    Case("attribute_exists", "attribute_exists(n)"),
    Case("attribute_exists inside a map", "attribute_exists(nest.k)"),
    Case("attribute_not_exists", "attribute_not_exists(nothing)"),
    Case("attribute_not_exists behind the end of a list", "attribute_not_exists(steps[5])"),
    Case("attribute_type", "attribute_type(n, :a)", {"a": text("N")}),
    Case("begins_with", "begins_with(word, :a)", {"a": text("he")}),
    Case("contains a part of a text", "contains(word, :a)", {"a": text("ell")}),
    Case("contains a member of a set", "contains(tags, :a)", {"a": text("x")}),
    Case("contains an element of a list", "contains(steps, :a)", {"a": text("b")}),
    Case("size of a text", "size(word) = :a", {"a": number(5)}),
    Case("size of a set", "size(tags) = :a", {"a": number(2)}),
    Case("size of a list against size of a map", "size(steps) > size(nest)"),
    Case("not", "NOT n = :a", {"a": number(6)}),
    Case("or binds weaker than and", "n = :a OR n = :b AND n = :c", {"a": number(5), "b": number(1), "c": number(2)}),
    Case(
        "parentheses",
        "((n = :a) OR (n = :b)) AND (word = :c)",
        {"a": number(5), "b": number(1), "c": text("hello")},
    ),
    Case("a reserved word by its name", "#s = :a", {"a": text("open")}, {"s": "status"}),
    Case("a path of names", "#a.#b = :a", {"a": number(1)}, {"a": "nest", "b": "k"}),
    Case(
        "keywords in lower case", "n between :a and :b and not n = :c", {"a": number(1), "b": number(9), "c": number(4)}
    ),
)
FAILS = (
    Case("equal numbers of other value", "n = :a", {"a": number(6)}),
    Case("greater than itself", "n > :a", {"a": number(5)}),
    Case("order between types", "n < :a", {"a": text("x")}),
    Case("a missing attribute equals nothing", "nothing = :a", {"a": text("x")}),
    Case("a missing attribute is not less", "nothing < :a", {"a": number(5)}),
    Case("not in", "n IN (:a)", {"a": text("5")}),
    Case("attribute_type of another type", "attribute_type(n, :a)", {"a": text("S")}),
    Case("contains in a number", "contains(n, :a)", {"a": number(5)}),
    Case("contains another type", "contains(word, :a)", {"a": number(5)}),
    Case("size of a number", "size(n) = :a", {"a": number(1)}),
    Case("a name with a dot is one name", "#a = :a", {"a": number(1)}, {"a": "nest.k"}),
)
REFUSED = (
    Case("arithmetic", "n + :a <= :b", {"a": number(1), "b": number(9)}),
    Case("arithmetic on the right", "n <= :b - :a", {"a": number(1), "b": number(9)}),
    Case("unused value", "n = :a", {"a": number(5), "b": number(1)}),
    Case("undefined value", "n = :b", {"a": number(5)}),
    Case("unused name", "n = :a", {"a": number(5)}, {"x": "word"}),
    Case("undefined name", "#y = :a", {"a": number(5)}),
    Case("reserved word", "status = :a", {"a": text("open")}),
    Case("empty", ""),
    Case("unfinished", "n = :a AND", {"a": number(5)}),
    Case("double equals", "n == :a", {"a": number(5)}),
    Case("not equal as in C", "n != :a", {"a": number(5)}),
    Case("no comparison", "n"),
    Case("unknown function", "exists(n)"),
    Case("function in capitals", "ATTRIBUTE_EXISTS(n)"),
    Case("function of updates", "if_not_exists(n, :a) = :a", {"a": number(5)}),
    Case("doubled parentheses", "((n = :a))", {"a": number(5)}),
    Case("an operand compared with itself", "n = n"),
    Case("order of flags", "n < :a", {"a": YES}),
    Case("bounds in the wrong order", "n BETWEEN :a AND :b", {"a": number(9), "b": number(1)}),
    Case("bounds of two types", "n BETWEEN :a AND :b", {"a": number(1), "b": text("x")}),
    Case("begins_with a number", "begins_with(word, :a)", {"a": number(5)}),
    Case("attribute_exists of a value", "attribute_exists(:a)", {"a": text("x")}),
    Case("an unknown type name", "attribute_type(n, :a)", {"a": text("X")}),
    Case("an empty set", "tags = :a", {"a": {"SS": []}}),
    Case(
        "in more than a hundred",
        "n IN (" + ", ".join(f":v{at}" for at in range(101)) + ")",
        {f"v{at}": number(at) for at in range(101)},
    ),
)
named = attrgetter("name")


def put_if(subject: Subject, case: Case) -> dict[str, Any]:
    subject.put(**STORED)
    return subject.call(
        "PutItem",
        TableName=ITEMS,
        Item={**subject.key(), "n": number(0)},
        ConditionExpression=case.expression,
        **placeholders(case.names, case.values),
    )


@pytest.mark.parametrize("case", HOLDS, ids=named)
def test_condition_holds(subject: Subject, case: Case) -> None:
    put_if(subject, case)

    assert subject.get() == {"n": number(0)}


@pytest.mark.parametrize("case", FAILS, ids=named)
def test_condition_fails(subject: Subject, case: Case) -> None:
    with refused("ConditionalCheckFailedException"):
        put_if(subject, case)

    assert subject.get() == {**STORED}


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_condition_is_refused(subject: Subject, case: Case) -> None:
    with refused():
        put_if(subject, case)


def test_condition_of_an_absent_item_sees_no_attributes(subject: Subject) -> None:
    subject.call("PutItem", TableName=ITEMS, Item=subject.key(), ConditionExpression="attribute_not_exists(pk)")

    with refused("ConditionalCheckFailedException"):
        subject.call("PutItem", TableName=ITEMS, Item=subject.key(), ConditionExpression="attribute_not_exists(pk)")


def test_failed_condition_shows_the_stored_item_when_asked(subject: Subject) -> None:
    subject.put(n=number(1))

    with refused("ConditionalCheckFailedException") as error:
        subject.call(
            "UpdateItem",
            TableName=ITEMS,
            Key=subject.key(),
            UpdateExpression="SET n = :a",
            ConditionExpression="n > :a",
            ExpressionAttributeValues={":a": number(1)},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert error["Item"] == {**subject.key(), "n": number(1)}


def test_failed_condition_shows_nothing_unasked(subject: Subject) -> None:
    subject.put(n=number(1))

    with refused("ConditionalCheckFailedException") as error:
        subject.call("DeleteItem", TableName=ITEMS, Key=subject.key(), ConditionExpression="attribute_not_exists(pk)")

    assert "Item" not in error
    assert subject.get() == {"n": number(1)}
