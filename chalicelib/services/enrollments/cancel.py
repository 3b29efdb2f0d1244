"""Cancelling one enrollment: the row, its seats and whoever is next in one transaction, idempotent by itself."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.enrollments import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
)
from chalicelib.domain.errors import BusyError, EventStartedError, NotFoundError, PreconditionFailedError
from chalicelib.domain.events import Event
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.enrollments.access import (
    Caller,
    claims_of,
    is_in_charge,
    keeps,
    principal_from,
    stop_unless_opened,
)
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.seats.outbox_entries import mail_about, told
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.seats.store_port import EnrolReads
from chalicelib.services.shared.idempotency import Idempotency, stop_if_answered
from chalicelib.services.shared.outcomes import StaleError

_DIRECT_TRIES = 2  # then the seats go to the pool of the waitlist, where nobody else's success is in the way


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest:
    """Somebody wants an enrollment cancelled."""

    enrollment_id: str
    request_id: str
    if_match: int | None = None
    note: str | None = None


class Cancel:
    def __init__(self, ports: SeatingPorts, release: SeatRelease) -> None:
        self._ports = ports
        self._release = release

    def __call__(
        self, caller: Caller, command: CancelRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Cancel, decline or leave the waitlist; one that is over is answered as it is.

        The person and their keeper until the start, the organizer and an admin always. Raises `NotFoundError` to
        everybody else, `EventStartedError`, `PreconditionFailedError`.
        """
        key = EnrollmentKey.parse(command.enrollment_id) or EnrollmentKey(ids.NOBODYS, 0, ids.NOBODYS)
        for number in self._ports.retries.tries():
            now = to_milliseconds(self._ports.clock())
            reads = self._read(caller, key, idempotency, again=number > 0)
            principal = principal_from(caller, reads, now)
            stop_if_answered(reads.answer)
            if reads.enrollment is None or reads.event is None or reads.seats is None:
                raise NotFoundError
            stop_unless_opened(caller, key, reads.event, now)
            enrollment, event = reads.enrollment, reads.event
            cause = self._may_cancel(enrollment, event, principal, now)
            if command.if_match is not None and command.if_match != enrollment.version:
                raise PreconditionFailedError
            if not enrollment.is_live:
                return self._entry(principal, enrollment, event)
            by = Transition(now, EnrollmentStatus.CANCELLED, principal.user_id, cause, command.request_id)
            note = command.note if cause is Cause.BY_ORGANIZER and command.note is not None else enrollment.note
            entry_id = self._ports.new_id(now)
            left = self._entry(principal, told(enrollment.moved(by, note=note), entry_id), event)
            mail = mail_about(left.enrollment, entry_id)
            remember = idempotency.remember(left) if idempotency else None
            try:
                change = EnrollmentChange(enrollment, left.enrollment)
                self._release.give_back(event, reads.seats, change, [mail], remember, directly=number < _DIRECT_TRIES)
            except StaleError:
                continue
            return left
        raise BusyError

    def _read(
        self, caller: Caller, key: EnrollmentKey, idempotency: Idempotency[EnrollmentView] | None, *, again: bool
    ) -> EnrolReads:
        """A stale header costs a try; the second try reads it consistently."""
        return self._ports.enrollments.reads(
            claims_of(caller),
            key.event_id,
            enrollment=key,
            consistent_enrollment=True,
            with_seats=True,
            consistent_seats=again,
            answer_key=idempotency.key if idempotency else None,
        )

    def _entry(self, principal: Principal, enrollment: Enrollment, event: Event) -> EnrollmentView:
        own = principal.user_id == enrollment.key.attendee_id and principal.session_id != ""
        return view_for(
            principal, enrollment, event, {} if own else self._ports.people.many([enrollment.key.attendee_id])
        )

    def _may_cancel(self, enrollment: Enrollment, event: Event, principal: Principal, now: datetime) -> Cause:
        """As whom the caller cancels; raises `NotFoundError` or `EventStartedError`."""
        own = principal.user_id == enrollment.key.attendee_id
        if is_in_charge(principal, event):
            return _own_cause(enrollment) if own else Cause.BY_ORGANIZER
        if not own and not keeps(self._ports.people, principal, enrollment):
            raise NotFoundError
        if enrollment.is_live and now >= event.facts.starts_at:
            raise EventStartedError
        return _own_cause(enrollment) if own else Cause.BY_KEEPER


def _own_cause(enrollment: Enrollment) -> Cause:
    return Cause.DECLINED if enrollment.status is EnrollmentStatus.OFFERED else Cause.BY_ATTENDEE
