"""One enrollment and whoever wants something of it: read together, and refused together."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey
from chalicelib.domain.errors import EventStartedError, ForbiddenError, NotFoundError, PreconditionFailedError
from chalicelib.domain.events import Event
from chalicelib.domain.seats import Seats
from chalicelib.services.enrollments.access import (
    Caller,
    claims_of,
    is_in_charge,
    may_act,
    principal_from,
    stop_unless_opened,
)
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.shared.idempotency import Idempotency, stop_if_answered

TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which enrollment, and what the caller knows of it."""

    enrollment_id: str
    request_id: str
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The enrollment with its event and seats, to a caller who may see it."""

    principal: Principal
    enrollment: Enrollment
    event: Event
    seats: Seats

    @property
    def in_charge(self) -> bool:
        return is_in_charge(self.principal, self.event)

    def with_enrollment(self, enrollment: Enrollment) -> "Found":
        return replace(self, enrollment=enrollment)


def find(
    ports: SeatingPorts, caller: Caller, wanted: Wanted, idempotency: Idempotency[EnrollmentView] | None, now: datetime
) -> Found:
    """Read consistently: what follows is decided on it.

    Raises `UnauthenticatedError`, `AnsweredBeforeError`, `NotFoundError`, `PreconditionFailedError` in this order.
    """
    key = EnrollmentKey.parse(wanted.enrollment_id) or EnrollmentKey(ids.NOBODYS, 0, ids.NOBODYS)
    reads = ports.enrollments.reads(
        claims_of(caller),
        key.event_id,
        enrollment=key,
        consistent_enrollment=True,
        with_seats=True,
        consistent_seats=True,
        answer_key=idempotency.key if idempotency else None,
    )
    principal = principal_from(caller, reads, now)
    stop_if_answered(reads.answer)
    if reads.enrollment is None or reads.event is None or reads.seats is None:
        raise NotFoundError
    stop_unless_opened(caller, key, reads.event, now)
    may_act(ports.people, principal, reads.enrollment, reads.event)
    return Found(principal, reads.enrollment, reads.event, reads.seats)


def stop_unless_matching(found: Found, wanted: Wanted) -> None:
    if wanted.if_match is not None and wanted.if_match != found.enrollment.version:
        raise PreconditionFailedError


def stop_unless_in_charge(found: Found) -> None:
    if not found.in_charge:
        raise ForbiddenError("Only the organizer of the event does this.")


def stop_if_started(found: Found, now: datetime) -> None:
    """People and their keepers change things until the start, the organizer always."""
    if not found.in_charge and now >= found.event.facts.starts_at:
        raise EventStartedError


def view_of(ports: SeatingPorts, found: Found) -> EnrollmentView:
    """The enrollment as this caller may see it."""
    enrollment, principal = found.enrollment, found.principal
    own = principal.user_id == enrollment.key.attendee_id and principal.session_id != ""
    return view_for(
        principal, enrollment, found.event, {} if own else ports.people.by_ids([enrollment.key.attendee_id])
    )
