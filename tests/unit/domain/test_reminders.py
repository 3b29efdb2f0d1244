"""Reminders and follow-ups: how they are written, when they are due, and which of them still matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.notifications.reminders import (
    Pace,
    Reminder,
    follow_up_text,
    is_overtaken,
    parse_span,
    reminder_text,
    reminders_due,
    span_text,
)

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PACE = Pace()


def facts(*reminders: str, start: datetime = START, length: timedelta = 8 * HOUR) -> EventFacts:
    return EventFacts(title="Workshop", starts_at=start, ends_at=start + length, reminders=reminders)


def an_event(given: EventFacts) -> Event:
    return Event(
        id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
        organizer_id="01ARZ3NDEKTSV4RRFFQ69G5FAW",
        facts=given,
        status=EventStatus.PUBLISHED,
        buckets=1,
        version=1,
        created_at=START - 30 * DAY,
        updated_at=START - 30 * DAY,
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("-PT1H", "-PT1H"),
        ("-PT60M", "-PT1H"),
        ("-PT90M", "-PT1H30M"),
        ("-PT24H", "-P1D"),
        ("-P1W", "-P7D"),
        ("-P1W1DT1H1M", "-P8DT1H1M"),
        ("-P365D", "-P365D"),
        ("-PT1M", "-PT1M"),
        ("START:-PT1H", "-PT1H"),
        ("END:-PT30M", "END:-PT30M"),
        ("END:-PT1440M", "END:-P1D"),
        ("-P0DT2H", "-PT2H"),
    ],
)
def test_a_reminder_is_kept_in_the_shortest_way_to_write_it(written: str, kept: str) -> None:
    assert reminder_text(written) == kept
    assert reminder_text(kept) == kept


@pytest.mark.parametrize(
    ("written", "objection"),
    [
        ("PT1H", "must begin with a minus sign"),
        ("", "must begin with a minus sign"),
        ("END:PT1H", "must begin with a minus sign"),
        ("END:START:-PT1H", "must begin with a minus sign"),
        ("end:-PT1H", "must begin with a minus sign"),
        ("--PT1H", "must be an ISO 8601 duration"),
        ("-P", "must be an ISO 8601 duration"),
        ("-PT", "must be an ISO 8601 duration"),
        ("-P1DT", "must be an ISO 8601 duration"),
        ("-1H", "must be an ISO 8601 duration"),
        ("-pt1h", "must be an ISO 8601 duration"),
        ("-P1M", "must be an ISO 8601 duration"),
        ("-P1Y", "must be an ISO 8601 duration"),
        ("-PT90S", "must be an ISO 8601 duration"),
        ("-PT1.5H", "must be an ISO 8601 duration"),
        ("-PT1H ", "must be an ISO 8601 duration"),
        ("-PT1H\n", "must be an ISO 8601 duration"),
        ("-PT١H", "must be an ISO 8601 duration"),
        ("-PT99999999999H", "must be an ISO 8601 duration"),
        ("-PT0M", "must be from one minute"),
        ("-P366D", "must be from one minute"),
        ("-P365DT1M", "must be from one minute"),
    ],
)
def test_what_is_no_reminder_is_refused_with_the_way_out(written: str, objection: str) -> None:
    with pytest.raises(ValueError, match=objection):
        reminder_text(written)


@pytest.mark.parametrize(("written", "kept"), [("PT1H", "PT1H"), ("PT60M", "PT1H"), ("P90D", "P90D"), ("PT5M", "PT5M")])
def test_a_follow_up_is_kept_in_the_shortest_way_to_write_it(written: str, kept: str) -> None:
    assert follow_up_text(written) == kept


@pytest.mark.parametrize(
    ("written", "objection"),
    [
        ("-PT1H", "must not begin with a minus sign"),
        ("PT4M", "must be from five minutes"),
        ("P91D", "must be from five minutes"),
        ("1h", "must be an ISO 8601 duration"),
        ("END:PT1H", "must be an ISO 8601 duration"),
    ],
)
def test_what_is_no_follow_up_is_refused_with_the_way_out(written: str, objection: str) -> None:
    with pytest.raises(ValueError, match=objection):
        follow_up_text(written)


@pytest.mark.parametrize("minutes", [1, 59, 60, 61, 1439, 1440, 1441, 10_080, 525_600])
def test_a_span_is_the_same_after_writing_and_reading_it(minutes: int) -> None:
    assert parse_span(span_text(minutes * MINUTE)) == minutes * MINUTE


def test_a_reminder_counts_back_from_the_start_or_the_end() -> None:
    given = facts()

    assert Reminder.parse("-PT1H").at(given, PACE) == START - HOUR
    assert Reminder.parse("END:-PT1H").at(given, PACE) == START + 7 * HOUR
    assert Reminder.parse("-P1D").at(given, PACE) == START - DAY, "a day is 24 hours, whatever clocks do"


def test_a_faster_pace_shortens_everything_that_is_waited_for() -> None:
    fast = Pace(60)

    assert Reminder.parse("-PT1H").at(facts(), fast) == START - MINUTE
    assert (fast.lead, fast.net) == (timedelta(seconds=10), timedelta(seconds=2))
    assert Pace(7).of(HOUR) * 7 == pytest.approx(HOUR, abs=timedelta(milliseconds=1))


def test_a_moment_on_the_clock_is_kept_in_milliseconds_at_any_pace() -> None:
    assert Reminder.parse("-PT1H").at(facts(), Pace(7)).microsecond % 1000 == 0


@pytest.mark.parametrize(
    ("before_start", "due"),
    [
        (2 * DAY, []),
        (DAY + 13 * MINUTE, []),
        (DAY + 12 * MINUTE, ["-P1D"]),
        (DAY, ["-P1D"]),
        (DAY - MINUTE, []),
        (5 * HOUR, []),
        (HOUR + 12 * MINUTE, ["-PT1H"]),
        (HOUR, ["-PT1H"]),
        (HOUR - MINUTE, []),
        (MINUTE, []),
        (timedelta(0), []),
        (-MINUTE, []),
    ],
)
def test_who_is_confirmed_shortly_before_a_reminder_gets_it_and_none_that_came_before(
    before_start: timedelta, due: list[str]
) -> None:
    given, now = facts("-P1D", "-PT1H"), START - before_start

    assert [str(one) for one in reminders_due(given, now, now, PACE)] == due


@pytest.mark.parametrize(
    ("seated", "sent", "due"),
    [
        (DAY + 5 * MINUTE, DAY - HOUR, ["-P1D"]),
        (DAY + 5 * MINUTE, HOUR + 5 * MINUTE, ["-PT1H"]),
        (DAY + 5 * MINUTE, HOUR - MINUTE, ["-PT1H"]),
        (DAY - MINUTE, HOUR - MINUTE, ["-PT1H"]),
        (HOUR - MINUTE, MINUTE, []),
        (DAY + 5 * MINUTE, timedelta(0), []),
    ],
)
def test_a_confirmation_that_is_sent_late_brings_the_latest_reminder_since_the_place(
    seated: timedelta, sent: timedelta, due: list[str]
) -> None:
    given = facts("-P1D", "-PT1H")

    assert [str(one) for one in reminders_due(given, START - seated, START - sent, PACE)] == due


def test_of_reminders_that_are_fanned_out_at_the_same_time_none_is_left_out() -> None:
    given = facts("-PT1H", "-PT55M", "-P1D")
    seated = START - HOUR - 5 * MINUTE

    assert [str(one) for one in reminders_due(given, seated, seated, PACE)] == ["-PT1H", "-PT55M"]
    assert [str(one) for one in reminders_due(given, seated, START - 58 * MINUTE, PACE)] == ["-PT55M"]


def test_a_reminder_of_the_end_is_useful_until_the_end() -> None:
    given = facts("-PT1H", "END:-PT30M")
    seated = START + 7 * HOUR + 20 * MINUTE

    assert [str(one) for one in reminders_due(given, seated, seated, PACE)] == ["END:-PT30M"]
    assert reminders_due(given, seated, START + 8 * HOUR, PACE) == []


def test_a_reminder_is_overtaken_when_the_time_of_a_later_one_has_come() -> None:
    given, early = facts("-P1D", "-PT1H"), Reminder.parse("-P1D")

    assert not is_overtaken(early, given, START - HOUR - MINUTE, PACE)
    assert is_overtaken(early, given, START - HOUR, PACE)
    assert not is_overtaken(Reminder.parse("-PT1H"), given, START, PACE)


def test_a_moved_start_is_another_one_even_when_it_is_moved_back() -> None:
    event = an_event(facts("-PT1H", "END:-PT1H"))
    away = event.changed(START - 3 * DAY, facts=replace(event.facts, starts_at=START + HOUR))
    back = away.changed(START - 2 * DAY, facts=event.facts)
    start, end = Reminder.parse("-PT1H"), Reminder.parse("END:-PT1H")

    assert len({start.version(one) for one in (event, away, back)}) == 3
    assert len({end.version(one) for one in (event, away, back)}) == 1, "the end was not touched"


def test_an_edit_that_leaves_the_times_alone_leaves_their_versions() -> None:
    event = an_event(facts("-PT1H"))
    edited = event.changed(START - DAY, facts=replace(event.facts, title="Other"))

    assert Reminder.parse("-PT1H").version(edited) == Reminder.parse("-PT1H").version(event)
