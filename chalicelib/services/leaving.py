"""Cancelling one enrollment: the row and its seats in one transaction, idempotent by itself."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Claims, Principal, Role
from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentKey, EnrollmentStatus, Transition
from chalicelib.domain.errors import BusyError, EventStartedError, NotFoundError, PreconditionFailedError
from chalicelib.domain.events import Event
from chalicelib.domain.mail import DueKind, new_due
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.enrolling import SeatingPorts
from chalicelib.services.entries import Entry, entry_for
from chalicelib.services.idempotency import Idempotency, stop_if_answered
from chalicelib.services.signals import StaleError
from chalicelib.services.signing_in import principal_of

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Somebody wants an enrollment cancelled."""

    enrollment_id: str
    request_id: str
    if_match: int | None = None
    note: str | None = None


class Leaving:
    def __init__(self, ports: SeatingPorts) -> None:
        self._ports = ports

    def cancel(self, claims: Claims, command: Leave, idempotency: Idempotency[Entry] | None) -> Entry:
        """Cancel; a cancelled one is answered as it is. The person until the start, the organizer and an admin always.

        Raises `NotFoundError` to everybody else, `EventStartedError`, `PreconditionFailedError`.
        """
        nobodys = EnrollmentKey(ids.NOBODYS, 0, ids.NOBODYS)  # 401 comes before 404
        key = EnrollmentKey.parse(command.enrollment_id) or nobodys
        for _ in range(_TRIES):
            now = to_milliseconds(self._ports.clock())
            reads = self._ports.enrollments.reads(
                claims,
                key.event_id,
                row=key,
                consistent_row=True,
                with_seats=True,
                answer_key=idempotency.key if idempotency else None,
            )
            principal = principal_of(reads.session, now)
            stop_if_answered(reads.answer)
            if reads.row is None or reads.event is None or reads.seats is None:
                raise NotFoundError
            cause = may_cancel(reads.row, reads.event, principal, now)
            if command.if_match is not None and command.if_match != reads.row.version:
                raise PreconditionFailedError
            if not reads.row.is_live:
                return self._entry(principal, reads.row, reads.event)
            by = Transition(now, EnrollmentStatus.CANCELLED, principal.user_id, cause, command.request_id)
            after = reads.row.moved(by, note=command.note if cause is Cause.BY_ORGANIZER else None)
            left = self._entry(principal, after, reads.event)
            try:
                self._write(reads.row, left, reads.seats.shards, idempotency)
            except StaleError:
                continue
            return left
        raise BusyError

    def _entry(self, principal: Principal, row: Enrollment, event: Event) -> Entry:
        own = principal.user_id == row.key.attendee_id
        return entry_for(principal, row, event, {} if own else self._ports.accounts.many([row.key.attendee_id]))

    def _write(self, before: Enrollment, left: Entry, shards: int, idempotency: Idempotency[Entry] | None) -> None:
        after = left.enrollment
        about = {"enrollment": after.key.id, "generation": str(after.generation), "cause": after.history[-1].cause}
        row_id = self._ports.new_id(after.updated_at)
        intent = new_due(
            DueKind.ENROLLMENT_CANCELLED, after.key.attendee_id, about, now=after.updated_at, row_id=row_id
        )
        self._ports.enrollments.cancel(
            before,
            after,
            shard=self._ports.rng.randrange(shards),
            intent=intent,
            remember=idempotency.remember(left) if idempotency else None,
        )
        self._ports.hints.forget(after.key.event_id)
        self._ports.queue.push(intent)


def may_cancel(row: Enrollment, event: Event, principal: Principal, now: datetime) -> Cause:
    """As whom the caller cancels; raises `NotFoundError` or `EventStartedError`."""
    if principal.user_id == event.organizer_id or principal.has(Role.ADMIN):
        return Cause.BY_ATTENDEE if principal.user_id == row.key.attendee_id else Cause.BY_ORGANIZER
    if principal.user_id != row.key.attendee_id:
        raise NotFoundError
    if row.is_live and now >= event.facts.starts_at:
        raise EventStartedError
    return Cause.BY_ATTENDEE
