"""Change notices on their event, what they say once it is decided, and organizers' messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import Change, Material, Notice, NoticeState
from chalicelib.domain.notifications.announced import Announced, AnnouncedKind
from chalicelib.domain.notifications.messages import OrganizerMessage, Segment
from chalicelib.domain.seats import Step
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import HOUR, NOW, an_event, an_id, an_intent
from tests.support.world import World


def noticed(event: Event, title: str = "Another title") -> Event:
    """An edit that its people are to be told of."""
    notice = Notice(
        id=an_id(),
        before=Material.of(event.facts),
        opened_at=NOW,
        changed_at=NOW + timedelta(minutes=1),
        due_at=NOW + timedelta(minutes=5),
    )
    after = event.changed(NOW, facts=replace(event.facts, title=title))
    return replace(after, notice=notice)


def stored(world: World, event: Event) -> Event:
    found = world.container.store.events.with_seats(event.id, consistent=True)
    assert found is not None
    return found[0]


def write(world: World, before: Event, after: Event) -> Event:
    seats = world.container.store.seats.header(before.id)
    assert seats is not None
    world.container.store.events.replace(before, after, seats=seats)
    return stored(world, after)


@pytest.fixture
def event(world: World) -> Event:
    """Published, with a notice that waits."""
    made = an_event(starts_at=NOW + 24 * HOUR)
    world.container.store.events.add(made, [5], "Olga", None)
    return write(world, made, noticed(made))


def decided(event: Event) -> Change:
    assert event.notice is not None
    return Change(
        id=event.notice.id,
        before=event.notice.before,
        after=Material.of(event.facts),
        changed_at=event.notice.changed_at,
    )


def test_a_notice_and_the_number_of_edits_are_read_as_they_were_written(world: World) -> None:
    made = an_event(starts_at=NOW + 24 * HOUR)
    made = replace(
        made,
        facts=replace(made.facts, location="Hall 1", online=True, url="https://example.org", timezone="Asia/Tokyo"),
    )
    world.container.store.events.add(made, [5], "Olga", None)
    after = noticed(made)

    read = write(world, made, after)

    assert (read.notice, read.sequence) == (after.notice, 1)
    assert world.container.store.events.by_ids([made.id])[made.id].notice == after.notice
    assert stored(world, read).changed(NOW).sequence == 1


def test_what_is_decided_is_sent_and_then_over(world: World, event: Event) -> None:
    change = decided(event)

    world.container.store.announcements.decide(event, change)

    sending = stored(world, event)
    assert sending.notice is not None
    assert (sending.notice.id, sending.notice.state) == (change.id, NoticeState.SENDING)
    assert sending.version == event.version, "nobody's If-Match minds"
    assert world.container.store.announcements.change(event.id, change.id, consistent=True) == change
    world.container.store.announcements.done(event.id, change.id)
    assert stored(world, event).notice is None
    world.container.store.announcements.done(event.id, change.id)


def test_an_edit_does_not_get_past_a_decision_that_it_has_not_seen(world: World, event: Event) -> None:
    world.container.store.announcements.decide(event, decided(event))

    with pytest.raises(StaleError):
        write(world, event, event.changed(NOW))

    assert stored(world, event).version == event.version


@pytest.mark.parametrize("end", ["decide", "drop"])
def test_a_decision_does_not_get_past_an_edit_that_it_has_not_seen(world: World, event: Event, end: str) -> None:
    read = write(world, event, event.changed(NOW))
    announcements = world.container.store.announcements
    ends = {"decide": lambda: announcements.decide(event, decided(event)), "drop": lambda: announcements.drop(event)}

    with pytest.raises(StaleError):
        ends[end]()

    assert stored(world, event).notice == read.notice
    assert world.container.store.announcements.change(event.id, decided(event).id, consistent=True) is None


def test_the_end_of_one_notice_leaves_the_next_alone(world: World, event: Event) -> None:
    world.container.store.announcements.decide(event, decided(event))
    sending = stored(world, event)
    second = noticed(sending, "A third title")
    write(world, sending, second)

    world.container.store.announcements.done(event.id, decided(event).id)

    assert stored(world, event).notice == second.notice


def test_a_notice_that_has_nothing_to_say_is_dropped(world: World, event: Event) -> None:
    world.container.store.announcements.drop(event)
    world.container.store.announcements.drop(event)

    left = stored(world, event)
    assert (left.notice, left.version) == (None, event.version)
    write(world, left, left.changed(NOW))


def test_an_event_of_nobody_is_changed_as_such_only_while_that_is_true(world: World) -> None:
    made = an_event(starts_at=NOW + 24 * HOUR)
    world.container.store.events.add(made, [5], "Olga", None)
    seats = world.container.store.seats.header(made.id)
    assert seats is not None
    after = made.changed(NOW)
    world.container.store.events.replace(made, after, seats=seats, empty=True)
    moved = after.changed(NOW, facts=replace(after.facts, starts_at=NOW + 20 * HOUR))
    world.container.store.events.replace(after, moved, seats=seats, empty=True)
    world.container.store.enrollments.write_seats_only(made.id, [Step(shard=0, counts={"waitlisted": 1})])
    back = moved.changed(NOW, facts=replace(moved.facts, starts_at=NOW + 24 * HOUR))

    for edit in (moved.changed(NOW), back):  # with and without a window that moves: other parts of the transaction
        with pytest.raises(StaleError):
            world.container.store.events.replace(moved, edit, seats=seats, empty=True)


def test_a_message_is_kept_as_it_was_written_and_once(world: World, event: Event) -> None:
    message = OrganizerMessage(
        id=an_id(),
        event_id=event.id,
        segment=Segment.NOT_CHECKED_IN,
        subject="Grüße",
        body="Zeile 1\n\nZeile 2 – €",
        recipients=7,
        created_at=NOW,
    )
    listed = Announced(
        id=message.id, event_id=event.id, kind=AnnouncedKind.MESSAGE, at=NOW, tallies=1, subject="Grüße", by="organizer"
    )
    job = an_intent()
    world.container.store.announcements.add(message, listed, job, None)

    with pytest.raises(StaleError):
        world.container.store.announcements.add(replace(message, body="Else"), listed, an_intent(), None)

    assert world.container.store.announcements.message(event.id, message.id, consistent=True) == message
    assert world.container.store.outbox.get(job.key) is not None
    assert world.container.store.announcements.message(event.id, an_id()) is None
    part = world.container.store.announced.newest_first(event.id, start=None, forward=True, limit=5)
    assert [one for _, one in part.items] == [listed]
