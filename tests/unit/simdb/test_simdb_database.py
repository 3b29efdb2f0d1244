"""What tests may do to the simulated database beyond its API, and what it refuses to simulate."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from devtools.simdb import shapes
from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB
from devtools.simdb.operations.transactions import TOKEN_SECONDS
from tests.contract.dynamodb.subject import ITEMS, SINGLES, Subject, number, refused, text
from tests.unit.simdb.conftest import Simulate


def test_answers_and_requests_are_copies(db: SimDB, subject: Subject) -> None:
    tags = {"SS": ["a"]}
    subject.put(tags=tags, nest={"M": {"l": {"L": [text("x")]}}})
    tags["SS"].append("b")

    answer = subject.get() or {}
    answer["tags"]["SS"].append("c")
    answer["nest"]["M"]["l"]["L"].clear()
    db.snapshot_all(ITEMS)[0]["nest"]["M"].clear()

    assert subject.get() == {"tags": {"SS": ["a"]}, "nest": {"M": {"l": {"L": [text("x")]}}}}


def test_clones_are_independent(db: SimDB, subject: Subject) -> None:
    subject.put("a", team=text("t"), score=text("1"), n=number(1))
    twin = db.clone()
    other = Subject(SimClient(twin), "p")

    subject.put("b")
    other.update("SET n = :a, score = :a", {"a": text("2")}, sort="a")
    other.call("DeleteItem", TableName=ITEMS, Key=other.key("b"))

    assert subject.get("a") == {"team": text("t"), "score": text("1"), "n": number(1)}
    assert len(db.snapshot_all(ITEMS)) == 2
    assert len(twin.snapshot_all(ITEMS)) == 1
    assert subject.query("team = :t", values={"t": text("t")}, IndexName="by_team")["Items"][0]["score"] == text("1")


def test_reset_leaves_empty_tables(db: SimDB, subject: Subject) -> None:
    subject.put("a", team=text("t"), score=text("1"))
    subject.transact({"Delete": {"TableName": ITEMS, "Key": subject.key("b")}}, ClientRequestToken="t")

    db.reset()

    assert db.snapshot_all(ITEMS) == []
    assert subject.query("team = :t", values={"t": text("t")}, IndexName="by_team")["Items"] == []
    subject.transact({"Delete": {"TableName": ITEMS, "Key": subject.key("other")}}, ClientRequestToken="t")


def test_snapshots_and_loads_are_outside_of_metering_and_time(simulate: Simulate) -> None:
    simulation = simulate()
    began = simulation.scheduler.now
    with simulation.db.meter() as meter:
        simulation.db.load(ITEMS, [simulation.subject.key("a")])
        assert simulation.db.snapshot_all(ITEMS) == [simulation.subject.key("a")]

    assert (meter.calls, meter.reads, meter.writes) == (0, 0, 0)
    assert simulation.scheduler.now == began
    assert simulation.scheduler.trace == []


def test_a_token_lives_for_ten_minutes(db: SimDB, subject: Subject) -> None:
    update = {
        "TableName": ITEMS,
        "Key": subject.key(),
        "UpdateExpression": "ADD n :a",
        "ExpressionAttributeValues": {":a": number(1)},
    }
    counts = []
    for wait in (0, TOKEN_SECONDS - 1, 1):
        db.clock += wait
        subject.transact({"Update": update}, ClientRequestToken="t")
        counts.append((subject.get() or {})["n"]["N"])

    assert counts == ["1", "1", "2"]


def test_nothing_expires_until_it_is_removed(db: SimDB, subject: Subject) -> None:
    subject.call(
        "UpdateTimeToLive", TableName=ITEMS, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    for sort, expires in (("past", db.now - 1), ("future", db.now + 1)):
        subject.put(sort, expires=number(int(expires)))
    subject.put("never")
    subject.put("text", expires=text("1"))

    assert len(db.snapshot_all(ITEMS)) == 4
    assert db.delete_expired() == 1
    assert subject.get("past") is None
    assert len(db.snapshot_all(ITEMS)) == 3


def test_an_operation_that_turnout_does_not_use_is_not_simulated(subject: Subject) -> None:
    with pytest.raises(NotImplementedError, match="does not simulate Scan"):
        subject.client._make_api_call("Scan", {"TableName": ITEMS})


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("GetItem", {"TableName": ITEMS}),
        ("GetItem", {"TableName": ITEMS, "Key": {}, "AttributesToGet": ["n"]}),
        ("PutItem", {"TableName": ITEMS, "Item": {"pk": {"S": 1}, "sk": {"S": "1"}}}),
        ("PutItem", {"TableName": ITEMS, "Item": {"pk": {"X": "1"}, "sk": {"S": "1"}}}),
        ("PutItem", {"TableName": ITEMS, "Item": {"pk": "1", "sk": {"S": "1"}}}),
        ("TransactWriteItems", {"TransactItems": []}),
        ("TransactWriteItems", {"TransactItems": [{"ConditionCheck": {"TableName": ITEMS, "Key": {}}}]}),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Delete": {"TableName": ITEMS, "Key": {}, "ReturnValues": "NONE"}}]},
        ),
        ("BatchGetItem", {"RequestItems": {ITEMS: {"Keys": [{}], "FilterExpression": "n = n"}}}),
    ],
    ids=[
        "missing",
        "unknown",
        "no text",
        "unknown type",
        "no value",
        "nothing",
        "a check of nothing",
        "unknown in a transaction",
        "unknown in a batch",
    ],
)
def test_what_botocore_refuses_is_refused_its_way(subject: Subject, operation: str, request_: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError):
        subject.client._make_api_call(operation, request_)


class Seat(Model):
    class Meta:
        table_name = SINGLES
        region = "us-east-1"

    pk = UnicodeAttribute(hash_key=True)
    free = NumberAttribute()


def test_it_stands_in_for_the_client_of_pynamodb(db: SimDB) -> None:
    connection = Connection(region="us-east-1")
    connection._client = SimClient(db)  # type: ignore[assignment]
    Seat._get_connection().connection = connection
    Seat.describe_table()
    Seat("e", free=1).save(Seat.pk.does_not_exist())

    seat = Seat.get("e", consistent_read=True)
    seat.update(actions=[Seat.free.set(Seat.free - 1)], condition=Seat.free >= 1)

    assert seat.free == 0
    with pytest.raises(UpdateError) as full:
        seat.update(actions=[Seat.free.set(Seat.free - 1)], condition=Seat.free >= 1)
    assert full.value.cause_response_code == "ConditionalCheckFailedException"
    transaction = TransactWrite(connection=connection)
    transaction.save(Seat("other", free=1))
    transaction.update(seat, actions=[Seat.free.add(-1)], condition=Seat.free >= 1)
    with pytest.raises(TransactWriteError) as cancelled:
        transaction._commit()
    assert [reason and reason.code for reason in cancelled.value.cancellation_reasons] == [
        None,
        "ConditionalCheckFailed",
    ]


def test_one_client_serves_many_databases(db: SimDB, subject: Subject) -> None:
    client = SimClient(db)
    subject.put("a")

    client.db = db.clone()
    client._make_api_call("DeleteItem", {"TableName": ITEMS, "Key": subject.key("a")})

    assert subject.get("a") == {}


def test_shapes_survive_a_file(db: SimDB, subject: Subject, tmp_path: Path) -> None:
    with db.record_shapes() as recorder:
        subject.put("a", body={"B": b"\x00\xff"})
        subject.get("a")

    shapes.dump(recorder.shapes, tmp_path / "shapes")

    assert shapes.load(tmp_path / "shapes") == recorder.shapes


def test_calls_of_one_shape_are_recorded_once(db: SimDB, subject: Subject) -> None:
    with db.record_shapes() as recorder:
        for sort in "abc":
            subject.put(sort, n=number(1))
            subject.update("SET n = :a", {"a": number(2)}, sort=sort)
        subject.update("SET n = :a", {"a": text("2")}, sort="a")
        with refused():
            subject.update("SET status = :a", {"a": text("2")})

    assert [shape.operation for shape in recorder.shapes] == ["PutItem", "UpdateItem", "UpdateItem"]


def test_a_shape_is_recorded_for_each_outcome(db: SimDB, subject: Subject) -> None:
    condition = {"TableName": ITEMS, "Item": subject.key(), "ConditionExpression": "attribute_not_exists(pk)"}
    with db.record_shapes() as recorder:
        subject.call("PutItem", **condition)
        with pytest.raises(ClientError):
            subject.call("PutItem", **condition)

    assert [(shape.outcome, dict(shape.before)) for shape in recorder.shapes] == [
        ("ConditionalCheckFailedException", {ITEMS: [subject.key()]}),
        ("ok", {}),
    ]
