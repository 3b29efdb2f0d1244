"""The list of a device at the door: what it holds, in pages, and what changed since."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.services.seats.totals import COMMIT
from tests.component.checkin.test_check_in import check_in
from tests.support.builders import Person, a_person, an_api_key, enrolled, people
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=3, party_max=3, ends_at="2026-07-01T17:00:00Z")


@pytest.fixture
def door(world: World, olga: Person, event: dict[str, Any]) -> str:
    return str(an_api_key(world, olga, "check-in", event_id=event["id"])["secret"])


def walk(world: World, event: dict[str, Any], token: str, query: str = "") -> tuple[list[dict[str, Any]], str, int]:
    """Every row, what to ask with next, and how many pages it took."""
    url, rows, pages = f"/events/{event['id']}/door/people?{query}", [], 0
    while True:
        answer = world.get(url, token)
        assert answer.status == 200, answer.text
        rows += answer.json["results"]
        pages += 1
        if answer.json["next"] is None:
            return rows, answer.json["updated_after"], pages
        url = answer.json["next"].removeprefix("https://api.test")


def test_a_row_says_what_the_door_needs_and_nothing_else(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    ada, bob, eve, kim = (a_person(world, first_name=name) for name in ("Ada", "Bob", "Eve", "Kim"))
    url = f"/events/{event['id']}/enrollments"
    here = world.post(url, {"party_size": 2}, ada.token).json
    held = world.post(url, {"confirm": False}, bob.token).json
    waiting = world.post(url, {"waitlist": True}, eve.token).json
    gone = world.post(url, {"waitlist": True}, kim.token).json
    assert world.post(f"/enrollments/{gone['id']}/cancel", None, kim.token).status == 200
    check_in(world, here, olga, {"people": 1})

    rows, _, pages = walk(world, event, door)

    assert pages == 1
    assert {row["id"]: (row["name"].split()[0], row["status"]) for row in rows} == {
        here["id"]: ("Ada", "confirmed"),
        held["id"]: ("Bob", "held"),
        waiting["id"]: ("Eve", "waitlisted"),
        gone["id"]: ("Kim", "cancelled"),
    }
    [row] = [one for one in rows if one["id"] == here["id"]]
    assert row == {
        "id": here["id"],
        "name": row["name"],
        "party_size": 2,
        "checked_in_people": 1,
        "checked_in_at": "2026-06-01T09:00:00Z",
        "status": "confirmed",
        "generation": 1,
    }


def test_pages_fit_together_and_the_last_says_how_to_go_on(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    big = world.an_event(olga.token, capacity=6_000)  # in several partitions
    made = {enrolled(world, big, one)["id"] for one in people(world, 7)}
    began = world.clock()

    rows, updated_after, pages = walk(world, big, olga.token, "page_size=2")

    assert [row["id"] for row in rows] == list(dict.fromkeys(row["id"] for row in rows))
    assert {row["id"] for row in rows} == made
    assert pages >= 4
    assert updated_after < f"{began - COMMIT:%Y-%m-%dT%H:%M:%SZ}"
    problem(world.get(f"/events/{big['id']}/door/people", door), 404, "not_found")


def test_afterwards_only_what_changed_comes(world: World, olga: Person, event: dict[str, Any], door: str) -> None:
    ada, bob = people(world, 2)
    first, second = enrolled(world, event, ada), enrolled(world, event, bob)
    world.clock.advance(timedelta(minutes=10))
    rows, since, _ = walk(world, event, door)
    assert len(rows) == 2

    nothing, later, _ = walk(world, event, door, f"updated_after={since}")
    assert nothing == []
    check_in(world, first, olga)
    [row], _, _ = walk(world, event, door, f"updated_after={later}")

    assert (row["id"], row["checked_in_people"]) == (first["id"], 1)
    assert second["id"] != row["id"]


def test_a_change_that_was_written_after_a_reading_with_a_time_before_it_comes_next(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    """A request may take its time from the clock a minute before it is written."""
    row = enrolled(world, event, a_person(world))
    world.clock.advance(timedelta(minutes=10))
    _, since, _ = walk(world, event, door)

    world.clock.advance(-COMMIT)
    check_in(world, row, olga)
    world.clock.advance(COMMIT + timedelta(seconds=1))

    changed, _, _ = walk(world, event, door, f"updated_after={since}")
    assert [one["id"] for one in changed] == [row["id"]]


def test_the_figures_are_those_of_all_devices_and_say_when_to_forget(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": 3}, a_person(world).token).json
    check_in(world, row, olga, {"people": 2})

    shown = world.get(f"/events/{event['id']}/door", door).json

    assert shown == {
        "id": event["id"],
        "title": event["title"],
        "status": "published",
        "starts_at": event["starts_at"],
        "ends_at": "2026-07-01T17:00:00Z",
        "timezone": event["timezone"],
        "attendees_count": 3,
        "checked_in_people": 2,
        "party_max": 3,
        "walk_ins_from": None,
        "now": "2026-06-01T09:00:00Z",
        "forget_at": "2026-07-02T17:00:00Z",
    }


def test_a_hold_that_is_over_is_nobody_whom_the_door_waits_for(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3, hold_minutes=5)
    world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token)
    world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, a_person(world).token)
    figures = f"/events/{event['id']}/door"
    assert world.get(figures, olga.token).json["attendees_count"] == 2

    world.clock.advance(timedelta(minutes=5))

    assert world.get(figures, olga.token).json["attendees_count"] == 1


@pytest.mark.parametrize("path", ["door", "door/people"])
def test_a_revoked_key_sees_nothing_at_its_next_request(
    world: World, olga: Person, event: dict[str, Any], path: str
) -> None:
    key = an_api_key(world, olga, "check-in", event_id=event["id"])
    url = f"/events/{event['id']}/{path}"
    assert world.get(url, key["secret"]).status == 200

    assert world.delete(f"/auth/api-keys/{key['id']}", olga.token).status == 204

    assert world.get(url, key["secret"]).status == 401


@pytest.mark.parametrize("path", ["door", "door/people"])
def test_strangers_see_nothing(world: World, event: dict[str, Any], path: str) -> None:
    problem(world.get(f"/events/{event['id']}/{path}", a_person(world).token), 403, "forbidden")


@pytest.mark.parametrize("query", ["page_size=1001", "page_size=0", "updated_after=yesterday", "cursor=abc"])
def test_what_is_no_page_is_refused(world: World, event: dict[str, Any], door: str, query: str) -> None:
    assert world.get(f"/events/{event['id']}/door/people?{query}", door).status == 400
