"""One enrollment and whoever wants something of it: read together, and refused together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.enrollments.enrollment import Cause, Enrollment, EnrollmentKey, EnrollmentStatus, Transition
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.access import (
    Action,
    Caller,
    Relation,
    admitted,
    claims_of,
    may,
    principal_from,
    stop_unless_opened,
)
from chalicelib.services.enrollments.rules import Case, ChangeKind, stop_if_refused
from chalicelib.services.events.access import EventAction, acting_as
from chalicelib.services.seats.enrollment_store import EnrolReads
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.shared.handles import Named
from chalicelib.services.shared.idempotency import Idempotency, stop_if_answered
from chalicelib.services.shared.preconditions import UNCONDITIONAL, Precondition


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """Which enrollment, and what the caller knows of it."""

    enrollment_id: str
    request_id: str
    if_match: Precondition = UNCONDITIONAL


_NOBODYS = Named(EnrollmentKey(ids.NOBODYS, 0, ids.NOBODYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Everything that a change is decided on, read for a caller who may ask for it."""

    request: ChangeRequest
    principal: Principal
    relations: frozenset[Relation]
    enrollment: Enrollment
    event: Event
    seats: Seats
    now: datetime
    tries_before: int
    new_id: str  # that nothing has yet
    shard: int  # any

    def may(self, action: Action) -> bool:
        return may(self.relations, action)

    @property
    def is_own(self) -> bool:
        """Whether its person acts, signed in or by the mailed link."""
        return self.principal.user_id == self.enrollment.key.attendee_id

    def by(self, status: EnrollmentStatus, cause: Cause) -> Transition:
        """The transition to `status` that this caller causes now."""
        return Transition(self.now, status, self._actor(cause), cause, self.request.request_id)

    def _actor(self, cause: Cause) -> str:
        if self.is_own:
            return self.principal.user_id
        scans = cause in {Cause.CHECKED_IN, Cause.CHECK_IN_UNDONE}
        return acting_as(self.event, self.principal, EventAction.SCAN if scans else EventAction.CHANGE)

    def stop_if_refused(self, kind: ChangeKind, party_size: int = 1) -> None:
        """Raises what the rules of this change say."""
        case = Case(
            enrollment=self.enrollment, event=self.event, now=self.now, by=self.relations, party_size=party_size
        )
        stop_if_refused(kind, case)

    def stop_unless_matching(self) -> None:
        self.request.if_match.stop_unless_met(self.enrollment.version)


def load(
    ports: SeatingPorts,
    caller: Caller,
    request: ChangeRequest,
    action: Action,
    idempotency: Idempotency[Any] | None,
    *,
    tries_before: int = 0,
    exact_seats: bool = False,
) -> Loaded:
    """One batch read. The enrollment is consistent; its event and the header of its seats may lag at the first try.

    What is written names the seats that it was decided on, so that a stale header costs a try; `exact_seats` is for
    what is refused because of it. Raises `UnauthenticatedError`, `AnsweredBeforeError`, `NotFoundError`,
    `ForbiddenError` in this order.
    """
    now = to_milliseconds(ports.clock())
    named = ports.handles.read(request.enrollment_id) or _NOBODYS  # of an id that was not made here: 401 before 404
    reads = _read(ports, caller, named.key, idempotency, consistent_seats=exact_seats or tries_before > 0)
    principal = principal_from(caller, reads, now)
    stop_if_answered(reads.answer)
    enrollment, event, seats = _found(reads)
    stop_unless_opened(caller, named.key, event, now)
    if not named.may_name(enrollment, principal.user_id):
        raise NotFoundError
    return Loaded(
        request=request,
        principal=principal,
        relations=admitted(ports.people, principal, enrollment, event, action),
        enrollment=enrollment,
        event=event,
        seats=seats,
        now=now,
        tries_before=tries_before,
        new_id=ports.new_id(now),
        shard=ports.rng.randrange(seats.shards),
    )


def _read(
    ports: SeatingPorts,
    caller: Caller,
    key: EnrollmentKey,
    idempotency: Idempotency[Any] | None,
    *,
    consistent_seats: bool,
) -> EnrolReads:
    return ports.enrollments.read_for_request(
        claims_of(caller),
        key.event_id,
        enrollment=key,
        consistent_enrollment=True,
        with_seats=True,
        consistent_seats=consistent_seats,
        answer_key=idempotency.key if idempotency else None,
    )


def _found(reads: EnrolReads) -> tuple[Enrollment, Event, Seats]:
    if reads.enrollment is None or reads.event is None or reads.seats is None:
        raise NotFoundError
    return reads.enrollment, reads.event, reads.seats
