"""Creating events: what is needed, what is assumed, who may."""

from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.shared.ids import is_ulid
from chalicelib.settings import Settings
from tests.support.builders import Person, a_person, due_rows, free_seats
from tests.support.problems import problem
from tests.support.world import SETTINGS, World

LEAST = {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00Z"}
MOST = {
    "title": "Grüße aus Köln",
    "description": "First line\nsecond line\n\n\tindented",
    "starts_at": "2026-07-01T09:00:00Z",
    "ends_at": "2026-07-03T17:30:00Z",
    "timezone": "Europe/Berlin",
    "language": "de-AT",
    "location": "Alter Markt 1, Köln",
    "country": "DE",
    "url": "https://example.org/köln?a=1#top",
    "online": True,
    "cover_url": "https://images.example.org/python.jpg?w=1200",
    "cover_alt": "A snake, seen from above",
    "unlisted": True,
    "capacity": 120,
    "price": "12.50",
    "currency": "USD",
    "tags": ["Python", "Köln"],
    "status": "draft",
    "enrollment_opens_at": "2026-06-10T08:00:00Z",
    "enrollment_closes_at": "2026-06-30T22:00:00Z",
    "waitlist_mode": "offer",
    "hold_minutes": 10,
    "guest_hold_minutes": 90,
    "offer_minutes": 60,
    "party_max": 4,
    "party_policy": "best_fit",
    "max_skips": 0,
    "on_sale_shards": 8,
    "guests_allowed": False,
    "no_show_release_minutes": 0,
    "reminders": ["-P1D", "END:-PT30M"],
    "follow_ups": [],
}


def test_a_title_and_a_start_are_enough(world: World, olga: Person) -> None:
    answer = world.post("/events", LEAST, olga.token)

    assert answer.status == 201
    event = answer.json
    assert is_ulid(event["id"])
    assert event == {
        "id": event["id"],
        "title": "Python Workshop",
        "description": "",
        "starts_at": "2026-07-01T09:00:00Z",
        "ends_at": "2026-07-01T10:00:00Z",
        "ends_at_assumed": True,
        "all_day": False,
        "timezone": "UTC",
        "language": None,
        "location": None,
        "country": None,
        "url": None,
        "online": False,
        "coordinates": None,
        "cover_url": None,
        "cover_alt": None,
        "unlisted": False,
        "capacity": None,
        "price": "0.00",
        "currency": "EUR",
        "tags": [],
        "status": "published",
        "enrollment_opens_at": None,
        "enrollment_closes_at": "2026-07-01T09:00:00Z",
        "waitlist_mode": "auto",
        "hold_minutes": 15,
        "guest_hold_minutes": 60,
        "offer_minutes": 720,
        "party_max": 1,
        "party_policy": "strict",
        "max_skips": 3,
        "on_sale_shards": None,
        "guests_allowed": True,
        "walk_ins": False,
        "no_show_release_minutes": None,
        "reminders": ["-PT1H"],
        "follow_ups": ["PT1H"],
        "organizer": {"id": olga.id, "name": "Olga Organizer"},
        "attendees_count": 0,
        "available_spots": None,
        "waitlist_count": 0,
        "is_full": False,
        "is_past": False,
        "is_upcoming": True,
        "is_active": True,
        "slug": "python-workshop",
        "html_url": f"https://api.test/e/{event['id']}-python-workshop",
        "description_html": "",
        "version": 1,
        "created_at": "2026-06-01T09:00:00Z",
        "updated_at": "2026-06-01T09:00:00Z",
    }


def test_everything_that_is_given_is_kept(world: World, olga: Person) -> None:
    event = world.post("/events", MOST, olga.token).json

    assert {name: event[name] for name in MOST} == MOST
    assert event["ends_at_assumed"] is False
    assert (event["available_spots"], event["attendees_count"], event["is_active"]) == (120, 0, False)
    assert world.get(f"/events/{event['id']}", olga.token).json == event


def test_a_created_event_has_a_place_and_a_version(world: World, olga: Person) -> None:
    answer = world.post("/events", LEAST, olga.token)

    assert answer.headers["Location"] == f"https://api.test/events/{answer.json['id']}"
    assert answer.headers["ETag"].startswith('"1.0.')
    assert answer.headers["Content-Type"] == "application/json"


def test_a_created_event_is_read_at_once_by_anybody(world: World, olga: Person) -> None:
    event = world.post("/events", LEAST, olga.token).json

    assert world.get(f"/events/{event['id']}").json == event
    summary = {name: value for name, value in event.items() if not name.startswith("description")}
    assert world.get("/events").json["results"] == [summary]


def test_read_only_fields_of_a_copied_event_are_ignored(world: World, olga: Person) -> None:
    """A client may post what it once read: everything that is the service's own is made anew."""
    first = world.post("/events", {**MOST, "status": "published"}, olga.token).json

    second = world.post("/events", {**first, "attendees_count": 99, "version": 7}, olga.token).json

    assert second["id"] != first["id"]
    assert {**second, "id": first["id"], "html_url": first["html_url"]} == first


def test_the_organizer_is_the_caller_whatever_the_body_says(world: World, olga: Person) -> None:
    bob = a_person(world)

    event = world.post("/events", {**LEAST, "organizer": {"id": bob.id, "name": "Bob"}}, olga.token).json

    assert event["organizer"]["id"] == olga.id


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"first_name": "Olga", "last_name": "Organizer", "username": "olga"}, "Olga Organizer"),
        ({"first_name": "Olga", "last_name": "", "username": "olga"}, "Olga"),
        ({"first_name": "", "last_name": "Organizer", "username": None}, "Organizer"),
        ({"first_name": "", "last_name": "", "username": "olga"}, "olga"),
        ({"first_name": "", "last_name": "", "username": None}, "Organizer"),
    ],
)
def test_the_organizers_name_is_never_part_of_the_address(world: World, person: dict[str, Any], name: str) -> None:
    somebody = a_person(world, "secret.address@example.org", **person)

    event = world.post("/events", LEAST, somebody.token).json

    assert event["organizer"]["name"] == name


def test_nobody_creates_without_signing_in(world: World) -> None:
    problem(world.post("/events", LEAST), 401, "unauthenticated")


def test_a_seeker_does_not_create(world: World) -> None:
    seeker = a_person(world, roles=(Role.SEEKER,))

    body = problem(world.post("/events", LEAST, seeker.token), 403, "role_required")

    assert "'facilitator'" in body["detail"]
    assert world.db.snapshot_all("turnout-events") == []
    assert world.db.snapshot_all("turnout-seats") == []


def test_a_facilitator_creates_and_so_does_an_admin(world: World) -> None:
    for role in (Role.FACILITATOR, Role.ADMIN):
        somebody = a_person(world, roles=(role,))
        assert world.post("/events", LEAST, somebody.token).status == 201


def test_an_unproven_address_does_not_create(world: World) -> None:
    somebody = a_person(world, email_verified=False)

    body = problem(world.post("/events", LEAST, somebody.token), 403, "email_not_verified")

    assert body["next_step"]["href"] == "/auth/verify-email"


def test_creating_sends_no_mail(world: World, olga: Person) -> None:
    world.post("/events", LEAST, olga.token)
    assert due_rows(world) == []

    world.post("/events", MOST, olga.token)
    assert [row["kind"] for row in due_rows(world)] == ["job_no_shows"]
    assert len(due_rows(world, "job_index")) == 1  # the other is a draft


@pytest.mark.parametrize(
    ("capacity", "free"),
    [
        (1, [1]),
        (500, [500]),
        (501, [126, 125, 125, 125]),
        (600, [150] * 4),
        (5000, [1250] * 4),
        (5001, [313] * 9 + [312] * 7),
        (6000, [375] * 16),
        (1_000_000, [62_500] * 16),
    ],
)
def test_seats_are_spread_evenly_over_as_many_shards_as_the_capacity_needs(
    world: World, olga: Person, capacity: int, free: list[int]
) -> None:
    event = world.an_event(olga.token, capacity=capacity)

    assert sorted(free_seats(world, event)) == sorted(free)
    assert world.get(f"/events/{event['id']}/capacity").json == {
        "capacity": capacity,
        "attendees_count": 0,
        "available_spots": capacity,
        "waitlist_count": 0,
    }


def test_a_currency_that_is_not_named_comes_from_the_settings() -> None:
    with World(Settings(key_ring=SETTINGS.key_ring, currency="JPY", log_level="ERROR")) as world:
        event = world.an_event(a_person(world).token, price="1500")

    assert (event["price"], event["currency"]) == ("1500", "JPY")


def test_without_a_public_url_links_lead_to_the_gateway_that_the_request_came_through() -> None:
    with World(Settings(key_ring=SETTINGS.key_ring, log_level="ERROR")) as world:
        olga = a_person(world)
        answer = world.post("/events", LEAST, olga.token, Host="evil.example", X_Forwarded_Proto="http")

    assert answer.headers["Location"] == f"https://gateway.test/events/{answer.json['id']}"
