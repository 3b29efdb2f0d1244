"""Rows as they move: what a new status keeps and drops, which seats a change takes, and what is counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import (
    HISTORY_LENGTH,
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
    tally,
)

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = EnrollmentKey("event", 0, "ada")
Status = EnrollmentStatus
SEATED = [Status.PENDING, Status.CONFIRMED, Status.OFFERED]


def to(status: Status, at: datetime = NOW, cause: Cause = Cause.ENROLLED) -> Transition:
    return Transition(at, status, "ada", cause, "request")


def row(status: Status, **facts: Any) -> Enrollment:
    return enrolled(KEY, "attempt", to(status), **facts)


EVERYTHING = {
    "waitlist_number": 7, "skipped": 2, "expires_at": NOW + MINUTE, "unproven": True, "party_size": 3,
    "made_by": "olga", "note": "Hello.", "checked_in_at": NOW,
}  # fmt: skip
ALWAYS = {"party_size": 3, "made_by": "olga", "note": "Hello.", "checked_in_at": NOW}
DROPPED = {"waitlist_number": None, "skipped": 0, "expires_at": None, "unproven": False}


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        (Status.PENDING, {"expires_at": NOW + MINUTE, "unproven": True}),
        (Status.OFFERED, {"expires_at": NOW + MINUTE}),
        (Status.WAITLISTED, {"waitlist_number": 7, "skipped": 2}),
        (Status.CONFIRMED, {}),
        (Status.CANCELLED, {}),
        (Status.EXPIRED, {}),
    ],
)
def test_a_row_keeps_what_belongs_to_its_new_status(status: Status, kept: dict[str, Any]) -> None:
    after = row(Status.PENDING, **EVERYTHING).moved(to(status, NOW + MINUTE))

    expected = ALWAYS | DROPPED | kept
    assert {name: getattr(after, name) for name in expected} == expected
    assert (after.status, after.updated_at, after.enrolled_at) == (status, NOW + MINUTE, NOW)
    assert (after.version, after.generation, after.attempt_id) == (2, 1, "attempt")
    assert after.history == (to(Status.PENDING), to(status, NOW + MINUTE))


def test_a_change_that_is_named_wins() -> None:
    later = NOW + 9 * MINUTE

    after = row(Status.WAITLISTED, waitlist_number=7).moved(
        to(Status.OFFERED), expires_at=later, note="Yours.", party_size=2
    )

    assert (after.expires_at, after.note, after.party_size, after.waitlist_number) == (later, "Yours.", 2, None)


def test_over_a_dead_row_the_counters_and_the_trail_go_on() -> None:
    dead = replace(row(Status.CANCELLED), generation=4, version=9, note="Old.", history=(to(Status.CANCELLED),) * 6)

    back = enrolled(KEY, "second", to(Status.PENDING, NOW + MINUTE), before=dead, party_size=2, made_by="olga")

    assert (back.generation, back.version, back.attempt_id, back.status) == (5, 10, "second", Status.PENDING)
    assert (back.enrolled_at, back.updated_at) == (NOW + MINUTE, NOW + MINUTE)
    assert (back.party_size, back.made_by, back.note) == (2, "olga", None)
    assert back.history == (to(Status.CANCELLED),) * (HISTORY_LENGTH - 1) + (to(Status.PENDING, NOW + MINUTE),)
    assert back.key == KEY


def test_one_person_comes_alone_unless_it_is_said() -> None:
    assert row(Status.CONFIRMED).party_size == 1
    assert row(Status.CONFIRMED, party_size=4).party_size == 4


@pytest.mark.parametrize("status", list(Status))
def test_seats_are_kept_by_everybody_who_is_seated(status: Status) -> None:
    assert row(status, party_size=3).seats == (3 if status in SEATED else 0)


def test_who_was_seated_before_and_not_checked_in_did_not_come() -> None:
    seated = row(Status.CONFIRMED)

    assert seated.did_not_come_by(NOW + MINUTE)
    assert not seated.did_not_come_by(NOW)
    assert not replace(seated, checked_in_at=NOW).did_not_come_by(NOW + MINUTE)
    assert not row(Status.PENDING).did_not_come_by(NOW + MINUTE)


def test_the_last_transition_says_since_when_somebody_is_seated() -> None:
    late = row(Status.WAITLISTED).moved(to(Status.CONFIRMED, NOW + MINUTE))

    assert late.did_not_come_by(NOW + 2 * MINUTE)
    assert not late.did_not_come_by(NOW + MINUTE)
    noted = replace(late, updated_at=NOW + 5 * MINUTE)
    assert noted.did_not_come_by(NOW + 2 * MINUTE)
    bare = replace(late, history=())
    assert (bare.did_not_come_by(NOW + MINUTE), bare.did_not_come_by(NOW + 2 * MINUTE)) == (False, True)


def change(before: Enrollment | None, status: Status, **changes: Any) -> EnrollmentChange:
    if before is None:
        return EnrollmentChange(None, row(status, **changes))
    return EnrollmentChange(before, before.moved(to(status), **changes))


@pytest.mark.parametrize(
    ("before", "status", "seats"),
    [
        (None, Status.CONFIRMED, 3),
        (None, Status.PENDING, 3),
        (None, Status.WAITLISTED, 0),
        (Status.WAITLISTED, Status.OFFERED, 3),
        (Status.OFFERED, Status.CONFIRMED, 0),
        (Status.PENDING, Status.EXPIRED, -3),
        (Status.CONFIRMED, Status.CANCELLED, -3),
        (Status.WAITLISTED, Status.CANCELLED, 0),
    ],
)
def test_a_change_takes_and_gives_back_the_seats_of_the_party(
    before: Status | None, status: Status, seats: int
) -> None:
    assert change(row(before, party_size=3) if before else None, status, party_size=3).seats == seats


def test_a_party_that_changes_takes_or_gives_the_difference() -> None:
    assert change(row(Status.CONFIRMED, party_size=3), Status.CONFIRMED, party_size=5).seats == 2
    assert change(row(Status.CONFIRMED, party_size=3), Status.CONFIRMED, party_size=1).seats == -2


def test_only_unproven_holds_count_against_the_guests_part() -> None:
    hold = row(Status.PENDING, party_size=2, unproven=True)

    assert EnrollmentChange(None, hold).unproven_seats == 2
    assert change(hold, Status.CONFIRMED).unproven_seats == -2
    assert change(hold, Status.EXPIRED).unproven_seats == -2
    assert change(None, Status.PENDING, party_size=2).unproven_seats == 0
    assert change(row(Status.PENDING), Status.CONFIRMED).unproven_seats == 0


def test_the_tally_is_what_moves_between_the_statuses() -> None:
    leaves = change(row(Status.CONFIRMED), Status.CANCELLED)
    promoted = change(row(Status.WAITLISTED), Status.CONFIRMED)

    assert tally([change(None, Status.CONFIRMED)]) == {"confirmed": 1}
    assert tally([leaves]) == {"confirmed": -1, "cancelled": 1}
    assert tally([leaves, promoted]) == {"cancelled": 1, "waitlisted": -1}
    assert tally([leaves, leaves]) == {"confirmed": -2, "cancelled": 2}
    assert tally([]) == {}


def test_checked_in_counts_the_living_and_no_show_everybody() -> None:
    here = row(Status.CONFIRMED, checked_in_at=NOW)

    assert tally([change(row(Status.CONFIRMED), Status.CONFIRMED, checked_in_at=NOW)]) == {"checked_in": 1}
    assert tally([change(here, Status.CONFIRMED, checked_in_at=None)]) == {"checked_in": -1}
    assert tally([change(here, Status.CANCELLED)]) == {"confirmed": -1, "cancelled": 1, "checked_in": -1}
    gone = change(row(Status.CONFIRMED), Status.CANCELLED, no_show_at=NOW)
    assert tally([gone]) == {"confirmed": -1, "cancelled": 1, "no_show": 1}
    assert tally([change(gone.after, Status.CANCELLED)]) == {}
