"""The sum over the shards of an event: it misses nothing for long, and a rush does not take it over and over."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import SAFETY_NET, OutboxEntry, OutboxKind, OutboxState, Outcome
from chalicelib.domain.seats import Seats
from chalicelib.services.notifications.delivery.deliver import Deliver
from chalicelib.services.seats.totals import BUSY, COMMIT, PAUSE, SeatTotals, summing_of
from chalicelib.services.shared.outcomes import TryAgainError
from tests.support.builders import Person, a_person, due_rows, enrolled
from tests.support.mails.senders import another_sender
from tests.support.world import World

ROOT = Path(__file__).parents[3]
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Shards:
    """Counts how often the shards of the real table are summed; `busy` ones leave no moment to read them."""

    def __init__(self, world: World) -> None:
        self._seats = world.container.store.seats
        self.busy = False
        self.sums = 0

    def sum_shards(self, event_id: str, number: int, now: datetime) -> None:
        self.sums += 1
        if self.busy:
            raise TryAgainError("TransactionConflict")
        self._seats.sum_shards(event_id, number, now)


class Rows:
    """Remembers what was left to jobs."""

    def __init__(self) -> None:
        self.added: list[OutboxEntry] = []

    def put_absent(self, entries: Sequence[OutboxEntry]) -> None:
        self.added += entries


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    """Published, with four shards, a second ago."""
    made = world.an_event(olga.token, capacity=600)
    world.clock.advance(SECOND)
    return made


@pytest.fixture
def shards(world: World) -> Shards:
    return Shards(world)


def a_process(world: World, shards: Shards) -> Deliver:
    """One more sender, with a memory of its own."""
    return another_sender(
        world.container.notifications.deliver,
        totals=SeatTotals(world.container.store.outbox, shards),  # type: ignore[arg-type]
    )


def mail_of(world: World, event: dict[str, Any]) -> OutboxEntry:
    """The confirmation of somebody who enrols now."""
    enrolled(world, event, a_person(world))
    return world.queue.waiting.pop()


def shown(world: World, event: dict[str, Any]) -> int:
    seats = world.container.store.seats.header(event["id"])
    assert seats is not None
    return seats.free


def facts(world: World, event: dict[str, Any]) -> tuple[Event, Seats]:
    found = world.container.store.events.with_seats(event["id"])
    assert found is not None
    return found


def wait_for_the_job(world: World) -> None:
    for _ in range(4):
        world.clock.advance(MINUTE)
        world.tick()
        world.work()


def test_a_mail_takes_the_sum_at_once_when_nobody_has_since(
    world: World, event: dict[str, Any], shards: Shards
) -> None:
    mail = mail_of(world, event)

    a_process(world, shards)(mail.key)

    assert (shown(world, event), shards.sums, due_rows(world, "job_sum_seats")) == (599, 1, [])


def test_of_two_mails_of_one_moment_the_second_leaves_the_sum_to_a_job(
    world: World, event: dict[str, Any], shards: Shards
) -> None:
    first, second = mail_of(world, event), mail_of(world, event)
    sender = a_process(world, shards)
    world.clock.advance(SECOND)

    sender(first.key)
    sender(second.key)

    assert shards.sums == 1
    [row] = due_rows(world, "job_sum_seats")
    assert row["sk"].startswith("2026-06-01T09:03:00.000Z#")
    assert len(world.mailer.sent) == 2


def test_who_was_committed_late_is_in_the_sum_after_the_job(
    world: World, event: dict[str, Any], shards: Shards
) -> None:
    """Their transaction began before the sum was taken, and ended after it."""
    began = world.clock()
    early = mail_of(world, event)
    world.clock.advance(SECOND)
    sender = a_process(world, shards)
    sender(early.key)
    ended = world.clock() + SECOND
    world.clock.now = began
    late = mail_of(world, event)
    world.clock.now = ended
    sender(late.key)
    assert shown(world, event) == 599

    wait_for_the_job(world)

    assert shown(world, event) == 598
    assert [row["state"] for row in due_rows(world, "job_sum_seats")] == ["done"]


def test_a_sum_from_long_after_the_change_is_good(world: World, event: dict[str, Any], shards: Shards) -> None:
    late, prompt = mail_of(world, event), mail_of(world, event)
    world.clock.advance(COMMIT + SECOND)
    a_process(world, shards)(prompt.key)

    a_process(world, shards)(late.key)

    assert (shown(world, event), shards.sums, due_rows(world, "job_sum_seats")) == (598, 1, [])


def test_a_change_is_committed_before_any_function_is_ended() -> None:
    functions = json.loads((ROOT / ".chalice/config.json").read_text())["lambda_functions"]

    assert max(function["lambda_timeout"] for function in functions.values()) * SECOND <= COMMIT < SAFETY_NET


def test_one_process_takes_one_sum_a_second(world: World, event: dict[str, Any], shards: Shards) -> None:
    """However fast the mails follow, each of them after the sum before."""
    sender = a_process(world, shards)
    for _ in range(10):
        sender(mail_of(world, event).key)
        world.clock.advance(PAUSE / 5)

    assert shards.sums == 2
    assert len(due_rows(world, "job_sum_seats")) == 1
    wait_for_the_job(world)
    assert shown(world, event) == 590


def test_an_event_too_busy_to_be_summed_holds_up_no_mail(world: World, event: dict[str, Any], shards: Shards) -> None:
    shards.busy = True
    sender = a_process(world, shards)

    outcomes = [sender(mail_of(world, event).key) for _ in range(3)]
    world.clock.advance(BUSY - SECOND)
    outcomes.append(sender(mail_of(world, event).key))

    assert outcomes == [OutboxState.DONE] * 4
    assert shards.sums == 1, "it is left alone for a while"
    wait_for_the_job(world)
    assert shown(world, event) == 596


def test_a_sum_is_taken_though_the_clock_of_the_one_before_was_ahead(
    world: World, event: dict[str, Any], shards: Shards
) -> None:
    """The other one says that it is later, and it lacks this change."""
    seen = facts(world, event)
    world.container.store.seats.sum_shards(event["id"], 4, world.clock() + SECOND)
    changed_at = world.clock()
    enrolled(world, event, a_person(world))

    SeatTotals(world.container.store.outbox, shards).refresh(*seen, changed_at, world.clock())  # type: ignore[arg-type]

    assert shown(world, event) == 599


def test_an_event_of_one_shard_has_nothing_to_sum(world: World, olga: Person, shards: Shards) -> None:
    small = world.an_event(olga.token, capacity=10)
    world.clock.advance(SECOND)

    a_process(world, shards)(mail_of(world, small).key)

    assert (shown(world, small), shards.sums, due_rows(world, "job_sum_seats")) == (9, 0, [])


def test_several_processes_leave_one_row(world: World, event: dict[str, Any], shards: Shards) -> None:
    mails = [mail_of(world, event) for _ in range(4)]
    world.clock.advance(SECOND)

    for mail in mails:
        a_process(world, shards)(mail.key)

    assert shards.sums == 1
    assert len(due_rows(world, "job_sum_seats")) == 1


def test_a_row_that_is_there_stays_as_it_is(world: World, event: dict[str, Any]) -> None:
    job = summing_of(facts(world, event)[0], world.clock())
    due = world.container.store.outbox
    due.put_absent([job])
    claimed = due.claim(job.key, world.clock(), world.clock() + MINUTE, "somebody")
    assert claimed is not None
    due.finish(claimed, Outcome(OutboxState.DONE), world.clock())

    due.put_absent([job])

    assert [row["state"] for row in due_rows(world, "job_sum_seats")] == ["done"]


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_a_job_runs_after_everybody_who_leaves_their_sum_to_it(
    world: World, event: dict[str, Any], seconds: int
) -> None:
    now = datetime.fromisoformat("2026-06-01T09:58:00Z") + seconds * SECOND

    job = summing_of(facts(world, event)[0], now)

    assert job.kind is OutboxKind.SUM
    assert job.key.place.startswith("2026-06-01T10:01:00.000Z#")
    assert job.key.bucket.startswith("2026-06-01T10#")
    assert now + SAFETY_NET < datetime.fromisoformat(job.key.place.split("#")[0])


def test_each_minute_has_its_own_row_and_the_memory_is_bounded(
    world: World, event: dict[str, Any], shards: Shards
) -> None:
    rows = Rows()
    sums = SeatTotals(rows, shards)  # type: ignore[arg-type]
    one, seats = facts(world, event)
    seats = replace(seats, as_of=world.clock())

    def leave(event_id: str, minute: int = 0) -> int:
        now = world.clock() + minute * MINUTE
        sums.refresh(replace(one, id=event_id), seats, world.clock() - SECOND, now)
        return len(rows.added)

    assert [leave("first"), leave("first"), leave("first", 1), leave("first", 1)] == [1, 1, 2, 2]
    for number in range(1_024):
        leave(f"other {number}")
    assert leave("other 1023") == 1_026, "the latest are known"
    assert leave("first", 1) == 1_027, "the oldest is forgotten"


def test_an_edit_that_adds_the_second_shard_has_its_sum_taken_again(world: World, olga: Person) -> None:
    """It writes the figures that it has read; somebody may have enrolled between that and its transaction."""
    small = world.an_event(olga.token, capacity=100)
    seen = facts(world, small)

    class Slow:
        """Reads the event, and somebody is faster."""

        def with_seats(self, event_id: str, *, consistent: bool = False) -> tuple[Event, Seats] | None:
            return seen

        def __getattr__(self, name: str) -> Any:
            return getattr(world.container.store.events, name)

    enrolled(world, small, a_person(world))
    world.work()
    ports = replace(world.container.events.publisher._ports, events=Slow())
    world.container.events.publisher = type(world.container.events.publisher)(ports)
    answer = world.patch(f"/events/{small['id']}", {"on_sale_shards": 4}, olga.token)
    assert answer.status == 200, answer.text
    assert shown(world, small) == 100

    wait_for_the_job(world)

    assert shown(world, small) == 99


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1)])
def test_a_party_that_changes_sends_no_mail_and_is_in_the_sum(
    world: World, olga: Person, before: int, after: int
) -> None:
    event = world.an_event(olga.token, capacity=600, party_max=4)
    sam = a_person(world)
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": before}, sam.token).json
    world.work()
    world.clock.advance(MINUTE)

    changed = world.patch(f"/enrollments/{row['id']}", {"party_size": after}, sam.token)

    assert changed.status == 200
    wait_for_the_job(world)
    assert shown(world, event) == 600 - after
