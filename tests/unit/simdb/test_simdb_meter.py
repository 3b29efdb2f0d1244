"""The meter against figures computed by hand from AWS's rules."""

from collections.abc import Callable
from typing import Any

import pytest

from devtools.simdb.database import SimDB
from devtools.simdb.values import Row
from tests.contract.dynamodb.subject import (
    ITEMS,
    SINGLES,
    YES,
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
from tests.unit.simdb.conftest import Simulate

KILOBYTE = 1024
SIZES: dict[str, tuple[Item, int]] = {
    "text": ({"word": text("hello")}, 4 + 5),
    "text in bytes": ({"é": text("€😀")}, 2 + 3 + 4),
    "empty text": ({"word": text("")}, 4),
    "binary": ({"word": {"B": b"abc"}}, 4 + 3),
    "flag": ({"word": YES}, 4 + 1),
    "null": ({"word": {"NULL": True}}, 4 + 1),
    "zero": ({"n": number(0)}, 1 + 1),
    "one digit": ({"n": number(7)}, 1 + 2),
    "two digits": ({"n": number(42)}, 1 + 2),
    "three digits": ({"n": number(123)}, 1 + 3),
    "zeros at the end do not count": ({"n": number(1200)}, 1 + 2),
    "nor those in front": ({"n": number("0.0042")}, 1 + 2),
    "a minus sign does": ({"n": number(-42)}, 1 + 3),
    "a fraction": ({"n": number("12.345")}, 1 + 4),
    "set of texts": ({"tags": strings("ab", "c")}, 4 + 3),
    "set of numbers": ({"tags": {"NS": ["1", "200"]}}, 4 + 2 + 2),
    "empty list": ({"l": sequence()}, 1 + 3),
    "list": ({"l": sequence(text("ab"), number(1))}, 1 + 3 + (1 + 2) + (1 + 2)),
    "map": ({"m": mapping(key=text("ab"))}, 1 + 3 + (1 + 3 + 2)),
    "map in a list": ({"l": sequence(mapping(a=YES))}, 1 + 3 + 1 + (3 + 1 + 1 + 1)),
}


def item_of(subject: Subject, size: int, sort: str = "1", **attributes: Value) -> Item:
    """An item of exactly that many bytes."""
    item = {**subject.key(sort), **attributes, "body": text("")}
    return {**item, "body": text("x" * (size - Row(item).size))}


def spent(db: SimDB, action: Callable[[], Any]) -> tuple[float, float]:
    """Read and write units of one action."""
    with db.meter() as meter:
        action()
    return meter.reads, meter.writes


@pytest.mark.parametrize(("item", "size"), SIZES.values(), ids=list(SIZES))
def test_size_of_an_item(item: Item, size: int) -> None:
    assert Row(item).size == size


@pytest.mark.parametrize(("size", "units"), [(50, 1), (1 * KILOBYTE, 1), (1 * KILOBYTE + 1, 2), (3500, 4)], ids=str)
def test_a_put_costs_one_unit_per_kilobyte(db: SimDB, subject: Subject, size: int, units: int) -> None:
    item = item_of(subject, size)

    assert spent(db, lambda: subject.call("PutItem", TableName=ITEMS, Item=item)) == (0, units)


def test_a_write_costs_the_larger_of_the_old_and_the_new_item(db: SimDB, subject: Subject) -> None:
    db.load(ITEMS, [item_of(subject, 5 * KILOBYTE)])

    assert spent(db, lambda: subject.update("REMOVE body")) == (0, 5)
    assert spent(db, lambda: subject.update("SET n = :a", {"a": number(1)})) == (0, 1)
    assert spent(db, lambda: subject.put(body=text("x" * 2 * KILOBYTE))) == (0, 3)
    assert spent(db, lambda: subject.call("DeleteItem", TableName=ITEMS, Key=subject.key())) == (0, 3)
    assert spent(db, lambda: subject.call("DeleteItem", TableName=ITEMS, Key=subject.key())) == (0, 1)


def test_a_refused_write_costs_as_much(db: SimDB, subject: Subject) -> None:
    db.load(ITEMS, [item_of(subject, 3 * KILOBYTE)])
    condition = {"TableName": ITEMS, "ConditionExpression": "attribute_not_exists(pk)"}

    def put(size: int) -> None:
        with refused("ConditionalCheckFailedException"):
            subject.call("PutItem", Item=item_of(subject, size), **condition)

    def delete() -> None:
        with refused("ConditionalCheckFailedException"):
            subject.call("DeleteItem", Key=subject.key(), **condition)

    assert spent(db, lambda: put(100)) == (0, 3)
    assert spent(db, lambda: put(5 * KILOBYTE)) == (0, 5)
    assert spent(db, delete) == (0, 3)


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(100, False, 0.5), (100, True, 1), (4 * KILOBYTE, True, 1), (4 * KILOBYTE + 1, True, 2), (9000, False, 1.5)],
    ids=str,
)
def test_a_get_costs_one_unit_per_four_kilobytes(
    db: SimDB,
    subject: Subject,
    size: int,
    consistent: bool,  # noqa: FBT001
    units: float,
) -> None:
    db.load(ITEMS, [item_of(subject, size)])

    def get() -> None:
        subject.call(
            "GetItem", TableName=ITEMS, Key=subject.key(), ConsistentRead=consistent, ProjectionExpression="sk"
        )

    assert spent(db, get) == (units, 0)


def test_reading_nothing_costs_the_smallest_read(db: SimDB, subject: Subject) -> None:
    assert spent(db, lambda: subject.call("GetItem", TableName=ITEMS, Key=subject.key())) == (0.5, 0)
    assert spent(db, subject.get) == (1, 0)
    assert spent(db, subject.page) == (0.5, 0)


def test_a_batch_rounds_every_item(db: SimDB, subject: Subject) -> None:
    db.load(ITEMS, [item_of(subject, 100, "a"), item_of(subject, 5000, "b")])
    keys = [subject.key(sort) for sort in ("a", "b", "nobody")]

    def batch(consistent: bool) -> None:  # noqa: FBT001
        wanted = {"Keys": keys, "ConsistentRead": consistent}
        subject.call("BatchGetItem", RequestItems={ITEMS: wanted, SINGLES: {"Keys": [{"pk": text("x")}]}})

    assert spent(db, lambda: batch(consistent=False)) == (0.5 + 1 + 0.5 + 0.5, 0)
    assert spent(db, lambda: batch(consistent=True)) == (1 + 2 + 1 + 0.5, 0)


def test_a_query_rounds_once_and_pays_for_what_the_filter_drops(db: SimDB, subject: Subject) -> None:
    db.load(ITEMS, [item_of(subject, 1000, str(at)) for at in range(9)])

    assert spent(db, subject.page) == (3 / 2, 0)
    assert spent(db, lambda: subject.page(ConsistentRead=True)) == (3, 0)
    assert spent(db, lambda: subject.page(FilterExpression="attribute_exists(nothing)")) == (3 / 2, 0)
    assert spent(db, lambda: subject.page(Limit=4)) == (1 / 2, 0)
    assert spent(db, lambda: subject.page(Select="COUNT")) == (3 / 2, 0)


def test_a_page_of_an_index_costs_its_entries(db: SimDB, subject: Subject) -> None:
    rows = [item_of(subject, 4000, str(at), team=text("t"), score=text(str(at))) for at in range(8)]
    db.load(ITEMS, rows)

    def query(index: str) -> None:
        subject.query("team = :t", values={"t": text("t")}, IndexName=index)

    assert spent(db, lambda: query("keys_by_team")) == (0.5, 0)
    assert spent(db, lambda: query("all_by_team")) == (4, 0)


def test_transactions_cost_twice_as_much(db: SimDB, subject: Subject) -> None:
    db.load(ITEMS, [item_of(subject, 3000, "old")])
    writes = [
        {"Put": {"TableName": ITEMS, "Item": item_of(subject, 1500, "new")}},
        {"Delete": {"TableName": ITEMS, "Key": subject.key("old")}},
        {
            "ConditionCheck": {
                "TableName": ITEMS,
                "Key": subject.key("nobody"),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
    ]
    gets = [{"Get": {"TableName": ITEMS, "Key": subject.key(sort)}} for sort in ("new", "nobody")]

    assert spent(db, lambda: subject.transact(*writes)) == (0, 2 * (2 + 3 + 1))
    assert spent(db, lambda: subject.call("TransactGetItems", TransactItems=gets)) == (2 * (1 + 1), 0)


def test_a_cancelled_transaction_is_taken_to_cost_the_same(db: SimDB, subject: Subject) -> None:
    writes = [
        {"Put": {"TableName": ITEMS, "Item": item_of(subject, 1500, "new")}},
        {
            "Put": {
                "TableName": ITEMS,
                "Item": subject.key("b"),
                "ConditionExpression": "attribute_exists(pk)",
            }
        },
    ]

    def cancelled() -> None:
        with refused("TransactionCanceledException"):
            subject.transact(*writes)

    assert spent(db, cancelled) == (0, 2 * (2 + 1))


def test_a_repeated_token_costs_reads(db: SimDB, subject: Subject) -> None:
    put = {"Put": {"TableName": ITEMS, "Item": item_of(subject, 5000)}}

    assert spent(db, lambda: subject.transact(put, ClientRequestToken="t")) == (0, 2 * 5)
    assert spent(db, lambda: subject.transact(put, ClientRequestToken="t")) == (2 * 2, 0)


def test_indexes_cost_what_changes_in_them(db: SimDB, subject: Subject) -> None:
    """Three indexes: by_team with status and n, keys only, and all attributes."""
    base = {"team": text("t"), "score": text("a")}

    def update(expression: str, **values: Value) -> tuple[float, float]:
        return spent(db, lambda: subject.update(expression, values))

    assert spent(db, lambda: subject.put(word=text("x"))) == (0, 1)
    assert spent(db, lambda: subject.put(**base)) == (0, 1 + 3)
    assert spent(db, lambda: subject.put(**base)) == (0, 1)
    assert update("SET word = :a", a=text("x")) == (0, 1 + 1)
    assert update("SET n = :a", a=number(1)) == (0, 1 + 2)
    assert update("SET score = :a", a=text("b")) == (0, 1 + 3 * 2)
    assert update("REMOVE team") == (0, 1 + 3)
    assert update("REMOVE score") == (0, 1)


def test_a_transaction_pays_its_index_entries_once(db: SimDB, subject: Subject) -> None:
    item = {**subject.key(), "team": text("t"), "score": text("a")}

    assert spent(db, lambda: subject.transact({"Put": {"TableName": ITEMS, "Item": item}})) == (0, 2 + 3)


def test_the_bill_by_operation_table_index_and_key(db: SimDB, subject: Subject) -> None:
    with db.meter() as meter:
        subject.put("a", team=text("t"), score=text("a"))
        subject.get("a")
        subject.query("team = :t", values={"t": text("t")}, IndexName="by_team")
        subject.call("PutItem", TableName=SINGLES, Item={"pk": text("x"), "body": text("y" * 2000)})

    assert meter.calls == 4
    assert meter.calls_by_operation == {"PutItem": 2, "GetItem": 1, "Query": 1}
    assert (meter.reads, meter.writes) == (1.5, 1 + 3 + 2)
    assert meter.by_operation["PutItem"].writes == 6
    assert meter.by_table[ITEMS].writes == 1
    assert meter.by_table[f"{ITEMS}/by_team"].writes == 1
    assert meter.by_table[f"{ITEMS}/by_team"].reads == 0.5
    assert meter.by_key[ITEMS, "p"].reads == 1
    assert meter.by_key[f"{ITEMS}/by_team", "t"].writes == 1
    assert meter.by_key[SINGLES, "x"].writes == 2
    assert meter.largest == {ITEMS: 2 + 1 + 2 + 1 + 4 + 1 + 5 + 1, SINGLES: 2 + 1 + 4 + 2000}


def test_a_meter_counts_from_its_beginning_to_its_end(db: SimDB, subject: Subject) -> None:
    subject.put()
    with db.meter() as outer:
        subject.put()
        with db.meter() as inner:
            subject.get()
    subject.put()

    assert (outer.calls, outer.reads, outer.writes) == (2, 1, 1)
    assert (inner.calls, inner.reads, inner.writes) == (1, 1, 0)


def test_a_refused_request_is_a_call_without_units(db: SimDB, subject: Subject) -> None:
    with db.meter() as meter, refused():
        subject.put(word={"SS": []})

    assert (meter.calls, meter.reads, meter.writes) == (1, 0, 0)


def test_a_client_can_meter_itself_alone(simulate: Simulate) -> None:
    simulation = simulate()
    subject = simulation.subject

    def metered() -> tuple[int, float]:
        with simulation.db.meter(mine=True) as meter:
            for _ in range(3):
                subject.put("a")
        return meter.calls, meter.writes

    measured = simulation.scheduler.spawn(metered)
    simulation.scheduler.spawn(lambda: [subject.put("b") for _ in range(5)])
    simulation.scheduler.run()

    assert measured.result == (3, 3)


def test_consumed_capacity_is_answered_when_asked(subject: Subject) -> None:
    item = {**subject.key(), "team": text("t"), "score": text("a")}

    total = subject.call("PutItem", TableName=ITEMS, Item=item, ReturnConsumedCapacity="TOTAL")
    wanted = {ITEMS: {"Keys": [subject.key()]}, SINGLES: {"Keys": [{"pk": text("x")}]}}
    batch = subject.call("BatchGetItem", RequestItems=wanted, ReturnConsumedCapacity="TOTAL")
    item["score"] = text("b")
    detailed = subject.call("PutItem", TableName=ITEMS, Item=item, ReturnConsumedCapacity="INDEXES")

    assert total["ConsumedCapacity"] == {"TableName": ITEMS, "CapacityUnits": 4}
    assert sorted(batch["ConsumedCapacity"], key=str) == [
        {"TableName": ITEMS, "CapacityUnits": 0.5},
        {"TableName": SINGLES, "CapacityUnits": 0.5},
    ]
    two = {"CapacityUnits": 2}
    assert detailed["ConsumedCapacity"] == {
        "TableName": ITEMS,
        "CapacityUnits": 7,
        "Table": {"CapacityUnits": 1},
        "GlobalSecondaryIndexes": {"by_team": two, "keys_by_team": two, "all_by_team": two},
    }
