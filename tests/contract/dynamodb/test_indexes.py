"""Global secondary indexes: who is in them, in which order, with what."""

from typing import Any

import pytest

from tests.contract.dynamodb.subject import ITEMS, Subject, number, refused, sorts, text


def team(subject: Subject, **more: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {"IndexName": "by_team", **more}
    return subject.query("team = :team", values={"team": text(subject.partition)}, **parameters)


def member(subject: Subject, sort: str, score: str, **attributes: Any) -> None:
    subject.put(sort, team=text(subject.partition), score=text(score), **attributes)


def test_an_index_has_its_own_order(subject: Subject) -> None:
    member(subject, "1", "c")
    member(subject, "2", "a")
    member(subject, "3", "b")

    assert sorts(team(subject)) == ["2", "3", "1"]
    assert sorts(team(subject, ScanIndexForward=False)) == ["1", "3", "2"]


def test_an_item_without_all_keys_of_the_index_is_not_in_it(subject: Subject) -> None:
    subject.put("no team", score=text("a"))
    subject.put("no score", team=text(subject.partition))
    member(subject, "both", "a")

    assert sorts(team(subject)) == ["both"]


def test_an_index_follows_changes(subject: Subject) -> None:
    member(subject, "1", "a")
    member(subject, "2", "b")
    subject.update("SET score = :a", {"a": text("z")}, sort="1")
    assert sorts(team(subject)) == ["2", "1"]

    subject.update("REMOVE team", sort="2")
    assert sorts(team(subject)) == ["1"]

    subject.call("DeleteItem", TableName=ITEMS, Key=subject.key("1"))
    assert sorts(team(subject)) == []


def test_an_index_follows_transactions(subject: Subject) -> None:
    item = {**subject.key(), "team": text(subject.partition), "score": text("a")}

    subject.transact({"Put": {"TableName": ITEMS, "Item": item}})

    assert sorts(team(subject)) == ["1"]


@pytest.mark.parametrize(
    ("index", "carried"),
    [("keys_by_team", set()), ("by_team", {"status", "n"}), ("all_by_team", {"status", "n", "word"})],
    ids=["KEYS_ONLY", "INCLUDE", "ALL"],
)
def test_an_index_carries_what_it_projects(subject: Subject, index: str, carried: set[str]) -> None:
    member(subject, "1", "a", n=number(1), status=text("open"), word=text("x"))

    (item,) = team(subject, IndexName=index)["Items"]

    assert item.keys() == {"pk", "sk", "team", "score"} | carried


def test_pages_of_an_index_with_equal_keys_are_complete(subject: Subject) -> None:
    for at in range(5):
        member(subject, str(at), "same")
    found: list[str] = []
    start: dict[str, Any] = {}
    while True:
        page = team(subject, Limit=2, **start)
        found += sorts(page)
        if "LastEvaluatedKey" not in page:
            break
        assert page["LastEvaluatedKey"].keys() == {"pk", "sk", "team", "score"}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    assert sorted(found) == ["0", "1", "2", "3", "4"]


def test_a_range_of_an_index(subject: Subject) -> None:
    for sort, score in (("1", "a"), ("2", "b"), ("3", "c")):
        member(subject, sort, score)

    page = subject.query(
        "team = :team AND score >= :a",
        values={"team": text(subject.partition), "a": text("b")},
        IndexName="by_team",
    )

    assert sorts(page) == ["2", "3"]


def test_a_filter_on_an_index_may_name_the_keys_of_the_table(subject: Subject) -> None:
    member(subject, "1", "a")
    member(subject, "2", "b")

    page = subject.query(
        "team = :team",
        values={"team": text(subject.partition), "a": text("1")},
        IndexName="by_team",
        FilterExpression="sk > :a",
    )

    assert sorts(page) == ["2"]


REFUSED: dict[str, dict[str, Any]] = {
    "a consistent read": {"ConsistentRead": True},
    "an unknown index": {"IndexName": "nowhere"},
    "all attributes of a part": {"Select": "ALL_ATTRIBUTES"},
    "an attribute that is not projected": {"ProjectionExpression": "word"},
    "a filter on what is not projected": {"FilterExpression": "attribute_exists(word)"},
    "a filter on a key of the index": {"FilterExpression": "attribute_exists(score)"},
    "a start key without the index's keys": {"ExclusiveStartKey": {"pk": text("x"), "sk": text("y")}},
}


@pytest.mark.parametrize("part", REFUSED)
def test_query_of_an_index_is_refused(subject: Subject, part: str) -> None:
    with refused():
        team(subject, **REFUSED[part])


@pytest.mark.parametrize("value", [number(1), text("")], ids=["another type", "empty"])
def test_an_index_key_of_an_item_is_refused(subject: Subject, value: dict[str, Any]) -> None:
    with refused():
        subject.put(team=value)
