"""Drafts: their owner's alone, until they are published."""

from datetime import timedelta

import pytest

from tests.support.builders import Person, a_person, free_seats, live_people
from tests.support.problems import problem
from tests.support.world import World

READS = ["", "/capacity", "/enrollments"]
WRITES = [
    ("PUT", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("POST", "/publish"),
    ("POST", "/cancel"),
    ("POST", "/enrollments"),
]


@pytest.mark.parametrize("action", READS)
def test_its_owner_sees_a_draft_and_nobody_else(world: World, olga: Person, action: str) -> None:
    draft = world.an_event(olga.token, status="draft", capacity=3)
    url = f"/events/{draft['id']}{action}"

    assert world.get(url, olga.token).status == 200
    problem(world.get(url, a_person(world).token), 404, "not_found")


@pytest.mark.parametrize("action", ["", "/capacity"])
def test_a_visitor_does_not_see_a_draft(world: World, olga: Person, action: str) -> None:
    draft = world.an_event(olga.token, status="draft")

    problem(world.get(f"/events/{draft['id']}{action}"), 404, "not_found")


@pytest.mark.parametrize(("method", "action"), WRITES)
def test_for_others_a_draft_does_not_exist(world: World, olga: Person, method: str, action: str) -> None:
    draft = world.an_event(olga.token, status="draft")
    body = {"title": "x"} if method in {"PUT", "PATCH"} else None

    answer = world.send(method, f"/events/{draft['id']}{action}", body, token=a_person(world).token)

    missing = world.send(method, f"/events/01ARZ3NDEKTSV4RRFFQ69G5FAV{action}", body, token=olga.token)
    assert problem(answer, 404, "not_found") == problem(missing, 404, "not_found")


@pytest.mark.parametrize("url", ["/events", "/events/upcoming", "/events/available"])
def test_a_draft_is_in_no_public_list_even_for_its_owner(world: World, olga: Person, url: str) -> None:
    world.an_event(olga.token, status="draft")

    for token in (None, olga.token):
        listed = world.get(url, token).json
        assert (listed["results"], listed["count"]) == ([], 0)


def test_a_draft_is_in_its_owners_list(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")

    [listed] = world.get("/me/events", olga.token).json["results"]

    assert (listed["id"], listed["status"], listed["is_active"]) == (draft["id"], "draft", False)


def test_nobody_enrols_in_a_draft_not_even_its_owner(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft", capacity=2)

    problem(world.post(f"/events/{draft['id']}/enrollments", {}, olga.token), 409, "event_not_published")

    assert free_seats(world, draft) == [2]
    assert live_people(world, draft) == []


def test_a_published_draft_is_found_and_takes_people_at_once(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft", capacity=600)

    answer = world.post(f"/events/{draft['id']}/publish", token=olga.token)

    assert answer.status == 200
    page = f"https://api.test/e/{draft['id']}-python-workshop"
    assert draft["html_url"] is None
    assert answer.json == {**draft, "status": "published", "is_active": True, "version": 2, "html_url": page}
    assert answer.headers["ETag"].startswith('"2.0.')
    assert [event["id"] for event in world.get("/events/available").json["results"]] == [draft["id"]]
    assert world.post(f"/events/{draft['id']}/enrollments", {}, a_person(world).token).status == 201


def test_publishing_twice_is_publishing_once(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")
    url = f"/events/{draft['id']}/publish"

    first, second = world.post(url, token=olga.token), world.post(url, token=olga.token)

    assert second.json == first.json
    assert world.get("/events").json["count"] == 1


def test_a_draft_whose_start_is_over_is_not_published(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft", starts_at="2026-06-01T09:20:00Z")
    world.clock.advance(timedelta(minutes=20))

    problem(world.post(f"/events/{draft['id']}/publish", token=olga.token), 409, "event_past")

    assert world.get("/events").json["count"] == 0


def test_only_its_owner_publishes(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    problem(world.post(f"/events/{event['id']}/publish", token=a_person(world).token), 403, "forbidden")
    problem(world.post(f"/events/{event['id']}/publish"), 401, "unauthenticated")


def test_a_draft_is_edited_without_being_shown(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")
    url = f"/events/{draft['id']}"

    moved = world.patch(url, {"starts_at": "2027-01-01T00:00:00Z", "capacity": 7}, olga.token)

    assert (moved.status, moved.json["capacity"]) == (200, 7)
    assert world.get("/events").json["count"] == 0
    world.post(f"{url}/publish", token=olga.token)
    [listed] = world.get("/events").json["results"]
    assert (listed["starts_at"], listed["available_spots"]) == ("2027-01-01T00:00:00Z", 7)
