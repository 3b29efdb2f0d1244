"""Checking in: who came is noted once, whoever scans first, and may be taken back."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Claims, Principal
from chalicelib.domain.enrollments import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    tally,
)
from chalicelib.domain.errors import (
    BusyError,
    EventCancelledError,
    FieldError,
    ForbiddenError,
    InvalidRequestError,
    NotConfirmedError,
    NotFoundError,
    PreconditionFailedError,
)
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.seats import SeatMode, Seats, Step
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.accounts.sessions import principal_of
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.enrollments.access import is_in_charge, may_act
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.store_port import EnrolReads
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.idempotency import Idempotency, stop_if_answered
from chalicelib.services.shared.outcomes import StaleError

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRequest:
    """Somebody came, or (undo) was noted by mistake. `code` is what their ticket says."""

    enrollment_id: str
    request_id: str
    code: str | None = None
    if_match: int | None = None
    undo: bool = False


class CheckIn:
    def __init__(self, ports: SeatingPorts, tickets: Tickets, totals: SeatTotals) -> None:
        self._ports = ports
        self._tickets = tickets
        self._totals = totals

    def __call__(
        self, claims: Claims, command: CheckInRequest, idempotency: Idempotency[EnrollmentView] | None = None
    ) -> EnrollmentView:
        """Note it, or take it back; what is so already is answered as it is, and nothing is written.

        For the organizer and admins; who may only see the enrollment gets `ForbiddenError`, a stranger `NotFoundError`.
        Raises `InvalidRequestError` for another one's ticket, `NotConfirmedError`, `EventCancelledError`.
        """
        key = EnrollmentKey.parse(command.enrollment_id) or EnrollmentKey(ids.NOBODYS, 0, ids.NOBODYS)
        tried: Enrollment | None = None
        for number in range(_TRIES):
            now = to_milliseconds(self._ports.clock())
            reads = self._read(claims, key, idempotency, again=number > 0)
            principal = principal_of(reads.session, now)
            stop_if_answered(reads.answer)
            enrollment, event, seats = self._found(principal, reads)
            if tried is not None and is_mine(tried, enrollment):
                return self._entry(principal, enrollment, event)  # it happened, and the answer was lost
            if command.if_match is not None and command.if_match != enrollment.version:
                raise PreconditionFailedError
            self._check_code(command.code, enrollment)
            by = Transition(now, enrollment.status, principal.user_id, cause_of(undo=command.undo), command.request_id)
            tried = noted(enrollment, event, by, None if command.undo else now)
            if tried is None:
                return self._entry(principal, enrollment, event)
            entry = self._entry(principal, tried, event)
            change = EnrollmentChange(enrollment, tried)
            step = count_of([change], self._ports.rng.randrange(seats.shards))
            try:
                remember = idempotency.remember(entry) if idempotency else None
                self._ports.enrollments.write([change], [step], [], remember=remember)
            except StaleError:
                continue
            self._totals.refresh_after(event, seats, now)
            return entry
        raise BusyError

    def _read(
        self, claims: Claims, key: EnrollmentKey, idempotency: Idempotency[EnrollmentView] | None, *, again: bool
    ) -> EnrolReads:
        return self._ports.enrollments.reads(
            claims,
            key.event_id,
            enrollment=key,
            consistent_enrollment=True,
            with_seats=True,
            consistent_seats=again,
            answer_key=idempotency.key if idempotency else None,
        )

    def _found(self, principal: Principal, reads: EnrolReads) -> tuple[Enrollment, Event, Seats]:
        if reads.enrollment is None or reads.event is None or reads.seats is None:
            raise NotFoundError
        may_act(self._ports.people, principal, reads.enrollment, reads.event)
        if not is_in_charge(principal, reads.event):
            raise ForbiddenError
        return reads.enrollment, reads.event, reads.seats

    def _check_code(self, code: str | None, enrollment: Enrollment) -> None:
        if code is not None and self._tickets.read(code) != (enrollment.key, enrollment.generation):
            raise InvalidRequestError(FieldError("/code", "ticket_invalid", "is not the ticket of this enrollment"))

    def _entry(self, principal: Principal, enrollment: Enrollment, event: Event) -> EnrollmentView:
        return view_for(principal, enrollment, event, self._ports.people.many([enrollment.key.attendee_id]))


def cause_of(*, undo: bool) -> Cause:
    return Cause.CHECK_IN_UNDONE if undo else Cause.CHECKED_IN


def noted(enrollment: Enrollment, event: Event, by: Transition, came_at: datetime | None) -> Enrollment | None:
    """The row with `checked_in_at`, or without when `came_at` is None; None when there is nothing to change."""
    if event.status is not EventStatus.PUBLISHED:
        raise EventCancelledError
    if enrollment.status is not EnrollmentStatus.CONFIRMED:
        raise NotConfirmedError
    if (enrollment.checked_in_at is None) == (came_at is None):
        return None
    return enrollment.moved(by, checked_in_at=came_at)


def is_mine(tried: Enrollment, enrollment: Enrollment) -> bool:
    """Whether a write whose answer was lost is the one that is stored: its transition names its request."""
    return tried.history[-1] in enrollment.history


def count_of(changes: list[EnrollmentChange], shard: int) -> Step:
    """The count that goes with the rows. A cancelled event, whose shards are closed, takes no check-in."""
    return Step(shard=shard, counts=tally(changes), not_mode=SeatMode.CLOSED)
