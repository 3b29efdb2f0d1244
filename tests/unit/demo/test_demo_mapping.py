"""Every one of the 6,007 records becomes a body that the API's contract accepts, whatever day it is imported."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from chalicelib.api.events.bodies import CreateEventIn
from chalicelib.domain.reference import countries, languages
from devtools.demo import conferences, places
from devtools.demo.conferences import Conference
from devtools.demo.mapping import event_body
from tests.unit.demo.conftest import TODAY

ALL = conferences.load()
FIELDS = {
    "title", "description", "starts_at", "ends_at", "timezone", "language", "location", "country", "url", "online",
    "capacity", "tags", "coordinates",
}  # fmt: skip


def conference(**facts: Any) -> Conference:
    return replace(ALL[0], **facts)


def instant(body: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(body[name]).replace(tzinfo=ZoneInfo(body["timezone"])).astimezone(UTC)


def faults(body: dict[str, Any], latest_now: datetime) -> list[str]:
    """Which rules of the contract the body breaks."""
    url = urlsplit(body.get("url", "https://none.example"))
    rules = {
        "fields": body.keys() <= FIELDS and None not in body.values(),
        "title": 0 < len(body["title"]) <= 200 and body["title"] == body["title"].strip(),
        "description": re.fullmatch(r"Topics: [a-z-]+(, [a-z-]+)*\.", body["description"]),
        "timezone": ZoneInfo(body["timezone"]),
        "starts_at": latest_now < instant(body, "starts_at") < latest_now + timedelta(days=370),
        "ends_at": instant(body, "starts_at") < instant(body, "ends_at"),
        "hours": body["starts_at"][10:] == "T09:00:00" and body["ends_at"][10:] == "T18:00:00",
        "language": "language" not in body or languages.parse(body["language"]) == body["language"],
        "country": "country" not in body or countries.get(body["country"]),
        "coordinates": "coordinates" not in body or {"country", "location"} <= body.keys(),
        "location": 0 < len(body.get("location", "?")) <= 200,
        "url": url.scheme in {"http", "https"} and url.hostname and " " not in body.get("url", ""),
        "online": isinstance(body["online"], bool),
        "capacity": 2 <= body["capacity"] <= 400,
        "tags": 1 <= len(body["tags"]) <= 10,
    }
    return [name for name, kept in rules.items() if not kept]


@pytest.mark.parametrize("today", [date(2028, 2, 28), TODAY], ids=str)
def test_every_record_becomes_a_valid_body_that_starts_in_the_future(today: date) -> None:
    end_of_today = datetime(today.year, today.month, today.day, 23, 59, 59, tzinfo=UTC)

    broken = {one.title: wrong for one in ALL if (wrong := faults(event_body(one, today), end_of_today))}

    assert len(ALL) == 6007
    assert broken == {}


def test_every_body_passes_the_schema_of_the_api_unchanged() -> None:
    for one in ALL:
        body = event_body(one, TODAY)
        read = CreateEventIn.model_validate_json(json.dumps(body))

        assert read.model_dump(mode="json", include=set(body)) == body


def test_keys_are_unique_and_bodies_never_change() -> None:
    assert len({one.key for one in ALL}) == 6007
    assert ALL[0].key == "dad861e0dc74f3cd2130"
    assert event_body(ALL[0], TODAY) == {
        "title": "Rubyfuza",
        "description": "Topics: ruby.",
        "starts_at": "2027-02-07T09:00:00",
        "ends_at": "2027-02-09T18:00:00",
        "timezone": "Africa/Johannesburg",
        "location": "Cape Town",
        "country": "ZA",
        "coordinates": {"latitude": -33.92584, "longitude": 18.42322},
        "url": "http://rubyfuza.org",
        "online": False,
        "capacity": 121,
        "tags": ["ruby"],
    }


def test_every_country_name_is_known_and_every_country_has_its_own_time() -> None:
    by_name = {one.country: places.country_of(one.country) for one in ALL}
    in_utc = {one.country for one in ALL if places.zone_of(one.country, one.city) == "UTC"}

    assert {name for name, country in by_name.items() if country is None} == {None, "Kosovo"}
    assert in_utc == {None}
    assert {name: by_name[name].code for name in ("U.S.A.", "U.K.", "Scotland", "Korea", "Turkey")} == {  # type: ignore[union-attr]
        "U.S.A.": "US",
        "U.K.": "GB",
        "Scotland": "GB",
        "Korea": "KR",
        "Turkey": "TR",
    }


def test_a_city_that_has_a_zone_of_its_own_is_in_the_file_and_in_the_zone_table() -> None:
    countries_of = {one.country: places.country_of(one.country) for one in ALL}
    cities = {places._folded(f"{country.code} {one.city}") for one in ALL if (country := countries_of[one.country])}
    special = {city for city in places._zones_by_city() if not re.fullmatch("us [a-z]{2}", city)}

    assert special <= cities
    assert all(ZoneInfo(zone).key == zone for zone in places._zones_by_city().values())
    assert places._zones_by_city().keys() & {"us ny", "us fl"} == set()


@pytest.mark.parametrize(
    ("country", "city", "zone"),
    [
        ("U.S.A.", "Dallas, TX", "America/Chicago"),
        ("U.S.A.", "San Francisco, CA", "America/Los_Angeles"),
        ("U.S.A.", "New York, NY", "America/New_York"),
        ("U.S.A.", "Nashville, TN", "America/Chicago"),
        ("U.S.A.", "Chattanooga, TN", "America/New_York"),
        ("U.S.A.", "Scottsdale, AZ", "America/Phoenix"),
        ("U.S.A.", "Waterloo, ON", "America/New_York"),
        ("Australia", "Sydney", "Australia/Sydney"),
        ("Australia", "Perth", "Australia/Perth"),
        ("Brazil", "São Paulo", "America/Sao_Paulo"),
        ("Brazil", "Belém", "America/Belem"),
        ("Canada", "Vancouver", "America/Vancouver"),
        ("Canada", "St. John’s", "America/St_Johns"),
        ("Canada", "Montreal", "America/Toronto"),
        ("Russia", "Novosibirsk", "Asia/Novosibirsk"),
        ("Spain", "Tenerife", "Atlantic/Canary"),
        ("Spain", "Sitges, Barcelona", "Europe/Madrid"),
        ("Germany", "Berlin", "Europe/Berlin"),
        ("Indonesia", "Bali", "Asia/Makassar"),
        ("Kosovo", "Pristina", "Europe/Belgrade"),
        ("Hong Kong", "Hong Kong", "Asia/Hong_Kong"),
        (None, None, "UTC"),
    ],
)
def test_times_are_local_to_the_city(country: str | None, city: str | None, zone: str) -> None:
    assert places.zone_of(country, city) == zone


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "today", "expected"),
    [
        ("2014-02-20", "2014-02-21", "2026-11-21", ("2027-02-20", "2027-02-21")),
        ("2026-12-01", "2026-12-03", "2026-11-21", ("2026-12-01", "2026-12-03")),
        ("2026-11-23", "2026-11-23", "2026-11-21", ("2026-11-23", "2026-11-23")),
        ("2026-11-22", "2026-11-22", "2026-11-21", ("2027-11-22", "2027-11-22")),
        ("2016-12-30", "2017-01-02", "2026-11-21", ("2026-12-30", "2027-01-02")),
        ("2020-02-29", "2020-03-01", "2026-11-21", ("2027-02-28", "2027-03-01")),
        ("2020-02-29", "2020-02-29", "2027-11-21", ("2028-02-29", "2028-02-29")),
        ("2024-02-28", "2024-03-01", "2026-11-21", ("2027-02-28", "2027-03-02")),
    ],
)
def test_past_years_move_on_by_whole_years_and_the_length_stays(
    starts_on: str, ends_on: str, today: str, expected: tuple[str, str]
) -> None:
    body = event_body(
        conference(starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on)),
        date.fromisoformat(today),
    )

    assert (body["starts_at"][:10], body["ends_at"][:10]) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.com",
        "example.com",
        "http://",
        "http://www.developerweek.com/Austin, TX",
        "https://exämple.com",
    ],
)
def test_what_is_no_web_address_is_left_out(url: str) -> None:
    assert "url" not in event_body(conference(url=url), TODAY)
    assert [one.url for one in ALL if "url" not in event_body(one, TODAY)] == [
        "http://www.developerweek.com/Austin, TX",
        "https://www.developerweek.com/Austin, TX",
    ]


def test_long_titles_many_topics_and_unknown_languages_are_cut_to_the_contract() -> None:
    body = event_body(
        conference(title=" " + "x" * 300, topics=tuple(f"t{n}" for n in range(12)), languages=("jp", "en")), TODAY
    )

    assert body["title"] == "x" * 200
    assert body["tags"] == [f"t{n}" for n in range(10)]
    assert "language" not in body


def test_one_conference_in_eight_is_small_enough_to_be_seen_full() -> None:
    sizes = Counter("small" if event_body(one, TODAY)["capacity"] <= 20 else "usual" for one in ALL)

    assert 0.11 < sizes["small"] / 6007 < 0.14


def test_the_licence_of_the_facts_travels_with_them() -> None:
    notice = conferences.FILE.with_name("NOTICE").read_text("utf-8")

    assert "tech-conferences/conference-data" in notice
    assert "The above copyright notice and this permission notice shall be included" in notice


def test_nearly_all_conferences_with_a_city_have_its_coordinates() -> None:
    bodies = [event_body(one, TODAY) for one in ALL]
    placed = [body for body in bodies if "coordinates" in body]

    assert len(placed) > 0.9 * sum("location" in body for body in bodies)
    assert all(-90 <= body["coordinates"]["latitude"] <= 90 for body in placed)
    assert places.coordinates_of("Germany", "Berlin") == {"latitude": 52.52437, "longitude": 13.41053}
    assert places.coordinates_of("Germany", "Nowhere") is places.coordinates_of(None, "Berlin") is None
