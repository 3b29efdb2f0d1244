"""Confirming a hold and accepting an offer: the seat is kept already, and becomes the person's for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.enrollments import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    tally,
)
from chalicelib.domain.errors import (
    BusyError,
    ConflictError,
    HoldExpiredError,
    NotFoundError,
    NothingToConfirmError,
    OfferExpiredError,
    PreconditionFailedError,
)
from chalicelib.domain.events import Event
from chalicelib.domain.seats import Seats, Step
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.enrollments.access import Caller, claims_of, may_act, principal_from, stop_unless_opened
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.seats.attempt import SeatResult
from chalicelib.services.seats.outbox_entries import mail_about, told
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.store_port import EnrolReads
from chalicelib.services.shared.idempotency import Idempotency, Remember, stop_if_answered
from chalicelib.services.shared.outcomes import StaleError

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRequest:
    """Somebody confirms a hold or accepts an offer."""

    enrollment_id: str
    request_id: str
    if_match: int | None = None


class Confirm:
    def __init__(self, ports: SeatingPorts) -> None:
        self._ports = ports

    def __call__(
        self, caller: Caller, command: ConfirmRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Confirm; a confirmed one is answered as it is. The holder, their keeper, or the organizer.

        Raises `HoldExpiredError`, `OfferExpiredError`, `NothingToConfirmError`, `PreconditionFailedError`, what has
        become of the event, and `NotFoundError` to everybody else.
        """
        key = EnrollmentKey.parse(command.enrollment_id) or EnrollmentKey(ids.NOBODYS, 0, ids.NOBODYS)
        for _ in range(_TRIES):
            now = to_milliseconds(self._ports.clock())
            reads = self._read(caller, key, idempotency)
            principal = principal_from(caller, reads, now)
            stop_if_answered(reads.answer)
            enrollment, event, seats = self._found(caller, key, reads, principal)
            if command.if_match is not None and command.if_match != enrollment.version:
                raise PreconditionFailedError
            show = self._show(principal, event)
            if enrollment.status is EnrollmentStatus.CONFIRMED:
                return show(SeatResult(enrollment))
            stop_unless_confirmable(enrollment, event, now)
            try:
                return self._write(principal, enrollment, seats.shards, command.request_id, show, idempotency)
            except StaleError:
                continue
        raise BusyError

    def prove(
        self,
        principal: Principal,
        event: Event,
        enrollment: Enrollment,
        request_id: str,
        show: Callable[[SeatResult], EnrollmentView],
        idempotency: Idempotency[EnrollmentView] | None,
    ) -> EnrollmentView:
        """A guest's hold becomes a place, because its person is signed in. Raises `StaleError`, `HoldExpiredError`."""
        seats = self._ports.seats.header(event.id)
        if seats is None:
            raise NotFoundError
        stop_unless_confirmable(enrollment, event, to_milliseconds(self._ports.clock()))
        return self._write(principal, enrollment, seats.shards, request_id, show, idempotency)

    def _read(self, caller: Caller, key: EnrollmentKey, idempotency: Idempotency[EnrollmentView] | None) -> EnrolReads:
        return self._ports.enrollments.reads(
            claims_of(caller),
            key.event_id,
            enrollment=key,
            consistent_enrollment=True,
            with_seats=True,
            answer_key=idempotency.key if idempotency else None,
        )

    def _found(
        self, caller: Caller, key: EnrollmentKey, reads: EnrolReads, principal: Principal
    ) -> tuple[Enrollment, Event, Seats]:
        if reads.enrollment is None or reads.event is None or reads.seats is None:
            raise NotFoundError
        stop_unless_opened(caller, key, reads.event, self._ports.clock())
        may_act(self._ports.people, principal, reads.enrollment, reads.event)
        return reads.enrollment, reads.event, reads.seats

    def _write(
        self,
        principal: Principal,
        enrollment: Enrollment,
        shards: int,
        request_id: str,
        show: Callable[[SeatResult], EnrollmentView],
        idempotency: Idempotency[EnrollmentView] | None,
    ) -> EnrollmentView:
        """T3: the row before its deadline, its place among the holds, and the mail."""
        now = to_milliseconds(self._ports.clock())
        cause = Cause.ACCEPTED if enrollment.status is EnrollmentStatus.OFFERED else Cause.HOLD_CONFIRMED
        entry_id = self._ports.new_id(now)
        by = Transition(now, EnrollmentStatus.CONFIRMED, principal.user_id, cause, request_id)
        after = told(enrollment.moved(by), entry_id)
        change = EnrollmentChange(enrollment, after)
        step = Step(shard=self._ports.rng.randrange(shards), guest_free=-change.unproven_seats, counts=tally([change]))
        mail = mail_about(after, entry_id)
        entry = show(SeatResult(after))
        remember: Remember | None = idempotency.remember(entry) if idempotency else None
        self._ports.enrollments.write([change], [step], [mail], remember=remember)
        self._ports.push([mail])
        return entry

    def _show(self, principal: Principal, event: Event) -> Callable[[SeatResult], EnrollmentView]:
        def entry(placed: SeatResult) -> EnrollmentView:
            person_id = placed.enrollment.key.attendee_id
            own = principal.user_id == person_id and principal.session_id != ""
            return view_for(principal, placed.enrollment, event, {} if own else self._ports.people.many([person_id]))

        return entry


def stop_unless_confirmable(enrollment: Enrollment, event: Event, now: datetime) -> None:
    """Raises why this row cannot be confirmed now; an expired hold or offer never can (DESIGN.md, promise 6)."""
    gone = event.refuses_seating(now)
    if gone:
        raise gone
    if enrollment.is_expired(now) or enrollment.status is EnrollmentStatus.EXPIRED:
        raise _expired(enrollment)
    if enrollment.status not in {EnrollmentStatus.PENDING, EnrollmentStatus.OFFERED}:
        raise NothingToConfirmError


def _expired(enrollment: Enrollment) -> ConflictError:
    was_offer = enrollment.status is EnrollmentStatus.OFFERED or enrollment.history[-1].cause is Cause.OFFER_EXPIRED
    return OfferExpiredError() if was_offer else HoldExpiredError()
