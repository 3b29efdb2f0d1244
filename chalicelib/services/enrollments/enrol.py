"""Enrolling: who may, whom, and what would happen; the seat itself is won in `attempts`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal, fold_email
from chalicelib.domain.accounts.audit import Act, ActKind
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.deadlines import is_live
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.errors import (
    AlreadyEnrolledError,
    BusyError,
    ForbiddenError,
    HoldExpiredError,
    NotFoundError,
    TurnoutError,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.access import SignedIn, claims_of, principal_from, relations_of
from chalicelib.services.enrollments.admission import open_to, proves
from chalicelib.services.enrollments.changes.change import EnrollmentChanger
from chalicelib.services.enrollments.changes.confirm import CONFIRMING
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.subject import Subject, subject_by_address, subject_by_id
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.events.access import EventAction, acting_as, acts_as_admin, in_whose_name, may
from chalicelib.services.seats.attempt import Attempt
from chalicelib.services.seats.request import SeatRequest, already, full
from chalicelib.services.seats.seat_result import SeatResult
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.acts import act_of, left_behind
from chalicelib.services.shared.idempotency import Idempotency, Remember, stop_if_answered
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.rate_limits import Limiter, count_mail_by

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
    note: str | None = None  # of whoever is in charge, about somebody whom they enrol
    mailed: bool = True  # false, by whoever is in charge: no mail tells the person

    @property
    def is_plain(self) -> bool:
        """For oneself and alone: what a process that knows the event to be full can answer at once."""
        return self.attendee_id is None and not (self.email or self.waitlist) and self.party_size == 1

    @property
    def is_for_others(self) -> bool:
        return self.attendee_id is not None or self.email is not None

    @property
    def kind(self) -> ChangeKind:
        if not self.confirm:
            return ChangeKind.HOLD
        return ChangeKind.JOIN if self.waitlist else ChangeKind.ENROL


class Enrol:
    def __init__(
        self,
        ports: SeatingPorts,
        settlement: Settlement,
        changer: EnrollmentChanger,
        limiter: Limiter,
        limits: RateLimits,
    ) -> None:
        self._ports = ports
        self._limiter = limiter
        self._limits = limits
        self._settlement = settlement
        self._changer = changer

    def __call__(
        self, caller: SignedIn, request: EnrolmentRequest, *, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Seat somebody, or put them on the waitlist if that is wished.

        Raises what `Event.refuses` says, `EventFullError`, `WaitlistOffError`, `AlreadyEnrolledError`,
        `TooManyForOthersError`, `BusyError`.
        "Full" was true at some moment between one second before the request and the answer.
        """
        now = to_milliseconds(self._ports.clock())
        event_id = request.event_id if ids.is_ulid(request.event_id) else ids.NOBODYS  # 401 comes before 404
        buckets = self._ports.sold_out.buckets_if_full(event_id, now) if request.is_plain else None
        enrollment_if_full = None if buckets is None else EnrollmentKey.of(event_id, buckets, caller.user_id)
        reads = self._ports.enrollments.read_for_request(
            claims_of(caller),
            event_id,
            enrollment=enrollment_if_full,
            with_seats=enrollment_if_full is None,
            answer_key=idempotency.key if idempotency else None,
        )
        principal = principal_from(caller, reads, now)
        stop_if_answered(reads.answer)
        event = open_to(
            reads.event,
            principal,
            now,
            kind=request.kind,
            party_size=request.party_size,
            for_others=request.is_for_others,
        )
        if enrollment_if_full and not (reads.enrollment and reads.enrollment.is_live and reads.enrollment.unproven):
            raise self._full_or_already(reads.enrollment, event, now)
        acts = self._acts(principal, event, request, now)
        subject = self._subject(principal, event, request, now)
        seats = reads.seats or self._seats(event)
        return self._place(principal, event, seats, subject, request, idempotency, acts)

    def _full_or_already(self, enrollment: Enrollment | None, event: Event, now: datetime) -> TurnoutError:
        """Somebody who is enrolled already is told so, even when the event is full."""
        if enrollment and is_live(enrollment, event, now):
            return already(self._ports.handles, enrollment, event)
        return full(event)

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
        subject: Subject,
        request: EnrolmentRequest,
        idempotency: Idempotency[EnrollmentView] | None,
        acts: Sequence[Act],
    ) -> EnrollmentView:
        seat_request = _seat_request(principal, event, subject, request)
        show = self._show(principal, event, subject.person)

        def leaves(result: SeatResult) -> Remember | None:
            about = self._ports.handles.of(result.enrollment.key)
            return left_behind(idempotency, show(result), *(replace(act, about=about) for act in acts))

        for _ in range(_TRIES):
            try:
                return show(Attempt(self._ports, self._settlement, seat_request, leaves).run(seats))
            except AlreadyEnrolledError:
                enrollment = self._ports.enrollments.by_key(seat_request.key)
                if enrollment is None or not proves(principal, enrollment, request.party_size, confirm=request.confirm):
                    raise
            try:
                return self._prove(principal, event, enrollment, request, idempotency)
            except (StaleError, HoldExpiredError):
                continue  # the hold ended meanwhile: what is left is for everybody
        raise BusyError

    def _acts(self, principal: Principal, event: Event, request: EnrolmentRequest, now: datetime) -> list[Act]:
        """Enrolling somebody else as an admin; about what is known later. Raises `FreshLoginRequiredError`."""
        if not request.is_for_others or not acts_as_admin(principal, EventAction.ENROL_OTHERS, event):
            return []
        act_id, request_id = self._ports.new_id(now), request.request_id
        return [act_of(principal, ActKind.ENROL, "", now=now, act_id=act_id, request_id=request_id)]

    def _prove(
        self,
        principal: Principal,
        event: Event,
        enrollment: Enrollment,
        request: EnrolmentRequest,
        idempotency: Idempotency[EnrollmentView] | None,
    ) -> EnrollmentView:
        """A guest's hold becomes a place, because its person is signed in. Raises `StaleError`, `HoldExpiredError`."""
        now, seats = to_milliseconds(self._ports.clock()), self._seats(event)
        asked = ChangeRequest(enrollment_id=self._ports.handles.of(enrollment.key), request_id=request.request_id)
        loaded = Loaded(
            request=asked,
            principal=principal,
            relations=relations_of(principal, enrollment, event),
            enrollment=enrollment,
            event=event,
            seats=seats,
            now=now,
            tries_before=0,
            new_id=self._ports.new_id(now),
            shard=self._ports.rng.randrange(seats.shards),
        )
        return self._changer.write(loaded, CONFIRMING, CONFIRMING.decide(loaded), idempotency)

    def _subject(self, principal: Principal, event: Event, request: EnrolmentRequest, now: datetime) -> Subject:
        """Whom the wish is about. Raises `NotFoundError` for an attendee that is not the caller's to enrol.

        Strangers' addresses are limited, as each gets a mail: raises `TooManyRequestsError`.
        """
        if request.email is not None:
            if not may(principal, EventAction.ENROL_OTHERS, event):
                raise ForbiddenError("Only the organizer enrols others by name and address; sign in and send {}.")
            count_mail_by(self._limiter, self._limits, fold_email(request.email), by=principal.user_id)
            return subject_by_address(self._ports, principal, request.email, now)
        whom = principal.user_id if request.attendee_id is None else request.attendee_id
        return subject_by_id(self._ports, principal, event, whom)

    def _show(self, principal: Principal, event: Event, person: Person) -> Callable[[SeatResult], EnrollmentView]:
        def view(result: SeatResult) -> EnrollmentView:
            enrollment = result.enrollment
            return view_for(
                self._ports.handles,
                principal,
                enrollment,
                event,
                {person.id: person},
                now=enrollment.updated_at,
                position=result.position,
            )

        return view


def _seat_request(principal: Principal, event: Event, subject: Subject, request: EnrolmentRequest) -> SeatRequest:
    """Whose place, in whose name it is made, and to whom it is charged."""
    in_charge, person = may(principal, EventAction.ENROL_OTHERS, event), subject.person
    for_event = in_charge and person.id != principal.user_id
    return SeatRequest(
        event=event,
        person_id=person.id,
        actor=acting_as(event, principal, EventAction.ENROL_OTHERS) if for_event else principal.user_id,
        in_name_of=in_whose_name(event, principal) if for_event else None,
        request_id=request.request_id,
        hold=not request.confirm,
        waitlist=request.waitlist,
        party_size=request.party_size,
        name=subject.name_to_note(request.name if request.email else None),
        kept_by=person.kept_by,
        veiled=subject.veiled,
        typed_address=subject.typed_address,
        note=request.note if for_event else None,
        mailed=request.mailed or not for_event,
        at_any_time=request.is_for_others and in_charge,
        charged_to=None if in_charge or person.id == principal.user_id else principal.user_id,
    )
