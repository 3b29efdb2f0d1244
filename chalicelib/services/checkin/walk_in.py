"""Walk-ins: somebody stands at the door, gets a free seat if there is one, and is in, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal, fold_email
from chalicelib.domain.accounts.audit import Act, ActKind
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import Cause
from chalicelib.domain.errors import AlreadyEnrolledError, EventFullError
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.checkin.door_list import DoorRow
from chalicelib.services.checkin.ports import Answers
from chalicelib.services.enrollments.access import relations_of_enrolling
from chalicelib.services.enrollments.rules import Case, ChangeKind, stop_if_refused
from chalicelib.services.enrollments.subject import Subject, subject_by_address
from chalicelib.services.enrollments.view import view_for
from chalicelib.services.events.access import (
    EventAction,
    acting_as,
    acts_as_admin,
    in_whose_name,
    stop_unless_may,
    visible_with_seats,
)
from chalicelib.services.seats.attempt import Attempt
from chalicelib.services.seats.request import SeatRequest
from chalicelib.services.seats.seat_result import SeatResult
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.acts import act_of, left_behind
from chalicelib.services.shared.idempotency import Idempotency, Remember, stop_if_answered
from chalicelib.services.shared.rate_limits import Limiter, count_mail_by


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkInRequest:
    """Who stands there. Without an address nothing is mailed, and nobody finds them by one."""

    event_id: str
    request_id: str
    name: str
    email: str | None = None
    party_size: int = 1


class WalkIn:
    def __init__(
        self,
        ports: SeatingPorts,
        settlement: Settlement,
        totals: SeatTotals,
        answers: Answers,
        limiter: Limiter,
        limits: RateLimits,
    ) -> None:
        self._ports = ports
        self._settlement = settlement
        self._totals = totals
        self._answers = answers
        self._limiter = limiter
        self._limits = limits

    def __call__(
        self, caller: Principal, request: WalkInRequest, idempotency: Idempotency[DoorRow] | None = None
    ) -> DoorRow:
        """Seat somebody and have them in, as the list of the door shows them; nobody who waits is passed.

        Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`, what the rules of walk-ins say,
        `EventFullError`, `BusyError`, and of an address `AlreadyEnrolledError` and `TooManyRequestsError`. Who scans
        sees no addresses, and so is not told which enrollment one has.
        """
        now = to_milliseconds(self._ports.clock())
        event, seats = self._admitted(caller, request, now)
        acts = self._acts(caller, event, request, now)
        subject = self._subject(caller, request, now)

        def shown(result: SeatResult) -> DoorRow:
            people, enrollment = {subject.person.id: subject.person}, result.enrollment
            view = view_for(self._ports.handles, caller, enrollment, event, people, now=enrollment.updated_at)
            return DoorRow(view.id, view.name, enrollment)

        def leaves(result: SeatResult) -> Remember | None:
            about = self._ports.handles.of(result.enrollment.key)
            return left_behind(idempotency, shown(result), *(replace(act, about=about) for act in acts))

        try:
            result = Attempt(self._ports, self._settlement, _seat_request(caller, event, subject, request), leaves).run(
                seats
            )
        except (AlreadyEnrolledError, EventFullError) as refusal:
            self._stop_if_answered_meanwhile(idempotency)
            raise type(refusal) from None  # without the enrollment, and without the way to the waitlist
        self._totals.refresh_after(event, seats, to_milliseconds(self._ports.clock()))
        return shown(result)

    def _stop_if_answered_meanwhile(self, idempotency: Idempotency[DoorRow] | None) -> None:
        """Who pressed twice at once has taken the seat themselves. Raises `AnsweredBeforeError`."""
        stop_if_answered(self._answers.find(idempotency.key) if idempotency else None)

    def _admitted(self, caller: Principal, request: WalkInRequest, now: datetime) -> tuple[Event, Seats]:
        """The event, if this caller may enrol somebody at its door now: 404 before 403 before 409 before 400."""
        event_id = request.event_id
        found = self._ports.events.with_seats(event_id, consistent=True) if ids.is_ulid(event_id) else None
        event, seats = visible_with_seats(found, caller)
        stop_unless_may(caller, EventAction.ENROL_AT_DOOR, event)
        relations = relations_of_enrolling(caller, event, for_others=True)
        case = Case(event=event, now=now, by=relations, party_size=request.party_size)
        stop_if_refused(ChangeKind.WALK_IN, case)
        return event, seats

    def _acts(self, caller: Principal, event: Event, request: WalkInRequest, now: datetime) -> Sequence[Act]:
        """Of whoever is an admin and nothing else to the event; about what is known later."""
        if not acts_as_admin(caller, EventAction.ENROL_AT_DOOR, event):
            return ()
        act_id, request_id = self._ports.new_id(now), request.request_id
        return (act_of(caller, ActKind.ENROL, "", now=now, act_id=act_id, request_id=request_id),)

    def _subject(self, caller: Principal, request: WalkInRequest, now: datetime) -> Subject:
        """Whoever has the address; without one somebody of whom nothing is kept but the name in the enrollment."""
        if request.email is None:
            return Subject(Person(id=self._ports.new_id(now), name=""))
        count_mail_by(self._limiter, self._limits, fold_email(request.email), by=caller.user_id)
        return subject_by_address(self._ports, caller, request.email, now)


def _seat_request(caller: Principal, event: Event, subject: Subject, request: WalkInRequest) -> SeatRequest:
    has_address, person = request.email is not None, subject.person
    return SeatRequest(
        event=event,
        person_id=person.id,
        actor=acting_as(event, caller, EventAction.ENROL_AT_DOOR),
        in_name_of=in_whose_name(event, caller),
        request_id=request.request_id,
        party_size=request.party_size,
        cause=Cause.WALKED_IN,
        name=request.name,
        is_first_contact=not has_address,
        is_here=True,
        veiled=subject.veiled,
        mailed=has_address,
        at_any_time=True,
    )
