"""Segments: whom an organizer's message is for, row by row and as a number."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.notifications.messages import Segment

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
Status = EnrollmentStatus


def row(status: Status, checked_in_at: datetime | None = None) -> Enrollment:
    by = Transition(NOW, status, "ada", Cause.ENROLLED, "request")
    return enrolled(EnrollmentKey("event", 0, "ada"), "attempt", by, checked_in_at=checked_in_at)


@pytest.mark.parametrize(
    ("one", "segments"),
    [
        (row(Status.CONFIRMED), {Segment.CONFIRMED, Segment.NOT_CHECKED_IN}),
        (row(Status.CONFIRMED, NOW), {Segment.CONFIRMED, Segment.CHECKED_IN}),
        (row(Status.WAITLISTED), {Segment.WAITLISTED}),
        (row(Status.PENDING), set()),
        (row(Status.OFFERED), set()),
        (row(Status.CANCELLED, NOW), set()),
        (row(Status.EXPIRED), set()),
    ],
)
def test_each_enrollment_is_in_the_segments_that_it_says(one: Enrollment, segments: set[Segment]) -> None:
    assert {segment for segment in Segment if segment.has(one)} == segments


def test_the_counts_of_an_event_give_the_number_of_each() -> None:
    counts = {"confirmed": 7, "waitlisted": 3, "checked_in": 2, "pending": 4}

    assert {segment.value: segment.number(counts) for segment in Segment} == {
        "confirmed": 7,
        "waitlisted": 3,
        "checked_in": 2,
        "not_checked_in": 5,
    }
    assert [segment.number({}) for segment in Segment] == [0, 0, 0, 0]
