"""The tick: what was lost on the way comes back, however long the schedule was down, and idling costs little."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, OutboxKind, new_entry
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.background.lane import Budget
from chalicelib.services.background.sweeper import Sweeper
from chalicelib.services.notifications.ports import SendLaterError
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.outbox.outbox import put_entry
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, people
from tests.support.ticking import ticks
from tests.support.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=100)  # one shard: no sum is left to a job


def tick(world: World) -> dict[str, int]:
    return dict(world.container.background.sweeper.tick().pushed)


def lost(world: World, event: dict[str, Any], person: Person) -> None:
    """An enrolment whose process ended between the commit and the push."""
    world.queue.lossy = True
    enrolled(world, event, person)
    world.queue.lossy = False


def watermark(world: World) -> datetime | None:
    marks = world.container.store.outbox.watermarks()
    return marks[QueueName.MAIL].at if marks else None


def test_a_mail_whose_push_was_lost_is_sent_two_minutes_later(
    world: World, event: dict[str, Any], olga: Person
) -> None:
    lost(world, event, olga)

    world.clock.advance(2 * MINUTE - timedelta(milliseconds=1))
    assert tick(world) == {}
    world.clock.advance(timedelta(milliseconds=1))
    assert tick(world) == {"enrollment_confirmed": 1}
    world.work()

    assert [message.to for message in world.mailer.sent] == ["olga@example.org"]


def test_what_is_done_is_not_pushed_again(world: World, event: dict[str, Any], olga: Person) -> None:
    enrolled(world, event, olga)
    world.work()

    for _ in range(8):
        world.clock.advance(MINUTE)
        assert tick(world) == {}

    assert len(world.mailer.sent) == 1


def test_what_is_skipped_or_failed_is_not_pushed_again(world: World, event: dict[str, Any], olga: Person) -> None:
    lost(world, event, olga)
    row = due_rows(world)[0]
    world.delete(f"/enrollments/{enrollment_of(row)}", olga.token)
    ticks(world, 3)
    assert {one["state"] for one in due_rows(world)} == {"skipped", "done"}

    world.clock.advance(MINUTE)

    assert tick(world) == {}


def enrollment_of(row: dict[str, str]) -> str:
    return str(json.loads(row["about"])["enrollment"])


def test_what_somebody_holds_is_left_to_them_until_their_lease_ends(
    world: World, event: dict[str, Any], olga: Person
) -> None:
    enrolled(world, event, olga)
    intent = world.queue.waiting.popleft()
    world.clock.advance(2 * MINUTE)
    world.container.store.outbox.claim(intent.key, world.clock(), world.clock() + MINUTE, "other")

    assert tick(world) == {}
    world.clock.advance(MINUTE)
    assert tick(world) == {"enrollment_confirmed": 1}


def test_a_mail_that_the_provider_throttled_comes_back_by_itself(
    world: World, event: dict[str, Any], olga: Person
) -> None:
    world.mailer.failures.extend([SendLaterError("Throttling")] * 3)
    enrolled(world, event, olga)
    world.work()

    ticks(world, 6)

    assert len(world.mailer.sent) == 1
    assert due_rows(world)[0]["state"] == "done"


def test_six_hours_without_a_tick_are_caught_up(world: World, event: dict[str, Any]) -> None:
    tick(world)
    for _ in range(6):
        lost(world, event, a_person(world))
        world.clock.advance(timedelta(hours=1))

    assert tick(world) == {"enrollment_confirmed": 6}
    world.work()
    ticks(world, 4)

    sent = [message.subject.split(":")[0] for message in world.mailer.sent]
    assert sent.count("Confirmed") == 6
    assert {row["state"] for row in due_rows(world)} == {"done"}
    assert tick(world) == {}


def test_the_first_tick_of_an_installation_looks_back_a_day(world: World, event: dict[str, Any], olga: Person) -> None:
    lost(world, event, olga)
    world.clock.advance(timedelta(hours=23))

    assert tick(world) == {"enrollment_confirmed": 1}


def test_jobs_are_swept_like_mail(world: World, event: dict[str, Any], olga: Person) -> None:
    enrolled(world, event, olga)
    world.work()
    world.queue.lossy = True
    cancelled(world, event, olga)
    world.queue.lossy = False
    world.clock.advance(2 * MINUTE)

    assert tick(world) == {"job_cancel_enrollments": 1, "job_index": 1}
    world.work()

    assert [message.subject[:10] for message in world.mailer.sent] == ["Confirmed:", "Cancelled:"]


def test_the_watermark_follows_the_clock_when_nothing_is_open(world: World) -> None:
    tick(world)
    begun = watermark(world)

    ticks(world, 25)

    assert begun is not None
    assert watermark(world) == begun + 20 * MINUTE


def test_the_watermark_never_passes_an_unfinished_row(world: World, event: dict[str, Any], olga: Person) -> None:
    tick(world)
    enrolled(world, event, olga)
    intent = world.queue.waiting.popleft()
    due_at = datetime.fromisoformat(intent.key.place.split("#")[0])

    for _ in range(120):  # its holder dies again and again
        world.clock.advance(MINUTE)
        tick(world)
        world.queue.waiting.clear()
        mark = watermark(world)
        assert mark is not None
        assert mark <= due_at

    assert tick(world) == {"enrollment_confirmed": 1}


def test_a_row_that_commits_late_is_found_although_the_watermark_is_beyond_it(
    world: World, event: dict[str, Any], olga: Person
) -> None:
    """A slow transaction's row may be due in the past: ticks look five minutes behind their watermark."""
    late = new_entry(OutboxKind.ACCOUNT_EXISTS, olga.id, {}, now=world.clock(), entry_id=olga.id)
    world.clock.advance(6 * MINUTE)
    tick(world)
    transaction = Transaction(world.container.store.dynamo)
    put_entry(transaction, "due", late)
    transaction.commit()

    assert tick(world) == {"account_exists": 1}


def backlog(
    world: World, person: Person, number: int, *, kind: OutboxKind = OutboxKind.ACCOUNT_EXISTS
) -> list[OutboxEntry]:
    """So many rows that nobody pushed, a second between two of them."""
    rows = []
    for _ in range(number):
        world.clock.advance(timedelta(seconds=1))
        made = world.container.new_id(world.clock())
        rows.append(new_entry(kind, person.id, {}, now=world.clock(), entry_id=made))
    for start in range(0, len(rows), 100):
        transaction = Transaction(world.container.store.dynamo)
        for place, row in enumerate(rows[start : start + 100]):
            put_entry(transaction, f"due {place}", row)
        transaction.commit()
    world.clock.advance(2 * MINUTE)
    return rows


def small(world: World, **budget: Any) -> Sweeper:
    """A sweeper that has soon read enough."""
    store = world.container.store
    small = Budget(**{"rows_of_page": 20, **budget})
    return Sweeper(store.outbox, world.queue, world.clock, dict.fromkeys((QueueName.JOBS, QueueName.MAIL), small))


def handed(world: World) -> list[str]:
    return [due.key.place for due in world.queue.waiting]


def test_of_a_backlog_the_oldest_are_handed_over_and_the_rest_when_their_turn_comes(world: World, olga: Person) -> None:
    """They wait in the queue as it is: each tick would put all of them into it once more."""
    rows = [row.key.place for row in backlog(world, olga, 700)]
    sweeper = small(world, pushes=200)

    first = sweeper.tick()
    assert first.lag[QueueName.MAIL] == world.clock() - rows_at(rows[200])
    assert handed(world)[:200] == rows[:200]
    assert set(handed(world)[200:]) <= set(rows[-301:]), "and what has just become due"
    world.queue.waiting.clear()
    world.clock.advance(MINUTE)
    sweeper.tick()
    assert handed(world)[:200] == rows[200:400]


def rows_at(place: str) -> datetime:
    return datetime.fromisoformat(place.split("#", maxsplit=1)[0])


def test_a_backlog_is_drained_to_its_end_by_ticks_that_stop_early(world: World, olga: Person) -> None:
    rows = backlog(world, olga, 400)
    sweeper = small(world, pages=8, pushes=90)

    for _ in range(20):
        sweeper.tick()
        world.work()
        world.clock.advance(MINUTE)

    assert len(world.mailer.sent) == len(rows)
    assert {row["state"] for row in due_rows(world)} == {"done"}
    assert watermark(world) is not None
    assert sweeper.tick().lag == {QueueName.MAIL: timedelta(), QueueName.JOBS: timedelta()}


@pytest.mark.parametrize("budget", [{"pages": 8}, {"pushes": 60}, {"pages": 8, "pushes": 60}])
def test_what_has_just_become_due_is_handed_over_whatever_else_waits(
    world: World, olga: Person, budget: dict[str, int]
) -> None:
    backlog(world, olga, 300)
    world.clock.advance(timedelta(hours=2))
    backlog(world, olga, 1, kind=OutboxKind.VERIFY_EMAIL)

    assert small(world, **budget).tick().pushed["verify_email"] == 1


def test_jobs_are_handed_over_on_time_whatever_mail_waits(world: World, olga: Person) -> None:
    (job,) = backlog(world, olga, 1, kind=OutboxKind.SETTLE)
    backlog(world, olga, 300)
    world.clock.advance(timedelta(hours=2))

    pushed = small(world, pages=4, pushes=30).tick().pushed

    assert pushed["job_settle"] == 1, f"{job} is overdue and behind no mail"
    assert pushed.total() <= 1 + 2 * 30


def test_a_job_that_an_earlier_version_wrote_among_the_mails_is_found(world: World, olga: Person) -> None:
    job = new_entry(OutboxKind.SETTLE, olga.id, {"event": "none"}, now=world.clock(), entry_id="old")
    world.container.store.outbox.put_absent([replace(job, key=OutboxKey.at(job.key.place))])
    world.clock.advance(2 * MINUTE)

    assert tick(world) == {"job_settle": 1}


def test_a_tick_ends_when_its_time_is_over_although_the_queue_is_slow(world: World, olga: Person) -> None:
    backlog(world, olga, 400)
    sweeper = small(world, time=timedelta(seconds=6))
    push = world.queue.push

    def slow(*entries: OutboxEntry) -> None:
        world.clock.advance(timedelta(seconds=2))
        push(*entries)

    world.queue.push = slow  # type: ignore[method-assign]
    begun = world.clock()
    sweeper.tick()

    assert world.clock() - begun < timedelta(seconds=50)
    assert 0 < len(world.queue.waiting) < 400


def test_what_waits_for_its_time_does_not_keep_others_from_their_turn(world: World, olga: Person) -> None:
    """A provider that took nothing leaves rows that may not be claimed for a while, before all others."""
    rows = backlog(world, olga, 400)
    for row in rows[:200]:
        world.container.store.outbox.claim(row.key, world.clock(), world.clock() + timedelta(hours=1), "busy")
    sweeper = small(world, pages=8, pushes=60)

    for _ in range(6):
        sweeper.tick()
        world.clock.advance(MINUTE)

    assert {row.key.place for row in rows[200:]} <= set(handed(world))
    assert watermark(world) is not None
    assert watermark(world) <= rows[0].at  # type: ignore[operator]


def test_mails_behind_an_unfinished_job_are_not_passed(world: World, olga: Person) -> None:
    """A fan-out writes mails behind its own place, however late it runs (docs/adr/0012)."""
    tick(world)
    (job,) = backlog(world, olga, 1, kind=OutboxKind.SETTLE)

    for _ in range(90):
        world.clock.advance(MINUTE)
        tick(world)
        world.queue.waiting.clear()

    assert watermark(world) is not None
    assert watermark(world) <= job.at  # type: ignore[operator]


def test_an_hour_of_idle_ticks_writes_six_times_and_reads_little(world: World) -> None:
    tick(world)

    with world.db.meter() as meter:
        for _ in range(60):
            world.clock.advance(MINUTE)
            tick(world)

    assert meter.writes == 6
    assert meter.reads <= 6000 / 24


def test_rows_on_both_sides_of_an_hour_are_seen_by_one_tick(world: World, event: dict[str, Any]) -> None:
    tick(world)
    world.clock.advance(timedelta(minutes=57, seconds=30))
    for person in people(world, 4):
        lost(world, event, person)
        world.clock.advance(timedelta(seconds=20))
    world.clock.advance(3 * MINUTE)

    assert tick(world) == {"enrollment_confirmed": 4}
    assert len({row["pk"].split("#")[0] for row in due_rows(world)}) == 2
