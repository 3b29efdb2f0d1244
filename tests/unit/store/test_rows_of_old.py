"""Rows that were written before decisions had fields of their own are read from their trails, and say the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.enrollments.presence import Arrival
from chalicelib.services.enrollments.changes.transfer import is_done
from chalicelib.store.dynamo.tables import EnrollmentItem
from chalicelib.store.items.enrollments import enrollment_item, to_enrollment
from tests.support.fakes import START

Status = EnrollmentStatus
NEW = ("why", "was", "to", "came", "arrivals", "undone", "ahead")
STEPS: dict[str, list[tuple[Status, Cause]]] = {
    "a place": [(Status.CONFIRMED, Cause.ENROLLED)],
    "a hold that ended": [(Status.PENDING, Cause.HELD), (Status.EXPIRED, Cause.HOLD_EXPIRED)],
    "an offer that ended": [
        (Status.WAITLISTED, Cause.JOINED),
        (Status.OFFERED, Cause.OFFERED),
        (Status.EXPIRED, Cause.OFFER_EXPIRED),
        (Status.EXPIRED, Cause.NOTED),
    ],
    "a place with notes": [(Status.CONFIRMED, Cause.ENROLLED), *[(Status.CONFIRMED, Cause.NOTED)] * 3],
    "cancelled and noted": [
        (Status.CONFIRMED, Cause.ENROLLED),
        (Status.CANCELLED, Cause.BY_ORGANIZER),
        (Status.CANCELLED, Cause.NOTED),
    ],
    "a no-show": [(Status.CONFIRMED, Cause.ENROLLED), (Status.CANCELLED, Cause.NO_SHOW)],
    "left the waitlist": [
        (Status.WAITLISTED, Cause.JOINED),
        (Status.WAITLISTED, Cause.SKIPPED),
        (Status.CANCELLED, Cause.BY_ATTENDEE),
    ],
}


def made(steps: list[tuple[Status, Cause]], person: str = "ada") -> Enrollment:
    key, by = (
        EnrollmentKey.of("event", 1, person),
        [
            Transition(START + timedelta(minutes=number), status, person, cause, f"r{number}")
            for number, (status, cause) in enumerate(steps)
        ],
    )
    row = enrolled(key, "attempt", by[0])
    for one in by[1:]:
        row = row.moved(one)
    return row


def of_old(row: Enrollment) -> Enrollment:
    """As it would be read, had it been written before."""
    raw: dict[str, Any] = enrollment_item(row).serialize()
    for name in NEW:
        raw.pop(name, None)
    return to_enrollment(EnrollmentItem.from_raw_data(raw))


@pytest.mark.parametrize("name", STEPS)
def test_it_has_its_status_for_the_same_reason(name: str) -> None:
    row = made(STEPS[name])

    assert of_old(row) == row
    assert to_enrollment(enrollment_item(row)) == row


def test_a_check_in_that_was_taken_back_stays_so() -> None:
    row = made([(Status.CONFIRMED, Cause.ENROLLED), (Status.CONFIRMED, Cause.CHECK_IN_UNDONE)])

    assert of_old(row).undone_at == START + timedelta(minutes=1)
    assert of_old(row).presence.is_void(START + timedelta(seconds=59))


def test_who_is_checked_in_came_whole() -> None:
    row = of_old(replace(made(STEPS["a place"]), party_size=3, checked_in_at=START))

    assert (row.people_in, row.counted_in, row.presence.arrivals) == (3, 1, (Arrival(START),))


@pytest.mark.parametrize("old", [False, True])
def test_a_place_that_was_handed_on_is_known_as_such(*, old: bool) -> None:
    left = made([(Status.CONFIRMED, Cause.ENROLLED), (Status.CANCELLED, Cause.HANDED_ON)])
    taken = made([(Status.PENDING, Cause.HELD), (Status.CONFIRMED, Cause.TAKEN_OVER)], "bob")
    other = made(STEPS["a place"], "eve")
    left = replace(left, handed_to="attempt of bob")
    pair = (left, replace(taken, attempt_id="attempt of bob"))
    first, second = (of_old(row) for row in pair) if old else pair

    assert is_done(first, second)
    assert not is_done(first, other)
    assert not is_done(made(STEPS["a place"]), second)
