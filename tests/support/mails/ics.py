"""Reading iCalendar texts back with three parsers that are not their maker's.

`icalendar` and `vobject` go by the zone definitions that a text carries, `ical` by the names of zones, as phones do.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from io import StringIO

import icalendar
import vobject
from dateutil.tz import tzical
from ical.calendar_stream import IcsCalendarStream

# Before a zone's name: no parser knows such a zone, or the definition of an earlier text, so that this one has to do.
_UNKNOWN = (f"/test{number}/" for number in itertools.count())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a calendar shows of one event, and what it tells newer ones by."""

    uid: str
    sequence: int
    status: str
    title: str
    starts_at: datetime
    ends_at: datetime
    local: tuple[str, str]  # what the clocks of the place show at its start and end; of whole days the days
    names: Mapping[str, str]  # of the organizer and of who is invited
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    method: str
    name: str
    entries: tuple[Entry, ...]

    @property
    def only(self) -> Entry:
        [entry] = self.entries
        return entry


def unfolded(text: str) -> list[str]:
    """The content lines, after what every line must keep to."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    for piece in text.split("\r\n"):
        assert len(piece.encode()) <= 75, piece
    return text.removesuffix("\r\n").replace("\r\n ", "").split("\r\n")


def read(text: str) -> Read:
    """The calendar as `icalendar` reads it; the others find nothing wrong with it, and the same in it."""
    lines = unfolded(text)
    zones = [line.removeprefix("TZID:") for line in lines if line.startswith("TZID:")]
    assert len(zones) == len(set(zones))
    renamed, prefix = lines, next(_UNKNOWN)
    for zone in zones:
        renamed = [_renamed(line, zone, prefix + zone) for line in renamed]
    calendar = icalendar.Calendar.from_ical("\r\n".join([*renamed, ""]))
    assert [error for component in calendar.walk() for error in component.errors] == []
    entries = tuple(_entry(event) for event in calendar.walk("VEVENT"))
    assert [(one.starts_at, one.ends_at) for one in entries] == _moments(text)
    assert [_seen(one) for one in entries] == _as_phones_read(text)
    name = re.sub(r"\\(.)", r"\1", str(calendar.get("NAME", "")))  # `icalendar` does not know its type
    return Read(method=str(calendar["METHOD"]), name=name, entries=entries)


def _renamed(line: str, zone: str, name: str) -> str:
    return f"TZID:{name}" if line == f"TZID:{zone}" else line.replace(f";TZID={zone}:", f";TZID={name}:")


def _moments(text: str) -> list[tuple[datetime, datetime]]:
    # It keeps the first definition of a name for ever, and takes one for UTC that is like it until 2020.
    for name, zone in _defined(text).items():
        vobject.icalendar.registerTzid(name, zone)
    calendar = vobject.readOne(text)
    assert calendar.validate(raiseException=True)
    return [(_utc(one.dtstart.value), _utc(one.dtend.value)) for one in getattr(calendar, "vevent_list", [])]


def _as_phones_read(text: str) -> list[tuple[object, ...]]:
    [calendar] = IcsCalendarStream.from_ics(text).calendars
    assert len({zone.tz_id for zone in calendar.timezones}) == len(calendar.timezones)
    return [
        (
            one.uid,
            one.sequence,
            one.status.value if one.status else "",
            one.summary,
            _utc(one.dtstart),
            _utc(one.dtend),
            one.last_modified,
        )
        for one in calendar.events
    ]


def _seen(entry: Entry) -> tuple[object, ...]:
    changed = datetime.strptime(entry.fields["LAST-MODIFIED"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return (entry.uid, entry.sequence, entry.status, entry.title, entry.starts_at, entry.ends_at, changed)


def _utc(at: date | None) -> datetime:
    """A moment; of a day that is of no zone its begin in UTC."""
    assert at is not None
    return at.astimezone(UTC) if isinstance(at, datetime) else datetime.combine(at, time(), UTC)


def _defined(text: str) -> dict[str, tzinfo]:
    """The zones of a calendar as `dateutil` understands them."""
    found = tzical(StringIO(text))
    return {name: found.get(name) for name in found.keys()}  # noqa: SIM118 - it is no mapping


def _entry(event: icalendar.Component) -> Entry:
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    if isinstance(start, datetime):
        assert start.utcoffset() is not None
        assert end.utcoffset() is not None
    else:
        assert start < end
    assert event.decoded("DTSTAMP").utcoffset() == timedelta()
    return Entry(
        uid=str(event["UID"]),
        sequence=int(str(event["SEQUENCE"])),
        status=str(event["STATUS"]),
        title=str(event["SUMMARY"]),
        starts_at=_utc(start),
        ends_at=_utc(end),
        local=(_shown(start), _shown(end)),
        names={name: str(event[name].params.get("CN", "")) for name in ("ORGANIZER", "ATTENDEE") if name in event},
        fields={name: _text(event, name) for name in event},
    )


def _shown(at: date) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}"


def _text(event: icalendar.Component, name: str) -> str:
    return f"{event.decoded(name):%Y%m%dT%H%M%SZ}" if name == "LAST-MODIFIED" else str(event[name])
