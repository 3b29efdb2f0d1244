"""Invitations and published calendars, as two other programs read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.calendars.rendering import IcsCalendars
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.shared.times import whole_days
from chalicelib.services.calendars.ports import CalendarEntry, Invitation
from chalicelib.services.notifications.contexts import CANCEL, REQUEST
from tests.support.mails.ics import read, unfolded

MADE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
CALENDARS = IcsCalendars("api.example.org", "Turnout <no-reply@turnout.example>")
EVENT_ID = "01JZ3V5E9GQ7M2X4T6R8W0YABC"
CHILD_ID = "01JZ3V4Q8RS6K1W3N5P7T9VXYZ"

ATTENDEE = (
    "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;CN=Ada Byron:mailto:ada@example.org"
)


def an_event(**facts: Any) -> Event:
    plain: dict[str, Any] = {
        "title": "Python Workshop",
        "starts_at": datetime(2026, 7, 1, 7, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 7, 1, 15, 0, tzinfo=UTC),
        "timezone": "Europe/Berlin",
    }
    return Event(
        id=EVENT_ID,
        organizer_id="01JZ3V4Q8RS6K1W3N5P7T9VXYY",
        facts=EventFacts(**(plain | facts)),
        status=EventStatus.PUBLISHED,
        buckets=1,
        version=3,
        created_at=MADE,
        updated_at=MADE + timedelta(hours=1),
        sequence=2,
    )


def invitation(event: Event, **fields: Any) -> str:
    plain: dict[str, Any] = {
        "organizer": "Olga Organizer",
        "name": "Ada Byron",
        "email": "ada@example.org",
        "method": REQUEST,
        "sequence": 2,
        "at": MADE + timedelta(hours=2),
    }
    return CALENDARS.invitation(Invitation(event=event, **(plain | fields)))


def zone_lines(text: str) -> int:
    return sum(line == "BEGIN:VTIMEZONE" for line in unfolded(text))


def test_an_invitation_is_complete() -> None:
    event = an_event(description="Bring a laptop.", location="Tech Hub, Berlin", tags=("python", "a,b"))
    text = invitation(event)
    lines = unfolded(text)

    assert [line for line in lines if line.startswith("BEGIN:V")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "BEGIN:VEVENT",
    ]
    assert lines[1:5] == ["VERSION:2.0", "PRODID:-//Turnout//Turnout//EN", "CALSCALE:GREGORIAN", "METHOD:REQUEST"]
    assert lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")] == [
        "UID:01JZ3V5E9GQ7M2X4T6R8W0YABC@api.example.org",
        "DTSTAMP:20260601T110000Z",
        "SEQUENCE:2",
        "ORGANIZER;CN=Olga Organizer:mailto:no-reply@turnout.example",
        ATTENDEE,
        "STATUS:CONFIRMED",
        "DTSTART;TZID=Europe/Berlin:20260701T090000",
        "DTEND;TZID=Europe/Berlin:20260701T170000",
        "SUMMARY:Python Workshop",
        "DESCRIPTION:Bring a laptop.",
        r"LOCATION:Tech Hub\, Berlin",
        r"CATEGORIES:python,a\,b",
        "CREATED:20260601T090000Z",
        "LAST-MODIFIED:20260601T110000Z",
    ]
    assert read(text).only.starts_at == event.facts.starts_at


def test_its_end_takes_the_same_entry_out() -> None:
    put, taken = read(invitation(an_event())), read(invitation(an_event(), method=CANCEL, sequence=3))

    assert (put.method, taken.method) == ("REQUEST", "CANCEL")
    assert put.only.uid == taken.only.uid
    assert put.only.sequence < taken.only.sequence
    assert taken.only.status == "CANCELLED"
    assert put.only.fields["ORGANIZER"] == taken.only.fields["ORGANIZER"]


def test_who_reads_for_others_has_an_entry_for_each() -> None:
    own = read(invitation(an_event())).only
    child = read(invitation(an_event(), instead_of=(CHILD_ID, "Grace"))).only

    assert child.uid == f"{EVENT_ID}-{CHILD_ID}@api.example.org"
    assert child.uid != own.uid
    assert child.title == "Python Workshop (Grace)"


def test_nobody_is_named_before_a_name_is_proven() -> None:
    assert "CN=;" not in invitation(an_event(), name="")
    assert "RSVP=FALSE:mailto:ada@example.org" in "".join(unfolded(invitation(an_event(), name="")))


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ada+talks@example.org", "mailto:ada+talks@example.org"),
        ("a%b@example.org", "mailto:a%25b@example.org"),
        ("o'neil@example.org", "mailto:o'neil@example.org"),
        ("ada@bücher.example", "mailto:ada@b%C3%BCcher.example"),
    ],
)
def test_an_address_is_one_word(address: str, written: str) -> None:
    [line] = [one for one in unfolded(invitation(an_event(), email=address)) if one.startswith("ATTENDEE")]

    assert line.endswith(f":{written}")


@pytest.mark.parametrize(
    ("zone", "starts", "ends", "local"),
    [
        ("Europe/Berlin", "2026-10-23T16:00", "2026-10-26T11:00", ("2026-10-23 18:00", "2026-10-26 12:00")),
        ("Europe/Berlin", "2026-03-27T17:00", "2026-03-30T10:00", ("2026-03-27 18:00", "2026-03-30 12:00")),
        ("America/New_York", "2026-10-30T22:00", "2026-11-02T17:00", ("2026-10-30 18:00", "2026-11-02 12:00")),
        ("Australia/Sydney", "2026-10-02T08:00", "2026-10-05T01:00", ("2026-10-02 18:00", "2026-10-05 12:00")),
        ("America/Santiago", "2026-09-04T22:00", "2026-09-07T15:00", ("2026-09-04 18:00", "2026-09-07 12:00")),
        ("Africa/Casablanca", "2026-02-13T17:00", "2026-02-16T12:00", ("2026-02-13 18:00", "2026-02-16 12:00")),
        ("Asia/Kolkata", "2026-10-23T12:30", "2026-10-26T06:30", ("2026-10-23 18:00", "2026-10-26 12:00")),
        ("UTC", "2026-10-23T18:00", "2026-10-26T12:00", ("2026-10-23 18:00", "2026-10-26 12:00")),
    ],
)
def test_an_event_of_several_days_has_the_right_local_start_and_end(
    zone: str, starts: str, ends: str, local: tuple[str, str]
) -> None:
    first, last = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (starts, ends))
    text = invitation(an_event(timezone=zone, starts_at=first, ends_at=last))
    entry = read(text).only

    assert entry.local == local
    assert (entry.starts_at, entry.ends_at) == (first, last)
    assert zone_lines(text) == (0 if zone == "UTC" else 1)


def test_whatever_people_write_stays_in_its_place() -> None:
    nasty = 'Zoë; "the, \\one"\r\nEND:VEVENT\r\nATTENDEE:mailto:eve@example.org 𝄞 ' + "Ünïcødé " * 40
    text = invitation(an_event(title=nasty, description=nasty, location=nasty), organizer=nasty, name=nasty)
    entry = read(text).only

    assert entry.title == nasty.replace("\r\n", "\n")
    assert entry.fields["DESCRIPTION"] == entry.fields["LOCATION"] == entry.title
    assert entry.fields["ATTENDEE"] == "mailto:ada@example.org"
    assert entry.fields["ORGANIZER"] == "mailto:no-reply@turnout.example"


@pytest.mark.parametrize("name", ['The "best" of us', "a ^ b", "^n", "^'", '^"^', "Müller; Söhne: GmbH, Ulm", '"'])
def test_a_name_is_read_as_it_was_written(name: str) -> None:
    entry = read(invitation(an_event(), organizer=name, name=name)).only

    assert entry.names == {"ORGANIZER": name, "ATTENDEE": name}


@pytest.mark.parametrize(
    ("zone", "first", "last", "local"),
    [
        ("Europe/Berlin", "2026-07-01T07:00", None, ("2026-07-01", "2026-07-02")),
        ("Europe/Berlin", "2026-10-23T22:00", "2026-10-26T12:00", ("2026-10-24", "2026-10-27")),
        ("Pacific/Kiritimati", "2026-07-01T12:00", None, ("2026-07-02", "2026-07-03")),
        ("America/Los_Angeles", "2026-07-01T02:00", None, ("2026-06-30", "2026-07-01")),
        ("Asia/Beirut", "2026-03-29T09:00", "2026-03-30T09:00", ("2026-03-29", "2026-03-31")),
        ("UTC", "2026-12-31T00:00", "2027-01-01T00:00", ("2026-12-31", "2027-01-01")),
    ],
)
def test_whole_days_are_dates_and_end_before_the_day_after(
    zone: str, first: str, last: str | None, local: tuple[str, str]
) -> None:
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    starts_at, ends_at = whole_days(start, datetime.fromisoformat(last).replace(tzinfo=UTC) if last else None, zone)
    event = an_event(all_day=True, timezone=zone, starts_at=starts_at, ends_at=ends_at)

    for text in (invitation(event), CALENDARS.listing([CalendarEntry(event=event, organizer="Olga")])):
        assert read(text).only.local == local
        assert zone_lines(text) == 0, "days are of no zone"


def test_an_entry_of_a_place_has_the_number_and_the_time_of_the_place() -> None:
    later = MADE + timedelta(days=3)
    shown = [
        CalendarEntry(event=an_event(), organizer="Olga"),
        CalendarEntry(event=an_event(), organizer="Olga", sequence=7, at=later, instead_of=(CHILD_ID, "Grace")),
    ]
    event, place = read(CALENDARS.listing(shown)).entries

    assert (event.sequence, place.sequence) == (2, 7)
    assert (place.fields["LAST-MODIFIED"], event.fields["LAST-MODIFIED"]) == ("20260604T090000Z", "20260601T100000Z")
    assert (place.uid, place.title) == (f"{EVENT_ID}-{CHILD_ID}@api.example.org", "Python Workshop (Grace)")


def test_an_online_event_is_where_its_address_is() -> None:
    online = read(invitation(an_event(online=True, url="https://meet.example.org/py"))).only
    both = read(invitation(an_event(online=True, url="https://meet.example.org/py", location="Room 1"))).only
    neither = read(invitation(an_event(url="https://example.org"))).only

    assert online.fields["LOCATION"] == online.fields["URL"] == "https://meet.example.org/py"
    assert both.fields["LOCATION"] == "Room 1"
    assert "LOCATION" not in neither.fields


def test_a_published_calendar_defines_each_zone_once_for_all_its_events() -> None:
    far = an_event(starts_at=datetime(2031, 1, 10, 8, tzinfo=UTC), ends_at=datetime(2031, 1, 12, 8, tzinfo=UTC))
    sydney = an_event(timezone="Australia/Sydney")
    events = [an_event(), replace(far, id=EVENT_ID.replace("A", "B")), replace(sydney, id=EVENT_ID.replace("A", "C"))]
    text = CALENDARS.listing([CalendarEntry(event=event, organizer="Olga") for event in events], "Olga; & friends")
    seen = read(text)

    assert zone_lines(text) == 2
    assert seen.method == "PUBLISH"
    assert seen.name == "Olga; & friends"
    assert [entry.starts_at for entry in seen.entries] == [event.facts.starts_at for event in events]
    assert [entry.local[0] for entry in seen.entries] == ["2026-07-01 09:00", "2031-01-10 09:00", "2026-07-01 17:00"]
    assert [entry.sequence for entry in seen.entries] == [2, 2, 2]


def test_an_entry_says_whether_it_is_sure_and_whether_it_is_over() -> None:
    gone = replace(an_event(), status=EventStatus.CANCELLED)
    shown = [
        CalendarEntry(event=an_event(), organizer="Olga"),
        CalendarEntry(event=an_event(), organizer="Olga", tentative=True),
        CalendarEntry(event=gone, organizer="Olga", tentative=True),
    ]

    assert [entry.status for entry in read(CALENDARS.listing(shown)).entries] == ["CONFIRMED", "TENTATIVE", "CANCELLED"]


def test_a_calendar_without_events_is_a_calendar() -> None:
    text = CALENDARS.listing([], "Turnout")

    assert zone_lines(text) == 1
    assert read(text).entries == ()


def test_the_same_facts_are_the_same_text() -> None:
    assert invitation(an_event()) == invitation(an_event())
    assert CALENDARS.listing([CalendarEntry(event=an_event(), organizer="Olga")]) == CALENDARS.listing(
        [CalendarEntry(event=an_event(), organizer="Olga")]
    )
