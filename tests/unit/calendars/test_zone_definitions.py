"""VTIMEZONE: whatever the zone does, a calendar that knows only the definition shows the right local times."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.tz import tzical

from chalicelib.calendars.zones import definition, is_utc, local_time

DAY = timedelta(days=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rules(zone: str, year: int) -> list[str]:
    first = datetime(year, 7, 1, tzinfo=UTC)
    return [line for line in definition(zone, first, first + DAY) if line.startswith(("RRULE", "BEGIN"))]


def objections(zone: str, first: datetime, last: datetime, step: timedelta) -> list[str]:
    """Moments at which another program, told the definition only, takes the local time for another moment."""
    text = "\r\n".join(["BEGIN:VCALENDAR", *definition(zone, first, last), "END:VCALENDAR", ""])
    understood = tzical(StringIO(text)).get()
    found, at = [], first
    while at <= last:
        local = at.astimezone(ZoneInfo(zone))
        if not local.fold and local.replace(tzinfo=understood).utcoffset() != local.utcoffset():
            found.append(f"{zone} {at:%Y-%m-%d %H:%M}")
        at += step
    return found


def test_yearly_changes_are_a_rule() -> None:
    lines = definition("Europe/Berlin", moment("2026-07-01"), moment("2026-07-02"))

    assert lines == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "DTSTART:20250330T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20251026T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Kolkata", "+0530"), ("America/Caracas", "-0400"), ("UTC", "+0000")]
)
def test_a_zone_whose_clocks_are_never_changed_has_one_offset(zone: str, offset: str) -> None:
    lines = definition(zone, moment("2026-07-01"), moment("2026-07-02"))

    assert lines[2:6] == ["BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}"]
    assert lines.count("BEGIN:STANDARD") == 1
    assert "BEGIN:DAYLIGHT" not in lines


def test_the_south_saves_daylight_around_the_new_year() -> None:
    assert rules("Australia/Sydney", 2026) == [
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU",
        "BEGIN:DAYLIGHT",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU",
    ]


def test_a_change_after_the_first_saturday_is_a_sunday_of_a_certain_week() -> None:
    assert "RRULE:FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=SU" in rules("America/Santiago", 2026)


def test_an_irish_winter_is_standard_time_though_the_law_calls_it_the_exception() -> None:
    lines = definition("Europe/Dublin", moment("2026-07-01"), moment("2026-07-02"))

    assert lines[lines.index("TZNAME:IST") - 5] == "BEGIN:DAYLIGHT"
    assert lines[lines.index("TZNAME:GMT") - 5] == "BEGIN:STANDARD"


def test_a_zone_that_gave_daylight_saving_up_has_no_rule() -> None:
    lines = definition("America/Mexico_City", moment("2022-05-01"), moment("2023-06-01"))

    assert not [line for line in lines if line.startswith("RRULE")]
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20210404T020000",
        "DTSTART:20220403T020000",
        "DTSTART:20211031T020000",
        "DTSTART:20221030T020000",
    ]


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("America/Mexico_City", "2022-05-01", "2023-06-01"),  # gave daylight saving up
        ("Asia/Almaty", "2023-12-01", "2024-06-01"),  # moved to another offset for good
        ("Pacific/Apia", "2011-12-20", "2012-02-01"),  # left out a day
        ("America/New_York", "2006-03-01", "2008-01-01"),  # changed the dates
        ("Africa/Casablanca", "2026-01-01", "2028-12-31"),  # stops during Ramadan
        ("Africa/Cairo", "2026-01-01", "2028-12-31"),  # the night after the last Thursday
        ("Asia/Jerusalem", "2026-01-01", "2028-12-31"),  # the Friday before the last Sunday
        ("Australia/Lord_Howe", "2026-01-01", "2028-12-31"),  # half an hour
        ("Europe/Dublin", "2026-01-01", "2028-12-31"),
        ("America/Sao_Paulo", "2018-01-01", "2020-01-01"),
        ("Asia/Kathmandu", "2026-01-01", "2027-01-01"),
        ("Europe/Berlin", "2026-01-01", "2036-12-31"),
    ],
)
def test_local_times_are_understood_hour_by_hour(zone: str, first: str, last: str) -> None:
    assert objections(zone, moment(first), moment(last), timedelta(hours=7)) == []


def objections_of(zones: list[str]) -> list[str]:
    first = moment("2026-10-20")
    return [one for zone in zones for one in objections(zone, first, first + 370 * DAY, 41 * DAY)]


def test_every_sixth_zone_is_understood_through_the_year() -> None:
    assert objections_of(sorted(available_timezones())[::6]) == []


@pytest.mark.deep
def test_every_zone_is_understood_through_the_year() -> None:
    assert objections_of(sorted(available_timezones())) == []


def test_times_in_utc_need_no_zone() -> None:
    assert local_time("DTSTART", moment("2026-07-01T09:00"), "UTC") == "DTSTART:20260701T090000Z"
    assert local_time("DTSTART", moment("2026-07-01T09:00"), "Etc/Zulu") == "DTSTART:20260701T090000Z"
    assert not is_utc("Africa/Abidjan")
    assert not is_utc("Europe/London")


def test_the_second_of_two_equal_hours_is_told_in_utc() -> None:
    first, second = moment("2026-10-25T00:30"), moment("2026-10-25T01:30")

    assert local_time("DTSTART", first, "Europe/Berlin") == "DTSTART;TZID=Europe/Berlin:20261025T023000"
    assert local_time("DTSTART", second, "Europe/Berlin") == "DTSTART:20261025T013000Z"
