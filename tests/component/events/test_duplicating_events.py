"""Copies of events: drafts that say the same, at another time, with nobody in them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.events.event_facts import EventFacts, copy_of
from tests.support.builders import Person, a_member, a_person, cancelled, enrolled, signed_in
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import World

FACTS: dict[str, Any] = {
    "title": "Workshop",
    "starts_at": "2026-07-01T09:00:00+02:00",
    "ends_at": "2026-07-02T17:30:00+02:00",
    "timezone": "Europe/Berlin",
    "enrollment_opens_at": "2026-06-15T08:00:00+02:00",
    "enrollment_closes_at": "2026-06-30T20:00:00+02:00",
    "description": "**Bring** a laptop.",
    "location": "Köln",
    "country": "DE",
    "tags": ["python"],
    "capacity": 20,
    "party_max": 4,
    "waitlist_mode": "offer",
    "price": "12.5",
    "reminders": ["-P1D", "END:-PT30M"],
    "unlisted": True,
    "cover_url": "https://images.example.org/a.jpg",
    "guests_allowed": False,
}
OWN = {
    "id", "status", "version", "starts_at", "ends_at", "enrollment_opens_at", "enrollment_closes_at", "created_at",
    "updated_at", "html_url", "attendees_count", "available_spots", "waitlist_count", "is_active", "is_full",
}  # fmt: skip
KEY = "9a6f6d0c-55c3-4f47-8d0c-0f1f6a5b6c77"


def copied(world: World, event: dict[str, Any], person: Person, starts_at: str, **more: Any) -> Answer:
    return world.post(f"/events/{event['id']}/duplicate", {"starts_at": starts_at, **more}, person.token)


def times(event: dict[str, Any]) -> list[str]:
    return [event[name] for name in ("starts_at", "ends_at", "enrollment_opens_at", "enrollment_closes_at")]


def test_a_copy_says_what_the_event_says_and_is_a_draft(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)

    answer = copied(world, event, olga, "2026-08-01T09:00:00+02:00")

    assert answer.status == 201, answer.text
    copy = answer.json
    assert answer.headers["Location"] == f"https://api.test/events/{copy['id']}"
    assert answer.headers["ETag"]
    assert copy["id"] != event["id"]
    assert {name: copy[name] for name in copy if name not in OWN} == {
        name: event[name] for name in event if name not in OWN
    }
    assert (copy["status"], copy["version"]) == ("draft", 1)
    assert times(copy) == [
        "2026-08-01T07:00:00Z", "2026-08-02T15:30:00Z", "2026-07-16T06:00:00Z", "2026-07-31T18:00:00Z",
    ]  # fmt: skip
    assert world.get(f"/events/{copy['id']}", olga.token).json == copy
    assert world.get(f"/events/{event['id']}", olga.token).json == event, "and nothing happens to the event"


def test_its_windows_are_told_by_the_clocks_of_the_place(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)

    winter = copied(world, event, olga, "2026-11-02T09:00:00").json

    assert times(winter) == [
        "2026-11-02T08:00:00Z", "2026-11-03T16:30:00Z", "2026-10-17T06:00:00Z", "2026-11-01T19:00:00Z",
    ], "summer time ends between the opening and the closing"  # fmt: skip


def test_whole_days_stay_as_many(world: World, olga: Person) -> None:
    days = {"starts_at": "2026-07-01T00:00:00", "ends_at": "2026-07-04T00:00:00", "timezone": "Europe/Berlin"}
    event = world.an_event(olga.token, all_day=True, **days)

    copy = copied(world, event, olga, "2026-10-24T15:00:00").json

    assert times(copy)[:2] == ["2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z"]


def test_what_nobody_said_stays_unsaid(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, starts_at="2026-07-01T09:00:00Z")

    copy = copied(world, event, olga, "2026-09-01T10:00:00Z", title="Again").json

    assert (copy["title"], copy["ends_at_assumed"]) == ("Again", True)
    assert times(copy) == ["2026-09-01T10:00:00Z", "2026-09-01T11:00:00Z", None, "2026-09-01T10:00:00Z"]


def test_nobody_is_taken_along(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title="Full", capacity=1, starts_at="2026-07-01T09:00:00Z")
    enrolled(world, event, a_person(world))
    door = a_member(world, event, TeamRole.CHECK_IN)
    world.work()

    copy = copied(world, event, olga, "2026-08-01T09:00:00Z").json

    assert (copy["capacity"], copy["attendees_count"], copy["available_spots"]) == (1, 0, 1)
    assert world.get(f"/events/{copy['id']}/enrollments", olga.token).json["results"] == []
    assert world.get(f"/events/{copy['id']}/team", olga.token).json["results"] == []
    problem(world.get(f"/events/{copy['id']}", door.token), 404, "not_found")


@pytest.mark.parametrize("status", ["draft", "cancelled", "over"])
def test_an_event_can_be_copied_whatever_became_of_it(world: World, olga: Person, status: str) -> None:
    event = world.an_event(
        olga.token, starts_at="2026-07-01T09:00:00Z", status="draft" if status == "draft" else "published"
    )
    if status == "cancelled":
        cancelled(world, event, olga)
    if status == "over":
        world.clock.advance(timedelta(days=60))
        olga = signed_in(world, olga.account)

    answer = copied(world, event, olga, "2026-09-01T09:00:00Z")

    assert (answer.status, answer.json["status"]) == (201, "draft")


def test_the_copy_of_a_manager_is_the_managers_own(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    manager = a_member(world, event, TeamRole.MANAGER)

    copy = copied(world, event, manager, "2026-08-01T09:00:00Z").json

    assert copy["organizer"]["id"] == manager.id
    problem(world.get(f"/events/{copy['id']}", olga.token), 404, "not_found")


def test_the_rules_of_creating_hold(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    reader = a_member(world, event, TeamRole.VIEWER)

    assert faults(copied(world, event, olga, "2026-05-01T09:00:00Z")) == [("/starts_at", "starts_in_past")]
    assert faults(copied(world, event, olga, "2040-05-01T09:00:00Z")) == [("/starts_at", "starts_too_late")]
    assert faults(world.post(f"/events/{event['id']}/duplicate", {}, olga.token)) == [("/starts_at", "required")]
    assert faults(copied(world, event, olga, "2026-08-01T09:00:00Z", capacity=3)) == [("/capacity", "unknown_field")]
    assert faults(copied(world, event, olga, "2026-08-01T09:00:00Z", title=" "))[0][0] == "/title"
    problem(copied(world, event, reader, "2026-08-01T09:00:00Z"), 403, "forbidden")
    problem(copied(world, event, a_person(world), "2026-08-01T09:00:00Z"), 403, "forbidden")
    missing = {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}
    problem(copied(world, missing, olga, "2026-08-01T09:00:00Z"), 404, "not_found")
    draft = world.an_event(olga.token, status="draft")
    problem(copied(world, draft, a_person(world), "2026-08-01T09:00:00Z"), 404, "not_found")


def test_who_organizes_nothing_any_more_makes_no_copies(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    world.patch("/auth/me", {"roles": [Role.SEEKER]}, olga.token)

    problem(copied(world, event, olga, "2026-08-01T09:00:00Z"), 403, "role_required")


def test_what_a_capacity_that_has_shrunk_does_not_bear_becomes_what_it_bears() -> None:
    now = datetime(2026, 7, 1, 9, tzinfo=UTC)
    facts = EventFacts(
        title="Workshop", starts_at=now, ends_at=now + timedelta(hours=1), capacity=2, party_max=3, on_sale_shards=2
    )
    assert [problem.where for problem in facts.problems()] == ["/party_max", "/on_sale_shards"]

    copy = copy_of(facts, now + timedelta(days=7))

    assert (copy.party_max, copy.on_sale_shards, copy.problems()) == (2, None, [])


def test_a_repeated_request_makes_one_copy(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FACTS)
    url, body = f"/events/{event['id']}/duplicate", {"starts_at": "2026-08-01T09:00:00Z"}

    first = world.post(url, body, olga.token, Idempotency_Key=KEY)
    again = world.post(url, body, olga.token, Idempotency_Key=KEY)

    assert (again.status, again.json, again.headers["Location"]) == (201, first.json, first.headers["Location"])
    assert world.get("/me/events", olga.token).json["count"] == 2
    other = world.post(url, {"starts_at": "2026-09-01T09:00:00Z"}, olga.token, Idempotency_Key=KEY)
    assert other.status == 422
