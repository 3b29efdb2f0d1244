"""Holds over HTTP: a seat kept until a deadline, confirmed before it, and free again after it, tick or no tick."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, free_seats
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=1, hold_minutes=15)


def enrol(world: World, event: dict[str, Any], person: Person, **fields: Any) -> Answer:
    return world.post(f"/events/{event['id']}/enrollments", fields, person.token)


def held(world: World, event: dict[str, Any], person: Person) -> dict[str, Any]:
    answer = enrol(world, event, person, confirm=False)
    assert (answer.status, answer.json["status"]) == (201, "pending")
    return dict(answer.json)


def confirm(world: World, row: dict[str, Any], person: Person, **headers: str) -> Answer:
    return world.post(f"/enrollments/{row['id']}/confirm", None, person.token, **headers)


def test_a_hold_keeps_the_seat_and_says_until_when(world: World, event: dict[str, Any]) -> None:
    row = held(world, event, a_person(world))

    assert row["expires_at"] == "2026-06-01T09:15:00Z"
    assert free_seats(world, event) == [0]
    problem(enrol(world, event, a_person(world)), 409, "event_full")


def test_a_confirmed_hold_is_a_place_for_good(world: World, event: dict[str, Any]) -> None:
    ada = a_person(world)
    row = held(world, event, ada)

    answer = confirm(world, row, ada)

    assert (answer.status, answer.json["status"], answer.json["expires_at"]) == (200, "confirmed", None)
    assert answer.headers["ETag"] == '"2"'
    assert confirm(world, row, ada).json == answer.json
    world.clock.advance(timedelta(minutes=20))
    world.tick()
    world.work()
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["status"] == "confirmed"


def test_who_needs_the_seat_takes_an_expired_hold_back_without_any_schedule(
    world: World, event: dict[str, Any]
) -> None:
    late, next_one = a_person(world), a_person(world)
    row = held(world, event, late)
    problem(enrol(world, event, next_one), 409, "event_full")

    world.clock.advance(timedelta(minutes=15))

    assert enrol(world, event, next_one).json["status"] == "confirmed"
    assert world.get(f"/enrollments/{row['id']}", late.token).json["status"] == "expired"
    problem(confirm(world, row, late), 409, "hold_expired")


def test_an_expired_hold_is_never_confirmed_even_if_nobody_has_taken_it_back(
    world: World, event: dict[str, Any]
) -> None:
    ada = a_person(world)
    row = held(world, event, ada)

    world.clock.advance(timedelta(minutes=15))

    problem(confirm(world, row, ada), 409, "hold_expired")
    assert enrol(world, event, ada).json["status"] == "confirmed"  # the seat is free: once more


def test_the_tick_takes_expired_holds_back(world: World, event: dict[str, Any]) -> None:
    held(world, event, a_person(world))

    world.clock.advance(timedelta(minutes=16))
    world.tick()
    world.work()

    assert free_seats(world, event) == [1]


def test_a_hold_never_lasts_beyond_the_start(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1, hold_minutes=600, starts_at="2026-06-01T10:00:00Z")

    assert held(world, event, a_person(world))["expires_at"] == "2026-06-01T10:00:00Z"


def test_a_hold_is_given_back_by_cancelling(world: World, event: dict[str, Any]) -> None:
    ada = a_person(world)
    row = held(world, event, ada)

    assert world.post(f"/enrollments/{row['id']}/cancel", None, ada.token).json["status"] == "cancelled"

    assert free_seats(world, event) == [1]
    problem(confirm(world, row, ada), 409, "nothing_to_confirm")


def test_the_organizer_confirms_and_strangers_do_not(world: World, event: dict[str, Any], olga: Person) -> None:
    row = held(world, event, a_person(world))

    problem(confirm(world, row, a_person(world)), 404, "not_found")
    assert confirm(world, row, olga).json["status"] == "confirmed"


def test_confirming_a_version_that_is_gone_is_refused(world: World, event: dict[str, Any]) -> None:
    ada = a_person(world)
    row = held(world, event, ada)

    problem(confirm(world, row, ada, If_Match='"7"'), 412, "precondition_failed")
    assert confirm(world, row, ada, If_Match='"1"').status == 200


def test_a_hold_of_a_cancelled_event_cannot_be_confirmed(world: World, event: dict[str, Any], olga: Person) -> None:
    ada = a_person(world)
    row = held(world, event, ada)
    url = f"/events/{event['id']}/cancel"
    asked = problem(world.post(url, None, olga.token), 409, "confirmation_required")
    assert asked["preview"] == {"people": 0, "holds": 1, "offers": 0, "waiting": 0}
    assert world.post(f"{url}?confirm={asked['confirm']}", None, olga.token).status == 200

    problem(confirm(world, row, ada), 409, "event_cancelled")
    world.work()
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["status"] == "cancelled"


def test_no_answer_is_full_because_of_an_expired_hold(world: World, event: dict[str, Any]) -> None:
    held(world, event, a_person(world))
    assert world.get(f"/events/{event['id']}").json["is_full"] is True

    world.clock.advance(timedelta(minutes=15))

    shown = world.get(f"/events/{event['id']}").json
    assert (shown["is_full"], shown["available_spots"]) == (False, 1)
    assert world.get(f"/events/{event['id']}/capacity").json["available_spots"] == 1
    assert world.get(f"/events/{event['id']}/eligibility").json["available_spots"] == 1
