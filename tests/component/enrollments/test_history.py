"""The trail of an enrollment: what happened, when and by whom, for those who may see the enrollment."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.handles import key_named
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=2)


def history(world: World, row: dict[str, Any], token: str) -> list[dict[str, Any]]:
    answer = world.get(f"/enrollments/{row['id']}/history", token)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store"), answer.text
    assert answer.json["count"] == len(answer.json["results"])
    return list(answer.json["results"])


def told(world: World, row: dict[str, Any], token: str) -> list[tuple[str, str, str]]:
    return [(one["status"], one["cause"], one["actor"]["kind"]) for one in history(world, row, token)]


def test_each_step_says_when_why_and_by_whom(world: World, olga: Person, ada: Person, event: dict[str, Any]) -> None:
    row = enrolled(world, event, ada)
    world.clock.advance(timedelta(minutes=5))
    world.post(f"/enrollments/{row['id']}/check-in", None, olga.token)

    assert history(world, row, ada.token) == [
        {
            "at": "2026-06-01T09:00:00Z",
            "status": "confirmed",
            "cause": "enrolled",
            "actor": {"kind": "attendee", "id": ada.id},
            "request_id": "test-request",
        },
        {
            "at": "2026-06-01T09:05:00Z",
            "status": "confirmed",
            "cause": "checked_in",
            "actor": {"kind": "organizer", "id": olga.id},
            "request_id": "test-request",
        },
    ]


def test_the_last_six_steps_are_kept(world: World, olga: Person, ada: Person, event: dict[str, Any]) -> None:
    row = enrolled(world, event, ada)
    for _ in range(3):
        world.post(f"/enrollments/{row['id']}/check-in", None, olga.token)
        world.delete(f"/enrollments/{row['id']}/check-in", olga.token)
    world.post(f"/enrollments/{row['id']}/cancel", {"note": "private"}, olga.token)

    assert [one["cause"] for one in history(world, row, ada.token)] == [
        "check_in_undone",
        "checked_in",
        "check_in_undone",
        "checked_in",
        "check_in_undone",
        "cancelled_by_organizer",
    ]


def test_who_handed_a_place_on_is_no_admin(world: World, olga: Person, ada: Person, event: dict[str, Any]) -> None:
    giver = a_person(world)
    row, to = enrolled(world, event, giver), {"name": "Ada", "email": ada.email}

    handed_on = world.post(f"/enrollments/{row['id']}/transfer", to, giver.token).json
    entries = world.get(f"/events/{event['id']}/activity", olga.token).json["results"]

    for reader in (ada, olga):
        assert told(world, handed_on, reader.token) == [("confirmed", "transferred_from_another", "keeper")]
        assert history(world, handed_on, reader.token)[0]["actor"]["id"] is None
    assert {one["actor"] for one in entries if "transferred_from_another" in one["kinds"]} == {"keeper"}


def test_what_happens_by_itself_names_the_system(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    first, second = enrolled(world, event, a_person(world)), enrolled(world, event, olga)
    waiting = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, ada.token).json
    admin = a_person(world, roles=(Role.ADMIN,))
    world.post(f"/enrollments/{first['id']}/cancel", None, admin.token)

    assert told(world, waiting, ada.token) == [
        ("waitlisted", "joined_waitlist", "attendee"),
        ("confirmed", "promoted", "system"),
    ]
    assert history(world, waiting, ada.token)[1]["actor"] == {"kind": "system", "id": None}
    assert history(world, first, admin.token)[1]["actor"] == {"kind": "admin", "id": None}
    assert told(world, second, olga.token) == [("confirmed", "enrolled", "attendee")]


def test_a_keeper_is_named_as_one(world: World, olga: Person, ada: Person, event: dict[str, Any]) -> None:
    kept = world.post("/attendees", {"first_name": "Grace"}, ada.token).json
    row = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": kept["id"]}, ada.token).json
    world.post(f"/enrollments/{row['id']}/cancel", None, ada.token)

    assert told(world, row, olga.token) == [
        ("confirmed", "enrolled", "keeper"),
        ("cancelled", "cancelled_by_keeper", "keeper"),
    ]
    assert history(world, row, ada.token)[0]["actor"]["id"] == ada.id
    assert world.delete(f"/attendees/{kept['id']}", ada.token).status == 204
    assert told(world, row, olga.token)[0][2] == "keeper"


def test_a_cancelled_event_is_the_organizers_doing(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    row = enrolled(world, event, ada)
    cancelled(world, event, olga)
    world.work()

    assert told(world, row, ada.token)[-1] == ("cancelled", "event_cancelled", "organizer")


def test_strangers_learn_nothing_and_bearers_of_the_link_do(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    row, other = enrolled(world, event, ada), enrolled(world, event, olga)
    url = f"/enrollments/{row['id']}/history"
    key = key_named(row["id"])
    assert key
    link = world.container.security.links.token(key)

    problem(world.get(url), 401, "unauthenticated")
    problem(world.get(url, a_person(world).token), 404, "not_found")
    problem(world.get("/enrollments/junk/history", ada.token), 404, "not_found")
    assert told(world, row, link) == told(world, row, ada.token) == told(world, row, olga.token)
    problem(world.get(f"/enrollments/{other['id']}/history", link), 404, "not_found")


@pytest.mark.parametrize("by_work", [False, True], ids=["not written down", "written down"])
def test_a_hold_whose_time_is_up_has_its_end_whether_it_is_written_down_or_not(
    world: World, olga: Person, ada: Person, *, by_work: bool
) -> None:
    event = world.an_event(olga.token, capacity=2, hold_minutes=5)
    row = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json
    world.clock.advance(timedelta(minutes=6))
    if by_work:
        world.tick()
        world.work()

    for token in (ada.token, olga.token):
        assert told(world, row, token) == [("pending", "held", "attendee"), ("expired", "hold_expired", "system")]
    [_, end] = history(world, row, ada.token)
    assert (end["at"] == row["expires_at"], end["request_id"] == "") == (not by_work, not by_work)


def test_a_hold_whose_time_is_not_up_has_no_end(world: World, ada: Person, event: dict[str, Any]) -> None:
    row = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json

    assert told(world, row, ada.token) == [("pending", "held", "attendee")]
