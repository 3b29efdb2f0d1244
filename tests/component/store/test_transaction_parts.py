"""The parts of a transaction, as they would be sent: which item, under which condition, with which change."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
)
from chalicelib.domain.enrollments.enrollment import enrolled as new_row
from chalicelib.domain.seats import SeatMode, Shard, Step
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.enrollments.enrollment_writes import join_changes, row_name
from chalicelib.store.seats.seat_writes import join_steps, seat_name
from tests.support.world import World

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
Status = EnrollmentStatus
KEY = EnrollmentKey("event", 3, "ada")


def sent(operation: dict[str, Any]) -> tuple[str, str, str]:
    """Kind, condition and change of one operation, with its names and values put in."""
    [(kind, action)] = operation.items()
    names, values = action.get("ExpressionAttributeNames", {}), action.get("ExpressionAttributeValues", {})
    plain = {mark: str(next(iter(value.values()))) for mark, value in values.items()} | names

    def filled(text: str) -> str:
        return re.sub(r"[:#]\w+", lambda mark: plain[mark.group()], text)

    return kind, filled(action.get("ConditionExpression", "")), filled(action.get("UpdateExpression", ""))


def steps(world: World, *given: Step) -> Transaction:
    transaction = Transaction(world.container.store.dynamo)
    join_steps(transaction, "event", given)
    return transaction


FULLY = Shard(free=4, mode=SeatMode.FENCED, counts={"pending": 1, "confirmed": 2, "waitlisted": 3, "cancelled": 9})
HERE = "attribute_exists (pk)"
SEEN = (
    f"(((((({HERE} AND free = 4) AND mode = fenced) AND pending = 1) AND confirmed = 2) AND waitlisted = 3)"
    " AND offered = 0)"
)
STEPS: dict[str, tuple[Step, str, str, str]] = {
    "nothing is a check that the shard is there": (Step(shard=0), "ConditionCheck", HERE, ""),
    "taking seats": (Step(shard=0, free=-2), "Update", f"({HERE} AND free >= 2)", "SET free = free - 2"),
    "giving seats back": (Step(shard=0, free=2), "Update", HERE, "SET free = free + 2"),
    "guests with room": (
        Step(shard=0, guest_free=-1, guest_room=True), "Update", f"({HERE} AND guest_free >= 1)",
        "SET guest_free = guest_free - 1",
    ),
    "guests without a demand": (Step(shard=0, guest_free=1), "Update", HERE, "SET guest_free = guest_free + 1"),
    "a mode": (Step(shard=0, mode=SeatMode.OPEN), "ConditionCheck", f"({HERE} AND mode = open)", ""),
    "any mode but one": (Step(shard=0, not_mode=SeatMode.FENCED), "ConditionCheck", f"({HERE} AND mode <> fenced)", ""),
    "another mode": (Step(shard=0, becomes=SeatMode.CLOSED), "Update", HERE, "SET mode = closed"),
    "the window": (
        Step(shard=0, open_at=NOW), "ConditionCheck",
        f"(({HERE} AND opens_at <= 2026-06-01T09:00:00.000Z) AND closes_at > 2026-06-01T09:00:00.000Z)", "",
    ),
    "the number of shards": (Step(shard=0, shards=4), "ConditionCheck", f"({HERE} AND n = 4)", ""),
    "all as it was seen": (
        Step(shard=0, seen=FULLY), "ConditionCheck",
        SEEN, "",
    ),
    "counts, but none that stays": (
        Step(shard=0, counts={"confirmed": 1, "pending": 0, "waitlisted": -2}), "Update", HERE,
        "ADD confirmed 1, waitlisted -2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_becomes_its_condition_and_its_change(world: World, name: str) -> None:
    step, *expected = STEPS[name]

    [operation] = steps(world, step).operations

    assert list(sent(operation)) == expected


def test_each_step_is_about_its_own_shard_and_has_its_name(world: World) -> None:
    transaction = steps(world, Step(shard=0, free=1), Step(shard=7))

    assert transaction.names == ["seat 0", "seat 7"] == [seat_name(0), seat_name(7)]
    first, second = transaction.operations
    assert (first["Update"]["Key"], first["Update"]["TableName"]) == ({"pk": {"S": "event"}}, "turnout-seats")
    assert second["ConditionCheck"]["Key"] == {"pk": {"S": "event#7"}}
    assert all(next(iter(one.values()))["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD" for one in (first, second))


def row(status: Status, key: EnrollmentKey = KEY, **facts: Any) -> Enrollment:
    return new_row(key, "attempt", Transition(NOW, status, "ada", Cause.ENROLLED, "r"), **facts)


def moved(before: Enrollment, status: Status, **changes: Any) -> EnrollmentChange:
    return EnrollmentChange(before, before.moved(Transition(NOW, status, "ada", Cause.ENROLLED, "r"), **changes))


def rows(world: World, *changes: EnrollmentChange, **options: bool) -> dict[str, tuple[str, str, str]]:
    """What each named operation does: the item, and under which condition."""
    transaction = Transaction(world.container.store.dynamo)
    join_changes(transaction, changes, **options)
    found = {}
    for name, operation in zip(transaction.names, transaction.operations, strict=True):
        [action] = operation.values()
        key = action.get("Key") or action["Item"]
        kind, condition, _ = sent(operation)
        found[name] = (kind, f"{key['pk']['S']} {key['sk']['S']}", condition)
    return found


HOLD = "event#H 2026-06-01T09:15:00.000Z#ada"
PLACE = "event#W 000000000007"
GONE, THERE, AS_READ = "attribute_not_exists (pk)", "attribute_exists (pk)", "version = 1"
PUT_ROW = ("Put", "event#3 ada", AS_READ)
HELD, WAITING = row(Status.PENDING, expires_at=LATER), row(Status.WAITLISTED, waitlist_number=7)
CHANGES: dict[str, tuple[EnrollmentChange, dict[str, tuple[str, str, str]]]] = {
    "the first row": (EnrollmentChange(None, row(Status.CONFIRMED)), {"row 0": ("Put", "event#3 ada", GONE)}),
    "leaving": (moved(row(Status.CONFIRMED), Status.CANCELLED), {"row 0": PUT_ROW}),
    "a new hold": (
        EnrollmentChange(None, HELD), {"row 0": ("Put", "event#3 ada", GONE), "hold 0": ("Put", HOLD, "")},
    ),
    "a hold that is confirmed in time": (
        moved(HELD, Status.CONFIRMED),
        {"row 0": ("Put", "event#3 ada", f"({AS_READ} AND expires_at > 2026-06-01T09:00:00.000Z)"),
         "old hold 0": ("Delete", HOLD, THERE)},
    ),
    "a hold whose time is up": (
        moved(HELD, Status.EXPIRED),
        {"row 0": ("Put", "event#3 ada", f"({AS_READ} AND expires_at <= 2026-06-01T09:00:00.000Z)"),
         "old hold 0": ("Delete", HOLD, THERE)},
    ),
    "a hold that is given up": (
        moved(HELD, Status.CANCELLED), {"row 0": PUT_ROW, "old hold 0": ("Delete", HOLD, THERE)}
    ),
    "a hold that stays": (moved(HELD, Status.PENDING), {"row 0": PUT_ROW}),
    "an expiry of what had no deadline": (moved(row(Status.CONFIRMED), Status.EXPIRED), {"row 0": PUT_ROW}),
    "a check-in": (moved(row(Status.CONFIRMED), Status.CONFIRMED, checked_in_at=NOW), {"row 0": PUT_ROW}),
    "a ticket and a deadline of somebody who is confirmed": (
        EnrollmentChange(None, row(Status.CONFIRMED, waitlist_number=7, expires_at=LATER)),
        {"row 0": ("Put", "event#3 ada", GONE)},
    ),
    "joining the waitlist": (
        EnrollmentChange(None, WAITING), {"row 0": ("Put", "event#3 ada", GONE), "queue 0": ("Put", PLACE, GONE)}
    ),
    "a change in the waitlist": (
        moved(WAITING, Status.WAITLISTED, skipped=1), {"row 0": PUT_ROW, "queue 0": ("Put", PLACE, THERE)}
    ),
    "another place in the waitlist": (
        moved(WAITING, Status.WAITLISTED, waitlist_number=8),
        {"row 0": PUT_ROW, "queue 0": ("Put", "event#W 000000000008", GONE), "old queue 0": ("Delete", PLACE, THERE)},
    ),
    "leaving the waitlist": (
        moved(WAITING, Status.CANCELLED), {"row 0": PUT_ROW, "old queue 0": ("Delete", PLACE, THERE)}
    ),
    "an offer to the first in the waitlist": (
        moved(WAITING, Status.OFFERED, expires_at=LATER),
        {"row 0": PUT_ROW, "old queue 0": ("Delete", PLACE, THERE), "hold 0": ("Put", HOLD, "")},
    ),
    "an offer after a hold": (
        moved(HELD, Status.OFFERED, expires_at=NOW),
        {"row 0": PUT_ROW, "old hold 0": ("Delete", HOLD, THERE),
         "hold 0": ("Put", "event#H 2026-06-01T09:00:00.000Z#ada", "")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_row_moves_with_its_place_and_its_deadline(world: World, name: str) -> None:
    change, expected = CHANGES[name]

    assert rows(world, change) == expected


def test_a_hold_that_its_event_has_ended_is_over_whatever_was_said(world: World) -> None:
    found = rows(world, moved(HELD, Status.EXPIRED), ended_by_event=True)

    assert found == {"row 0": PUT_ROW, "old hold 0": ("Delete", HOLD, THERE)}


def test_several_rows_are_told_apart_by_number(world: World) -> None:
    bob = row(Status.WAITLISTED, replace(KEY, bucket=4, attendee_id="bob"), waitlist_number=1)

    found = rows(world, moved(row(Status.CONFIRMED), Status.CANCELLED), moved(bob, Status.CONFIRMED))

    assert list(found) == ["row 0", "row 1", "old queue 1"]
    assert [row_name(0), row_name(1)] == ["row 0", "row 1"]
    assert found["row 1"] == ("Put", "event#4 bob", AS_READ)


def test_the_queue_carries_the_row_as_it_will_be(world: World) -> None:
    transaction = Transaction(world.container.store.dynamo)
    join_changes(transaction, [moved(WAITING, Status.WAITLISTED, skipped=2)])

    put_row, put_place = (operation["Put"]["Item"] for operation in transaction.operations)
    assert put_row["skipped"] == {"N": "2"}
    assert '"skipped":{"N":"2"}' in put_place["row"]["S"]
