"""Events of whole days: start and end are widened to local days, and stay the same days whatever is edited."""

from typing import Any

import pytest

from tests.support.builders import Person, a_person
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture(scope="module")
def town() -> World:
    return World()


@pytest.fixture(scope="module")
def olga(town: World) -> Person:
    return a_person(town)


def made(town: World, olga: Person, **fields: Any) -> dict[str, Any]:
    return town.an_event(olga.token, **{"all_day": True, "timezone": "Europe/Berlin", **fields})


def days(event: dict[str, Any]) -> tuple[str, str, bool]:
    return event["starts_at"], event["ends_at"], event["ends_at_assumed"]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"starts_at": "2026-07-01T00:00:00"}, ("2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z", True)),
        ({"starts_at": "2026-07-01T09:30:00"}, ("2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z", True)),
        (
            {"starts_at": "2026-07-01T00:00:00", "ends_at": "2026-07-04T00:00:00"},
            ("2026-06-30T22:00:00Z", "2026-07-03T22:00:00Z", False),
        ),
        (
            {"starts_at": "2026-07-01T09:00:00", "ends_at": "2026-07-03T23:59:59"},
            ("2026-06-30T22:00:00Z", "2026-07-03T22:00:00Z", False),
        ),
        (
            {"starts_at": "2026-07-01T00:00:00", "ends_at": "2026-07-01T00:00:00"},
            ("2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z", False),
        ),
        (
            {"starts_at": "2026-10-24T12:00:00Z", "ends_at": "2026-10-25T12:00:00Z"},
            ("2026-10-23T22:00:00Z", "2026-10-25T23:00:00Z", False),
        ),
        (
            {"starts_at": "2026-07-01T12:00:00", "timezone": "Pacific/Kiritimati"},
            ("2026-06-30T10:00:00Z", "2026-07-01T10:00:00Z", True),
        ),
    ],
)
def test_start_and_end_are_those_of_local_days(
    town: World, olga: Person, fields: dict[str, Any], kept: tuple[str, str, bool]
) -> None:
    event = made(town, olga, **fields)

    assert event["all_day"] is True
    assert days(event) == kept
    assert days(town.get(f"/events/{event['id']}").json) == kept


def test_what_was_read_can_be_sent_back(town: World, olga: Person) -> None:
    event = made(town, olga, starts_at="2026-07-01T00:00:00", ends_at="2026-07-04T00:00:00")
    body = {name: value for name, value in event.items() if name != "status"}

    assert days(town.send("PUT", f"/events/{event['id']}", body, token=olga.token).json) == days(event)
    assert days(town.patch(f"/events/{event['id']}", {"title": "Another"}, olga.token).json) == days(event)


def test_in_another_time_zone_they_are_the_same_days(town: World, olga: Person) -> None:
    event = made(town, olga, starts_at="2026-07-01T00:00:00", ends_at="2026-07-03T00:00:00")

    moved = town.patch(f"/events/{event['id']}", {"timezone": "America/New_York"}, olga.token).json

    assert days(moved) == ("2026-07-01T04:00:00Z", "2026-07-03T04:00:00Z", False)


def test_an_event_becomes_one_of_whole_days_and_no_longer_is_one(town: World, olga: Person) -> None:
    event = made(town, olga, all_day=False, starts_at="2026-07-01T09:00:00", ends_at="2026-07-02T10:00:00")

    whole = town.patch(f"/events/{event['id']}", {"all_day": True}, olga.token).json
    again = town.patch(f"/events/{event['id']}", {"all_day": None, "ends_at": None}, olga.token).json

    assert days(whole) == ("2026-06-30T22:00:00Z", "2026-07-02T22:00:00Z", False)
    assert (again["all_day"], *days(again)) == (False, "2026-06-30T22:00:00Z", "2026-06-30T23:00:00Z", True)


def test_a_last_day_before_the_first_is_refused(town: World, olga: Person) -> None:
    body = {
        "title": "Fair",
        "all_day": True,
        "starts_at": "2026-07-02T09:00:00Z",
        "ends_at": "2026-06-30T09:00:00Z",
    }

    answer = town.post("/events", body, olga.token)

    assert problem(answer, 400, "invalid_request")["errors"][0]["code"] == "ends_before_start"


@pytest.mark.parametrize("value", ["true", 1, [], {}])
def test_it_is_true_or_false(town: World, olga: Person, value: Any) -> None:
    answer = town.post("/events", {"title": "x", "starts_at": "2026-07-01T09:00:00Z", "all_day": value}, olga.token)

    assert problem(answer, 400, "invalid_request")["errors"][0]["pointer"] == "/all_day"
