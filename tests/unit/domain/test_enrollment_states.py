"""Enrollment rows: their transitions, their trail, and the intents that tell people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.enrollments.enrollment import (
    HISTORY_LENGTH,
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.outbox.entry import OutboxKind, OutboxState, new_entry

NOW = datetime(2026, 6, 1, 9, 59, tzinfo=UTC)
KEY = EnrollmentKey("01ARZ3NDEKTSV4RRFFQ69G5FAV", 0, "01BX5ZZKBKACTAV9WEVGEMMVRZ")


def by(cause: Cause, status: EnrollmentStatus, minutes: int = 0) -> Transition:
    return Transition(NOW + timedelta(minutes=minutes), status, KEY.attendee_id, cause, "request")


def a_row(before: Enrollment | None = None) -> Enrollment:
    return enrolled(KEY, "attempt", by(Cause.ENROLLED, EnrollmentStatus.CONFIRMED), before=before)


def test_the_first_enrolment_is_generation_one() -> None:
    row = a_row()

    assert (row.generation, row.version, row.is_live, row.party_size) == (1, 1, True, 1)


def test_leaving_is_the_next_version_of_the_same_generation() -> None:
    left = a_row().moved(by(Cause.BY_ATTENDEE, EnrollmentStatus.CANCELLED, 5))

    assert (left.generation, left.version, left.is_live) == (1, 2, False)
    assert left.updated_at == NOW + timedelta(minutes=5)
    assert [one.cause for one in left.history] == [Cause.ENROLLED, Cause.BY_ATTENDEE]


def test_coming_back_is_the_next_generation_without_the_old_note() -> None:
    left = a_row().moved(by(Cause.BY_ORGANIZER, EnrollmentStatus.CANCELLED), note="Sorry.")

    back = a_row(before=left)

    assert left.note == "Sorry."
    assert (back.generation, back.version, back.note, back.is_live) == (2, 3, None, True)
    assert len(back.history) == 3


def test_the_trail_keeps_the_last_transitions() -> None:
    row = a_row()
    for minute in range(20):
        row = row.moved(by(Cause.BY_ATTENDEE, EnrollmentStatus.CANCELLED, minute))

    assert len(row.history) == HISTORY_LENGTH
    assert row.history[-1].at == NOW + timedelta(minutes=19)
    assert row.version == 21


@pytest.mark.parametrize("status", list(EnrollmentStatus))
def test_only_cancelled_and_expired_hold_no_seat(status: EnrollmentStatus) -> None:
    row = a_row().moved(by(Cause.ENROLLED, status))

    assert row.is_live is (status not in {EnrollmentStatus.CANCELLED, EnrollmentStatus.EXPIRED})


def test_an_intent_is_due_two_minutes_after_its_transaction_in_the_bucket_of_that_hour() -> None:
    due = new_entry(OutboxKind.ENROLLMENT_CONFIRMED, "ada", {}, now=NOW, entry_id="row")

    assert due.key.bucket.split("#")[0] == "2026-06-01T10"
    assert due.key.place == "2026-06-01T10:01:00.000Z#row"
    assert due.id == "row"


def test_what_is_due_later_lies_in_a_later_bucket_and_the_past_is_no_place() -> None:
    later = new_entry(OutboxKind.ENROLLMENT_CONFIRMED, "ada", {}, now=NOW, entry_id="row", at=NOW + timedelta(days=1))
    past = new_entry(OutboxKind.ENROLLMENT_CONFIRMED, "ada", {}, now=NOW, entry_id="row", at=NOW - timedelta(days=1))

    assert later.key.place == "2026-06-02T09:59:00.000Z#row"
    assert later.key.bucket.startswith("2026-06-02T09")
    assert past.key.bucket.startswith("2026-06-01T10")


def test_intents_are_spread_over_the_shards_of_an_hour() -> None:
    shards = {
        new_entry(OutboxKind.VERIFY_EMAIL, "x", {}, now=NOW, entry_id=str(number)).key.bucket for number in range(99)
    }

    assert len(shards) == 4


def test_kinds_are_mail_or_jobs() -> None:
    assert {kind for kind in OutboxKind if not kind.is_mail} == {
        OutboxKind.ERASE_ACCOUNT,
        OutboxKind.ERASE_DATA,
        OutboxKind.EXPIRE,
        OutboxKind.SETTLE,
        OutboxKind.SUM,
        OutboxKind.AUDIT,
        OutboxKind.NO_SHOWS,
        OutboxKind.INDEX,
        OutboxKind.CANCEL_ENROLLMENTS,
        OutboxKind.RENAME_ORGANIZER,
        OutboxKind.REMIND,
        OutboxKind.NOTICE,
        OutboxKind.MESSAGE,
        OutboxKind.REDRIVE,
        OutboxKind.UNKNOWN,
    }


def test_a_row_is_claimable_while_it_waits_or_when_its_lease_is_over() -> None:
    waiting = new_entry(OutboxKind.VERIFY_EMAIL, "x", {}, now=NOW, entry_id="row")
    held = replace(waiting, state=OutboxState.CLAIMED, lease_until=NOW)

    assert waiting.is_claimable(NOW)
    assert held.is_claimable(NOW)
    assert not held.is_claimable(NOW - timedelta(milliseconds=1))
    for state in (OutboxState.DONE, OutboxState.SKIPPED, OutboxState.FAILED):
        assert not replace(waiting, state=state).is_claimable(NOW + timedelta(days=1))
