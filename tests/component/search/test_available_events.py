"""Events one can enrol in now: upcoming, enrolling open, a free seat."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, cancelled, enrolled, people
from tests.support.lists import earlier, ids, page, walk
from tests.support.world import World

START = "2026-07-01T09:00:00Z"


def full(world: World, olga: Person, **fields: Any) -> dict[str, Any]:
    event = world.an_event(olga.token, capacity=1, **fields)
    enrolled(world, event, a_person(world))
    return event


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, 1),
        ({"capacity": 1}, 1),
        ({"status": "draft"}, 0),
        ({"enrollment_opens_at": "2026-06-01T09:00:00Z"}, 1),
        ({"enrollment_opens_at": "2026-06-01T09:00:01Z"}, 0),
        ({"enrollment_closes_at": "2026-06-01T09:00:01Z"}, 1),
        ({"enrollment_closes_at": "2026-06-01T09:00:00Z"}, 0),
        ({"enrollment_closes_at": "2026-05-01T09:00:00Z"}, 0),
    ],
    ids=str,
)
def test_an_event_is_available_while_it_takes_people(
    world: World, olga: Person, fields: dict[str, Any], found: int
) -> None:
    event = world.an_event(olga.token, **fields)

    assert ids([page(world, "/events/available")]) == [event["id"]] * found


def test_the_last_seat_makes_an_event_unavailable_and_a_cancellation_available_again(
    world: World, olga: Person
) -> None:
    event = world.an_event(olga.token, capacity=1)
    row = enrolled(world, event, olga)
    assert ids([page(world, "/events/available")]) == []

    world.delete(f"/enrollments/{row['id']}", olga.token)

    assert ids([page(world, "/events/available")]) == [event["id"]]


def test_an_event_of_several_shards_leaves_when_the_last_seat_is_known_to_be_taken(world: World, olga: Person) -> None:
    """Sums of several shards are as old as the last mail of the event."""
    event = world.an_event(olga.token, capacity=501)
    guests = people(world, 2)
    world.patch(f"/events/{event['id']}", {"capacity": 2}, olga.token)
    world.clock.advance(timedelta(seconds=3))
    for guest in guests:
        enrolled(world, event, guest)
        world.clock.advance(timedelta(seconds=3))
        world.work()

    assert ids([page(world, "/events/available")]) == []
    assert page(world, "/events")["results"][0]["is_full"] is True


def test_a_started_event_is_not_available_even_while_enrolling_is_open(world: World, olga: Person) -> None:
    world.an_event(
        olga.token,
        starts_at="2026-06-01T09:10:00Z",
        ends_at="2026-06-03T09:00:00Z",
        enrollment_closes_at="2026-06-02T09:00:00Z",
    )
    world.clock.advance(timedelta(minutes=10))

    assert ids([page(world, "/events/available")]) == []


def test_a_cancelled_event_is_not_available(world: World, olga: Person) -> None:
    cancelled(world, world.an_event(olga.token), olga)

    assert ids([page(world, "/events/available")]) == []


def test_pages_look_past_what_is_not_available(world: World, olga: Person) -> None:
    wanted = []
    for number in range(12):
        fields = {"starts_at": f"2026-{7 + number % 3:02d}-{1 + number:02d}T09:00:00Z"}
        if number % 4:
            full(world, olga, **fields)
        else:
            wanted.append(world.an_event(olga.token, **fields))
    wanted.sort(key=lambda event: str(event["starts_at"]))

    for size in (1, 2, 3, 5, 20):
        pages = walk(world, f"/events/available?page_size={size}")

        assert ids(pages) == [event["id"] for event in wanted]
        assert [len(each["results"]) for each in pages[:-1]] == [size] * (len(pages) - 1)
        assert (pages[-1]["count"], pages[-1]["count_exact"]) == (3, True)
        assert earlier(world, pages) + ids(pages[-1:]) == ids(pages)


def test_a_count_that_is_not_exact_is_a_lower_bound(world: World, olga: Person) -> None:
    for day in (1, 2, 3):
        world.an_event(olga.token, starts_at=f"2026-07-0{day}T09:00:00Z")

    counts = [(each["count"], each["count_exact"]) for each in walk(world, "/events/available?page_size=2")]

    assert counts == [(2, False), (3, True)]


@pytest.mark.deep
def test_many_full_events_cost_a_short_page_and_not_a_long_wait(world: World, olga: Person) -> None:
    """Whether a seat is free is read with each event: about a hundred a request; then a short, even empty, page."""
    for number in range(130):
        starts_at = f"2026-07-01T09:{number // 60:02d}:{number % 60:02d}Z"
        enrolled(world, world.an_event(olga.token, starts_at=starts_at, capacity=1), olga)
    last = world.an_event(olga.token, starts_at="2026-07-02T09:00:00Z")

    with world.db.meter() as meter:
        first = page(world, "/events/available")
    pages = walk(world, "/events/available")

    assert first["results"] == []
    assert first["next"] is not None
    assert meter.reads <= 60
    assert ids(pages) == [last["id"]]
    assert len(pages) == 2


def test_events_that_are_not_open_cost_no_look_at_their_seats(world: World, olga: Person) -> None:
    for number in range(100):
        starts_at = f"2026-07-01T09:{number // 60:02d}:{number % 60:02d}Z"
        world.an_event(olga.token, starts_at=starts_at, enrollment_closes_at="2026-05-01T09:00:00Z")
    last = world.an_event(olga.token, starts_at="2026-07-02T09:00:00Z")

    with world.db.meter() as meter:
        assert ids([page(world, "/events/available")]) == [last["id"]]
    assert meter.reads <= 15
