"""Update expressions: what they make of an item, and what DynamoDB does not take."""

from operator import attrgetter
from typing import Any, NamedTuple

import pytest

from tests.contract.dynamodb.subject import (
    ITEMS,
    Item,
    Subject,
    Value,
    mapping,
    number,
    refused,
    sequence,
    strings,
    text,
)

STORED: Item = {
    "n": number(5),
    "word": text("hello"),
    "tags": strings("x", "y"),
    "steps": sequence(number(1), text("b"), text("c")),
    "nest": mapping(k=number(1)),
}


class Case(NamedTuple):
    name: str
    expression: str
    values: dict[str, Value] = {}  # noqa: RUF012  # never changed
    expected: dict[str, Value | None] = {}  # noqa: RUF012  # what differs afterwards; None is gone
    names: dict[str, str] | None = None


DONE = (
    Case("set", "SET n = :a", {"a": text("x")}, {"n": text("x")}),
    Case("set a reserved word", "SET #s = :a", {"a": text("x")}, {"status": text("x")}, {"s": "status"}),
    Case("add in a set", "SET n = n + :a", {"a": number(2)}, {"n": number(7)}),
    Case("subtract fractions exactly", "SET n = n - :a", {"a": number("0.1")}, {"n": number("4.9")}),
    Case("if_not_exists of what exists", "SET n = if_not_exists(n, :a)", {"a": number(9)}, {"n": number(5)}),
    Case(
        "if_not_exists in a sum",
        "SET m = if_not_exists(m, :z) + :a",
        {"a": number(1), "z": number(0)},
        {"m": number(1)},
    ),
    Case(
        "append to a list",
        "SET steps = list_append(steps, :a)",
        {"a": sequence(text("z"))},
        {"steps": sequence(number(1), text("b"), text("c"), text("z"))},
    ),
    Case(
        "begin a list",
        "SET diary = list_append(if_not_exists(diary, :e), :a)",
        {"a": sequence(text("z")), "e": sequence()},
        {"diary": sequence(text("z"))},
    ),
    Case("right sides see the old item", "SET n = word, word = n", {}, {"n": text("hello"), "word": number(5)}),
    Case("set inside a map", "SET nest.j = :a", {"a": number(2)}, {"nest": mapping(k=number(1), j=number(2))}),
    Case(
        "set in a list",
        "SET steps[1] = :a",
        {"a": text("q")},
        {"steps": sequence(number(1), text("q"), text("c"))},
    ),
    Case(
        "set behind the end appends",
        "SET steps[9] = :a",
        {"a": text("q")},
        {"steps": sequence(number(1), text("b"), text("c"), text("q"))},
    ),
    Case("remove", "REMOVE n, word", {}, {"n": None, "word": None}),
    Case("remove what is not there", "REMOVE nothing", {}, {}),
    Case(
        "remove list elements by their old positions", "REMOVE steps[0], steps[1]", {}, {"steps": sequence(text("c"))}
    ),
    Case("add to a number", "ADD n :a", {"a": number(-7)}, {"n": number(-2)}),
    Case("add begins at zero", "ADD m :a", {"a": number(3)}, {"m": number(3)}),
    Case("add members", "ADD tags :a", {"a": strings("x", "z")}, {"tags": strings("x", "y", "z")}),
    Case("add begins a set", "ADD more :a", {"a": strings("x")}, {"more": strings("x")}),
    Case("delete members", "DELETE tags :a", {"a": strings("x")}, {"tags": strings("y")}),
    Case("a set without members is gone", "DELETE tags :a", {"a": strings("x", "y")}, {"tags": None}),
    Case(
        "all sections at once",
        "SET word = :a REMOVE nest ADD n :b DELETE tags :c",
        {"a": text("x"), "b": number(1), "c": strings("x")},
        {"word": text("x"), "nest": None, "n": number(6), "tags": strings("y")},
    ),
    Case("keywords in lower case", "set n = :a remove word", {"a": number(1)}, {"n": number(1), "word": None}),
)
REFUSED = (
    Case("a key attribute", "SET sk = :a", {"a": text("2")}),
    Case("removing a key attribute", "REMOVE sk"),
    Case("reserved word", "SET status = :a", {"a": number(1)}),
    Case("unused value", "SET n = :a", {"a": number(1), "b": number(2)}),
    Case("undefined value", "SET n = :b", {"a": number(1)}),
    Case("unused name", "SET n = :a", {"a": number(1)}, {}, {"x": "word"}),
    Case("sum of a missing attribute", "SET m = m + :a", {"a": number(1)}),
    Case("copy of a missing attribute", "SET n = m"),
    Case("sum of a text", "SET word = word + :a", {"a": number(1)}),
    Case("sum with a text", "SET n = n + :a", {"a": text("1")}),
    Case("three summands", "SET n = n + :a + :a", {"a": number(1)}),
    Case("multiplication", "SET n = n * :a", {"a": number(2)}),
    Case("append a text", "SET steps = list_append(steps, :a)", {"a": text("z")}),
    Case("append to a number", "SET n = list_append(n, :a)", {"a": sequence()}),
    Case("add to a text", "ADD word :a", {"a": number(1)}),
    Case("add a text", "ADD n :a", {"a": text("1")}),
    Case("add members of another type", "ADD tags :a", {"a": {"NS": ["1"]}}),
    Case("delete a text", "DELETE tags :a", {"a": text("x")}),
    Case("the same path twice", "SET n = :a, n = :b", {"a": number(1), "b": number(2)}),
    Case("a path inside another", "SET nest = :a, nest.k = :b", {"a": number(1), "b": number(2)}),
    Case("a section twice", "SET n = :a SET word = :a", {"a": number(1)}),
    Case("a path through a missing map", "SET nothing.j = :a", {"a": number(1)}),
    Case("condition function", "SET n = attribute_exists(n)"),
    Case("size", "SET n = size(word)"),
    Case("empty", ""),
    Case("nothing to set", "SET"),
    Case("no section", "n = :a", {"a": number(1)}),
    Case("an index key of another type", "SET team = :a", {"a": number(1)}),
    Case("an empty index key", "SET team = :a", {"a": text("")}),
    Case("an empty set", "SET more = :a", {"a": {"SS": []}}),
)
named = attrgetter("name")


@pytest.mark.parametrize("case", DONE, ids=named)
def test_update(subject: Subject, case: Case) -> None:
    subject.put(**STORED)

    subject.update(case.expression, case.values, names=case.names)

    expected = {name: value for name, value in {**STORED, **case.expected}.items() if value is not None}
    assert _sorted_sets(subject.get()) == expected


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_update_is_refused(subject: Subject, case: Case) -> None:
    subject.put(**STORED)

    with refused():
        subject.update(case.expression, case.values, names=case.names)

    assert _sorted_sets(subject.get()) == STORED


def _sorted_sets(item: Item | None) -> Item:
    return {name: {"SS": sorted(value["SS"])} if "SS" in value else value for name, value in (item or {}).items()}


def test_update_makes_an_absent_item(subject: Subject) -> None:
    subject.update("SET n = :a", {"a": number(1)})

    assert subject.get() == {"n": number(1)}


def test_update_that_only_removes_makes_an_empty_item(subject: Subject) -> None:
    subject.update("REMOVE n")

    assert subject.get() == {}


RETURNS: tuple[tuple[str, Any], ...] = (
    ("NONE", None),
    ("ALL_OLD", {"n": number(1), "word": text("x")}),
    ("ALL_NEW", {"n": number(2), "word": text("x")}),
    ("UPDATED_OLD", {"n": number(1)}),
    ("UPDATED_NEW", {"n": number(2)}),
)


@pytest.mark.parametrize(("wanted", "expected"), RETURNS, ids=[wanted for wanted, _ in RETURNS])
def test_update_returns(subject: Subject, wanted: str, expected: Item | None) -> None:
    subject.put(n=number(1), word=text("x"))

    answer = subject.call(
        "UpdateItem",
        TableName=ITEMS,
        Key=subject.key(),
        UpdateExpression="ADD n :a",
        ExpressionAttributeValues={":a": number(1)},
        ReturnValues=wanted,
    )

    attributes = {**(expected or {}), **(subject.key() if wanted.startswith("ALL") else {})}
    assert answer.get("Attributes", {}) == attributes


def test_put_and_delete_return_the_old_item(subject: Subject) -> None:
    subject.put(n=number(1))

    replaced = subject.call("PutItem", TableName=ITEMS, Item=subject.key(), ReturnValues="ALL_OLD")
    deleted = subject.call("DeleteItem", TableName=ITEMS, Key=subject.key(), ReturnValues="ALL_OLD")
    again = subject.call("DeleteItem", TableName=ITEMS, Key=subject.key(), ReturnValues="ALL_OLD")

    assert replaced["Attributes"] == {**subject.key(), "n": number(1)}
    assert deleted["Attributes"] == subject.key()
    assert "Attributes" not in again


def test_put_does_not_return_the_new_item(subject: Subject) -> None:
    with refused():
        subject.call("PutItem", TableName=ITEMS, Item=subject.key(), ReturnValues="ALL_NEW")
