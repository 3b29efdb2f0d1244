"""What follows a confirmation: written before its mail is sent, once, and only while it is still of use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.outbox.entry import COOLED, LEASE, OutboxEntry, OutboxKey, OutboxKind, OutboxState
from chalicelib.services.notifications.delivery.deliver import Deliver
from chalicelib.services.notifications.follow_ups import FollowUps
from chalicelib.services.notifications.ports import SendLaterError
from chalicelib.services.shared.outcomes import TryAgainError
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled
from tests.support.mails.senders import another_sender
from tests.support.ticking import ticks
from tests.support.world import SETTINGS, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def world() -> Iterator[World]:
    with World(replace(SETTINGS, access_token_minutes=1440)) as made:
        yield made


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    """In a month; with a follow-up after one hour and one after three."""
    return world.an_event(olga.token, capacity=100, follow_ups=["PT1H", "PT3H"])


def subjects(world: World, person: Person) -> list[str]:
    return [message.subject.split(":")[0] for message in world.mailer.to(person.email)]


def states(world: World) -> list[tuple[str, str]]:
    return [(row["state"], row.get("detail", "")) for row in due_rows(world, "follow_up")]


def intent_of(world: World, kind: OutboxKind = OutboxKind.ENROLLMENT_CONFIRMED) -> OutboxEntry:
    [found] = [due for due in world.queue.waiting if due.kind is kind]
    return found


def test_follow_ups_come_so_long_after_the_place_was_confirmed(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    enrolled(world, event, ada)
    world.work()
    told = subjects(world, ada)

    world.clock.advance(58 * MINUTE)
    ticks(world, 1)
    assert subjects(world, ada) == told
    ticks(world, 1)
    assert len(subjects(world, ada)) == 2
    ticks(world, 24, 5 * MINUTE)
    assert len(subjects(world, ada)) == 3
    ticks(world, 24, 5 * MINUTE)
    assert len(subjects(world, ada)) == 3
    assert states(world) == [("done", "message-2"), ("done", "message-3")]


def test_a_hold_is_followed_up_when_it_is_confirmed(world: World, event: dict[str, Any], ada: Person) -> None:
    row = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json
    ticks(world, 10)
    assert states(world) == []

    world.post(f"/enrollments/{row['id']}/confirm", None, ada.token)
    world.work()
    seated = world.clock()

    assert [due["sk"][:16] for due in due_rows(world, "follow_up")] == [
        f"{seated + after:%Y-%m-%dT%H:%M}" for after in (HOUR, 3 * HOUR)
    ]


def test_who_is_promoted_is_followed_up_from_then_on(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    first = enrolled(world, event, olga)
    world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, ada.token)
    ticks(world, 10)
    world.delete(f"/enrollments/{first['id']}", olga.token)
    world.work()
    ticks(world, 61)

    assert states(world) == [("skipped", "the enrollment is cancelled now"), ("done", "message-5")]


def test_who_left_is_not_followed_up(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)
    world.work()
    world.delete(f"/enrollments/{row['id']}", ada.token)
    ticks(world, 40, 5 * MINUTE)

    assert [reason for _, reason in states(world)] == ["the enrollment is cancelled now"] * 2


def test_an_event_that_was_cancelled_is_not_followed_up(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    world.work()
    cancelled(world, event, olga)
    world.clock.advance(HOUR)
    world.queue.waiting.clear()  # its job has not run yet
    row = due_rows(world, "follow_up")[0]
    world.container.notifications.deliver(OutboxKey(row["pk"], row["sk"]))

    assert states(world)[0] == ("skipped", "the event is cancelled now")


def test_after_the_end_nobody_is_followed_up(world: World, olga: Person, ada: Person) -> None:
    start = world.clock() + 30 * MINUTE
    event = world.an_event(
        olga.token,
        starts_at=start.isoformat().replace("+00:00", "Z"),
        ends_at=(start + 20 * MINUTE).isoformat().replace("+00:00", "Z"),
    )
    enrolled(world, event, ada)
    world.work()
    ticks(world, 62)

    assert states(world) == [("skipped", "the event is over")]


def test_a_follow_up_that_the_organizer_takes_back_is_not_sent(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    enrolled(world, event, ada)
    world.work()
    assert world.patch(f"/events/{event['id']}", {"follow_ups": ["PT3H"]}, olga.token).status == 200

    ticks(world, 40, 5 * MINUTE)

    assert states(world)[0] == ("skipped", "the organizer has taken it back")
    assert states(world)[1][0] == "done"


def test_what_follows_is_written_before_the_confirmation_is_sent(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    enrolled(world, event, ada)
    world.mailer.failures.append(SendLaterError("Throttling"))

    world.work()

    assert world.mailer.sent == []
    assert len(states(world)) == 2


def test_a_sender_that_crashes_after_scheduling_schedules_nothing_twice(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    enrolled(world, event, ada)
    intent = intent_of(world)
    world.queue.waiting.clear()

    class Crash(Exception):  # noqa: N818 - the process is gone
        pass

    class DyingRenderer:
        def render(self, *_: object) -> Any:
            raise Crash

    dying = Deliver(replace(world.container.notifications.deliver._ports, renderer=DyingRenderer()))
    with pytest.raises(Crash):
        dying(intent.key)
    keys = [row["sk"] for row in due_rows(world, "follow_up")]
    world.clock.advance(LEASE)
    world.container.notifications.deliver(intent.key)

    assert [row["sk"] for row in due_rows(world, "follow_up")] == keys
    assert subjects(world, ada) == ["Confirmed"]


def test_a_late_confirmation_waits_until_no_tick_can_miss_what_it_wrote(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    world.tick()
    enrolled(world, event, ada)
    intent = intent_of(world)
    world.queue.waiting.clear()
    world.clock.advance(2 * HOUR)

    assert world.container.notifications.deliver(intent.key) is OutboxState.WAITING

    row = world.container.store.outbox.get(intent.key)
    assert row is not None
    assert (row.cursor, row.lease_until) == (COOLED, world.clock() + 2 * MINUTE)
    assert world.mailer.sent == []
    world.clock.advance(2 * MINUTE - timedelta(milliseconds=1))
    assert world.container.notifications.deliver(intent.key) is None
    world.clock.advance(timedelta(milliseconds=1))
    assert world.container.notifications.deliver(intent.key) is OutboxState.DONE


def test_a_busy_table_makes_the_confirmation_wait_and_not_go_out_alone(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    enrolled(world, event, ada)
    intent = intent_of(world)

    class Busy:
        def put_absent(self, entries: object) -> None:
            raise TryAgainError

    follow_ups = FollowUps(Busy(), world.clock, world.container.pace)  # type: ignore[arg-type]
    sender = another_sender(world.container.notifications.deliver, follow_ups=follow_ups)

    assert sender(intent.key) is OutboxState.WAITING

    assert world.mailer.sent == []


def test_a_mail_sent_again_leaves_nothing_behind(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)
    world.work()
    ticks(world, 36, 10 * MINUTE)
    before = len(states(world))
    assert world.post(f"/enrollments/{row['id']}/resend", None, ada.token).status == 202
    world.work()
    ticks(world, 36, 10 * MINUTE)

    assert len(states(world)) == before == 2
    assert subjects(world, ada).count("Confirmed") == 2


def test_check_ins_do_not_make_a_place_a_new_one(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    row = enrolled(world, event, ada)
    seated = world.clock()
    world.clock.advance(MINUTE)
    world.patch(f"/enrollments/{row['id']}", {"note": "vegetarian"}, olga.token)

    world.work()

    assert due_rows(world, "follow_up")[0]["sk"].startswith(f"{seated + HOUR:%Y-%m-%dT%H:%M}")


def test_a_shortened_pace_brings_the_follow_up_within_a_minute() -> None:
    with World(replace(SETTINGS, reminder_speed=60.0)) as fast:
        organizer, person = a_person(fast), a_person(fast)
        event = fast.an_event(organizer.token)
        enrolled(fast, event, person)
        fast.work()
        ticks(fast, 60, timedelta(seconds=1))

        assert len(subjects(fast, person)) == 2
