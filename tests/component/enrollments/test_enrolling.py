"""Enrolling: a seat taken, refused, given back and taken again, and never more seats than there are."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import (
    Person,
    a_person,
    cancelled,
    due_rows,
    enrolled,
    free_seats,
    live_people,
    people,
    rows_of_people,
    signed_in,
)
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World

MISSING = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def enrol(world: World, event: dict[str, Any], person: Person, body: Any = None) -> Answer:
    return world.post(f"/events/{event['id']}/enrollments", body, person.token)


def test_an_enrolment_is_confirmed_and_answered_whole(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Berlin", timezone="Europe/Berlin")

    answer = enrol(world, event, ada, {})

    assert answer.status == 201
    row = answer.json
    assert row == {
        "id": row["id"],
        "event": {
            "id": event["id"],
            "title": "Python Workshop",
            "starts_at": "2026-07-01T09:00:00Z",
            "ends_at": "2026-07-01T10:00:00Z",
            "timezone": "Europe/Berlin",
            "location": "Berlin",
            "status": "published",
        },
        "attendee": {"id": ada.id, "name": "Ada Lovelace", "email": None},
        "status": "confirmed",
        "position": None,
        "expires_at": None,
        "party_size": 1,
        "note": None,
        "checked_in_at": None,
        "checked_in_people": 0,
        "walk_in": False,
        "no_show_at": None,
        "mail": None,
        "version": 1,
        "created_at": "2026-06-01T09:00:00Z",
        "updated_at": "2026-06-01T09:00:00Z",
    }
    assert len(row["id"]) <= 64
    assert answer.headers["Location"] == f"https://api.test/enrollments/{row['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    mail = {"kind": "enrollment_confirmed", "state": "queued", "at": "2026-06-01T09:00:00Z", "reason": None}
    assert world.get(f"/enrollments/{row['id']}", ada.token).json == row | {"mail": mail}


def test_no_body_is_needed(world: World, olga: Person, ada: Person) -> None:
    assert enrol(world, world.an_event(olga.token), ada).status == 201


def test_one_seat_is_taken_and_one_mail_is_on_its_way(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=3)

    enrolled(world, event, ada)

    assert free_seats(world, event) == [2]
    assert live_people(world, event) == [ada.id]
    assert world.get(f"/events/{event['id']}/capacity").json == {
        "capacity": 3, "attendees_count": 1, "available_spots": 2, "waitlist_count": 0,
    }  # fmt: skip
    assert [row["kind"] for row in due_rows(world)] == ["enrollment_confirmed"]


def test_an_organizer_may_come_to_their_own_event(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    assert enrol(world, event, olga).json["attendee"]["id"] == olga.id


def test_the_same_person_is_enrolled_once(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    row = enrolled(world, event, ada)

    for login in (ada, signed_in(world, ada.account)):
        body = problem(enrol(world, event, login), 409, "already_enrolled")
        assert body["enrollment"] == {"id": row["id"], "status": "confirmed", "expires_at": None}

    assert free_seats(world, event) == [2]
    assert len(due_rows(world)) == 1


def test_a_full_event_takes_nobody(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    guests = people(world, 4)

    answers = [enrol(world, event, guest) for guest in guests]

    assert [answer.status for answer in answers] == [201, 201, 409, 409]
    problem(answers[2], 409, "event_full")
    assert free_seats(world, event) == [0]
    assert live_people(world, event) == sorted(guest.id for guest in guests[:2])
    assert len(due_rows(world)) == 2
    assert world.get(f"/events/{event['id']}").json["is_full"] is True


def test_who_is_enrolled_in_a_full_event_is_told_so_and_not_that_it_is_full(
    world: World, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token, capacity=1)
    row = enrolled(world, event, ada)
    problem(enrol(world, event, a_person(world)), 409, "event_full")

    body = problem(enrol(world, event, ada), 409, "already_enrolled")

    assert body["enrollment"]["id"] == row["id"]


def test_a_known_full_event_costs_two_reads_and_no_write(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, ada)
    late = people(world, 2)
    enrol(world, event, late[0])

    with world.db.meter() as meter:
        problem(enrol(world, event, late[1]), 409, "event_full")

    assert (meter.reads, meter.writes, meter.calls) == (2.0, 0.0, 1)


def test_a_full_event_is_remembered_for_a_second_only(world: World, olga: Person, ada: Person) -> None:
    """Another process makes room, of which this one is not told."""
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, ada)
    late = a_person(world)
    problem(enrol(world, event, late), 409, "event_full")
    with World() as other:
        other.container.store.dynamo.connection._client = world.container.store.dynamo.connection._client
        assert other.patch(f"/events/{event['id']}", {"capacity": 2}, olga.token).status == 200

    problem(enrol(world, event, late), 409, "event_full")
    world.clock.advance(timedelta(seconds=1))

    assert enrol(world, event, late).status == 201


def test_the_process_that_makes_room_knows_of_it_at_once(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, ada)
    late = a_person(world)
    problem(enrol(world, event, late), 409, "event_full")

    world.patch(f"/events/{event['id']}", {"capacity": 2}, olga.token)

    assert enrol(world, event, late).status == 201


def test_cancelling_gives_the_seat_back_at_once(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    row = enrolled(world, event, ada)
    late = a_person(world)
    problem(enrol(world, event, late), 409, "event_full")

    world.delete(f"/enrollments/{row['id']}", ada.token)

    assert enrol(world, event, late).status == 201


def test_one_may_cancel_and_enrol_again_and_again(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    seen = set()
    for turn in range(8):
        row = enrolled(world, event, ada)
        seen.add(row["id"])
        assert row["version"] == 2 * turn + 1
        assert free_seats(world, event) == [0]
        world.clock.advance(timedelta(minutes=1))
        assert world.delete(f"/enrollments/{row['id']}", ada.token).status == 204
        assert free_seats(world, event) == [1]

    assert len(seen) == 1, "a person has one enrollment at an event"
    assert len(rows_of_people(world)) == 1
    assert row["created_at"] == "2026-06-01T09:07:00Z"


REFUSED: list[tuple[dict[str, Any], timedelta, str]] = [
    ({"enrollment_opens_at": "2026-06-01T09:00:01Z"}, timedelta(0), "enrollment_not_open"),
    ({"enrollment_closes_at": "2026-06-01T09:30:00Z"}, timedelta(minutes=30), "enrollment_closed"),
    ({}, timedelta(minutes=40), "event_started"),
    ({"enrollment_closes_at": "2026-06-01T09:45:00Z"}, timedelta(minutes=45), "enrollment_closed"),
    ({}, timedelta(minutes=50), "event_past"),
    ({"enrollment_closes_at": "2026-06-01T09:45:00Z"}, timedelta(minutes=50), "event_past"),
]


@pytest.mark.parametrize(("fields", "later", "code"), REFUSED, ids=[f"{code} {fields}" for fields, _, code in REFUSED])
def test_each_reason_has_its_code(
    world: World, olga: Person, ada: Person, fields: dict[str, Any], later: timedelta, code: str
) -> None:
    times = {"starts_at": "2026-06-01T09:40:00Z", "ends_at": "2026-06-01T09:50:00Z"}
    event = world.an_event(olga.token, capacity=5, **times, **fields)
    world.clock.advance(later)

    problem(enrol(world, event, ada), 409, code)

    assert free_seats(world, event) == [5]
    assert rows_of_people(world) == []
    assert due_rows(world) == []


def test_it_says_when_enrolling_opens(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, enrollment_opens_at="2026-06-10T08:00:00Z")

    body = problem(enrol(world, event, ada), 409, "enrollment_not_open")

    assert body["detail"] == "Enrollment opens at 2026-06-10T08:00:00Z."


def test_enrolling_opens_on_the_second(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, enrollment_opens_at="2026-06-01T09:00:01Z")
    world.clock.advance(timedelta(seconds=1))

    assert enrol(world, event, ada).status == 201


def test_an_organizer_may_keep_enrolling_open_after_the_start(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(
        olga.token,
        starts_at="2026-06-01T09:10:00Z",
        ends_at="2026-06-01T10:00:00Z",
        enrollment_closes_at="2026-06-01T09:50:00Z",
    )
    world.clock.advance(timedelta(minutes=30))

    assert enrol(world, event, ada).status == 201


def test_a_cancelled_event_takes_nobody(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)
    cancelled(world, event, olga)

    problem(enrol(world, event, ada), 409, "event_cancelled")


def test_the_event_is_looked_for_before_the_caller_is_judged(world: World, olga: Person) -> None:
    """401, then 404, then 403, then 409."""
    nobody = a_person(world, roles=(Role.FACILITATOR,), email_verified=False)
    started = world.an_event(olga.token, starts_at="2026-06-01T09:01:00Z")
    world.clock.advance(timedelta(minutes=2))

    problem(world.post(f"/events/{MISSING}/enrollments", {}), 401, "unauthenticated")
    problem(enrol(world, {"id": MISSING}, nobody), 404, "not_found")
    problem(enrol(world, started, nobody), 403, "email_not_verified")
    seekless = a_person(world, roles=(Role.FACILITATOR,))
    body = problem(enrol(world, started, seekless), 403, "role_required")
    assert "'seeker'" in body["detail"]
    problem(enrol(world, started, a_person(world, roles=(Role.SEEKER,))), 409, "event_started")
