"""Sending the mail about an enrollment once more, as it is now: the first one may be lost, or deleted."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.enrollments import Enrollment, EnrollmentChange, EnrollmentStatus, tally
from chalicelib.domain.errors import BusyError, EnrollmentOverError
from chalicelib.domain.outbox import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.seats import Step
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.enrollments.access import Caller
from chalicelib.services.enrollments.load import TRIES, Found, Wanted, find, view_of
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.shared.idempotency import Idempotency, Remember
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.rate_limits import Limiter, Limits, Scope

_KINDS = {
    EnrollmentStatus.PENDING: OutboxKind.ENROLLMENT_PENDING,
    EnrollmentStatus.CONFIRMED: OutboxKind.ENROLLMENT_CONFIRMED,
    EnrollmentStatus.WAITLISTED: OutboxKind.ENROLLMENT_WAITLISTED,
    EnrollmentStatus.OFFERED: OutboxKind.ENROLLMENT_OFFERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRequest(Wanted):
    """Somebody wants the mail again."""


class Resend:
    def __init__(self, ports: SeatingPorts, limiter: Limiter, limits: Limits) -> None:
        self._ports = ports
        self._limiter = limiter
        self._limits = limits

    def __call__(self, caller: Caller, command: ResendRequest, idempotency: Idempotency[EnrollmentView] | None) -> None:
        """Queue a mail that says what is true when it is sent. The person, their keeper, who is in charge, the link.

        Raises `EnrollmentOverError`, what has become of the event, `TooManyRequestsError` (one in ten minutes) and
        `BusyError`.
        """
        for number in range(TRIES):
            now = to_milliseconds(self._ports.clock())
            found = self._found(caller, command, idempotency, now)
            entry = view_of(self._ports, found)
            if number == 0:
                self._limiter.take(Scope.RESEND, found.enrollment.key.id, self._limits.resend)
            mail = self._mail(found.enrollment, now)
            try:
                self._write(found, mail, idempotency.remember(entry) if idempotency else None)
            except StaleError:
                continue
            self._ports.push([mail])
            return
        raise BusyError

    def _found(
        self, caller: Caller, command: ResendRequest, idempotency: Idempotency[EnrollmentView] | None, now: datetime
    ) -> Found:
        found = find(self._ports, caller, command, idempotency, now)
        gone = found.event.refuses_seating(now)
        if gone:
            raise gone
        if not found.enrollment.is_live or found.enrollment.is_expired(now):
            raise EnrollmentOverError
        return found

    def _write(self, found: Found, mail: OutboxEntry, remember: Remember | None) -> None:
        """The new mail is the one whose fate the row shows: what became of the one before does not count any more."""
        change = EnrollmentChange(found.enrollment, found.enrollment.but(mail_place=mail.key.place, bounced_at=None))
        counts = tally([change])
        steps = [Step(shard=self._ports.rng.randrange(found.seats.shards), counts=counts)] if counts else []
        self._ports.enrollments.write([change], steps, [mail], remember=remember)

    def _mail(self, enrollment: Enrollment, now: datetime) -> OutboxEntry:
        kind = OutboxKind.GUEST_LINK if enrollment.unproven else _KINDS[enrollment.status]
        about = {
            "enrollment": enrollment.key.id,
            "generation": str(enrollment.generation),
            "cause": enrollment.history[-1].cause.value,
        }
        return new_entry(kind, enrollment.key.attendee_id, about, now=now, entry_id=self._ports.new_id(now))
