"""What mail and schedules cost by themselves: one reminder of many, and a day on which nothing happens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey, EnrollmentStatus, Transition, enrolled
from chalicelib.domain.outbox.entry import OutboxKind, OutboxState, entry_at
from chalicelib.store.items.enrollments import enrollment_item
from chalicelib.store.items.outbox import outbox_item
from devtools.simdb.values import Row as Stored
from tests.bench.rows import Bench, Budget, Row
from tests.support.builders import a_person, signed_in
from tests.support.builders import enrolled as takes_part
from tests.support.world import World

MINUTE = timedelta(minutes=1)
IDLE_MINUTES = 24 * 60
REMINDED = 300
STORED = (1_000, 100_000)
IDLE_READS, IDLE_WRITES = 6_000, 300
SAME = 1.05  # a hundred times as many enrollments cost this much more at most


def one_reminder(bench: Bench) -> Row:
    """Of an event with many people: the fan-out, what the ticks read because of it, and the mail. Without idling."""
    world = bench.world
    bench.organizer = signed_in(world, bench.organizer.account)
    start = (world.clock() + timedelta(hours=2)).replace(microsecond=0)
    event = bench.event(starts_at=start.isoformat().replace("+00:00", "Z"), capacity=REMINDED, follow_ups=[])
    for _ in range(REMINDED):
        takes_part(world, event, a_person(world))
    world.work()
    _minutes(world, 40)  # all of that is behind the ticks
    sent = len(world.mailer.sent)
    with world.db.meter() as busy:
        _minutes(world, 50)
    with world.db.meter() as idle:
        _minutes(world, 50)
    assert len(world.mailer.sent) - sent == REMINDED, "everybody was reminded once"
    reads, writes = (busy.reads - idle.reads) / REMINDED, (busy.writes - idle.writes) / REMINDED
    return Row(f"one reminder of {REMINDED}", 0, round(reads, 2), round(writes, 2), Budget(reads=2, writes=4))


def _minutes(world: World, number: int) -> None:
    for _ in range(number):
        world.clock.advance(MINUTE)
        world.tick()
        world.work()


def idle_days() -> list[Row]:
    """The schedules of a day beside few and beside many enrollments, each with the log of its mails."""
    first = idle_day(STORED[0], Budget(reads=IDLE_READS, writes=IDLE_WRITES))
    same = Budget(reads=min(IDLE_READS, first.reads * SAME), writes=min(IDLE_WRITES, first.writes * SAME))
    return [first, *(idle_day(number, same) for number in STORED[1:])]


def idle_day(stored: int, budget: Budget, minutes: int = IDLE_MINUTES) -> Row:
    with World() as world:
        fill(world, stored)
        world.tick()
        with world.db.meter() as meter:
            for _ in range(minutes):
                world.clock.advance(MINUTE)
                world.tick()
        return Row(f"idle schedules, a day, {stored:,} enrollments", 0, meter.reads, meter.writes, budget)


def fill(world: World, number: int) -> None:
    """So many confirmed enrollments of events to come, and a mail about each sent within the last two months."""
    for table, rows in (("enrollments", _enrollments), ("due", _mails)):
        for raw in rows(number, world.clock()):
            key = (raw["pk"]["S"], raw["sk"]["S"])
            world.db.store(world.db.tables[f"turnout-{table}"], key, None, Stored(raw))


def _enrollments(number: int, now: datetime) -> Iterator[dict[str, Any]]:
    key = EnrollmentKey("01ARZ3NDEKTSV4RRFFQ69G5FAV", 0, "01ARZ3NDEKTSV4RRFFQ69G5FAW")
    by = Transition(now, EnrollmentStatus.CONFIRMED, key.attendee_id, Cause.ENROLLED, "request")
    raw = enrollment_item(enrolled(key, "attempt", by)).serialize()
    for one in range(number):
        yield raw | {"pk": {"S": f"event{one // 1000}#{one % 16}"}, "sk": {"S": f"person{one}"}}


def _mails(number: int, now: datetime) -> Iterator[dict[str, Any]]:
    intent = entry_at(
        OutboxKind.ENROLLMENT_CONFIRMED, "person", {"enrollment": "x" * 44}, now=now, entry_id="id", at=now
    )
    raw = outbox_item(replace(intent, state=OutboxState.DONE), now + timedelta(days=90)).serialize()
    for one in range(number):
        at = now - timedelta(hours=2, seconds=one * 60 * 86_400 / number)
        key = entry_at(intent.kind, "person", {}, now=now, entry_id=f"id{one}", at=at).key
        yield raw | {"pk": {"S": key.bucket}, "sk": {"S": key.place}}
