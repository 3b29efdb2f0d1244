"""A key for the door of one event: it scans, sees who is enrolled, and is nothing else to anybody."""

from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, an_api_key, deleted, enrolled
from tests.support.handles import key_named
from tests.support.problems import faults, problem
from tests.support.world import World


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world, "olga@example.org", first_name="Olga")


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", first_name="Ada")


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=5)


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    return enrolled(world, event, ada)


@pytest.fixture
def door(world: World, olga: Person, event: dict[str, Any]) -> str:
    return str(an_api_key(world, olga, "check-in", event_id=event["id"])["secret"])


def test_it_checks_in_and_takes_back(world: World, olga: Person, door: str, row: dict[str, Any]) -> None:
    came = world.post(f"/enrollments/{row['id']}/check-in", {}, door)

    assert came.status == 200, came.text
    assert came.json["checked_in_at"] is not None
    assert world.delete(f"/enrollments/{row['id']}/check-in", door).status == 204
    shown = world.get(f"/enrollments/{row['id']}", olga.token).json
    assert shown["checked_in_at"] is None


def test_it_hands_in_what_was_scanned(world: World, door: str, event: dict[str, Any], row: dict[str, Any]) -> None:
    code = world.container.security.tickets.code_of(key_named(row["id"]), 1, 1)

    answer = world.post(f"/events/{event['id']}/check-ins", {"rows": [{"code": code}]}, door)

    assert [one["status"] for one in answer.json["results"]] == ["checked_in"], answer.text


def test_it_sees_who_is_enrolled_without_addresses_notes_and_mails(
    world: World, olga: Person, door: str, event: dict[str, Any], row: dict[str, Any]
) -> None:
    world.work()
    noted = world.patch(f"/enrollments/{row['id']}", {"note": "owes us a beer"}, olga.token)
    assert noted.status == 200, noted.text
    url = f"/events/{event['id']}/enrollments"

    [theirs] = world.get(url, olga.token).json["results"]
    [shown] = world.get(url, door).json["results"]

    assert theirs["attendee"]["email"] == "ada@example.org"
    assert theirs["note"] == "owes us a beer"
    assert theirs["mail"]
    assert shown == {**theirs, "attendee": {**theirs["attendee"], "email": None}, "note": None, "mail": None}
    checked = world.post(f"/enrollments/{row['id']}/check-in", {}, door).json
    assert (checked["attendee"]["email"], checked["note"]) == (None, None)


@pytest.mark.parametrize(("q", "organizer", "at_the_door"), [("ada@", 1, 0), ("example.org", 1, 0), ("ada", 1, 1)])
def test_its_search_does_not_tell_whose_an_address_is(
    world: World, olga: Person, door: str, row: dict[str, Any], q: str, organizer: int, at_the_door: int
) -> None:
    url = f"/events/{row['event']['id']}/enrollments?q={q}"

    assert len(world.get(url, olga.token).json["results"]) == organizer
    assert len(world.get(url, door).json["results"]) == at_the_door


def test_it_sees_its_event_and_its_figures(world: World, door: str, event: dict[str, Any], row: dict[str, Any]) -> None:
    assert world.get(f"/events/{event['id']}", door).json["title"] == event["title"]
    assert world.get(f"/events/{event['id']}/capacity", door).json["attendees_count"] == 1
    assert world.get(f"/events/{event['id']}/enrollments?status=confirmed", door).json["count"] == 1


def test_another_event_of_the_same_organizer_is_not_there(world: World, olga: Person, ada: Person, door: str) -> None:
    other = world.an_event(olga.token)
    there = enrolled(world, other, ada)

    for answer in (
        world.get(f"/events/{other['id']}", door),
        world.get(f"/events/{other['id']}/capacity", door),
        world.get(f"/events/{other['id']}/enrollments", door),
        world.post(f"/events/{other['id']}/check-ins", {"rows": [{"enrollment_id": there["id"]}]}, door),
        world.post(f"/enrollments/{there['id']}/check-in", {}, door),
        world.delete(f"/enrollments/{there['id']}/check-in", door),
    ):
        problem(answer, 404, "not_found")
    assert world.get(f"/enrollments/{there['id']}", olga.token).json["checked_in_at"] is None


def test_rows_of_another_event_are_nobody_in_its_batch(
    world: World, olga: Person, ada: Person, door: str, event: dict[str, Any]
) -> None:
    there = enrolled(world, world.an_event(olga.token), ada)

    answer = world.post(f"/events/{event['id']}/check-ins", {"rows": [{"enrollment_id": there["id"]}]}, door)

    assert [one["status"] for one in answer.json["results"]] == ["refused"], answer.text
    assert world.get(f"/enrollments/{there['id']}", olga.token).json["checked_in_at"] is None


def test_its_account_may_not_check_itself_in_elsewhere_with_it(
    world: World, olga: Person, ada: Person, door: str
) -> None:
    """Its account is the person of an enrollment there; the key is not."""
    own = enrolled(world, world.an_event(ada.token), olga)

    problem(world.post(f"/enrollments/{own['id']}/check-in", {}, door), 404, "not_found")
    problem(world.get(f"/enrollments/{own['id']}", door), 403, "scope_missing")


def test_only_the_organizer_gives_one(world: World, ada: Person, olga: Person, event: dict[str, Any]) -> None:
    root = a_person(world, roles=(Role.ADMIN,))
    draft = world.an_event(olga.token, status="draft")
    body = {"name": "door", "scope": "check-in"}

    problem(world.post("/auth/api-keys", body | {"event_id": event["id"]}, ada.token), 403, "forbidden")
    problem(world.post("/auth/api-keys", body | {"event_id": event["id"]}, root.token), 403, "forbidden")
    for event_id in (draft["id"], "01ARZ3NDEKTSV4RRFFQ69G5FAV", "junk", "", "x" * 64):
        problem(world.post("/auth/api-keys", body | {"event_id": event_id}, ada.token), 404, "not_found")
    assert faults(world.post("/auth/api-keys", body | {"event_id": "x" * 65}, olga.token)) == [("/event_id", "invalid")]
    made = world.post("/auth/api-keys", body | {"event_id": event["id"]}, olga.token)
    assert (made.status, made.json["event_id"]) == (201, event["id"])


def test_a_key_makes_no_key(world: World, olga: Person, event: dict[str, Any]) -> None:
    key = an_api_key(world, olga, "write")["secret"]
    body = {"name": "door", "scope": "check-in", "event_id": event["id"], "password": "correct horse battery"}

    assert problem(world.post("/auth/api-keys", body, key), 403, "scope_missing")["scopes"] == []


def test_a_deleted_event_has_no_door(world: World, olga: Person, door: str, event: dict[str, Any]) -> None:
    deleted(world, event, olga)

    problem(world.get(f"/events/{event['id']}", door), 404, "not_found")
    problem(world.post(f"/events/{event['id']}/check-ins", {"rows": []}, door), 400, "invalid_request")
    problem(world.get(f"/events/{event['id']}/enrollments", door), 404, "not_found")


PAGE = "https://turnout.example/app/check-in/"


def test_a_new_key_comes_as_a_link_and_a_picture_of_it(world: World, olga: Person, event: dict[str, Any]) -> None:
    made = an_api_key(world, olga, "check-in", event_id=event["id"], check_in_page=PAGE)

    assert made["link"] == f"{PAGE}#key={made['secret']}&event={event['id']}"
    assert made["qr"].startswith("<svg")
    assert made["secret"] not in made["qr"]  # only drawn
    plain = an_api_key(world, olga, "check-in", event_id=event["id"])
    assert (plain["link"], plain["qr"]) == (None, None)


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)/", "https://x.example/app", "https://x.example/?a#b/", "//x.example/"]
)
def test_a_link_leads_to_a_page_of_the_web(world: World, olga: Person, event: dict[str, Any], page: str) -> None:
    body = {"name": "Door", "scope": "check-in", "event_id": event["id"], "check_in_page": page}

    assert [one[0] for one in faults(world.post("/auth/api-keys", body, olga.token))] == ["/check_in_page"]


def test_only_a_key_for_a_door_has_a_link(world: World, olga: Person) -> None:
    body = {"name": "Program", "scope": "read", "check_in_page": PAGE}

    assert [one[0] for one in faults(world.post("/auth/api-keys", body, olga.token))] == ["/check_in_page"]
