"""Waitlists, holds and offers in the tables: who is next, whose time is up, and what excludes each race."""

from datetime import timedelta

import pytest

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.services.seats.enrollment_store import SeatRefusedError
from chalicelib.services.shared.outcomes import StaleError
from tests.integration.store.stories import (
    HOUR,
    NOW,
    a_row,
    an_id,
    enrol,
    free,
    leave,
    moved,
    must_agree,
    published,
    shards,
    table,
    write,
)
from tests.support.world import World

Status = EnrollmentStatus
SECOND = timedelta(seconds=1)
FENCED, OPEN = SeatMode.FENCED, SeatMode.OPEN


def join(world: World, event: Event, ticket: int) -> Enrollment:
    """To the end of a waitlist that is there already."""
    return enrol(world, a_row(event, Status.WAITLISTED, waitlist_number=ticket), mode=FENCED)


def a_waitlist(world: World, people: int) -> tuple[Event, Enrollment, list[Enrollment]]:
    """A full event of one seat: who has it, and who waits."""
    event = published(world, [1])
    holder = enrol(world, a_row(event))
    first = enrol(
        world,
        a_row(event, Status.WAITLISTED, waitlist_number=1),
        becomes=FENCED,
        seen=shards(world, event)[0],
        shards=1,
    )
    return event, holder, [first, *(join(world, event, ticket) for ticket in range(2, people + 1))]


def held(world: World, event: Event, status: Status = Status.PENDING) -> Enrollment:
    return enrol(world, a_row(event, status, expires_at=NOW + HOUR))


def test_tickets_only_rise_and_each_is_drawn_once(world: World) -> None:
    event, other = an_id(), an_id()

    drawn = [world.container.store.enrollments.draw_waitlist_number(event) for _ in range(3)]

    assert drawn == [1, 2, 3]
    assert world.container.store.enrollments.draw_waitlist_number(other) == 1


def test_the_waitlist_is_in_the_order_of_its_tickets_whenever_they_came(world: World) -> None:
    event, _, [first] = a_waitlist(world, 1)
    later = [join(world, event, ticket) for ticket in (11, 2, 9)]

    store = world.container.store.enrollments
    assert store.first_waiting(event.id, 9) == [first, later[1], later[2], later[0]]
    assert store.first_waiting(event.id, 2) == [first, later[1]]
    assert [store.count_waiting_before(event.id, ticket, 100) for ticket in (1, 2, 9, 11, 99)] == [0, 1, 2, 3, 4]
    assert store.count_waiting_before(event.id, 99, 3) == 3
    must_agree(world)


@pytest.mark.parametrize("forward", [True, False])
def test_the_waitlist_is_read_in_slices_that_fit_together(world: World, *, forward: bool) -> None:
    event, _, waiting = a_waitlist(world, 5)

    found, start = [], None
    while True:
        part = world.container.store.enrollments.slice_of_waitlist(event.id, start=start, forward=forward, limit=2)
        found += [row for _, row in part.items]
        start = part.end
        if start is None:
            break

    assert found == (waiting if forward else waiting[::-1])


def test_nobody_joins_a_waitlist_that_was_lifted_meanwhile(world: World) -> None:
    event = published(world, [1])

    with pytest.raises(SeatRefusedError) as refused:
        join(world, event, 1)

    assert refused.value.shard is not None
    assert refused.value.shard.mode is OPEN
    assert world.container.store.enrollments.first_waiting(event.id, 9) == []


def test_nobody_is_seated_past_a_fence(world: World) -> None:
    event = published(world, [3])
    world.container.store.enrollments.write_seats_only(event.id, [Step(shard=0, becomes=FENCED)])

    with pytest.raises(SeatRefusedError):
        enrol(world, a_row(event), mode=OPEN)

    assert free(world, event) == [3]


def test_a_place_is_taken_by_one_only(world: World) -> None:
    event, _, _ = a_waitlist(world, 1)

    with pytest.raises(SeatRefusedError):
        join(world, event, 1)

    assert len(world.container.store.enrollments.first_waiting(event.id, 9)) == 1
    must_agree(world)


@pytest.mark.parametrize("what", ["a seat was taken", "a seat was given back", "somebody joined", "it was fenced"])
def test_a_fence_is_refused_when_anything_has_happened_to_any_shard(world: World, what: str) -> None:
    """Two shards with one seat each have room for a party of two: a look at each alone would not tell."""
    event = published(world, [1, 1])
    row = enrol(world, a_row(event), shard=1)
    seen = shards(world, event, 2)
    if what == "a seat was taken":
        enrol(world, a_row(event), shard=0)
    elif what == "a seat was given back":
        leave(world, row, shard=1)
    elif what == "somebody joined":
        world.container.store.enrollments.write_seats_only(event.id, [Step(shard=1, counts={"waitlisted": 1})])
    else:
        world.container.store.enrollments.write_seats_only(event.id, [Step(shard=0, becomes=FENCED)])
    fence = [Step(shard=number, becomes=FENCED, seen=shard) for number, shard in enumerate(seen)]

    with pytest.raises(StaleError):
        world.container.store.enrollments.write_seats_only(event.id, fence)

    modes = [shard.mode for shard in shards(world, event, 2)]
    assert modes == [FENCED if what == "it was fenced" else OPEN, OPEN]


def test_a_fence_is_lifted_only_as_long_as_nobody_has_joined(world: World) -> None:
    event, _, [first] = a_waitlist(world, 1)
    leave(world, first, mode=FENCED)
    [seen] = shards(world, event)
    second = join(world, event, 2)
    lift = Step(shard=0, becomes=OPEN, seen=seen, shards=1)

    with pytest.raises(StaleError):
        world.container.store.enrollments.write_seats_only(event.id, [lift])
    assert shards(world, event)[0].mode is FENCED

    leave(world, second, mode=FENCED)
    [seen] = shards(world, event)
    world.container.store.enrollments.write_seats_only(event.id, [Step(shard=0, becomes=OPEN, seen=seen, shards=1)])
    assert shards(world, event)[0].mode is OPEN
    must_agree(world)


def test_a_seat_is_handed_over_in_one_transaction(world: World) -> None:
    event, holder, [first, second] = a_waitlist(world, 2)

    write(world, moved(holder, Status.CANCELLED), moved(first, Status.CONFIRMED), mode=FENCED)

    assert free(world, event) == [0]
    assert world.container.store.enrollments.first_waiting(event.id, 9) == [second]
    must_agree(world)


def test_the_same_head_is_not_seated_twice(world: World) -> None:
    """Two people leave at the same moment and both have read the same head: the second finds the place gone."""
    event, holder, [first, _] = a_waitlist(world, 2)
    write(world, moved(holder, Status.CANCELLED), moved(first, Status.CONFIRMED), mode=FENCED)
    other = enrol(world, a_row(event), mode=FENCED, free=0)

    with pytest.raises(StaleError):
        write(world, moved(other, Status.CANCELLED), moved(first, Status.CONFIRMED), mode=FENCED)

    found = world.container.store.enrollments.by_key(other.key)
    assert found is not None
    assert found.status is Status.CONFIRMED


def test_a_head_that_left_meanwhile_gets_no_seat(world: World) -> None:
    event, holder, [first, second] = a_waitlist(world, 2)
    leave(world, first, mode=FENCED)

    with pytest.raises(StaleError):
        write(world, moved(holder, Status.CANCELLED), moved(first, Status.CONFIRMED), mode=FENCED)

    assert world.container.store.enrollments.first_waiting(event.id, 9) == [second]
    assert free(world, event) == [0]
    must_agree(world)


def test_a_row_in_the_waitlist_moves_with_its_copy(world: World) -> None:
    event, _, [first, second] = a_waitlist(world, 2)
    smaller = moved(first, Status.WAITLISTED, skipped=2)

    write(world, smaller)

    assert world.container.store.enrollments.first_waiting(event.id, 9) == [smaller.after, second]
    with pytest.raises(StaleError):
        write(world, moved(first, Status.WAITLISTED, skipped=1))
    must_agree(world)


def test_an_offer_leaves_the_waitlist_and_has_a_deadline(world: World) -> None:
    event, holder, [first] = a_waitlist(world, 1)

    offer = moved(first, Status.OFFERED, expires_at=NOW + HOUR)
    write(world, moved(holder, Status.CANCELLED), offer, mode=FENCED)

    assert world.container.store.enrollments.first_waiting(event.id, 9) == []
    [found] = world.container.store.enrollments.holds(event.id, 9)
    assert (found.key, found.expires_at) == (first.key, NOW + HOUR)
    must_agree(world)


def test_holds_are_in_the_order_of_their_ends(world: World) -> None:
    event = published(world, [9])
    rows = [enrol(world, a_row(event, Status.PENDING, expires_at=NOW + HOUR * hours)) for hours in (3, 1, 2)]

    found = world.container.store.enrollments.holds(event.id, 2)

    assert [one.key for one in found] == [rows[1].key, rows[2].key]
    assert [one.expires_at for one in found] == [NOW + HOUR, NOW + 2 * HOUR]


@pytest.mark.parametrize("status", [Status.PENDING, Status.OFFERED])
def test_a_hold_is_confirmed_until_its_last_moment_and_never_after(world: World, status: Status) -> None:
    event = published(world, [2])
    row, late = held(world, event, status), held(world, event, status)

    write(world, moved(row, Status.CONFIRMED, at=NOW + HOUR - timedelta(milliseconds=1)))
    with pytest.raises(StaleError):
        write(world, moved(late, Status.CONFIRMED, at=NOW + HOUR))

    assert [one.key for one in world.container.store.enrollments.holds(event.id, 9)] == [late.key]
    must_agree(world)


@pytest.mark.parametrize("status", [Status.PENDING, Status.OFFERED])
def test_a_hold_is_taken_back_from_its_end_on_and_never_before(world: World, status: Status) -> None:
    event = published(world, [1])
    row = held(world, event, status)

    with pytest.raises(StaleError):
        write(world, moved(row, Status.EXPIRED, at=NOW + HOUR - timedelta(milliseconds=1)))
    assert free(world, event) == [0]
    write(world, moved(row, Status.EXPIRED, at=NOW + HOUR))

    assert free(world, event) == [1]
    assert world.container.store.enrollments.holds(event.id, 9) == []
    must_agree(world)


def test_a_hold_that_was_confirmed_is_not_taken_back_as_it_was_read(world: World) -> None:
    event = published(world, [1])
    row = held(world, event)
    write(world, moved(row, Status.CONFIRMED))

    with pytest.raises(StaleError):
        write(world, moved(row, Status.EXPIRED, at=NOW + HOUR))

    assert free(world, event) == [0]
    must_agree(world)


def test_places_deadlines_and_tickets_are_on_no_list_of_enrollments(world: World) -> None:
    event, _, [first] = a_waitlist(world, 1)
    world.container.store.enrollments.draw_waitlist_number(event.id)
    pending = held(world, published(world, [1]))

    part = world.container.store.enrollments.of_event(event.id, 0, start=None, forward=True, limit=9)
    mine = world.container.store.enrollments.of_attendee(
        pending.key.attendee_id, start=None, forward=True, limit=9, statuses=()
    )

    assert len([item for item in table(world, "enrollments") if "entry" not in item]) == 6
    assert {row.status for _, row in part.items} == {Status.CONFIRMED, Status.WAITLISTED}
    assert [row for _, row in part.items if row.status is Status.WAITLISTED] == [first]
    assert [row for _, row in mine.items] == [pending]
