"""Events and their seats in the tables: what an edit does to the shards, and what it demands of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.seats import Reseat, SeatMode, Step
from chalicelib.services.seats.enrollment_store import SeatRefusedError
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import (
    HOUR,
    NOW,
    a_row,
    an_id,
    enrol,
    free,
    header,
    leave,
    must_agree,
    published,
    shards,
)
from tests.support.world import World

MOMENT = timedelta(milliseconds=1)


def edit(world: World, before: Event, after: Event, reseat: Reseat | None = None, **options: Any) -> Event:
    """The next version of the event, with the seats as they are now unless `options` say how they were."""
    given = {"seats": header(world, before), **({"reseat": reseat} if reseat else {}), **options}
    world.container.store.events.replace(before, after, **given)
    return after


def resized(event: Event, change: int) -> Event:
    return event.changed(NOW, facts=replace(event.facts, capacity=(event.facts.capacity or 0) + change))


def test_an_event_comes_back_with_its_seats(world: World) -> None:
    event = published(world, [2, 1])

    found = world.container.store.events.with_seats(event.id, consistent=True)

    assert found is not None
    assert found[0] == event
    seats = found[1]
    assert (seats.capacity, seats.shards, seats.free, seats.organizer_name) == (3, 2, 3, "Olga")
    assert world.container.store.events.with_seats(an_id()) is None


def test_new_shards_are_open_in_their_window_and_share_the_part_of_unproven_guests(world: World) -> None:
    event = published(world, [40, 40])

    first, second = shards(world, event, 2)

    assert (first.guest_free, second.guest_free) == (4, 4)
    assert (first.shards, second.shards) == (2, None)
    assert {(one.mode, one.opens_at, one.closes_at) for one in (first, second)} == {
        (SeatMode.OPEN, None, event.facts.closes_at)
    }


def test_a_draft_has_seats_that_nobody_gets(world: World) -> None:
    event = published(world, [2], status=EventStatus.DRAFT)

    with pytest.raises(SeatRefusedError) as refused:
        enrol(world, a_row(event), mode=SeatMode.OPEN)

    assert refused.value.shard is not None
    assert refused.value.shard.mode is SeatMode.CLOSED
    edit(world, event, event.changed(NOW, status=EventStatus.PUBLISHED))
    enrol(world, a_row(event), mode=SeatMode.OPEN)
    assert free(world, event) == [1]


def test_an_edit_under_a_stale_version_changes_nothing(world: World) -> None:
    event = published(world, [3])
    edit(world, event, event.changed(NOW, status=EventStatus.CANCELLED))

    with pytest.raises(StaleError):
        edit(world, event, resized(event, 2), Reseat(change=2, steps=[2]))

    assert free(world, event) == [3]
    found = world.container.store.events.with_seats(event.id)
    assert found is not None
    assert found[0].status is EventStatus.CANCELLED
    assert found[1].capacity == 3


def test_a_raise_and_a_cut_move_the_capacity_with_the_seats_and_the_part_of_guests(world: World) -> None:
    event = published(world, [60, 40])

    larger = edit(world, event, resized(event, 50), Reseat(change=50, steps=[20, 30], guests=[3, 2]))
    assert free(world, event, 2) == [80, 70]
    edit(world, larger, resized(larger, -50), Reseat(change=-50, steps=[-50, 0], guests=[-2, -3]))

    assert free(world, event, 2) == [30, 70]
    assert header(world, event).capacity == 100
    must_agree(world)


def test_a_cut_fails_when_its_seats_were_taken_meanwhile(world: World) -> None:
    event = published(world, [1, 1])
    enrol(world, a_row(event))

    with pytest.raises(StaleError):
        edit(world, event, resized(event, -1), Reseat(change=-1, steps=[-1, 0]))

    assert free(world, event, 2) == [0, 1]
    must_agree(world)


def test_a_resize_fails_when_the_capacity_was_changed_by_another(world: World) -> None:
    """The version of the event says so as well; the seats do not depend on that."""
    event = published(world, [3])
    seen = header(world, event)
    larger = edit(world, event, resized(event, 1), Reseat(change=1, steps=[1]))

    with pytest.raises(StaleError):
        edit(world, larger, resized(event, 2), Reseat(change=2, steps=[2]), seats=seen)

    assert free(world, event) == [4]


def test_a_resize_fails_when_the_event_was_fenced_meanwhile(world: World) -> None:
    event = published(world, [2, 1])
    seen, counted = header(world, event), shards(world, event, 2)
    fence = [
        Step(shard=0, free=1, becomes=SeatMode.FENCED, seen=counted[0], shards=2),
        Step(shard=1, free=-1, becomes=SeatMode.FENCED, seen=counted[1]),
    ]
    world.container.store.enrollments.write_seats_only(event.id, fence)

    with pytest.raises(StaleError):
        edit(world, event, resized(event, 2), Reseat(change=2, steps=[1, 1]), seats=seen)

    assert free(world, event, 2) == [3, 0]
    must_agree(world)


def test_more_shards_take_their_part_and_are_as_open_as_the_others(world: World) -> None:
    event = published(world, [8])
    row = enrol(world, a_row(event))

    edit(world, event, event.changed(NOW), Reseat(steps=[-5], added=[3, 2]))

    assert free(world, event, 3) == [2, 3, 2]
    enrol(world, a_row(event), shard=2, mode=SeatMode.OPEN)
    leave(world, row, shard=1)
    must_agree(world)
    seats, live = header(world, event), world.container.store.seats.live(event.id)
    assert live is not None
    assert (seats.shards, seats.free, seats.counts) == (
        3,
        7,
        {"confirmed": 1, "pending": 0, "waitlisted": 0, "offered": 0},
    )
    assert (live.free, live.counts["confirmed"], live.counts["cancelled"]) == (7, 1, 1)


def test_shards_are_added_once(world: World) -> None:
    """Somebody who read the header before knows a smaller number of shards, and must not write by it."""
    event = published(world, [8])
    seen = header(world, event)
    wider = edit(world, event, event.changed(NOW), Reseat(steps=[-4], added=[4]))

    with pytest.raises(StaleError):
        edit(world, wider, wider.changed(NOW), Reseat(steps=[-2], added=[2]), seats=seen)

    assert free(world, event, 2) == [4, 4]
    must_agree(world)


def test_a_fence_that_does_not_know_of_a_new_shard_is_refused(world: World) -> None:
    event = published(world, [0])
    [counted] = shards(world, event)
    edit(world, event, resized(event, 2), Reseat(change=2, steps=[0], added=[2]))

    with pytest.raises(StaleError):
        world.container.store.enrollments.write_seats_only(
            event.id, [Step(shard=0, becomes=SeatMode.FENCED, seen=counted, shards=counted.shards)]
        )

    assert {one.mode for one in shards(world, event, 2)} == {SeatMode.OPEN}


def test_an_edit_of_the_window_moves_it_on_every_shard_and_lifts_no_fence(world: World) -> None:
    event = published(world, [1, 0])
    world.container.store.enrollments.write_seats_only(
        event.id, [Step(shard=number, becomes=SeatMode.FENCED) for number in (0, 1)]
    )
    facts = replace(event.facts, enrollment_opens_at=NOW + HOUR, enrollment_closes_at=NOW + 2 * HOUR)

    edit(world, event, event.changed(NOW, facts=facts))

    assert {(one.mode, one.opens_at, one.closes_at) for one in shards(world, event, 2)} == {
        (SeatMode.FENCED, NOW + HOUR, NOW + 2 * HOUR)
    }


@pytest.mark.parametrize("what", ["a seat", "a place in the waitlist"])
def test_closing_exactly_as_counted_fails_when_somebody_came_meanwhile(world: World, what: str) -> None:
    event = published(world, [2, 2])
    counted = shards(world, event, 2)
    status = EnrollmentStatus.CONFIRMED if what == "a seat" else EnrollmentStatus.WAITLISTED
    enrol(world, a_row(event, status, waitlist_number=1), shard=1)
    closed = event.changed(NOW, status=EventStatus.CANCELLED)

    with pytest.raises(StaleError):
        edit(world, event, closed, exact=counted)
    edit(world, event, closed, exact=shards(world, event, 2))

    assert {shard.mode for shard in shards(world, event, 2)} == {SeatMode.CLOSED}
    with pytest.raises(SeatRefusedError):
        enrol(world, a_row(event), mode=SeatMode.OPEN)


def test_closing_exactly_as_counted_does_not_mind_who_was_checked_in(world: World) -> None:
    event = published(world, [2])
    [counted] = shards(world, event)
    world.container.store.enrollments.write_seats_only(event.id, [Step(shard=0, counts={"checked_in": 1})])

    edit(world, event, event.changed(NOW, status=EventStatus.CANCELLED), exact=[counted])

    assert shards(world, event)[0].mode is SeatMode.CLOSED


def test_each_sum_of_the_shards_is_later_than_the_one_before(world: World) -> None:
    """Whatever the clocks say: a change that is in no sum is missing from the list until the next one."""
    event = published(world, [2, 2])
    enrol(world, a_row(event), shard=1)
    later, earlier = NOW + HOUR, NOW + HOUR / 2

    world.container.store.seats.sum_shards(event.id, 2, later)
    enrol(world, a_row(event), shard=0)
    world.container.store.seats.sum_shards(event.id, 2, earlier)

    seats = header(world, event)
    live = world.container.store.seats.live(event.id)
    assert live is not None
    assert (seats.free, seats.counts["confirmed"], seats.as_of) == (2, 2, later + MOMENT)
    assert (live.free, live.counts["confirmed"], live.as_of) == (2, 2, None)


def test_the_sum_takes_in_shards_that_were_added_since_they_were_counted(world: World) -> None:
    """Else the mail that sums them fails again and again, and comes minutes late."""
    event = published(world, [2, 2])
    edit(world, event, resized(event, 2), Reseat(change=2, steps=[0, 0], added=[2], guests=[0, 0]))
    enrol(world, a_row(event), shard=2)

    world.container.store.seats.sum_shards(event.id, 2, NOW + HOUR)

    seats = header(world, event)
    assert (seats.shards, seats.free, seats.counts["confirmed"]) == (3, 5, 1)


def test_a_step_that_one_shard_refuses_is_done_by_none(world: World) -> None:
    event = published(world, [2, 0])

    with pytest.raises(StaleError):
        world.container.store.enrollments.write_seats_only(event.id, [Step(shard=0, free=-1), Step(shard=1, free=-1)])

    assert free(world, event, 2) == [2, 0]


def test_a_shard_that_is_not_there_is_never_made_by_a_step(world: World) -> None:
    event = published(world, [2])

    with pytest.raises(StaleError):
        world.container.store.enrollments.write_seats_only(event.id, [Step(shard=1, free=1)])

    assert len(shards(world, event, 2)) == 1
