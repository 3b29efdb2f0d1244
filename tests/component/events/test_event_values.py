"""What events make of the values they are given: places, languages, prices, tags and times."""

from typing import Any

import pytest

from tests.support.builders import Person, a_person
from tests.support.world import World


@pytest.fixture(scope="module")
def town() -> World:
    return World()


@pytest.fixture(scope="module")
def olga(town: World) -> Person:
    return a_person(town)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"country": "de"}, {"country": "DE", "timezone": "Europe/Berlin"}),
        ({"country": "UK"}, {"country": "GB", "timezone": "Europe/London"}),
        ({"country": "fr"}, {"country": "FR", "timezone": "Europe/Paris"}),
        ({"country": "US"}, {"country": "US", "timezone": "UTC"}),
        ({"country": "JP", "timezone": "Asia/Seoul"}, {"country": "JP", "timezone": "Asia/Seoul"}),
        ({"language": "English"}, {"language": "en"}),
        ({"language": "PT-br"}, {"language": "pt-BR"}),
        ({"language": "eng"}, {"language": "en"}),
        ({"language": "zh-hant-tw"}, {"language": "zh-Hant-TW"}),
        ({"price": "12.5"}, {"price": "12.50", "currency": "EUR"}),
        ({"price": "007"}, {"price": "7.00"}),
        ({"price": "0.000"}, {"price": "0.00"}),
        ({"price": "1500", "currency": "jpy"}, {"price": "1500", "currency": "JPY"}),
        ({"price": "1500.00", "currency": "JPY"}, {"price": "1500"}),
        ({"price": "1.5", "currency": "KWD"}, {"price": "1.500"}),
        ({"currency": "JPY"}, {"price": "0"}),
        ({"title": "  padded  "}, {"title": "padded"}),
        ({"title": "x" * 200}, {"title": "x" * 200}),
        pytest.param({"title": "日本語 🐍 עברית"}, {"title": "日本語 🐍 עברית"}, id="a title in three scripts"),
        ({"location": "   "}, {"location": None}),
        ({"location": ""}, {"location": None}),
        ({"description": "x" * 4096}, {"description": "x" * 4096}),
        ({"url": "HTTP://EXAMPLE.org"}, {"url": "HTTP://EXAMPLE.org"}),
        ({"tags": ["Python", " python ", "PYTHON"]}, {"tags": ["Python"]}),
        ({"tags": ["b", "a", "B"]}, {"tags": ["b", "a"]}),
        ({"capacity": 1_000_000}, {"capacity": 1_000_000, "available_spots": 1_000_000}),
        ({"hold_minutes": 20.0}, {"hold_minutes": 20}),
        ({"party_max": 20, "on_sale_shards": 64}, {"party_max": 20, "on_sale_shards": 64}),
        ({"waitlist_mode": "offer", "offer_minutes": 5}, {"waitlist_mode": "offer", "offer_minutes": 5}),
        ({"guests_allowed": False}, {"guests_allowed": False}),
        ({"no_show_release_minutes": 0}, {"no_show_release_minutes": 0}),
        ({}, {"reminders": ["-PT1H"], "follow_ups": ["PT1H"]}),
        ({"reminders": [], "follow_ups": []}, {"reminders": [], "follow_ups": []}),
        ({"reminders": ["-PT60M", "-P1W", "START:-P1D"]}, {"reminders": ["-PT1H", "-P7D", "-P1D"]}),
        ({"reminders": ["END:-PT90M", "-PT1H30M"]}, {"reminders": ["END:-PT1H30M", "-PT1H30M"]}),
        ({"follow_ups": ["PT24H", "PT5M", "P90D"]}, {"follow_ups": ["P1D", "PT5M", "P90D"]}),
    ],
    ids=str,
)
def test_values_are_normalised(town: World, olga: Person, given: dict[str, Any], kept: dict[str, Any]) -> None:
    event = town.an_event(olga.token, **given)

    assert {name: event[name] for name in kept} == kept
    assert {name: town.get(f"/events/{event['id']}").json[name] for name in kept} == kept


def test_a_price_with_more_digits_than_the_currency_has_says_how_many_it_has(town: World, olga: Person) -> None:
    body = {"title": "x", "starts_at": "2026-07-01T09:00:00Z", "price": "10.5", "currency": "JPY"}

    [fault] = town.post("/events", body, olga.token).json["errors"]

    assert fault == {"pointer": "/price", "code": "invalid", "message": "JPY has 0 decimal digits"}


@pytest.mark.parametrize(
    ("given", "utc"),
    [
        ("2026-07-01T09:00:00Z", "2026-07-01T09:00:00Z"),
        ("2026-07-01t09:00:00z", "2026-07-01T09:00:00Z"),
        ("2026-07-01 09:00:00Z", "2026-07-01T09:00:00Z"),
        ("2026-07-01T09:00Z", "2026-07-01T09:00:00Z"),
        ("2026-07-01T09:00:00+02:00", "2026-07-01T07:00:00Z"),
        ("2026-07-01T00:30:00+05:45", "2026-06-30T18:45:00Z"),
        ("2026-07-01T23:00:00-11:00", "2026-07-02T10:00:00Z"),
        ("2026-07-01T09:00:00.5Z", "2026-07-01T09:00:00.500Z"),
        ("2026-07-01T09:00:00.123000000Z", "2026-07-01T09:00:00.123Z"),
        ("2026-07-01T09:00:00.000Z", "2026-07-01T09:00:00Z"),
    ],
)
def test_any_offset_becomes_utc(town: World, olga: Person, given: str, utc: str) -> None:
    event = town.an_event(olga.token, starts_at=given, timezone="Europe/Berlin")

    assert event["starts_at"] == utc
    assert event["enrollment_closes_at"] == utc


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Berlin", "2026-07-01T09:00:00", "2026-07-01T07:00:00Z"),
        ("Europe/Berlin", "2026-12-01T09:00", "2026-12-01T08:00:00Z"),
        ("Asia/Kathmandu", "2026-07-01T09:00:00", "2026-07-01T03:15:00Z"),
        ("America/New_York", "2026-10-31T09:00:00", "2026-10-31T13:00:00Z"),
        ("America/New_York", "2026-11-01T09:00:00", "2026-11-01T14:00:00Z"),
        ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2027-03-28T02:30:00", "2027-03-28T01:30:00Z"),
        ("UTC", "2026-07-01T09:00:00", "2026-07-01T09:00:00Z"),
    ],
    ids=["summer", "winter", "45 minutes", "before the change", "after the change", "repeated hour", "gap", "UTC"],
)
def test_a_naive_time_is_local_to_the_zone(town: World, olga: Person, zone: str, local: str, utc: str) -> None:
    assert town.an_event(olga.token, starts_at=local, timezone=zone)["starts_at"] == utc


def test_a_naive_time_is_local_to_the_countrys_zone_when_none_is_named(town: World, olga: Person) -> None:
    event = town.an_event(olga.token, starts_at="2026-07-01T09:00:00", country="JP")

    assert (event["timezone"], event["starts_at"]) == ("Asia/Tokyo", "2026-07-01T00:00:00Z")


def test_an_event_over_a_change_of_clocks_keeps_both_local_times(town: World, olga: Person) -> None:
    """Friday 18:00 to Sunday 18:00 in Berlin, over the night in which an hour is repeated: 49 hours."""
    event = town.an_event(
        olga.token,
        timezone="Europe/Berlin",
        starts_at="2026-10-23T18:00:00",
        ends_at="2026-10-25T18:00:00",
        enrollment_opens_at="2026-09-01T08:00:00",
        enrollment_closes_at="2026-10-25T12:00:00",
    )

    assert event["starts_at"] == "2026-10-23T16:00:00Z"
    assert event["ends_at"] == "2026-10-25T17:00:00Z"
    assert event["enrollment_opens_at"] == "2026-09-01T06:00:00Z"
    assert event["enrollment_closes_at"] == "2026-10-25T11:00:00Z"


def test_an_assumed_end_is_an_hour_of_real_time_after_the_start(town: World, olga: Person) -> None:
    event = town.an_event(olga.token, timezone="Europe/Berlin", starts_at="2026-10-25T02:30:00")

    assert event["ends_at"] == "2026-10-25T01:30:00Z"
    assert event["ends_at_assumed"] is True


def test_a_start_may_be_ten_years_ahead(town: World, olga: Person) -> None:
    assert town.an_event(olga.token, starts_at="2036-05-31T09:00:00Z")["is_upcoming"] is True
