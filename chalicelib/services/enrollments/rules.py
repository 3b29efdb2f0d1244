"""When an enrollment can be changed: one table of changes and the rules that each has to pass, in their order.

A rule says why not, and knows neither who is stored where nor which change asks (docs/adr/0016).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.deadlines import is_live, is_over
from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentStatus
from chalicelib.domain.errors import (
    EnrollmentOverError,
    EventCancelledError,
    EventStartedError,
    FieldError,
    HoldExpiredError,
    InvalidRequestError,
    NotConfirmedError,
    NothingToConfirmError,
    NotWaitlistedError,
    OfferExpiredError,
    TurnoutError,
    WaitingPartyError,
)
from chalicelib.domain.events import Event, EventStatus


class ChangeKind(StrEnum):
    CONFIRM = "confirm"
    CANCEL = "cancel"
    NOTE = "note"
    SHRINK = "shrink"  # a smaller party
    GROW = "grow"  # a larger one
    CHECK_IN = "check_in"
    UNDO_CHECK_IN = "undo_check_in"
    PROMOTE = "promote"
    TRANSFER = "transfer"
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rule decides on: an enrollment with its event at one time."""

    enrollment: Enrollment
    event: Event
    now: datetime
    may_be_late: bool = False  # whoever is in charge of the event changes things after its start, too
    party_size: int = 1  # that is asked for


Rule = Callable[[Case], TurnoutError | None]


def event_is_gone(case: Case) -> TurnoutError | None:
    return case.event.refuses_seating(case.now)


def event_is_cancelled(case: Case) -> TurnoutError | None:
    return None if case.event.status is EventStatus.PUBLISHED else EventCancelledError()


def enrolling_is_closed(case: Case) -> TurnoutError | None:
    return case.event.refuses(case.now)


def event_has_started(case: Case) -> TurnoutError | None:
    has_started = case.now >= case.event.facts.starts_at
    return EventStartedError() if has_started and not case.may_be_late else None


def party_is_too_large(case: Case) -> TurnoutError | None:
    return _too_large(case.event, case.party_size)


def _too_large(event: Event, party_size: int) -> TurnoutError | None:
    most = event.facts.party_max
    if party_size <= most:
        return None
    return InvalidRequestError(FieldError("/party_size", "party_too_large", f"must be at most {most} at this event"))


def stop_if_too_large(event: Event, party_size: int) -> None:
    """The same for an enrollment that there is not yet."""
    refusal = _too_large(event, party_size)
    if refusal is not None:
        raise refusal


def enrollment_is_over(case: Case) -> TurnoutError | None:
    return None if is_live(case.enrollment, case.event, case.now) else EnrollmentOverError()


def time_is_up(case: Case) -> TurnoutError | None:
    """An expired hold or offer can never be confirmed."""
    enrollment = case.enrollment
    if not is_over(enrollment, case.event, case.now) and enrollment.status is not EnrollmentStatus.EXPIRED:
        return None
    was_offer = enrollment.status is EnrollmentStatus.OFFERED or enrollment.history[-1].cause is Cause.OFFER_EXPIRED
    return OfferExpiredError() if was_offer else HoldExpiredError()


def nothing_is_kept(case: Case) -> TurnoutError | None:
    is_kept = case.enrollment.status in {EnrollmentStatus.PENDING, EnrollmentStatus.OFFERED}
    return None if is_kept else NothingToConfirmError()


def not_confirmed(case: Case) -> TurnoutError | None:
    return None if case.enrollment.status is EnrollmentStatus.CONFIRMED else NotConfirmedError()


def not_waitlisted(case: Case) -> TurnoutError | None:
    return None if case.enrollment.status is EnrollmentStatus.WAITLISTED else NotWaitlistedError()


def is_waitlisted(case: Case) -> TurnoutError | None:
    """A waiting party that grew would go past those behind it that are as large."""
    return WaitingPartyError() if case.enrollment.status is EnrollmentStatus.WAITLISTED else None


def is_checked_in(case: Case) -> TurnoutError | None:
    if case.enrollment.checked_in_at is None:
        return None
    return NotConfirmedError("Who is checked in has come: the place cannot be handed on any more.")


_RESIZED: tuple[Rule, ...] = (event_is_gone, enrollment_is_over, event_has_started)
RULES: Mapping[ChangeKind, tuple[Rule, ...]] = {
    ChangeKind.CONFIRM: (event_is_gone, time_is_up, nothing_is_kept),
    ChangeKind.CANCEL: (event_has_started,),
    ChangeKind.NOTE: (),
    ChangeKind.SHRINK: _RESIZED,
    ChangeKind.GROW: (party_is_too_large, *_RESIZED, is_waitlisted, enrolling_is_closed),
    ChangeKind.CHECK_IN: (event_is_cancelled, not_confirmed),
    ChangeKind.UNDO_CHECK_IN: (event_is_cancelled, not_confirmed),
    ChangeKind.PROMOTE: (not_waitlisted, event_is_gone),
    ChangeKind.TRANSFER: (event_is_gone, not_confirmed, is_checked_in, event_has_started),
    ChangeKind.RESEND: (event_is_gone, enrollment_is_over),
}


def refusal_of(kind: ChangeKind, case: Case) -> TurnoutError | None:
    """The first rule of a change that its case does not pass."""
    refusals = (rule(case) for rule in RULES[kind])
    return next((refusal for refusal in refusals if refusal is not None), None)


def stop_if_refused(kind: ChangeKind, case: Case) -> None:
    """Raises what `refusal_of` finds."""
    refusal = refusal_of(kind, case)
    if refusal is not None:
        raise refusal
