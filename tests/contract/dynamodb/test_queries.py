"""Queries of a table: ranges, order, pages, filters."""

from operator import attrgetter
from typing import Any, NamedTuple

import pytest

from tests.contract.dynamodb.subject import Subject, Value, number, refused, sorts, text


class Case(NamedTuple):
    name: str
    condition: str
    values: dict[str, Value]
    expected: list[str] = []  # noqa: RUF012  # never changed


RANGES = (
    Case("before", "sk < :a", {"a": text("k3")}, ["k1", "k2"]),
    Case("up to", "sk <= :a", {"a": text("k3")}, ["k1", "k2", "k3"]),
    Case("after", "sk > :a", {"a": text("k3")}, ["k4", "k5"]),
    Case("from", "sk >= :a", {"a": text("k3")}, ["k3", "k4", "k5"]),
    Case("exactly", "sk = :a", {"a": text("k3")}, ["k3"]),
    Case("the value on the left", ":a < sk", {"a": text("k3")}, ["k4", "k5"]),
    Case("between", "sk BETWEEN :a AND :b", {"a": text("k2"), "b": text("k4")}, ["k2", "k3", "k4"]),
    Case("begins_with", "begins_with(sk, :a)", {"a": text("k")}, ["k1", "k2", "k3", "k4", "k5"]),
    Case("begins with nothing that is there", "begins_with(sk, :a)", {"a": text("z")}, []),
)
REFUSED = (
    Case("no hash key", "sk = :a", {"a": text("k1")}),
    Case("an attribute that is no key", "pk = :a AND n = :b", {"a": text("x"), "b": number(1)}),
    Case("or", "pk = :a OR sk = :b", {"a": text("x"), "b": text("k1")}),
    Case("not", "pk = :a AND NOT sk = :b", {"a": text("x"), "b": text("k1")}),
    Case("unequal", "pk = :a AND sk <> :b", {"a": text("x"), "b": text("k1")}),
    Case("in", "pk = :a AND sk IN (:b)", {"a": text("x"), "b": text("k1")}),
    Case("contains", "pk = :a AND contains(sk, :b)", {"a": text("x"), "b": text("k1")}),
    Case("a range of hash keys", "pk < :a", {"a": text("x")}),
    Case("two ranges", "pk = :a AND sk > :b AND sk < :c", {"a": text("x"), "b": text("a"), "c": text("z")}),
    Case("another type", "pk = :a", {"a": number(1)}),
    Case("an empty key", "pk = :a", {"a": text("")}),
    Case("an empty range key", "pk = :a AND sk = :b", {"a": text("x"), "b": text("")}),
    Case(
        "bounds in the wrong order",
        "pk = :a AND sk BETWEEN :c AND :b",
        {"a": text("x"), "b": text("1"), "c": text("2")},
    ),
    Case("an unused value", "pk = :a", {"a": text("x"), "b": text("y")}),
)
named = attrgetter("name")


@pytest.fixture
def five(subject: Subject) -> Subject:
    """k1 to k5 in one partition, n counting with them."""
    for at in (3, 1, 5, 2, 4):
        subject.put(f"k{at}", n=number(at))
    return subject


@pytest.mark.parametrize("case", RANGES, ids=named)
def test_range(five: Subject, case: Case) -> None:
    condition = f"pk = :pk AND {case.condition}"
    values = {"pk": text(five.partition), **case.values}

    assert sorts(five.query(condition, values=values)) == case.expected
    assert sorts(five.query(condition, values=values, ScanIndexForward=False)) == case.expected[::-1]


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_key_condition_is_refused(subject: Subject, case: Case) -> None:
    with refused():
        subject.query(case.condition, values=case.values)


def test_sort_keys_are_ordered_by_their_bytes(subject: Subject) -> None:
    for sort in ("é", "Z", "a", "z", "9", "😀", "ａ"):
        subject.put(sort)

    assert sorts(subject.page()) == ["9", "Z", "a", "z", "é", "ａ", "😀"]


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
def test_pages_together_are_the_whole(five: Subject, forward: bool) -> None:  # noqa: FBT001  # a case
    found: list[str] = []
    start: dict[str, Any] = {}
    while True:
        page = five.page(Limit=2, ScanIndexForward=forward, **start)
        found += sorts(page)
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    assert found == sorted(found, reverse=not forward)
    assert len(found) == 5


def test_a_full_last_page_still_names_a_next_one(five: Subject) -> None:
    page = five.page(Limit=5)

    assert page.get("LastEvaluatedKey") == five.key("k5")
    assert five.page(ExclusiveStartKey=page["LastEvaluatedKey"])["Items"] == []


def test_a_page_below_its_limit_is_the_last(five: Subject) -> None:
    assert "LastEvaluatedKey" not in five.page(Limit=6)


def test_a_start_key_need_not_exist(five: Subject) -> None:
    assert sorts(five.page(ExclusiveStartKey=five.key("k35"))) == ["k4", "k5"]


@pytest.mark.parametrize("part", ["another partition", "half a key", "outside of the range"])
def test_a_wrong_start_key_is_refused(five: Subject, part: str) -> None:
    wrong = {
        "another partition": {**five.key("k3"), "pk": text("elsewhere")},
        "half a key": {"pk": text(five.partition)},
        "outside of the range": five.key("k1"),
    }

    with refused():
        five.query(
            "pk = :pk AND sk > :a",
            values={"pk": text(five.partition), "a": text("k2")},
            ExclusiveStartKey=wrong[part],
        )


def test_the_limit_counts_before_the_filter(five: Subject) -> None:
    page = five.query(
        "pk = :pk",
        values={"pk": text(five.partition), "n": number(2)},
        FilterExpression="n > :n",
        Limit=3,
    )

    assert sorts(page) == ["k3"]
    assert (page["Count"], page["ScannedCount"]) == (1, 3)
    assert page["LastEvaluatedKey"] == five.key("k3")


def test_a_filter_on_a_key_is_refused(five: Subject) -> None:
    with refused():
        five.query("pk = :pk", values={"pk": text(five.partition), "a": text("k2")}, FilterExpression="sk > :a")


def test_count_alone(five: Subject) -> None:
    page = five.page(Select="COUNT")

    assert page["Count"] == 5
    assert "Items" not in page


def test_projection_of_a_query(five: Subject) -> None:
    assert five.page(ProjectionExpression="n", Limit=1)["Items"] == [{"n": number(1)}]


def test_a_page_ends_with_the_item_that_crosses_one_megabyte(subject: Subject) -> None:
    for at in range(5):
        subject.put(str(at), body=text("x" * 300_000))

    page = subject.page()

    assert sorts(page) == ["0", "1", "2", "3"]
    assert page["LastEvaluatedKey"] == subject.key("3")


def test_a_megabyte_counts_before_the_filter(subject: Subject) -> None:
    for at in range(5):
        subject.put(str(at), body=text("x" * 300_000))

    page = subject.page(FilterExpression="attribute_not_exists(body)")

    assert page["Count"] == 0
    assert "LastEvaluatedKey" in page


def test_an_empty_partition_is_an_empty_page(subject: Subject) -> None:
    page = subject.page()

    assert (page["Items"], page["Count"]) == ([], 0)
    assert "LastEvaluatedKey" not in page
