"""Checking in: who came is noted once, whoever scans first, and may be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts import Claims
from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentChange, Transition, tally
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.domain.events import Event
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.enrollments.access import Action
from chalicelib.services.enrollments.change import Change, Decision, EnrollmentChanger, as_it_is
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import Case, ChangeKind, stop_if_refused
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.idempotency import Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRequest(ChangeRequest):
    """Somebody came, or (undo) was noted by mistake. `code` is what their ticket says."""

    code: str | None = None
    undo: bool = False


class CheckIn:
    def __init__(self, changer: EnrollmentChanger, ports: SeatingPorts, tickets: Tickets, totals: SeatTotals) -> None:
        self._change = changer
        self._ports = ports
        self._tickets = tickets
        self._totals = totals

    def __call__(
        self, claims: Claims, request: CheckInRequest, idempotency: Idempotency[EnrollmentView] | None = None
    ) -> EnrollmentView:
        """Note it, or take it back; what is so already is answered as it is, and nothing is written.

        For the organizer and admins; who may only see the enrollment gets `ForbiddenError`, a stranger `NotFoundError`.
        Raises `InvalidRequestError` for another one's ticket, `NotConfirmedError`, `EventCancelledError`.
        """

        def checked(loaded: Loaded) -> Decision:
            self._check_code(request.code, loaded.enrollment)
            people = self._ports.people.by_ids([loaded.enrollment.key.attendee_id])
            return replace(decide(loaded, undo=request.undo), known=people)

        change = Change(action=Action.CHECK_IN, decide=checked, afterwards=self._summed)
        return self._change(claims, request, change, idempotency)

    def _check_code(self, code: str | None, enrollment: Enrollment) -> None:
        if code is not None and self._tickets.read(code) != (enrollment.key, enrollment.generation):
            raise InvalidRequestError(FieldError("/code", "ticket_invalid", "is not the ticket of this enrollment"))

    def _summed(self, loaded: Loaded, after: Enrollment) -> Enrollment:
        self._totals.refresh_after(loaded.event, loaded.seats, loaded.now)
        return after


def decide(loaded: Loaded, *, undo: bool) -> Decision:
    by = loaded.by(loaded.enrollment.status, cause_of(undo=undo))
    after = noted(loaded.enrollment, loaded.event, by, None if undo else loaded.now)
    if after is None:
        return as_it_is(loaded)
    change = EnrollmentChange(loaded.enrollment, after)
    return Decision(answer=after, changes=(change,), steps=(count_of([change], loaded.shard),))


def cause_of(*, undo: bool) -> Cause:
    return Cause.CHECK_IN_UNDONE if undo else Cause.CHECKED_IN


def noted(enrollment: Enrollment, event: Event, by: Transition, came_at: datetime | None) -> Enrollment | None:
    """With `checked_in_at`, or without when `came_at` is None; None when there is nothing to change.

    Raises what the rules of checking in say.
    """
    kind = ChangeKind.UNDO_CHECK_IN if came_at is None else ChangeKind.CHECK_IN
    stop_if_refused(kind, Case(enrollment=enrollment, event=event, now=by.at))
    if (enrollment.checked_in_at is None) == (came_at is None):
        return None
    return enrollment.moved(by, checked_in_at=came_at)


def count_of(changes: Sequence[EnrollmentChange], shard: int) -> Step:
    """The count that goes with the changes. A cancelled event, whose shards are closed, takes no check-in."""
    return Step(shard=shard, counts=tally(changes), not_mode=SeatMode.CLOSED)
