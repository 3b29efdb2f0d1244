"""Handing a confirmed place on to another person: the seat is never free in between."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts import Claims, fold_email
from chalicelib.domain.enrollments import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
    tally,
)
from chalicelib.domain.errors import AlreadyEnrolledError, BusyError, ForbiddenError, NotConfirmedError
from chalicelib.domain.people import Person
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.enrollments.access import may_see
from chalicelib.services.enrollments.load import TRIES, Found, Wanted, find, stop_if_started, stop_unless_matching
from chalicelib.services.enrollments.subject import person_by_address, person_by_id
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.seats.outbox_entries import mail_about, told
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.request import already
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.rate_limits import Limiter, Limits, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest(Wanted):
    """To whom the place goes: an attendee by id, or anybody by name and address."""

    attendee_id: str | None = None
    name: str | None = None
    email: str | None = None
    network: str = ""


class Transfer:
    def __init__(self, ports: SeatingPorts, settlement: Settlement, limiter: Limiter, limits: Limits) -> None:
        self._ports = ports
        self._settlement = settlement
        self._limiter = limiter
        self._limits = limits

    def __call__(
        self, claims: Claims, command: TransferRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """The new person's enrollment. The person and their keeper until the start, the organizer always.

        Handing on to the same person again is answered with the enrollment that there is.
        Raises `NotConfirmedError`, `AlreadyEnrolledError`, what has become of the event, `PreconditionFailedError`,
        `TooManyRequestsError` for too many addresses of strangers.
        """
        attempt_id = self._ports.new_id(self._ports.clock())
        person: Person | None = None
        for _ in range(TRIES):
            now = to_milliseconds(self._ports.clock())
            found = find(self._ports, claims, command, idempotency, now)
            person = person or self._person(found, command, now)
            key = EnrollmentKey.of(found.event.id, found.event.buckets, person.id)
            theirs = self._ports.enrollments.get(key)
            show = _shown(found, person)
            if theirs is not None and _is_done(found.enrollment, theirs):
                return show(theirs)
            stop_unless_matching(found, command)
            self._stop_unless_transferable(found, now)
            try:
                before = self._dead(found, person, theirs, now)
                return self._write(found, key, before, attempt_id, command, show, idempotency, now)
            except StaleError:
                continue
        raise BusyError

    def _person(self, found: Found, command: TransferRequest, now: datetime) -> Person:
        """Whom it goes to. Strangers' addresses are limited: every transfer sends a mail to one."""
        if command.email is None:
            return person_by_id(self._ports, found.principal, found.event, command.attendee_id or "")
        if found.in_charge:
            return person_by_address(self._ports, command.name or "", command.email, now)
        if not found.event.facts.guests_allowed:
            raise ForbiddenError("This event takes no guests; name somebody whose record you keep by attendee_id.")
        self._limiter.take(Scope.MAIL_FROM, command.network, self._limits.mail_from)
        self._limiter.take(Scope.MAIL_TO, fold_email(command.email), self._limits.mail_to)
        person = person_by_address(self._ports, command.name or "", command.email, now)
        return replace(person, name=command.name or "")  # what the account calls itself is not told

    @staticmethod
    def _stop_unless_transferable(found: Found, now: datetime) -> None:
        gone = found.event.refuses_seating(now)
        if gone:
            raise gone
        if found.enrollment.status is not EnrollmentStatus.CONFIRMED:
            raise NotConfirmedError
        if found.enrollment.checked_in_at is not None:
            raise NotConfirmedError("Who is checked in has come: the place cannot be handed on any more.")
        stop_if_started(found, now)

    def _dead(self, found: Found, person: Person, theirs: Enrollment | None, now: datetime) -> Enrollment | None:
        """The row to write over, if there is one; a hold whose time is up is taken back first."""
        if theirs is None or not theirs.is_live:
            return theirs
        if not theirs.is_expired(now):
            known = may_see(found.principal, theirs, found.event, {person.id: person})
            raise already(theirs) if known else AlreadyEnrolledError
        self._settlement.expire(theirs.key)
        return self._ports.enrollments.get(theirs.key)

    def _write(
        self,
        found: Found,
        key: EnrollmentKey,
        before: Enrollment | None,
        attempt_id: str,
        command: TransferRequest,
        show: Callable[[Enrollment], EnrollmentView],
        idempotency: Idempotency[EnrollmentView] | None,
        now: datetime,
    ) -> EnrollmentView:
        """One place, two rows, two mails. A cancelled event is closed: its enrollments are being cancelled."""
        actor, old = found.principal.user_id, found.enrollment
        entry_id = self._ports.new_id(now)
        handed_on = Transition(now, EnrollmentStatus.CANCELLED, actor, Cause.HANDED_ON, command.request_id)
        left = told(old.moved(handed_on), entry_id)
        by = Transition(now, EnrollmentStatus.CONFIRMED, actor, Cause.TAKEN_OVER, command.request_id)
        maker = actor if found.in_charge and actor != key.attendee_id else None  # a giver has no say any more
        taken = enrolled(key, attempt_id, by, before=before, party_size=old.party_size, made_by=maker)
        taken = told(taken, attempt_id)
        changes = [EnrollmentChange(old, left), EnrollmentChange(before, taken)]
        shard = self._ports.rng.randrange(found.seats.shards)
        step = Step(shard=shard, counts=tally(changes), not_mode=SeatMode.CLOSED)
        mails = [mail_about(left, entry_id), mail_about(taken, attempt_id)]
        entry = show(taken)
        remember = idempotency.remember(entry) if idempotency else None
        self._ports.enrollments.write(changes, [step], mails, remember=remember)
        self._ports.push(mails)
        return entry


def _shown(found: Found, person: Person) -> Callable[[Enrollment], EnrollmentView]:
    def entry(enrollment: Enrollment) -> EnrollmentView:
        return view_for(found.principal, enrollment, found.event, {person.id: person})

    return entry


def _is_done(old: Enrollment, new: Enrollment) -> bool:
    """Whether the one was handed on to the other, and is still theirs: both rows tell of the same transaction."""
    last = old.history[-1]
    if last.cause is not Cause.HANDED_ON or not new.is_live:
        return False
    return any(
        one.cause is Cause.TAKEN_OVER and (one.at, one.request_id) == (last.at, last.request_id) for one in new.history
    )
