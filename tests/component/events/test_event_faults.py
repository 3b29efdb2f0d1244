"""What an event must not be: every fault is named by its pointer and code, and nothing is written."""

from typing import Any

import pytest

from tests.support.builders import Person, a_person
from tests.support.problems import faults
from tests.support.world import World

EVENT = {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00Z"}
INVALID: list[tuple[str, Any]] = [
    ("title", "\u200b\u2060"),
    ("title", "\u3164 \u00ad"),
    ("title", ""),
    ("title", "   "),
    ("title", "x" * 201),
    ("title", "two\nlines"),
    ("title", "tab\there"),
    ("title", "nul\x00"),
    ("title", "bell\x07"),
    ("title", "line\u2028separator"),
    ("title", 7),
    ("title", None),
    ("description", "x" * 4097),
    ("description", "€" * 1366),
    ("description", "nul\x00"),
    ("description", 7),
    ("starts_at", "soon"),
    ("starts_at", "2026-07-01"),
    ("starts_at", "2026-13-01T09:00:00Z"),
    ("starts_at", "2026-02-30T09:00:00Z"),
    ("starts_at", "2026-07-01T25:00:00Z"),
    ("starts_at", "2026-07-01T09:00:60Z"),
    ("starts_at", "2026-07-01T09:00:00+25:00"),
    ("starts_at", "2026-07-01T09:00:00+02:60"),
    ("starts_at", "2026-07-01T24:00:00Z"),
    ("starts_at", "2026-07-01T09:00:00,5Z"),
    ("starts_at", "0001-01-01T00:00:00Z"),
    ("starts_at", "9999-12-31T23:59:59Z"),
    ("starts_at", "٢٠٢٦-07-01T09:00:00Z"),
    ("starts_at", 1_782_896_400),
    ("starts_at", None),
    ("ends_at", "later"),
    ("ends_at", ""),
    ("timezone", "Mars/Olympus"),
    ("timezone", "CEST"),
    ("timezone", "posixrules"),
    ("timezone", "localtime"),
    ("timezone", "Factory"),
    ("timezone", "right/Europe/Berlin"),
    ("timezone", "posix/Europe/Berlin"),
    ("timezone", "../../etc/passwd"),
    ("timezone", "/etc/localtime"),
    ("timezone", ""),
    ("timezone", "x" * 65),
    ("language", "klingonish"),
    ("language", "x"),
    ("language", ""),
    ("location", "x" * 201),
    ("location", "two\nlines"),
    ("country", "XX"),
    ("country", "DEU"),
    ("country", ""),
    ("url", "ftp://example.org"),
    ("url", "javascript:alert(1)"),
    ("url", "//example.org"),
    ("url", "https://"),
    ("url", "example.org"),
    ("url", f"https://example.org/{'x' * 500}"),
    ("online", "yes"),
    ("online", 1),
    ("online", None),
    ("capacity", -1),
    ("capacity", 1_000_001),
    ("capacity", 1.5),
    ("capacity", "10"),
    ("capacity", True),
    ("capacity", 10**30),
    ("price", 12.5),
    ("price", "12,50"),
    ("price", "-1"),
    ("price", "+1"),
    ("price", "1e3"),
    ("price", ".50"),
    ("price", "free"),
    ("price", ""),
    ("price", "NaN"),
    ("price", "12.505"),
    ("price", "1234567890"),
    ("price", "٣.00"),
    ("currency", "EURO"),
    ("currency", "QQQ"),
    ("currency", ""),
    ("currency", "€"),
    ("tags", "python"),
    ("tags", [str(number) for number in range(11)]),
    ("tags", [7]),
    ("tags", [""]),
    ("tags", ["x" * 41]),
    ("tags", ["two\nlines"]),
    ("status", "cancelled"),
    ("status", "Published"),
    ("status", None),
    ("enrollment_opens_at", "soon"),
    ("enrollment_closes_at", "never"),
    ("waitlist_mode", "Auto"),
    ("waitlist_mode", None),
    ("hold_minutes", 0),
    ("hold_minutes", 1441),
    ("hold_minutes", 1.5),
    ("hold_minutes", "15"),
    ("guest_hold_minutes", 4),
    ("guest_hold_minutes", 10_081),
    ("offer_minutes", 4),
    ("offer_minutes", 20_161),
    ("party_max", 0),
    ("party_max", 21),
    ("party_max", True),
    ("party_policy", "fair"),
    ("max_skips", -1),
    ("max_skips", 21),
    ("on_sale_shards", 0),
    ("on_sale_shards", 65),
    ("guests_allowed", 1),
    ("guests_allowed", None),
    ("no_show_release_minutes", -1),
    ("no_show_release_minutes", 1441),
    ("reminders", "-PT1H"),
    ("reminders", None),
    ("reminders", {"-PT1H": 1}),
    ("reminders", [None]),
    ("reminders", [60]),
    ("reminders", ["PT1H"]),
    ("reminders", ["-PT90S"]),
    ("reminders", ["-P1M"]),
    ("reminders", ["-PT0M"]),
    ("reminders", ["-P366D"]),
    ("reminders", ["-PT1H", "-PT60M"]),
    ("reminders", ["-PT1H", "START:-PT1H"]),
    ("reminders", ["-PT" + "9" * 5000 + "H"]),
    ("reminders", [f"-PT{hours}H" for hours in range(1, 12)]),
    ("follow_ups", "PT1H"),
    ("follow_ups", None),
    ("follow_ups", ["-PT1H"]),
    ("follow_ups", ["PT4M"]),
    ("follow_ups", ["P91D"]),
    ("follow_ups", ["P1D", "PT24H"]),
    ("follow_ups", [f"PT{hours}H" for hours in range(1, 7)]),
]
NAMES = [f"{field}={str(value)[:24]!r}" for field, value in INVALID]


@pytest.fixture(scope="module")
def town() -> World:
    """One world for all of them: a refused event changes nothing, which each test checks."""
    return World()


@pytest.fixture(scope="module")
def olga(town: World) -> Person:
    return a_person(town)


@pytest.mark.parametrize(("field", "value"), INVALID, ids=NAMES)
def test_an_invalid_value_is_named_and_nothing_is_written(town: World, olga: Person, field: str, value: Any) -> None:
    answer = town.post("/events", {**EVENT, field: value}, olga.token)

    [(pointer, code)] = faults(answer)
    assert pointer.split("/")[1] == field
    assert code == "invalid"
    assert town.db.snapshot_all("turnout-events") == []
    assert town.db.snapshot_all("turnout-seats") == []


@pytest.mark.parametrize(
    ("body", "pointer", "message"),
    [
        (
            {"reminders": ["-P1D", "PT1H"]},
            "/reminders/1",
            "must begin with a minus sign, such as -PT1H: a reminder comes before the start or the end",
        ),
        (
            {"reminders": ["-PT1H", "-PT60M"]},
            "/reminders",
            "must be different from each other: -PT1H is there more than once",
        ),
        ({"follow_ups": ["PT1M"]}, "/follow_ups/0", "must be from five minutes (PT5M) to 90 days (P90D)"),
    ],
)
def test_a_reminder_that_cannot_be_is_named_with_the_way_out(
    town: World, olga: Person, body: dict[str, Any], pointer: str, message: str
) -> None:
    [fault] = town.post("/events", {**EVENT, **body}, olga.token).json["errors"]

    assert fault == {"pointer": pointer, "code": "invalid", "message": message}


RULES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"starts_at": "2026-06-01T09:00:00Z"}, [("/starts_at", "starts_in_past")]),
    ({"starts_at": "2026-05-31T09:00:00Z"}, [("/starts_at", "starts_in_past")]),
    ({"starts_at": "2036-06-15T09:00:00Z"}, [("/starts_at", "starts_too_late")]),
    ({"ends_at": "2026-07-01T09:00:00Z"}, [("/ends_at", "ends_before_start")]),
    ({"ends_at": "2026-06-30T09:00:00Z"}, [("/ends_at", "ends_before_start")]),
    ({"enrollment_closes_at": "2026-07-01T10:00:01Z"}, [("/enrollment_closes_at", "closes_after_end")]),
    ({"enrollment_opens_at": "2026-07-01T09:00:00Z"}, [("/enrollment_opens_at", "opens_after_close")]),
    (
        {"enrollment_opens_at": "2026-06-20T00:00:00Z", "enrollment_closes_at": "2026-06-20T00:00:00Z"},
        [("/enrollment_opens_at", "opens_after_close")],
    ),
    ({"party_max": 3, "capacity": 2}, [("/party_max", "party_over_capacity")]),
    ({"party_max": 2, "capacity": 31, "on_sale_shards": 2}, [("/on_sale_shards", "shards_split_parties")]),
    ({"no_show_release_minutes": 60}, [("/no_show_release_minutes", "release_after_end")]),
]


@pytest.mark.parametrize(("fields", "expected"), RULES, ids=[str(list(fields.values())) for fields, _ in RULES])
def test_rules_between_fields_name_the_one_to_change(
    town: World, olga: Person, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert faults(town.post("/events", {**EVENT, **fields}, olga.token)) == expected
    assert town.db.snapshot_all("turnout-events") == []


def test_all_faults_are_told_at_once(town: World, olga: Person) -> None:
    body = {"capacity": -1, "price": "x", "tags": ["ok", ""], "colour": "red", "Title": "x"}

    answer = town.post("/events", body, olga.token)

    assert sorted(faults(answer)) == [
        ("/Title", "unknown_field"),
        ("/capacity", "invalid"),
        ("/colour", "unknown_field"),
        ("/price", "invalid"),
        ("/starts_at", "required"),
        ("/tags/1", "invalid"),
        ("/title", "required"),
    ]


@pytest.mark.parametrize("field", ["organizer_id", "follow_up", "reminder"])
def test_what_is_no_setting_is_refused_and_never_ignored(town: World, olga: Person, field: str) -> None:
    assert faults(town.post("/events", {**EVENT, field: 1}, olga.token)) == [(f"/{field}", "unknown_field")]
