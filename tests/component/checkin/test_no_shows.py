"""Seats of people who did not come: given to the waitlist at the time that the organizer has set, and not before."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.outbox.entry import OutboxKind
from tests.support.builders import Person, a_person, cancelled, due_rows, free_seats, people, signed_in
from tests.support.world import World

START = "2026-06-01T12:00:00Z"
AN_HOUR_LATER = "2026-06-01T13:00:00Z"
KIND = OutboxKind.NO_SHOWS.value


def an_event(world: World, olga: Person, **fields: Any) -> dict[str, Any]:
    settings = {"starts_at": START, "ends_at": "2026-06-01T20:00:00Z", "no_show_release_minutes": 30, **fields}
    return world.an_event(olga.token, **settings)


def enrol(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", fields, person.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def at(world: World, minutes: int, *persons: Person) -> list[Person]:
    """So many minutes after the start at noon, the schedule having run all the way, and these people signed in again.

    A day-long watermark would be needed otherwise: the tick works from where it stopped.
    """
    world.work()
    world.clock.advance(timedelta(hours=3, minutes=minutes))
    for _ in range(3):
        world.tick()
        world.work()
    return [signed_in(world, one.account) for one in persons]


def shown(world: World, row: dict[str, Any], organizer: Person) -> dict[str, Any]:
    answer = world.get(f"/enrollments/{row['id']}", organizer.token)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def state(world: World, row: dict[str, Any], organizer: Person) -> tuple[str, bool]:
    """Status, and whether somebody was missed."""
    found = shown(world, row, organizer)
    return found["status"], found["no_show_at"] is not None


@pytest.mark.parametrize("capacity", [2, 600], ids=["one shard", "several shards"])
def test_who_came_stays_and_who_did_not_gives_way(world: World, olga: Person, capacity: int) -> None:
    event = an_event(world, olga, capacity=capacity)
    came, missed = people(world, 2)
    here, absent = enrol(world, event, came), enrol(world, event, missed)
    assert world.post(f"/enrollments/{here['id']}/check-in", None, olga.token).status == 200

    [organizer] = at(world, 31, olga)

    assert state(world, here, organizer) == ("confirmed", False)
    assert state(world, absent, organizer) == ("cancelled", True)
    assert sum(free_seats(world, event)) == capacity - 1
    history = world.get(f"/enrollments/{absent['id']}/history", organizer.token).json["results"]
    assert (history[-1]["cause"], history[-1]["actor"]) == ("no_show", {"kind": "system", "id": None})
    [counted] = world.get("/me/events", organizer.token).json["results"]
    assert [counted["counts"][name] for name in ("confirmed", "checked_in", "cancelled", "no_show")] == [1, 1, 1, 1]


def test_the_waitlist_gets_the_seats(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=2)
    came, missed, first, second = people(world, 4)
    here, absent = enrol(world, event, came), enrol(world, event, missed)
    waiting = [enrol(world, event, one, waitlist=True) for one in (first, second)]
    world.post(f"/enrollments/{here['id']}/check-in", None, olga.token)

    [organizer] = at(world, 31, olga)

    assert [state(world, row, organizer)[0] for row in (here, absent, *waiting)] == [
        "confirmed",
        "cancelled",
        "confirmed",
        "waitlisted",
    ]
    assert free_seats(world, event) == [0]
    assert "You have a place: Python Workshop" in [one.subject for one in world.mailer.to(first.email)]


def test_who_is_promoted_by_it_is_not_released_in_turn(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    missed, first = people(world, 2)
    enrol(world, event, missed)
    waiting = enrol(world, event, first, waitlist=True)

    [organizer] = at(world, 31, olga)
    world.clock.advance(timedelta(minutes=30))
    world.tick()
    world.work()

    assert state(world, waiting, organizer) == ("confirmed", False)


def test_nobody_is_released_before_the_time(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=2)
    row = enrol(world, event, a_person(world))

    [organizer] = at(world, 29, olga)

    assert state(world, row, organizer) == ("confirmed", False)


def test_holds_and_those_who_wait_are_no_no_shows(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    enrol(world, event, a_person(world))
    waiting = enrol(world, event, a_person(world), waitlist=True)
    second = enrol(world, event, a_person(world), waitlist=True)

    [organizer] = at(world, 31, olga)

    assert state(world, waiting, organizer) == ("confirmed", False)
    assert state(world, second, organizer) == ("waitlisted", False)


def test_a_check_in_that_was_taken_back_counts_for_nothing(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=2)
    row = enrol(world, event, a_person(world))
    world.post(f"/enrollments/{row['id']}/check-in", None, olga.token)
    world.delete(f"/enrollments/{row['id']}/check-in", olga.token)

    [organizer] = at(world, 31, olga)

    assert state(world, row, organizer) == ("cancelled", True)


def test_the_seats_are_offered_where_the_event_offers(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1, waitlist_mode="offer")
    enrol(world, event, a_person(world))
    waiting = enrol(world, event, a_person(world), waitlist=True)

    [organizer] = at(world, 31, olga)

    assert state(world, waiting, organizer) == ("offered", False)


def test_moving_the_event_moves_the_release(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    row = enrol(world, event, a_person(world))
    assert world.patch(f"/events/{event['id']}", {"starts_at": AN_HOUR_LATER}, olga.token).status == 200
    [job] = due_rows(world, KIND)
    assert job["sk"].startswith("2026-06-01T13:30:00")

    [organizer] = at(world, 31, olga)
    assert state(world, row, organizer) == ("confirmed", False)
    world.clock.advance(timedelta(minutes=60))
    world.tick()
    world.work()

    [organizer] = [signed_in(world, olga.account)]
    assert state(world, row, organizer) == ("cancelled", True)


def test_another_delay_moves_the_release_too(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    row = enrol(world, event, a_person(world))
    world.patch(f"/events/{event['id']}", {"no_show_release_minutes": 10}, olga.token)

    [organizer] = at(world, 11, olga)

    assert state(world, row, organizer) == ("cancelled", True)


def test_turning_it_off_stops_it_and_turning_it_on_starts_it(world: World, olga: Person) -> None:
    event, url = an_event(world, olga, capacity=1), "/events/"
    kept = enrol(world, event, a_person(world))
    late = an_event(world, olga, capacity=1, no_show_release_minutes=None)
    lost = enrol(world, late, a_person(world))
    assert world.patch(url + event["id"], {"no_show_release_minutes": None}, olga.token).status == 200
    assert world.patch(url + late["id"], {"no_show_release_minutes": 20}, olga.token).status == 200
    assert len(due_rows(world, KIND)) == 1

    [organizer] = at(world, 31, olga)

    assert state(world, kept, organizer) == ("confirmed", False)
    assert state(world, lost, organizer) == ("cancelled", True)


def test_a_draft_that_was_published_releases_too(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1, status="draft")
    assert world.post(f"/events/{event['id']}/publish", None, olga.token).status == 200
    row = enrol(world, event, a_person(world))

    [organizer] = at(world, 31, olga)

    assert state(world, row, organizer) == ("cancelled", True)


def test_a_cancelled_event_releases_nobody(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    row = enrol(world, event, a_person(world))
    cancelled(world, event, olga)
    assert due_rows(world, KIND) == []

    [organizer] = at(world, 31, olga)

    assert state(world, row, organizer) == ("cancelled", False)


def test_missing_one_event_is_forgotten_by_enrolling_again(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1, enrollment_closes_at="2026-06-01T19:00:00Z")
    ada = a_person(world)
    row = enrol(world, event, ada)
    organizer, late = at(world, 31, olga, ada)
    assert state(world, row, organizer) == ("cancelled", True)

    again = enrol(world, event, late)

    assert (again["status"], again["no_show_at"]) == ("confirmed", None)
    [counted] = world.get("/me/events", organizer.token).json["results"]
    assert counted["counts"]["no_show"] == 0
