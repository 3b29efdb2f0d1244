"""Enrolling: who may, whom, and what would happen; the seat itself is won in `attempts`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Claims, Principal, Role, fold_email
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey
from chalicelib.domain.errors import (
    AlreadyEnrolledError,
    BusyError,
    EmailNotVerifiedError,
    FieldError,
    ForbiddenError,
    HoldExpiredError,
    InvalidRequestError,
    NotFoundError,
    RoleRequiredError,
    TurnoutError,
)
from chalicelib.domain.events import Event
from chalicelib.domain.people import Person
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.accounts.sessions import principal_of
from chalicelib.services.enrollments.access import is_in_charge
from chalicelib.services.enrollments.confirm import Confirm
from chalicelib.services.enrollments.subject import person_by_id
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.seats.attempt import Attempt, SeatResult
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.request import SeatRequest, already, full
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.idempotency import Idempotency, Remember, stop_if_answered
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.rate_limits import Limiter, Limits, Scope

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRequest:
    """What somebody asks for: themselves, an attendee, or (organizers) a person by name and address."""

    event_id: str
    request_id: str
    attendee_id: str | None = None
    name: str | None = None
    email: str | None = None
    confirm: bool = True
    waitlist: bool = False
    party_size: int = 1

    @property
    def is_plain(self) -> bool:
        """For oneself and alone: what a process that knows the event to be full can answer at once."""
        return not (self.attendee_id or self.email or self.waitlist) and self.party_size == 1


class Enrol:
    def __init__(
        self, ports: SeatingPorts, settlement: Settlement, confirm: Confirm, limiter: Limiter, limits: Limits
    ) -> None:
        self._ports = ports
        self._limiter = limiter
        self._limits = limits
        self._settlement = settlement
        self._confirm = confirm

    def __call__(
        self, claims: Claims, request: EnrolmentRequest, *, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Seat somebody, or put them on the waitlist if that is wished.

        Raises what `Event.refuses` says, `EventFullError`, `WaitlistOffError`, `AlreadyEnrolledError`, `BusyError`.
        "Full" was true at some moment between one second before the request and the answer.
        """
        now = to_milliseconds(self._ports.clock())
        event_id = request.event_id if ids.is_ulid(request.event_id) else ids.NOBODYS  # 401 comes before 404
        buckets = self._ports.sold_out.buckets_if_full(event_id, now) if request.is_plain else None
        enrollment_if_full = None if buckets is None else EnrollmentKey.of(event_id, buckets, claims.user_id)
        reads = self._ports.enrollments.reads(
            claims,
            event_id,
            enrollment=enrollment_if_full,
            with_seats=enrollment_if_full is None,
            answer_key=idempotency.key if idempotency else None,
        )
        principal = principal_of(reads.session, now)
        stop_if_answered(reads.answer)
        event = open_event(
            reads.event, principal, now, for_others=request.attendee_id is not None or request.email is not None
        )
        check_party(event, request.party_size)
        if enrollment_if_full and not (reads.enrollment and reads.enrollment.is_live and reads.enrollment.unproven):
            raise _full_or_already(reads.enrollment, event, now)
        person = self._person(principal, event, request, now)
        seats = reads.seats or self._seats(event)
        return self._place(principal, event, seats, person, request, idempotency)

    def _seats(self, event: Event) -> Seats:
        seats = self._ports.seats.header(event.id)
        if seats is None:
            raise NotFoundError
        return seats

    def _place(
        self,
        principal: Principal,
        event: Event,
        seats: Seats,
        person: Person,
        request: EnrolmentRequest,
        idempotency: Idempotency[EnrollmentView] | None,
    ) -> EnrollmentView:
        seat_request = SeatRequest(
            event=event,
            person_id=person.id,
            actor=principal.user_id,
            request_id=request.request_id,
            hold=not request.confirm,
            waitlist=request.waitlist,
            party_size=request.party_size,
        )
        show = self._show(principal, event, person)
        remember: Callable[[SeatResult], Remember] | None = None
        if idempotency:
            remember = lambda placed: idempotency.remember(show(placed))  # noqa: E731
        for _ in range(_TRIES):
            try:
                return show(Attempt(self._ports, self._settlement, seat_request, remember).run(seats))
            except AlreadyEnrolledError:
                enrollment = self._ports.enrollments.get(seat_request.key)
                if enrollment is None or not proves(principal, enrollment, request.party_size, confirm=request.confirm):
                    raise
            try:
                return self._confirm.prove(principal, event, enrollment, request.request_id, show, idempotency)
            except (StaleError, HoldExpiredError):
                continue  # the hold ended meanwhile: what is left is for everybody
        raise BusyError

    @staticmethod
    def _show(principal: Principal, event: Event, person: Person) -> Callable[[SeatResult], EnrollmentView]:
        def entry(placed: SeatResult) -> EnrollmentView:
            return view_for(principal, placed.enrollment, event, {person.id: person}, position=placed.position)

        return entry

    def _person(self, principal: Principal, event: Event, request: EnrolmentRequest, now: datetime) -> Person:
        """Whom the wish is about. Raises `NotFoundError` for an attendee that is not the caller's to enrol.

        Strangers' addresses are limited, as each gets a mail: raises `TooManyRequestsError`.
        """
        if request.email is not None:
            if not is_in_charge(principal, event):
                raise ForbiddenError("Only the organizer enrols others by name and address; sign in and send {}.")
            self._limiter.take(Scope.MAIL_BY, principal.user_id, self._limits.mail_by)
            self._limiter.take(Scope.MAIL_TO, fold_email(request.email), self._limits.mail_to)
            return self._ports.people.guest(request.name or "", request.email, now)
        return person_by_id(self._ports, principal, event, request.attendee_id or principal.user_id)


def proves(principal: Principal, enrollment: Enrollment, party_size: int, *, confirm: bool = True) -> bool:
    """Whether enrolling oneself confirms the hold that somebody made as a guest with one's address.

    A party of another size is not what the caller asks for: they are told of the hold, which they can confirm.
    """
    mine = enrollment.unproven and principal.user_id == enrollment.key.attendee_id
    return mine and confirm and enrollment.party_size == party_size


def open_event(found: Event | None, principal: Principal, now: datetime, *, for_others: bool = False) -> Event:
    """The event, if this caller may enrol in it now: 404 before 403 before 409."""
    if found is None or not found.visible_to(principal.user_id):
        raise NotFoundError
    if not principal.email_verified:
        raise EmailNotVerifiedError
    if not principal.has(Role.SEEKER) and not (for_others and is_in_charge(principal, found)):
        raise RoleRequiredError(Role.SEEKER)
    refusal = found.refuses(now)
    if refusal:
        raise refusal
    return found


def check_party(event: Event, party_size: int) -> None:
    if party_size > event.facts.party_max:
        limit = event.facts.party_max
        raise InvalidRequestError(
            FieldError("/party_size", "party_too_large", f"must be at most {limit} at this event")
        )


def _full_or_already(enrollment: Enrollment | None, event: Event, now: datetime) -> TurnoutError:
    """Somebody who is enrolled already is told so, even when the event is full."""
    return already(enrollment) if enrollment and enrollment.is_live and not enrollment.is_expired(now) else full(event)
