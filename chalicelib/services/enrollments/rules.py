"""When an enrollment can be made or changed: one table of changes, their rules in order, and whom each rule binds.

A rule says why not, and knows neither who is stored where nor which change asks (docs/adr/0016). The table is printed
in docs/contract.md, and walked by tests/component/enrollments/test_rules.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.enrollments.deadlines import is_live, is_over
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.errors import (
    CheckedInError,
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
    WaitlistOffError,
    WalkInsNotOpenError,
    WalkInsOffError,
)
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.services.enrollments.access import IN_CHARGE, Relation


class ChangeKind(StrEnum):
    ENROL = "enrol"
    HOLD = "hold"
    JOIN = "join"  # wait if the event is full
    WALK_IN = "walk_in"  # who stands at the door
    ASK_AS_GUEST = "ask_as_guest"  # without an account: a hold until the mailed link is used
    CONFIRM = "confirm"
    CANCEL = "cancel"
    NOTE = "note"
    NAME = "name"
    SHRINK = "shrink"  # a smaller party
    GROW = "grow"  # a larger one
    CHECK_IN = "check_in"
    UNDO_CHECK_IN = "undo_check_in"
    PROMOTE = "promote"
    TRANSFER = "transfer"
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rule decides on: an enrollment, if there is one, with its event at one time, and what the caller is."""

    event: Event
    now: datetime
    enrollment: Enrollment | None = None
    by: frozenset[Relation] = frozenset()  # nothing: a stranger, whom every rule binds
    party_size: int = 1  # that is asked for
    scanned_at: datetime | None = None  # of a check-in that is handed in late

    @property
    def present(self) -> Enrollment:
        assert self.enrollment is not None, "only the rules of enrolling do without one"
        return self.enrollment


Rule = Callable[[Case], TurnoutError | None]


def event_is_gone(case: Case) -> TurnoutError | None:
    """It is cancelled, or over: nobody gets a seat any more, or changes one."""
    return case.event.refuses_seating(case.now)


def event_is_cancelled(case: Case) -> TurnoutError | None:
    """It is cancelled."""
    return None if case.event.status is EventStatus.PUBLISHED else EventCancelledError()


def enrolling_is_over(case: Case) -> TurnoutError | None:
    """It is a draft or cancelled, or its end is a day ago: not even whoever is in charge enrols somebody."""
    return case.event.refuses_late(case.now)


def enrolling_is_closed(case: Case) -> TurnoutError | None:
    """The window of enrolling is not open: before `enrollment_opens_at`, after `enrollment_closes_at`, a draft."""
    return case.event.refuses(case.now)


def walk_ins_are_off(case: Case) -> TurnoutError | None:
    """The organizer has not set `walk_ins`."""
    return None if case.event.facts.walk_ins else WalkInsOffError()


def too_early_for_walk_ins(case: Case) -> TurnoutError | None:
    """`starts_at` is further ahead than door staff may enrol people ([limits](limits.md))."""
    opens_at = case.event.walk_ins_from
    return WalkInsNotOpenError(opens_at) if opens_at is not None and case.now < opens_at else None


def event_has_started(case: Case) -> TurnoutError | None:
    """`starts_at` has come."""
    return EventStartedError() if case.now >= case.event.facts.starts_at else None


def party_is_too_large(case: Case) -> TurnoutError | None:
    """More people than the event's `party_max`, or than it has seats at all; with a capacity of 0 nobody knows yet."""
    most = case.event.facts.largest_party
    if case.party_size <= most:
        return None
    return InvalidRequestError(FieldError("/party_size", "party_too_large", f"must be at most {most} at this event"))


def enrollment_is_over(case: Case) -> TurnoutError | None:
    """It is cancelled, or its time is up."""
    return None if is_live(case.present, case.event, case.now) else EnrollmentOverError()


def time_is_up(case: Case) -> TurnoutError | None:
    """The deadline of the hold or the offer has come: an expired one can never be confirmed."""
    enrollment = case.present
    if not is_over(enrollment, case.event, case.now) and enrollment.status is not EnrollmentStatus.EXPIRED:
        return None
    was_offer = EnrollmentStatus.OFFERED in {enrollment.status, enrollment.was}
    return OfferExpiredError() if was_offer else HoldExpiredError()


def nothing_is_kept(case: Case) -> TurnoutError | None:
    """It is neither a hold nor an offer."""
    is_kept = case.present.status in {EnrollmentStatus.PENDING, EnrollmentStatus.OFFERED}
    return None if is_kept else NothingToConfirmError()


def not_confirmed(case: Case) -> TurnoutError | None:
    """It is not a confirmed place."""
    return None if case.present.status is EnrollmentStatus.CONFIRMED else NotConfirmedError()


def was_not_confirmed(case: Case) -> TurnoutError | None:
    """It is not confirmed, nor was it when somebody came whose seat was given on later."""
    enrollment, at = case.present, case.scanned_at
    if not enrollment.gave_way:
        return not_confirmed(case)
    if at is not None and enrollment.no_show_at is not None and at < enrollment.no_show_at:
        return None
    known = (
        "Who came has no seat: it was given on"
        if enrollment.checked_in_at
        else "Nobody had come when the seat was given on"
    )
    return NotConfirmedError(f"{known}. Enrol the person again, if a seat is free.")


def never_had_a_place(case: Case) -> TurnoutError | None:
    """It is not confirmed, and no seat of it was given on as a no-show's."""
    return None if case.present.gave_way else not_confirmed(case)


def not_waitlisted(case: Case) -> TurnoutError | None:
    """It does not wait."""
    return None if case.present.status is EnrollmentStatus.WAITLISTED else NotWaitlistedError()


def waitlist_is_off(case: Case) -> TurnoutError | None:
    """`waitlist_mode` is `off`: who still waits is just being told so."""
    return WaitlistOffError() if case.event.facts.waitlist_mode is WaitlistMode.OFF else None


def is_waitlisted(case: Case) -> TurnoutError | None:
    """It waits: a party that grew would go past those behind it that are as large."""
    return WaitingPartyError() if case.present.status is EnrollmentStatus.WAITLISTED else None


def is_checked_in(case: Case) -> TurnoutError | None:
    """Somebody of it has come."""
    return None if case.present.checked_in_at is None else CheckedInError()


EVERYBODY = frozenset(Relation)
OTHERS = EVERYBODY - IN_CHARGE  # than the organizer, managers and admins


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule, and whom it binds. A caller who is several things at once is bound as all of them, or not at all."""

    rule: Rule
    binds: frozenset[Relation] = EVERYBODY

    def refusal_of(self, case: Case) -> TurnoutError | None:
        return self.rule(case) if case.by <= self.binds else None


_MADE = (Clause(enrolling_is_over), Clause(enrolling_is_closed, OTHERS), Clause(party_is_too_large))
_KEPT = (Clause(enrolling_is_over), Clause(event_is_gone), *_MADE[1:])  # until a time, which is never after the end
_RESIZED = (Clause(event_is_gone), Clause(enrollment_is_over), Clause(event_has_started, OTHERS))
RULES: Mapping[ChangeKind, tuple[Clause, ...]] = {
    ChangeKind.ENROL: _MADE,
    ChangeKind.HOLD: _KEPT,
    ChangeKind.JOIN: _KEPT,
    ChangeKind.WALK_IN: (
        Clause(enrolling_is_over),
        Clause(event_is_gone, OTHERS),
        Clause(walk_ins_are_off, OTHERS),
        Clause(too_early_for_walk_ins, OTHERS),
        Clause(party_is_too_large),
    ),
    ChangeKind.ASK_AS_GUEST: (Clause(enrolling_is_closed), Clause(party_is_too_large)),
    ChangeKind.CONFIRM: (Clause(event_is_gone), Clause(time_is_up), Clause(nothing_is_kept)),
    ChangeKind.CANCEL: (Clause(event_has_started, OTHERS), Clause(is_checked_in, OTHERS)),
    ChangeKind.NOTE: (),
    ChangeKind.NAME: (),
    ChangeKind.SHRINK: (*_RESIZED, Clause(is_checked_in, OTHERS)),
    ChangeKind.GROW: (
        Clause(party_is_too_large),
        *_RESIZED,
        Clause(is_waitlisted),
        Clause(enrolling_is_closed, OTHERS),
    ),
    ChangeKind.CHECK_IN: (Clause(event_is_cancelled), Clause(was_not_confirmed)),
    ChangeKind.UNDO_CHECK_IN: (Clause(event_is_cancelled), Clause(never_had_a_place)),
    ChangeKind.PROMOTE: (Clause(not_waitlisted), Clause(event_is_gone), Clause(waitlist_is_off)),
    ChangeKind.TRANSFER: (
        Clause(event_is_gone),
        Clause(not_confirmed),
        Clause(is_checked_in),
        Clause(event_has_started, OTHERS),
    ),
    ChangeKind.RESEND: (Clause(event_is_gone), Clause(enrollment_is_over)),
}


def refusal_of(kind: ChangeKind, case: Case) -> TurnoutError | None:
    """The first rule of a change that binds the caller and that the case does not pass."""
    refusals = (clause.refusal_of(case) for clause in RULES[kind])
    return next((refusal for refusal in refusals if refusal is not None), None)


def stop_if_refused(kind: ChangeKind, case: Case) -> None:
    """Raises what `refusal_of` finds."""
    refusal = refusal_of(kind, case)
    if refusal is not None:
        raise refusal
