"""Calendars: whatever an event is like, other programs read back what was written, wherever its clocks are."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.calendars import lines
from chalicelib.calendars.rendering import IcsCalendars
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.shared.times import whole_days
from chalicelib.services.calendars.ports import CalendarEntry, Invitation
from chalicelib.services.notifications.contexts import CANCEL, REQUEST
from tests.property.examples import share
from tests.property.values import ulids
from tests.support.mails.ics import read, unfolded

CALENDARS = IcsCalendars("api.example.org", "Turnout <no-reply@turnout.example>")
FIRST, LAST = datetime(2026, 1, 1), datetime(2037, 12, 31)  # noqa: DTZ001 - strategies take bare times and a zone
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)
zone_names = st.sampled_from(sorted(available_timezones() - {"Factory"}))  # that one means that none was chosen
starts = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(lambda at: at.replace(second=0, microsecond=0))
lengths = st.integers(1, 14 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def events(draw: st.DrawFn) -> Event:
    start, zone, is_whole = draw(starts), draw(zone_names), draw(st.booleans())
    end = start + draw(lengths)
    first, last = whole_days(start, end, zone) if is_whole else (start, end)
    facts = EventFacts(
        title=draw(texts),
        starts_at=first,
        ends_at=last,
        all_day=is_whole,
        timezone=zone,
        description=draw(st.just("") | texts),
        location=draw(st.none() | texts),
        tags=tuple(draw(st.lists(texts, max_size=3))),
    )
    return Event(
        id=draw(ulids),
        organizer_id=draw(ulids),
        facts=facts,
        status=draw(st.sampled_from([EventStatus.PUBLISHED, EventStatus.CANCELLED])),
        buckets=1,
        version=1,
        created_at=start - timedelta(days=30),
        updated_at=start - timedelta(days=20),
        sequence=draw(st.integers(0, 1000)),
    )


def times(facts: EventFacts) -> tuple[datetime, datetime]:
    """What a calendar shows: moments, or days, which begin at midnight wherever they are read."""
    if not facts.all_day:
        return facts.starts_at, facts.ends_at
    zone = ZoneInfo(facts.timezone)
    first, last = (datetime.combine(at.astimezone(zone), time(), UTC) for at in (facts.starts_at, facts.ends_at))
    return first, last


def as_read(text: str) -> str:
    """What is left of a text: calendars have one kind of line break, and no control characters."""
    plain = re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", text)
    return "".join(one for one in plain if one in "\t\n" or not (one < " " or one == "\x7f"))


def one_line(text: str) -> str:
    """What is left of a name, which has no line breaks."""
    return as_read(text).replace("\n", " ")


@share(0.4)
@given(events(), texts, texts, st.sampled_from([REQUEST, CANCEL]), st.integers(0, 10_000))
def test_an_invitation_is_read_back_as_it_was_written(
    event: Event, organizer: str, name: str, method: str, sequence: int
) -> None:
    made = Invitation(
        event=event,
        organizer=organizer,
        name=name,
        email="ada@example.org",
        method=method,
        sequence=sequence,
        at=event.updated_at,
    )
    seen = read(CALENDARS.invitation(made))
    entry, facts = seen.only, event.facts

    assert (seen.method, entry.sequence, entry.uid) == (method, sequence, f"{event.id}@api.example.org")
    assert entry.title == as_read(facts.title)
    assert entry.fields.get("DESCRIPTION", "") == as_read(facts.description)
    assert entry.fields.get("LOCATION", "") == as_read(facts.location or "")
    assert (entry.starts_at, entry.ends_at) == times(facts)
    assert entry.fields["ATTENDEE"] == "mailto:ada@example.org"
    assert entry.names == {"ORGANIZER": one_line(organizer), "ATTENDEE": one_line(name)}
    local = facts.starts_at.astimezone(ZoneInfo(facts.timezone))
    as_shown = f"{local:%Y-%m-%d}" if facts.all_day else f"{facts.starts_at if local.fold else local:%Y-%m-%d %H:%M}"
    assert entry.local[0] == as_shown


@share(0.2)
@given(st.lists(events(), max_size=6), zone_names, texts)
def test_a_calendar_of_many_events_is_right_for_each(found: list[Event], zone: str, name: str) -> None:
    same_zone = [replace(one, facts=replace(one.facts, timezone=zone, all_day=False)) for one in found[::2]]
    wanted = [*same_zone, *found[1::2]]
    seen = read(CALENDARS.listing([CalendarEntry(event=event, organizer=name) for event in wanted], name))

    assert [entry.uid for entry in seen.entries] == [f"{event.id}@api.example.org" for event in wanted]
    assert [(entry.starts_at, entry.ends_at) for entry in seen.entries] == [times(event.facts) for event in wanted]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_a_folded_line_is_the_line(content: str) -> None:
    one = lines.line("SUMMARY", lines.text(content))

    assert unfolded(lines.folded(one)) == [one]
