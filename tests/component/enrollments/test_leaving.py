"""Cancelling one enrollment: by the person until the start, by the organizer always, by nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, due_rows, enrolled, free_seats, signed_in
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import World

VERBS = [("POST", "/cancel"), ("DELETE", "")]


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=3, starts_at="2026-06-01T09:30:00Z")


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    return enrolled(world, event, ada)


def cancel(world: World, row: dict[str, Any], person: Person, body: Any = None) -> Answer:
    return world.post(f"/enrollments/{row['id']}/cancel", body, person.token)


def test_cancelling_answers_the_cancelled_enrollment(
    world: World, event: dict[str, Any], row: dict[str, Any], ada: Person
) -> None:
    world.clock.advance(timedelta(minutes=1))

    answer = cancel(world, row, ada)

    assert answer.status == 200
    assert answer.json == {**row, "status": "cancelled", "version": 2, "updated_at": "2026-06-01T09:01:00Z"}
    assert answer.headers["ETag"] == '"2"'
    assert free_seats(world, event) == [3]
    mail = {"kind": "enrollment_cancelled", "state": "queued", "at": "2026-06-01T09:01:00Z", "reason": None}
    assert world.get(f"/enrollments/{row['id']}", ada.token).json == answer.json | {"mail": mail}


def test_deleting_is_cancelling_without_an_answer(world: World, row: dict[str, Any], ada: Person) -> None:
    answer = world.delete(f"/enrollments/{row['id']}", ada.token)

    assert (answer.status, answer.text) == (204, "")
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["status"] == "cancelled"


@pytest.mark.parametrize(("method", "action"), VERBS)
def test_cancelling_twice_gives_one_seat_back_and_sends_one_mail(
    world: World, event: dict[str, Any], row: dict[str, Any], ada: Person, method: str, action: str
) -> None:
    url = f"/enrollments/{row['id']}{action}"

    first, second = world.send(method, url, token=ada.token), world.send(method, url, token=ada.token)

    assert second.status == first.status
    assert second.text == first.text
    assert free_seats(world, event) == [3]
    assert len(due_rows(world, "enrollment_cancelled")) == 1


@pytest.mark.parametrize(("method", "action"), VERBS)
def test_others_do_not_learn_that_it_exists(
    world: World, event: dict[str, Any], row: dict[str, Any], method: str, action: str
) -> None:
    url = f"/enrollments/{row['id']}"
    stranger = a_person(world)

    problem(world.send(method, url + action, token=stranger.token), 404, "not_found")
    problem(world.get(url, stranger.token), 404, "not_found")
    problem(world.send(method, url + action), 401, "unauthenticated")

    assert free_seats(world, event) == [2]


def test_another_attendee_of_the_event_is_a_stranger(world: World, event: dict[str, Any], row: dict[str, Any]) -> None:
    other = a_person(world)
    enrolled(world, event, other)

    problem(cancel(world, row, other), 404, "not_found")


@pytest.mark.parametrize(("method", "action"), VERBS)
def test_the_person_cancels_until_the_start(
    world: World, event: dict[str, Any], row: dict[str, Any], ada: Person, method: str, action: str
) -> None:
    world.clock.advance(timedelta(minutes=30))

    problem(world.send(method, f"/enrollments/{row['id']}{action}", token=ada.token), 409, "event_started")

    assert free_seats(world, event) == [2]


def test_the_person_cancels_up_to_the_last_moment(world: World, row: dict[str, Any], ada: Person) -> None:
    world.clock.advance(timedelta(minutes=30) - timedelta(milliseconds=1))

    assert cancel(world, row, ada).status == 200


def test_a_cancelled_one_is_answered_as_it_is_even_after_the_start(
    world: World, row: dict[str, Any], ada: Person
) -> None:
    before = cancel(world, row, ada)
    world.clock.advance(timedelta(minutes=30))

    assert cancel(world, row, ada).json == before.json


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=45), timedelta(days=300)])
def test_the_organizer_cancels_always_with_a_note(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], later: timedelta
) -> None:
    world.clock.advance(later)

    answer = cancel(world, row, signed_in(world, olga.account), {"note": "The room is too small."})

    assert answer.status == 200
    assert (answer.json["status"], answer.json["note"]) == ("cancelled", "The room is too small.")
    assert answer.json["attendee"]["email"] == "ada@example.org"
    assert free_seats(world, event) == [3]


def test_the_person_is_told_what_the_organizer_wrote(
    world: World, olga: Person, row: dict[str, Any], ada: Person
) -> None:
    cancel(world, row, olga, {"note": "The room is too small."})
    world.work()

    mail = world.mailer.to("ada@example.org")[-1]
    assert "The organizer has cancelled your enrollment" in mail.text
    assert "The organizer writes: The room is too small." in mail.text
    shown = world.get(f"/enrollments/{row['id']}", ada.token).json
    assert shown["note"] == "The room is too small."


def test_a_note_is_the_organizers_to_write(world: World, row: dict[str, Any], ada: Person) -> None:
    assert cancel(world, row, ada, {"note": "I am ill."}).json["note"] is None


@pytest.mark.parametrize("note", ["x" * 501, "two\nlines", "nul\x00", 7, ["x"]])
def test_a_note_is_one_line_of_500_characters(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], note: Any
) -> None:
    assert faults(cancel(world, row, olga, {"note": note})) == [("/note", "invalid")]

    assert free_seats(world, event) == [2]


def test_an_admin_cancels_as_an_organizer_does(world: World, event: dict[str, Any], row: dict[str, Any]) -> None:
    admin = a_person(world, roles=(Role.ADMIN,))

    assert cancel(world, row, admin, {"note": "Rules."}).json["note"] == "Rules."


def test_a_note_of_an_earlier_cancellation_is_gone_after_enrolling_again(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], ada: Person
) -> None:
    cancel(world, row, olga, {"note": "Sorry."})

    assert enrolled(world, event, ada)["note"] is None


def test_an_enrollment_is_shown_to_its_person_and_to_the_organizer(
    world: World, olga: Person, row: dict[str, Any], ada: Person
) -> None:
    url = f"/enrollments/{row['id']}"

    own, organizers = world.get(url, ada.token).json, world.get(url, olga.token).json

    assert own["attendee"] == {"id": ada.id, "name": "Ada Lovelace", "email": None}
    assert organizers["attendee"] == {"id": ada.id, "name": "Ada Lovelace", "email": "ada@example.org"}
    assert {**own, "attendee": None} == {**organizers, "attendee": None}
    problem(world.get(url), 401, "unauthenticated")
