"""What a mail about an enrollment says and to whom, decided on the facts as they are when it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from chalicelib.domain.enrollments import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.outbox import OutboxEntry, OutboxKind
from chalicelib.domain.seats import SeatMode, Seats
from chalicelib.services.accounts.ports import People
from chalicelib.services.calendars.ports import Calendars
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.notifications.contexts import EnrollmentContext, Letter
from chalicelib.services.notifications.follow_ups import FollowUps
from chalicelib.services.notifications.invitations import Concerned, attached
from chalicelib.services.notifications.ports import SendLaterError
from chalicelib.services.notifications.recipient import reader_of
from chalicelib.services.seats.store_port import Enrollments, Events
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.outcomes import Skip, TryAgainError

_CONFIRMED = frozenset({EnrollmentStatus.CONFIRMED})
_OVER = frozenset({EnrollmentStatus.CANCELLED, EnrollmentStatus.EXPIRED})
# Each kind is true of an enrollment in these states only; a guest's link says whatever is true.
TRUE_WHILE: Mapping[OutboxKind, frozenset[EnrollmentStatus]] = {
    OutboxKind.ENROLLMENT_CONFIRMED: _CONFIRMED,
    OutboxKind.ENROLLMENT_PROMOTED: _CONFIRMED,
    OutboxKind.ENROLLMENT_PENDING: frozenset({EnrollmentStatus.PENDING}),
    OutboxKind.ENROLLMENT_WAITLISTED: frozenset({EnrollmentStatus.WAITLISTED}),
    OutboxKind.ENROLLMENT_OFFERED: frozenset({EnrollmentStatus.OFFERED}),
    OutboxKind.ENROLLMENT_CANCELLED: _OVER,
    OutboxKind.EVENT_CANCELLED: _OVER,
    OutboxKind.GUEST_LINK: frozenset(EnrollmentStatus),
}
_AFTER_ALL = frozenset({OutboxKind.ENROLLMENT_CANCELLED, OutboxKind.EVENT_CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentMailPorts:
    """`settle` moves the waitlist of an event: the net under every request that died before it did so itself."""

    enrollments: Enrollments
    events: Events
    totals: SeatTotals
    people: People
    links: Links
    calendars: Calendars
    follow_ups: FollowUps
    settle: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Facts:
    enrollment: Enrollment | None  # None only for the link of a guest who has no seat yet
    event: Event
    seats: Seats


class EnrollmentMails:
    def __init__(self, ports: EnrollmentMailPorts) -> None:
        self._ports = ports

    def letter(self, intent: OutboxEntry, now: datetime) -> Letter:
        """What follows from a confirmation is scheduled on the way.

        Raises `Skip` for what a later step has overtaken, `SendLaterError` while the event is too busy to settle,
        `Cool` when the mail has to wait for what was scheduled.
        """
        key = EnrollmentKey.parse(intent.about["enrollment"])
        facts = self._settled(key, intent) if key else None
        if key is None or facts is None:
            raise Skip("no such enrollment")
        self._sum_up(facts, intent, now)
        _check(intent, facts.enrollment, facts.event, now)
        if facts.enrollment is not None:
            self._schedule(intent, facts.enrollment, facts.event)
        return self._written(intent, key, facts, now)

    def _sum_up(self, facts: _Facts, intent: OutboxEntry, now: datetime) -> None:
        try:
            self._ports.totals.refresh(facts.event, facts.seats, intent.created_at, now)
        except TryAgainError as busy:
            raise SendLaterError("the event is busy") from busy

    def _schedule(self, intent: OutboxEntry, enrollment: Enrollment, event: Event) -> None:
        try:
            self._ports.follow_ups.schedule(intent, enrollment, event)
        except TryAgainError as busy:
            raise SendLaterError("the table is busy") from busy

    def _settled(self, key: EnrollmentKey, intent: OutboxEntry) -> _Facts | None:
        """The facts; beside a waitlist only after what is free went to it, which may change them."""
        facts = self._facts(key, intent)
        if facts is None or facts.seats.mode is not SeatMode.FENCED:
            return facts
        try:
            self._ports.settle(key.event_id)
        except TryAgainError as busy:
            raise SendLaterError("the event is busy") from busy
        return self._facts(key, intent)

    def _facts(self, key: EnrollmentKey, intent: OutboxEntry) -> _Facts | None:
        found = self._ports.enrollments.with_event(key)
        if found is not None:
            return _Facts(*found)
        without = self._ports.events.get(key.event_id) if intent.kind is OutboxKind.GUEST_LINK else None
        return _Facts(None, *without) if without else None

    def _written(self, intent: OutboxEntry, key: EnrollmentKey, facts: _Facts, now: datetime) -> Letter:
        enrollment, event = facts.enrollment, facts.event
        maker_id = enrollment.made_by if enrollment else None
        asked = {intent.recipient_id, event.organizer_id, *([maker_id] if maker_id else [])}
        people = self._ports.people.many(sorted(asked))
        person = people.get(intent.recipient_id)
        if person is None:
            raise Skip("no such person")
        reader = reader_of(person, maker_id, people, self._ports.people)
        maker = people.get(maker_id or "")
        organizer = people.get(event.organizer_id)
        context = EnrollmentContext(
            name="" if intent.kind is OutboxKind.GUEST_LINK and not reader.has_account else reader.name,
            instead_of=person.name if reader.id != person.id else None,
            maker=maker.name if maker and maker.id != reader.id else None,
            organizer=organizer.name if organizer else "",
            event=event,
            link=self._ports.links.url(key, _asked_size(intent, enrollment, now)),
            cause=intent.about.get("cause", ""),
            **_of_enrollment(enrollment, now),
        )
        concerned = Concerned(person=person, reader=reader, name=context.name, organizer=context.organizer)
        attachments = attached(self._ports.calendars.invitation, intent.kind, enrollment, event, concerned)
        return Letter(to=str(reader.email), locale=reader.locale, context=context, attachments=attachments)


class _OfEnrollment(TypedDict):
    status: str
    before: str
    note: str | None
    party_size: int
    until: datetime | None


def _of_enrollment(enrollment: Enrollment | None, now: datetime) -> _OfEnrollment:
    """What the templates say about the enrollment itself; `status` is empty when there is none (yet, or any more)."""
    before = enrollment.history[-2].status.value if enrollment and len(enrollment.history) > 1 else ""
    return {
        "status": enrollment.status.value if enrollment and not enrollment.is_expired(now) else "",
        "before": before,
        "note": enrollment.note if enrollment else None,
        "party_size": enrollment.party_size if enrollment else 1,
        "until": enrollment.expires_at if enrollment else None,
    }


def _asked_size(intent: OutboxEntry, enrollment: Enrollment | None, now: datetime) -> int:
    """The party of a guest who has no place: it is only known from the request."""
    has_place = enrollment is not None and enrollment.is_live and not enrollment.is_expired(now)
    return 1 if has_place else int(intent.about.get("party_size", "1"))


def _check(intent: OutboxEntry, enrollment: Enrollment | None, event: Event, now: datetime) -> None:
    """The last look before sending."""
    if enrollment is not None:
        if str(enrollment.generation) != intent.about.get("generation", str(enrollment.generation)):
            raise Skip("enrolled again since")
        if enrollment.status not in TRUE_WHILE[intent.kind]:
            raise Skip(f"the enrollment is {enrollment.status} now")
        if enrollment.is_expired(now) and intent.kind is not OutboxKind.GUEST_LINK:
            raise Skip("its time is over")
    if intent.kind not in _AFTER_ALL and event.status is not EventStatus.PUBLISHED:
        raise Skip(f"the event is {event.status} now")  # its job is about to cancel the enrollment
    if intent.kind is not OutboxKind.ENROLLMENT_CANCELLED and event.is_past(now):
        raise Skip("the event is over")
