"""When a hold or an offer ends: as it was said, and never after what it is about as that is now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.deadlines import as_of, deadline_of, ending, is_live, is_over, next_ending, stored_as
from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FACTS = EventFacts(title="x", starts_at=NOW + 10 * DAY, ends_at=NOW + 11 * DAY)
SAID = NOW + DAY
Status = EnrollmentStatus


def an_event(**facts: Any) -> Event:
    return Event(
        id="e",
        organizer_id="olga",
        facts=replace(FACTS, **facts),
        status=EventStatus.PUBLISHED,
        buckets=1,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )


def row(status: Status = Status.PENDING, said: datetime | None = SAID) -> Enrollment:
    by = Transition(NOW, status, "ada", Cause.HELD, "r")
    return enrolled(EnrollmentKey.of("e", 1, "ada"), "a", by, expires_at=said)


@pytest.mark.parametrize(
    ("facts", "hold", "offer"),
    [
        ({}, SAID, SAID),
        ({"starts_at": NOW + HOUR}, NOW + HOUR, NOW + HOUR),
        ({"starts_at": NOW + HOUR, "enrollment_closes_at": NOW + 10 * DAY}, NOW + HOUR, NOW + HOUR),
        ({"enrollment_closes_at": NOW + HOUR}, NOW + HOUR, NOW + HOUR),
        ({"enrollment_closes_at": NOW + 2 * DAY}, SAID, SAID),
        # Closing that lies before: holds are made while enrolling is open, offers also later.
        ({"enrollment_closes_at": NOW - HOUR}, NOW + MINUTE, SAID),
        ({"enrollment_closes_at": NOW - HOUR, "starts_at": NOW + HOUR}, NOW + MINUTE, NOW + HOUR),
        # Kept since after the start: until the end of what there is.
        ({"starts_at": NOW - HOUR, "ends_at": NOW + HOUR, "enrollment_closes_at": NOW + HOUR}, NOW + HOUR, NOW + HOUR),
        (
            {"starts_at": NOW - HOUR, "ends_at": NOW + HOUR, "enrollment_closes_at": NOW - HOUR},
            NOW + MINUTE,
            NOW + HOUR,
        ),
        # In the last seconds: a minute to take it.
        ({"starts_at": NOW + timedelta(seconds=5)}, NOW + MINUTE, NOW + MINUTE),
    ],
)
def test_a_deadline_is_never_after_what_it_is_about(
    facts: dict[str, datetime], hold: datetime, offer: datetime
) -> None:
    event = an_event(**facts)

    assert ending(event.facts, NOW, SAID, offered=False) == deadline_of(row(), event) == hold
    assert ending(event.facts, NOW, SAID, offered=True) == deadline_of(row(Status.OFFERED), event) == offer


def test_an_event_that_is_moved_there_and_back_leaves_the_deadline_that_was_said() -> None:
    held = row()

    assert deadline_of(held, an_event(starts_at=NOW + HOUR)) == NOW + HOUR
    assert deadline_of(held, an_event(starts_at=NOW + 20 * DAY, ends_at=NOW + 21 * DAY)) == SAID


@pytest.mark.parametrize("status", list(Status))
def test_time_is_up_at_the_deadline_of_a_hold_or_an_offer(status: Status) -> None:
    held, event = row(status), an_event()

    temporary = status in {Status.PENDING, Status.OFFERED}
    assert is_over(held, event, SAID) is temporary
    assert not is_over(held, event, SAID - timedelta(milliseconds=1))
    assert not is_over(row(status, None), event, SAID)
    assert is_live(held, event, SAID) is (held.is_live and not temporary)


def test_what_is_over_is_seen_as_expired_and_what_is_kept_with_the_deadline_that_counts() -> None:
    moved = an_event(starts_at=NOW + HOUR)

    assert as_of(row(), moved, NOW).expires_at == NOW + HOUR
    over = as_of(replace(row(), unproven=True), moved, NOW + HOUR)
    assert (over.status, over.expires_at, over.unproven, over.seats) == (Status.EXPIRED, None, False, 0)
    confirmed = row(Status.CONFIRMED, None)
    assert as_of(confirmed, moved, NOW + DAY) is confirmed


def test_the_time_since_when_a_seat_is_kept_is_that_of_its_status() -> None:
    later = Transition(NOW + HOUR, Status.OFFERED, "system", Cause.OFFERED, "r")
    note = Transition(NOW + 2 * HOUR, Status.OFFERED, "olga", Cause.NOTED, "r")
    offered = row(Status.WAITLISTED, None).moved(later, expires_at=SAID)

    assert offered.kept_since == offered.moved(note).kept_since == NOW + HOUR
    assert offered.moved(Transition(SAID, Status.CONFIRMED, "ada", Cause.ACCEPTED, "r")).kept_since is None


def test_expired_ones_are_also_found_among_those_that_are_kept() -> None:
    assert set(stored_as([Status.EXPIRED])) == {Status.EXPIRED, Status.PENDING, Status.OFFERED}
    assert stored_as([Status.CONFIRMED]) == (Status.CONFIRMED,)
    assert stored_as([]) == ()


@pytest.mark.parametrize(
    ("after", "first"),
    [
        ({}, None),
        ({"starts_at": NOW + 5 * DAY}, NOW + 5 * DAY),
        ({"starts_at": NOW + 20 * DAY, "ends_at": NOW + 21 * DAY}, None),
        ({"enrollment_closes_at": NOW + DAY}, NOW + DAY),
        ({"enrollment_closes_at": NOW + DAY, "starts_at": NOW + HOUR}, NOW + HOUR),
        ({"enrollment_closes_at": NOW - DAY}, NOW),
        ({"enrollment_closes_at": NOW + DAY, "starts_at": NOW + 5 * DAY}, NOW + DAY),
    ],
)
def test_an_edit_knows_the_first_moment_at_which_it_ends_something(
    after: dict[str, datetime], first: datetime | None
) -> None:
    assert next_ending(FACTS, an_event(**after).facts, NOW) == first


def test_a_time_that_had_passed_and_comes_again_ends_what_was_kept_in_between() -> None:
    closed = replace(FACTS, enrollment_closes_at=NOW - HOUR)

    assert next_ending(closed, replace(closed, enrollment_closes_at=NOW + HOUR), NOW) == NOW + HOUR
