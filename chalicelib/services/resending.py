"""Sending the mail about an enrollment once more, as it is now: the first one may be lost, or deleted."""

from dataclasses import dataclass

from chalicelib.domain.enrollments import Enrollment, EnrollmentStatus
from chalicelib.domain.errors import EnrollmentOverError
from chalicelib.domain.mail import Due, DueKind, new_due
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.callers import Caller
from chalicelib.services.entries import Entry
from chalicelib.services.finding import Wanted, entry_of, find
from chalicelib.services.idempotency import Idempotency
from chalicelib.services.limiting import Limiter, Limits, Scope
from chalicelib.services.seating import SeatingPorts

_KINDS = {
    EnrollmentStatus.PENDING: DueKind.ENROLLMENT_PENDING,
    EnrollmentStatus.CONFIRMED: DueKind.ENROLLMENT_CONFIRMED,
    EnrollmentStatus.WAITLISTED: DueKind.ENROLLMENT_WAITLISTED,
    EnrollmentStatus.OFFERED: DueKind.ENROLLMENT_OFFERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend(Wanted):
    """Somebody wants the mail again."""


class Resending:
    def __init__(self, ports: SeatingPorts, limiter: Limiter, limits: Limits) -> None:
        self._ports = ports
        self._limiter = limiter
        self._limits = limits

    def resend(self, caller: Caller, command: Resend, idempotency: Idempotency[Entry] | None) -> None:
        """Queue a mail that says what is true when it is sent. The person, their keeper, who is in charge, the link.

        Raises `EnrollmentOverError`, what has become of the event, and `TooManyRequestsError`: one in ten minutes.
        """
        now = to_milliseconds(self._ports.clock())
        found = find(self._ports, caller, command, idempotency, now)
        row = found.row
        gone = found.event.refuses_seating(now)
        if gone:
            raise gone
        if not row.is_live or row.is_expired(now):
            raise EnrollmentOverError
        entry = entry_of(self._ports, found)
        self._limiter.take(Scope.RESEND, row.key.id, self._limits.resend)
        mail = self._mail(row)
        self._ports.enrollments.tell([mail], remember=idempotency.remember(entry) if idempotency else None)
        self._ports.push([mail])

    def _mail(self, row: Enrollment) -> Due:
        now = to_milliseconds(self._ports.clock())
        kind = DueKind.GUEST_LINK if row.unproven else _KINDS[row.status]
        about = {
            "enrollment": row.key.id,
            "generation": str(row.generation),
            "cause": row.history[-1].cause.value,
        }
        return new_due(kind, row.key.attendee_id, about, now=now, row_id=self._ports.new_id(now))
