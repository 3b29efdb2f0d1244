"""Checking in: who came is noted once, whoever scans first, and may be taken back."""

from dataclasses import dataclass, replace

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentChange
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.services.checkin.note import Sighting, count_of, noted
from chalicelib.services.checkin.ticket_code import Ticket, Tickets
from chalicelib.services.enrollments.access import Action, SignedIn
from chalicelib.services.enrollments.changes.change import Change, Decision, EnrollmentChanger, as_it_is
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.idempotency import Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRequest(ChangeRequest):
    """Somebody came, or (undo) was noted by mistake. `code` is what their ticket says.

    So many `people` of the party came; None: all who are not here yet.
    """

    code: str | None = None
    undo: bool = False
    people: int | None = None


class CheckIn:
    def __init__(self, changer: EnrollmentChanger, ports: SeatingPorts, tickets: Tickets, totals: SeatTotals) -> None:
        self._change = changer
        self._ports = ports
        self._tickets = tickets
        self._totals = totals

    def __call__(
        self, caller: SignedIn, request: CheckInRequest, idempotency: Idempotency[EnrollmentView] | None = None
    ) -> EnrollmentView:
        """Note it, or take it back. Who is here already is answered as they are, with the time since when.

        An undo that meets nobody is remembered: a scan from before it may still be handed in.
        For whoever is in charge and the door staff of the team; who may only see the enrollment gets
        `ForbiddenError`, a stranger `NotFoundError`.
        Raises `InvalidRequestError` for another one's ticket and for more people than are still to come,
        `NotConfirmedError`, `EventCancelledError`.
        """

        def checked(loaded: Loaded) -> Decision:
            self._check_code(request.code, loaded.enrollment)
            people = self._ports.people.by_ids([loaded.enrollment.key.attendee_id])
            return replace(decide(loaded, Sighting(people=request.people, undo=request.undo)), known=people)

        change = Change(action=Action.CHECK_IN, decide=checked, afterwards=self._summed)
        return self._change(caller, request, change, idempotency)

    def _check_code(self, code: str | None, enrollment: Enrollment) -> None:
        if code is not None and self._tickets.read(code) != Ticket(enrollment.key, enrollment.generation):
            raise InvalidRequestError(FieldError("/code", "ticket_invalid", "is not the ticket of this enrollment"))

    def _summed(self, loaded: Loaded, after: Enrollment) -> Enrollment:
        self._totals.refresh_after(loaded.event, loaded.seats, loaded.now)
        return after


def decide(loaded: Loaded, sighting: Sighting) -> Decision:
    by = loaded.by(loaded.enrollment.status, sighting.cause)
    after = noted(loaded.enrollment, loaded.event, by, sighting)
    if after is None:
        return replace(as_it_is(loaded), already_at=loaded.enrollment.checked_in_at)
    change = EnrollmentChange(loaded.enrollment, after)
    return Decision(answer=after, changes=(change,), steps=(count_of([change], loaded.shard),))
