"""Handing a confirmed place on to another person: the seat is never free in between."""

from dataclasses import dataclass

from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.deadlines import is_over
from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    enrolled,
    tally,
)
from chalicelib.domain.errors import AlreadyEnrolledError, ForbiddenError
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.services.enrollments.access import IN_CHARGE, Action, SignedIn, may, relations_of
from chalicelib.services.enrollments.changes.change import Change, Decision, EnrollmentChanger
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.subject import Subject, subject_by_address, subject_by_id
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.events.access import in_whose_name
from chalicelib.services.seats.outbox_entries import mail_about, naming_its_mail
from chalicelib.services.seats.request import already
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.rate_limits import Limiter, Scope, count_mail_to


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest(ChangeRequest):
    """To whom the place goes: an attendee by id, or anybody by name and address."""

    attendee_id: str | None = None
    name: str | None = None
    email: str | None = None
    network: str = ""


class Transfer:
    def __init__(
        self,
        changer: EnrollmentChanger,
        ports: SeatingPorts,
        settlement: Settlement,
        limiter: Limiter,
        limits: RateLimits,
    ) -> None:
        self._change = changer
        self._ports = ports
        self._settlement = settlement
        self._limiter = limiter
        self._limits = limits

    def __call__(
        self, caller: SignedIn, request: TransferRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """The new person's enrollment. The person and their keeper until the start, the organizer always.

        Handing on to the same person again is answered with the enrollment that there is.
        Raises `NotConfirmedError`, `AlreadyEnrolledError`, what has become of the event, `PreconditionFailedError`,
        `TooManyForOthersError` for too many seats,
        `TooManyRequestsError` for too many addresses of strangers.
        """
        attempt_id = self._ports.new_id(self._ports.clock())
        handover = _Handover(self._ports, self._settlement, self._limiter, self._limits, request, attempt_id)
        change = Change(action=Action.TRANSFER, decide=handover.decide, at_once=handover.done)
        return self._change(caller, request, change, idempotency)


@dataclass(slots=True)
class _Handover:
    """One request's transfer: its tries share the person, who is looked for and counted once, and the attempt id."""

    ports: SeatingPorts
    settlement: Settlement
    limiter: Limiter
    limits: RateLimits
    request: TransferRequest
    attempt_id: str
    subject: Subject | None = None
    theirs: Enrollment | None = None  # what the new person has, as it was read in this try

    def done(self, loaded: Loaded) -> Decision | None:
        """What an earlier request has done already, whatever version this one knows."""
        self.subject = self.subject or self._found(loaded)
        person = self.subject.person
        self.theirs = self.ports.enrollments.by_key(_key(loaded, person))
        if self.theirs is None or not is_done(loaded.enrollment, self.theirs):
            return None
        return Decision(answer=self.theirs, known={person.id: person})

    def decide(self, loaded: Loaded) -> Decision:
        assert self.subject is not None
        loaded.stop_if_refused(ChangeKind.TRANSFER)
        name, before = self.subject.name_to_note(self.request.name), self._dead(loaded, self.subject.person)
        return decide(loaded, self.subject, before, self.attempt_id, name)

    def _found(self, loaded: Loaded) -> Subject:
        """Whom it goes to. Strangers' addresses are limited: every transfer sends a mail to one."""
        request = self.request
        if request.email is None:
            return subject_by_id(self.ports, loaded.principal, loaded.event, request.attendee_id or "")
        if loaded.may(Action.TRANSFER_TO_ANYBODY):
            return subject_by_address(self.ports, loaded.principal, request.email, loaded.now)
        if not loaded.event.facts.guests_allowed:
            raise ForbiddenError("This event takes no guests; name somebody whose record you keep by attendee_id.")
        self.limiter.count(Scope.MAIL_FROM, request.network, self.limits.mail_from)
        address = fold_email(request.email)
        count_mail_to(self.limiter, self.limits, address, by=request.network)
        return subject_by_address(self.ports, loaded.principal, request.email, loaded.now)

    def _dead(self, loaded: Loaded, person: Person) -> Enrollment | None:
        """The enrollment to write over, if there is one; a hold whose time is up is taken back first.

        Who waits gets the place, and their place in line is free.
        """
        theirs = self.theirs
        if theirs is None or not theirs.is_live or theirs.status is EnrollmentStatus.WAITLISTED:
            return theirs
        if not is_over(theirs, loaded.event, loaded.now):
            relations = relations_of(loaded.principal, theirs, loaded.event, person)
            raise (
                already(self.ports.handles, theirs, loaded.event)
                if may(relations, Action.SEE)
                else AlreadyEnrolledError
            )
        self.settlement.expire(theirs.key)
        found = self.ports.enrollments.by_key(theirs.key)
        if found is not None and found.is_live:
            raise StaleError  # the event was moved in this moment, and its time is not up after all
        return found


def decide(
    loaded: Loaded, subject: Subject, before: Enrollment | None, attempt_id: str, name: str | None = None
) -> Decision:
    """One place, two enrollments, two mails. A cancelled event is closed: its enrollments are being cancelled."""
    person = subject.person
    old, actor = loaded.enrollment, loaded.principal.user_id
    handed_on = old.moved(loaded.by(EnrollmentStatus.CANCELLED, Cause.HANDED_ON), handed_to=attempt_id)
    left = naming_its_mail(handed_on, loaded.new_id)
    in_charge = not loaded.relations.isdisjoint(IN_CHARGE)
    # A giver has no say any more.
    maker = in_whose_name(loaded.event, loaded.principal) if in_charge and actor != person.id else None
    taken = enrolled(
        _key(loaded, person),
        attempt_id,
        loaded.by(EnrollmentStatus.CONFIRMED, Cause.TAKEN_OVER),
        before=before,
        party_size=old.party_size,
        made_by=None if maker == person.id else maker,
        name=name,
        charged_to=None if in_charge or actor == person.id else actor,
        veiled=subject.veiled,
        typed_address=subject.typed_address,
    )
    taken = naming_its_mail(taken, attempt_id)
    changes = (EnrollmentChange(old, left), EnrollmentChange(before, taken, kept_by=person.kept_by))
    return Decision(
        answer=taken,
        changes=changes,
        steps=(Step(shard=loaded.shard, counts=tally(changes), not_mode=SeatMode.CLOSED),),
        entries=(mail_about(left, loaded.new_id), mail_about(taken, attempt_id)),
        known={person.id: person},
    )


def is_done(old: Enrollment, new: Enrollment) -> bool:
    """Whether the one was handed on to the other, and is still theirs."""
    if old.is_live or not new.is_live:
        return False
    return old.handed_to == new.attempt_id if old.handed_to else _was_done(old, new)


def _was_done(old: Enrollment, new: Enrollment) -> bool:
    """The same of rows that were written before `handed_to` was, as far as their trails go back."""
    left = [(one.at, one.request_id) for one in old.history if one.cause is Cause.HANDED_ON]
    taken = [(one.at, one.request_id) for one in new.history if one.cause is Cause.TAKEN_OVER]
    return old.cause is Cause.HANDED_ON and left[-1:] != [] and left[-1] in taken


def _key(loaded: Loaded, person: Person) -> EnrollmentKey:
    return EnrollmentKey.of(loaded.event.id, loaded.event.buckets, person.id)
