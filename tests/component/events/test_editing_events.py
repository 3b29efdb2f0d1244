"""Editing events: PUT replaces, PATCH merges, and what was read can be sent back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, signed_in
from tests.support.problems import faults, problem
from tests.support.world import World

FULL = {
    "title": "Python Workshop",
    "description": "Bring a laptop.",
    "starts_at": "2026-07-01T09:00:00Z",
    "ends_at": "2026-07-01T17:00:00Z",
    "timezone": "Europe/Berlin",
    "language": "de",
    "location": "Berlin",
    "country": "DE",
    "url": "https://example.org/",
    "online": True,
    "capacity": 20,
    "price": "12.50",
    "currency": "USD",
    "tags": ["Python"],
    "enrollment_opens_at": "2026-06-10T08:00:00Z",
    "enrollment_closes_at": "2026-06-30T22:00:00Z",
    "waitlist_mode": "off",
    "hold_minutes": 1440,
    "guest_hold_minutes": 5,
    "offer_minutes": 20160,
    "party_max": 20,
    "party_policy": "best_fit",
    "max_skips": 20,
    "on_sale_shards": 1,
    "guests_allowed": False,
    "no_show_release_minutes": 30,
    "reminders": ["-P1D", "END:-PT30M"],
    "follow_ups": ["PT5M", "P7D"],
}
LEAST = {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00Z"}
MOVING = {"version", "updated_at"}


def resting(event: dict[str, Any]) -> dict[str, Any]:
    """What does not move when an event is written without being changed."""
    return {name: value for name, value in event.items() if name not in MOVING}


@pytest.mark.parametrize("fields", [LEAST, FULL, {**FULL, "status": "draft"}], ids=["least", "full", "draft"])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_was_read_can_be_sent_back_and_changes_nothing(
    world: World, olga: Person, fields: dict[str, Any], method: str
) -> None:
    event = world.an_event(olga.token, **fields)

    answer = world.send(method, f"/events/{event['id']}", event, token=olga.token)

    assert answer.status == 200, answer.text
    assert resting(answer.json) == resting(event)
    assert answer.json["version"] == 2
    assert world.get(f"/events/{event['id']}", olga.token).json == answer.json


def test_what_was_read_from_a_list_of_ones_own_can_be_sent_back(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    [listed] = world.get("/me/events", olga.token).json["results"]

    answer = world.put(f"/events/{event['id']}", listed, olga.token)

    assert answer.status == 200, answer.text
    assert resting(answer.json) == resting(event)


def test_put_sets_what_is_omitted_back_to_its_default(world: World, olga: Person) -> None:
    bare = world.an_event(olga.token)
    event = world.an_event(olga.token, **FULL)

    answer = world.put(f"/events/{event['id']}", LEAST, olga.token)

    page = f"https://api.test/e/{event['id']}-{bare['slug']}"
    assert resting(answer.json) == {**resting(bare), "id": event["id"], "html_url": page}


def test_put_needs_what_creating_needs(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    answer = world.put(f"/events/{event['id']}", {"description": "x"}, olga.token)

    assert sorted(faults(answer)) == [("/starts_at", "required"), ("/title", "required")]


def test_patch_changes_what_it_names_and_nothing_else(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FULL)

    answer = world.patch(f"/events/{event['id']}", {"title": "Rust Workshop", "tags": ["Rust"]}, olga.token)

    address = {"slug": "rust-workshop", "html_url": f"https://api.test/e/{event['id']}-rust-workshop"}
    assert resting(answer.json) == {**resting(event), "title": "Rust Workshop", "tags": ["Rust"], **address}


def test_an_empty_patch_changes_nothing(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, **FULL)

    assert resting(world.patch(f"/events/{event['id']}", {}, olga.token).json) == resting(event)


@pytest.mark.parametrize(
    ("field", "cleared"),
    [
        ("description", {"description": "", "description_html": ""}),
        ("ends_at", {"ends_at": "2026-07-01T10:00:00Z", "ends_at_assumed": True}),
        ("timezone", {"timezone": "Europe/Berlin"}),
        ("language", {"language": None}),
        ("location", {"location": None}),
        ("country", {"country": None}),
        ("url", {"url": None}),
        ("online", {"online": False}),
        ("capacity", {"capacity": None, "available_spots": None}),
        ("price", {"price": "0.00"}),
        ("currency", {"currency": "EUR"}),
        ("tags", {"tags": []}),
        ("enrollment_opens_at", {"enrollment_opens_at": None}),
        ("enrollment_closes_at", {"enrollment_closes_at": "2026-07-01T09:00:00Z"}),
        ("waitlist_mode", {"waitlist_mode": "auto"}),
        ("hold_minutes", {"hold_minutes": 15}),
        ("guest_hold_minutes", {"guest_hold_minutes": 60}),
        ("offer_minutes", {"offer_minutes": 720}),
        ("party_max", {"party_max": 1}),
        ("party_policy", {"party_policy": "strict"}),
        ("max_skips", {"max_skips": 3}),
        ("on_sale_shards", {"on_sale_shards": None}),
        ("guests_allowed", {"guests_allowed": True}),
        ("no_show_release_minutes", {"no_show_release_minutes": None}),
        ("reminders", {"reminders": ["-PT1H"]}),
        ("follow_ups", {"follow_ups": ["PT1H"]}),
    ],
)
def test_null_sets_a_field_back_to_its_default(world: World, olga: Person, field: str, cleared: dict[str, Any]) -> None:
    event = world.an_event(olga.token, **FULL)

    answer = world.patch(f"/events/{event['id']}", {field: None}, olga.token)

    assert answer.status == 200, answer.text
    assert resting(answer.json) == {**resting(event), **cleared}


@pytest.mark.parametrize("field", ["title", "starts_at"])
def test_what_is_required_cannot_be_cleared(world: World, olga: Person, field: str) -> None:
    event = world.an_event(olga.token)

    assert faults(world.patch(f"/events/{event['id']}", {field: None}, olga.token)) == [(f"/{field}", "required")]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_assumed_end_moves_with_the_start(world: World, olga: Person, method: str) -> None:
    event = world.an_event(olga.token)

    body = {**event, "starts_at": "2026-08-01T12:00:00Z"}
    moved = world.send(method, f"/events/{event['id']}", body, token=olga.token).json

    assert (moved["ends_at"], moved["ends_at_assumed"]) == ("2026-08-01T13:00:00Z", True)
    assert moved["enrollment_closes_at"] == "2026-08-01T12:00:00Z"


def test_an_end_that_was_given_stays_where_it_is(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, ends_at="2026-07-02T09:00:00Z")

    moved = world.patch(f"/events/{event['id']}", {"starts_at": "2026-07-01T12:00:00Z"}, olga.token).json

    assert (moved["ends_at"], moved["ends_at_assumed"]) == ("2026-07-02T09:00:00Z", False)


def test_a_start_cannot_move_behind_an_end_that_was_given(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, ends_at="2026-07-01T12:00:00Z")

    answer = world.patch(f"/events/{event['id']}", {"starts_at": "2026-07-01T12:00:00Z"}, olga.token)

    assert faults(answer) == [("/ends_at", "ends_before_start")]


def test_a_naive_time_of_a_patch_is_local_to_the_events_zone(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, timezone="Asia/Tokyo")

    moved = world.patch(f"/events/{event['id']}", {"starts_at": "2026-07-02T09:00:00"}, olga.token).json

    assert moved["starts_at"] == "2026-07-02T00:00:00Z"


def test_another_zone_leaves_the_instants_alone(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    moved = world.patch(f"/events/{event['id']}", {"timezone": "Asia/Tokyo"}, olga.token).json

    assert (moved["timezone"], moved["starts_at"]) == ("Asia/Tokyo", "2026-07-01T09:00:00Z")


def test_the_start_must_be_ahead_only_when_it_changes(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, ends_at="2026-07-03T09:00:00Z")
    world.clock.now = datetime(2026, 7, 2, tzinfo=UTC)
    later = signed_in(world, olga.account)
    url = f"/events/{event['id']}"

    assert world.patch(url, {"title": "Renamed"}, later.token).json["title"] == "Renamed"
    assert world.put(url, {**event, "title": "Again"}, later.token).json["title"] == "Again"
    earlier = world.patch(url, {"starts_at": "2026-07-01T10:00:00Z"}, later.token)

    assert faults(earlier) == [("/starts_at", "starts_in_past")]


def test_a_currency_brings_its_digits(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, price="12.00")
    url = f"/events/{event['id']}"

    assert world.patch(url, {"currency": "JPY"}, olga.token).json["price"] == "12"
    assert world.patch(url, {"currency": "KWD"}, olga.token).json["price"] == "12.000"
    world.patch(url, {"price": "12.345"}, olga.token)
    assert faults(world.patch(url, {"currency": "EUR"}, olga.token)) == [("/price", "invalid")]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("status", ["draft", "cancelled", "deleted", "PUBLISHED", None, 1, ["published"]])
def test_the_status_changes_through_its_actions_only(world: World, olga: Person, method: str, status: Any) -> None:
    event = world.an_event(olga.token)

    answer = world.send(method, f"/events/{event['id']}", {**event, "status": status}, token=olga.token)

    assert faults(answer) == [("/status", "read_only")]
    assert world.get(f"/events/{event['id']}").json == event


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_unknown_fields_are_refused_by_name(world: World, olga: Person, method: str) -> None:
    event = world.an_event(olga.token)

    answer = world.send(method, f"/events/{event['id']}", {**event, "colour": "red", "q/~": 1}, token=olga.token)

    assert sorted(faults(answer)) == [("/colour", "unknown_field"), ("/q~1~0", "unknown_field")]
    assert world.get(f"/events/{event['id']}").json == event


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_only_its_organizer_edits_an_event(world: World, olga: Person, method: str) -> None:
    event = world.an_event(olga.token)
    stranger = a_person(world)

    problem(world.send(method, f"/events/{event['id']}", event, token=stranger.token), 403, "forbidden")
    problem(world.send(method, f"/events/{event['id']}", event), 401, "unauthenticated")

    assert world.get(f"/events/{event['id']}").json == event


def test_a_moved_event_is_in_the_list_where_it_belongs(world: World, olga: Person) -> None:
    first = world.an_event(olga.token, title="first", starts_at="2026-07-01T09:00:00Z")
    second = world.an_event(olga.token, title="second", starts_at="2026-07-02T09:00:00Z")

    world.patch(f"/events/{first['id']}", {"starts_at": "2027-01-01T00:00:00Z"}, olga.token)

    listed = world.get("/events").json
    assert [event["id"] for event in listed["results"]] == [second["id"], first["id"]]
    assert listed["count"] == 2


def test_a_moved_event_takes_people_until_its_new_start(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    url = f"/events/{event['id']}"
    world.patch(url, {"starts_at": "2026-06-01T09:30:00Z"}, olga.token)
    world.clock.advance(timedelta(minutes=30))

    problem(world.post(f"{url}/enrollments", {}, olga.token), 409, "event_started")
    world.patch(url, {"starts_at": "2026-06-01T09:31:00Z"}, olga.token)
    assert world.post(f"{url}/enrollments", {}, olga.token).status == 201
