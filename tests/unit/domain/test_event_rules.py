"""What an event refuses and when; what a change of it makes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import (
    ConflictError,
    EnrollmentClosedError,
    EnrollmentNotOpenError,
    EventCancelledError,
    EventNotPublishedError,
    EventPastError,
    EventStartedError,
)
from chalicelib.domain.events.event import Event, EventCounts, EventStatus, Preview
from chalicelib.domain.events.event_facts import EventFacts

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FACTS = EventFacts(title="Python Workshop", starts_at=START, ends_at=START + 3 * HOUR)


def an_event(facts: EventFacts = FACTS, status: EventStatus = EventStatus.PUBLISHED) -> Event:
    return Event(
        id="e",
        organizer_id="olga",
        facts=facts,
        status=status,
        buckets=1,
        version=1,
        created_at=START - 100 * HOUR,
        updated_at=START - 100 * HOUR,
    )


OPEN_LATE = replace(FACTS, enrollment_closes_at=START + 2 * HOUR)
OPENS = replace(FACTS, enrollment_opens_at=START - 2 * HOUR)
CLOSES = replace(FACTS, enrollment_closes_at=START - HOUR)
TABLE: list[tuple[EventFacts, datetime, type[ConflictError] | None]] = [
    (FACTS, START - HOUR, None),
    (FACTS, START, EventStartedError),
    (FACTS, START + 3 * HOUR, EventPastError),
    (OPENS, START - 2 * HOUR, None),
    (OPENS, START - 2 * HOUR - timedelta(milliseconds=1), EnrollmentNotOpenError),
    (CLOSES, START - HOUR - timedelta(milliseconds=1), None),
    (CLOSES, START - HOUR, EnrollmentClosedError),
    (CLOSES, START, EnrollmentClosedError),
    (OPEN_LATE, START + HOUR, None),
    (OPEN_LATE, START + 2 * HOUR, EnrollmentClosedError),
    (OPEN_LATE, START + 3 * HOUR, EventPastError),
]


@pytest.mark.parametrize(("facts", "now", "refusal"), TABLE)
def test_a_published_event_takes_people_in_its_window_only(
    facts: EventFacts, now: datetime, refusal: type[ConflictError] | None
) -> None:
    found = an_event(facts).refuses(now)

    assert type(found) is (refusal or type(None))


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (EventStatus.DRAFT, EventNotPublishedError),
        (EventStatus.CANCELLED, EventCancelledError),
        (EventStatus.DELETED, EventCancelledError),
    ],
)
def test_any_other_status_takes_nobody(status: EventStatus, refusal: type[ConflictError]) -> None:
    assert type(an_event(status=status).refuses(START - HOUR)) is refusal


def test_past_and_upcoming_are_told_by_end_and_start() -> None:
    event = an_event()

    assert (event.is_upcoming(START - HOUR), event.is_past(START - HOUR)) == (True, False)
    assert (event.is_upcoming(START), event.is_past(START)) == (False, False)
    assert (event.is_upcoming(START + 3 * HOUR), event.is_past(START + 3 * HOUR)) == (False, True)


def test_a_change_is_the_next_version() -> None:
    before = an_event()

    after = before.changed(START, status=EventStatus.CANCELLED)

    assert (after.version, after.status, after.updated_at) == (2, EventStatus.CANCELLED, START)
    assert after.facts == before.facts
    assert before.version == 1


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"ends_at": START}, ["ends_before_start"]),
        ({"enrollment_closes_at": START + 3 * HOUR}, []),
        ({"enrollment_closes_at": START + 4 * HOUR}, ["closes_after_end"]),
        ({"enrollment_opens_at": START}, ["opens_after_close"]),
        ({"ends_at": START - HOUR, "enrollment_opens_at": START}, ["ends_before_start", "opens_after_close"]),
        ({"party_max": 20}, []),
        ({"party_max": 20, "capacity": 20}, []),
        ({"party_max": 20, "capacity": 19}, ["party_over_capacity"]),
        ({"on_sale_shards": 64, "capacity": 1}, []),
        ({"on_sale_shards": 64, "party_max": 20}, []),
        ({"on_sale_shards": 64, "party_max": 2, "capacity": 32}, []),
        ({"on_sale_shards": 64, "party_max": 2, "capacity": 31}, ["shards_split_parties"]),
        ({"on_sale_shards": 1, "party_max": 2, "capacity": 31}, []),
        ({"no_show_release_minutes": 179}, []),
        ({"no_show_release_minutes": 180}, ["release_after_end"]),
    ],
)
def test_rules_between_fields_name_what_is_wrong(changes: dict[str, Any], codes: list[str]) -> None:
    assert [problem.code for problem in replace(FACTS, **changes).problems()] == codes


def test_a_start_lies_within_ten_years() -> None:
    assert [one.code for one in FACTS.start_problems(START)] == ["starts_in_past"]
    assert FACTS.start_problems(START - timedelta(days=3653)) == []
    assert [one.code for one in FACTS.start_problems(START - timedelta(days=3654))] == ["starts_too_late"]


def test_a_preview_asks_for_confirmation_when_it_counts_anybody() -> None:
    assert not Preview()
    assert Preview(people=1)
    assert Preview(waiting=1)


def test_months_without_events_are_no_months() -> None:
    counts = EventCounts({"2026-09": 1, "2026-07": 2, "2026-08": 0})

    assert (counts.total, counts.months()) == (3, ["2026-07", "2026-09"])


@pytest.mark.parametrize(
    ("number", "backwards", "passed", "month"),
    [
        (1, False, 0, "2026-07"), (2, False, 2, "2026-09"), (4, False, 2, "2026-09"), (5, False, 5, None),
        (2, True, 0, "2026-09"), (3, True, 3, "2026-07"), (9, True, 5, None),
    ],
)  # fmt: skip
def test_so_many_events_from_one_end_on_are_whole_months_and_a_rest(
    *, number: int, backwards: bool, passed: int, month: str | None
) -> None:
    counts = EventCounts({"2026-09": 3, "2026-07": 2, "2026-08": 0})

    assert counts.passing(number, backwards=backwards) == (passed, month)
