"""What each command of operators asks of AWS: the calls of runs that look and of runs that write."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.notifications.email_preferences import Suppression
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.seats import COUNTED
from chalicelib.security.purposes import KEYS_OF
from chalicelib.services.notifications.ports import SendRefusedError
from devtools.package.access import Call
from operations.admins import __main__ as admins
from operations.backfill import __main__ as backfill
from operations.backfill.migrations import MIGRATIONS
from operations.function_keys import __main__ as function_keys
from operations.keys import __main__ as keys
from operations.keys.places import Parameter
from operations.mailboxes import __main__ as mailboxes
from operations.redrive import __main__ as redrive
from operations.redrive.messages import DeadQueue
from operations.reindex import __main__ as reindex
from operations.restore import __main__ as restore
from operations.seat_audit import __main__ as seat_audit
from tests.component.operations.test_after_restore_command import Drill
from tests.component.operations.test_backfill_command import aged
from tests.component.operations.test_reindexing import as_before, put, rows
from tests.component.operations.test_reindexing import wreck as wreck_index
from tests.component.seats.test_audit import wreck
from tests.infra.noted import AT, RESTORED_PREFIX, RING, Noted, console, watched
from tests.support.builders import a_person, enrolled
from tests.support.world import KEY_RING, World

# What DynamoDB asks of whoever restores, on the tables that it fills (its guide, "Using IAM with backup and restore").
FILLING = ("PutItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Scan", "BatchWriteItem")
_HOUR = timedelta(hours=1)
_SQS = "https://sqs/turnout-"


def of_admins() -> list[Call]:
    """Of people who are logged in, and of one whose last login has ended."""
    with World() as world:
        people = [a_person(world, f"person{number}@example.org").email for number in range(2)]
        world.signed_up("ada@example.org")
        assert world.post("/auth/logout", None, world.logged_in("ada@example.org")["access"]).status == 204
        with watched(world) as calls:
            for email in (*people, "ada@example.org"):
                admins.run(world.container, email, world.clock())
            admins.run(world.container, people[0], world.clock(), revoke=True)
    return calls


def of_mailboxes() -> list[Call]:
    with World() as world:
        known = world.container.store.mailboxes
        known.suppress("ada@example.org", Suppression.BOUNCE, AT)
        with watched(world) as calls:
            for action in ("show", "lift", "show"):
                mailboxes.run(world.container, action, "ada@example.org", AT + timedelta(hours=1))
    return calls


def of_redrive() -> list[Call]:
    """With a mail that was refused for good, and in each queue of dead letters a message that no letter explains."""
    with World() as world:
        olga = a_person(world)
        enrolled(world, world.an_event(olga.token), a_person(world))
        world.mailer.failures.append(SendRefusedError("MessageRejected"))
        world.work()
        with watched(world) as calls:
            for write in (False, True):
                sqs = _dead_letters()
                queues = {one: DeadQueue(sqs, f"{_SQS}{one}-dead", f"{_SQS}{one}") for one in QueueName}
                redrive.run(
                    world.container, list(QueueName), queues, console(), until=world.clock() + _HOUR, write=write
                )
                calls.extend(sqs.calls)
    return calls


def _dead_letters() -> Noted:
    waiting = {f"{_SQS}{queue}-dead": ["nothing that was sent"] for queue in QueueName}

    def received(asked: dict[str, Any]) -> dict[str, Any]:
        found = waiting[asked["QueueUrl"]]
        sent = {"SentTimestamp": "0"}
        return {"Messages": [{"Body": found.pop(), "ReceiptHandle": "r", "Attributes": sent}]} if found else {}

    return Noted(receive_message=received)


def of_restore() -> list[Call]:
    made: set[str] = set()

    def table(asked: dict[str, Any]) -> dict[str, Any]:
        if asked["TableName"] not in made:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeTable")
        return {"Table": {"TableStatus": "ACTIVE", "RestoreSummary": {"RestoreDateTime": AT}}}

    def making(asked: dict[str, Any]) -> dict[str, Any]:
        made.add(asked["TargetTableName"])
        return {}

    span = {"EarliestRestorableDateTime": AT - _HOUR, "LatestRestorableDateTime": AT + _HOUR}
    dynamo = Noted(
        describe_table=table,
        restore_table_to_point_in_time=making,
        describe_continuous_backups=lambda _: {
            "ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": span}
        },
        describe_time_to_live=lambda asked: {
            "TimeToLiveDescription": {} if asked["TableName"] in made else {"AttributeName": "expires"}
        },
    )
    tables = restore.restorings("turnout", RESTORED_PREFIX, AT)
    for write in (False, True):
        restore.run(dynamo, tables, console(), write=write)
    return [*dynamo.calls, *((action, {"TableName": one.name}) for action in FILLING for one in tables)]


def of_after_restore() -> list[Call]:
    with World() as before, World(seed=2) as world, TemporaryDirectory() as folder:
        drill = Drill(before, world)
        drill.goes_on()
        _everything_wrong(world)
        with watched(before) as old, watched(world) as new:
            for write in (False, True, False):
                drill.after(Path(folder), write=write)
    return [*old, *map(_restored, new)]


def _restored(call: Call) -> Call:
    """The same call of the tables under their new prefix."""
    operation, arguments = call
    return operation, json.loads(json.dumps(arguments).replace('"turnout-', f'"{RESTORED_PREFIX}-'))


def of_seat_audit() -> list[Call]:
    with World() as world, TemporaryDirectory() as folder:
        event = _everything_wrong(world)
        with watched(world) as calls:
            for is_repair in (False, True):
                seat_audit.run(world.container, Path(folder) / "a", console(), repair=is_repair, workers=1)
                seat_audit.run_one(world.container, console(), event["id"], repair=is_repair)
    return calls


def of_reindex() -> list[Call]:
    with World() as world, TemporaryDirectory() as folder:
        _everything_wrong(world)
        with watched(world) as calls:
            for is_check in (True, False, True):
                reindex.run(world.container, Path(folder) / "a", check=is_check)
    return calls


def _everything_wrong(world: World) -> dict[str, Any]:
    """Events whose counters, lists and index are wrong in each way that commands know; returns one of many shards."""
    olga = a_person(world)
    berlin = {"location": "Berlin", "country": "DE", "coordinates": {"latitude": 52.5, "longitude": 13.4}}
    moved = world.an_event(olga.token, title="Ørecon", **berlin)
    world.an_event(olga.token, title="Talk", unlisted=True)
    large = world.an_event(olga.token, title="Large", capacity=20_000)
    world.work()
    as_before(world)
    full = world.an_event(olga.token, title="Full talk", capacity=1)
    enrolled(world, full, a_person(world))
    world.work()
    assert world.patch(f"/events/{full['id']}", {"capacity": 500}, olga.token).status == 200
    [row] = [row for row in rows(world, "title#") if row["sk"]["S"].endswith(moved["id"])]
    wreck_index(world, "made#", "word#", row["pk"]["S"])
    put(world, {**row, "pk": {"S": "title#published#78"}, "sk": {"S": f"ørecon\t{moved['id']}"}})
    for event in (moved, large):
        wreck(world, event, free=0, guest_free=0, **dict.fromkeys(COUNTED, 7))
    return large


def of_backfill() -> list[Call]:
    """Everything that some earlier version stored in another shape."""
    with World() as world, TemporaryDirectory() as folder:
        olga, kim = a_person(world), a_person(world)
        event = world.an_event(olga.token, capacity=2)
        record = world.post("/attendees", {"first_name": "Ada", "email": "ada@example.org"}, kim.token).json
        assert world.post(f"/events/{event['id']}/enrollments", {"attendee_id": record["id"]}, kim.token).status == 201
        world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, a_person(world).token)
        world.post(f"/events/{event['id']}/enrollments", {"name": "Gil", "email": "gil@example.org"})
        world.work()
        aged(world)
        _addresses_and_names_of_before(world, event)
        with watched(world) as calls:
            for shape in MIGRATIONS:
                journal = Path(folder) / shape
                codes = [backfill.run(world.container, shape, journal, console(), write=one) for one in (False, True)]
                assert codes == [1, 0], f"nothing here is in the earlier shape of {shape}: its rights are not seen"
    return calls


def _addresses_and_names_of_before(world: World, event: dict[str, Any]) -> None:
    for raw in world.db.snapshot_all("turnout-accounts"):
        partition, place = raw["pk"]["S"], raw["sk"]["S"]
        if place.startswith("asked#"):
            person = partition.removeprefix("user#")
            before = {"pk": {"S": f"{event['id']}#A0"}, "sk": {"S": person}, "name": raw["name"], "at": raw["at"]}
            world.db.load("turnout-enrollments", [before])
        if place.startswith("asked#") or partition == "accounts" or partition.startswith("addressed#"):
            key = {"pk": raw["pk"], "sk": raw["sk"]}
            world.db.call("DeleteItem", {"TableName": "turnout-accounts", "Key": key})


def of_keys() -> list[Call]:
    stored: dict[str, Any] = {}
    first = {"KeyId": "arn:aws:kms:eu-west-1:123456789012:key/1", "Version": 1}
    ssm = Noted(
        get_parameter=lambda _: {"Parameter": {"Value": stored.get("Value", KEY_RING), "LastModifiedDate": AT}},
        get_parameter_history=lambda _: {"Parameters": [first]},
        put_parameter=stored.update,
    )
    for action in ("show", "rotate", "use", "drop"):
        kid = {"use": "k20260601090000", "drop": "test1"}.get(action, "")
        keys.run(Parameter(RING, client=ssm), action, kid, AT if action == "rotate" else AT + _HOUR)
    return ssm.calls


def of_function_keys() -> list[Call]:
    with World() as world, watched(world) as calls:
        ssm = Noted()
        for function in KEYS_OF:
            function_keys.write(world.container, function, f"/turnout/{function}-keys", ssm)
    return [*calls, *ssm.calls]


# By command; a command without its calls here fails, as one without its row in `operations/rights.py` does.
CALLS: Mapping[str, Callable[[], list[Call]]] = {
    "admins": of_admins,
    "after_restore": of_after_restore,
    "backfill": of_backfill,
    "function_keys": of_function_keys,
    "keys": of_keys,
    "mailboxes": of_mailboxes,
    "redrive": of_redrive,
    "reindex": of_reindex,
    "restore": of_restore,
    "seat_audit": of_seat_audit,
}
