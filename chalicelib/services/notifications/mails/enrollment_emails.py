"""What a mail about an enrollment says and to whom, decided on the facts as they are when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from chalicelib.domain.enrollments.deadlines import deadline_of, is_live, is_over
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import SeatMode, Seats
from chalicelib.services.accounts.ports import People
from chalicelib.services.calendars.ports import Calendars
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.notifications.contexts import EmailDraft, EnrollmentContext
from chalicelib.services.notifications.follow_ups import FollowUps
from chalicelib.services.notifications.mails.invitations import Concerned, attached
from chalicelib.services.notifications.mails.mail_budgets import Readership, charge_of
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.notifications.mails.recipient import locale_of, reader_of
from chalicelib.services.notifications.ports import SendLaterError
from chalicelib.services.notifications.unsubscribe import UnsubscribeLinks
from chalicelib.services.seats.audit_jobs import SeatAudits
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events
from chalicelib.services.seats.nearly_full import NearlyFull
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.outcomes import OutdatedError, TryAgainError


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentEmailPorts:
    """`settle` moves the waitlist of an event: the net under every request that died before it did so itself."""

    enrollments: Enrollments
    events: Events
    totals: SeatTotals
    nearly_full: NearlyFull
    audits: SeatAudits
    people: People
    links: Links
    calendars: Calendars
    follow_ups: FollowUps
    unsubscribe: UnsubscribeLinks
    settle: Callable[[str], object]
    end_if_in_vain: Callable[[EnrollmentKey], None]


@dataclass(frozen=True, slots=True)
class _Facts:
    enrollment: Enrollment | None  # None only for the link of a guest who has no seat yet
    event: Event
    seats: Seats


class EnrollmentEmails:
    def __init__(self, ports: EnrollmentEmailPorts) -> None:
        self._ports = ports

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:
        """What follows from a confirmation is scheduled on the way.

        Raises `OutdatedError` for what a later step has overtaken, `SendLaterError` while the event is too busy to
        settle, `AwaitTickError` when the mail has to wait for what was scheduled.
        """
        key = EnrollmentKey.parse(entry.about["enrollment"])
        facts = self._settled(mail, key) if key else None
        if key is None or facts is None:
            raise OutdatedError("no such enrollment")
        self._sum_up(facts, entry, now)
        _check(mail, entry, facts.enrollment, facts.event, now)
        if facts.enrollment is not None and mail.tells_seat:
            self._schedule(entry, facts.enrollment, facts.event)
        return self._written(mail, entry, key, facts, now)

    def _sum_up(self, facts: _Facts, entry: OutboxEntry, now: datetime) -> None:
        try:
            self._ports.totals.refresh(facts.event, facts.seats, entry.created_at, now)
            self._ports.nearly_full.ensure(facts.event, facts.seats)
            self._ports.audits.expect(facts.event, now)
        except TryAgainError as busy:
            raise SendLaterError("the event is busy") from busy

    def _schedule(self, entry: OutboxEntry, enrollment: Enrollment, event: Event) -> None:
        try:
            self._ports.follow_ups.schedule(entry, enrollment, event)
        except TryAgainError as busy:
            raise SendLaterError("the table is busy") from busy

    def _settled(self, mail: MailKind, key: EnrollmentKey) -> _Facts | None:
        """The facts; beside a waitlist only after what is free went to it, which may change them."""
        facts = self._facts(mail, key)
        if facts is None or facts.seats.mode is not SeatMode.FENCED:
            return facts
        try:
            self._ports.settle(key.event_id)
            if facts.enrollment is not None and 0 < facts.seats.capacity < facts.enrollment.party_size:
                self._ports.end_if_in_vain(key)  # who joined in the very moment in which the event became so small
        except TryAgainError as busy:
            raise SendLaterError("the event is busy") from busy
        return self._facts(mail, key)

    def _facts(self, mail: MailKind, key: EnrollmentKey) -> _Facts | None:
        found = self._ports.enrollments.with_event(key)
        if found is not None:
            return _Facts(*found)
        without = self._ports.events.with_seats(key.event_id) if mail.before_enrolling else None
        return _Facts(None, *without) if without else None

    def _written(
        self, mail: MailKind, entry: OutboxEntry, key: EnrollmentKey, facts: _Facts, now: datetime
    ) -> EmailDraft:
        enrollment, event = facts.enrollment, facts.event
        maker_id = enrollment.made_by if enrollment else None
        giver_id = enrollment.giver if enrollment else None
        asked = {entry.recipient_id, event.organizer_id, *([giver_id] if giver_id else [])}
        people = self._ports.people.by_ids(sorted(asked))
        person = people.get(entry.recipient_id)
        if person is None:
            raise OutdatedError("no such person")
        person = replace(person, name=enrollment.name_of(person) if enrollment else person.name)
        reader = reader_of(person, maker_id, people, self._ports.people)
        maker = people.get(maker_id or "")
        organizer = people.get(event.organizer_id)
        readership = Readership(person=person, reader=reader, giver=people.get(giver_id or ""))
        charge = charge_of(mail, entry, enrollment, readership)
        context = EnrollmentContext(
            name="" if mail.before_enrolling and not reader.has_account else reader.name,
            instead_of=person.name if reader.id != person.id else None,
            maker=maker.name if maker and maker.id != reader.id else None,
            organizer=organizer.name if organizer else "",
            event=event,
            link=self._ports.links.url(key, _asked_size(entry, enrollment, event, now)),
            cause=entry.about.get("cause", ""),
            not_me_url=self._ports.unsubscribe.not_me_url(charge, str(reader.email)),
            **_of_enrollment(enrollment, event, now),
        )
        concerned = Concerned(person=person, reader=reader, name=context.name, organizer=context.organizer)
        attachments = attached(self._ports.calendars.invitation, mail.calendar, enrollment, event, concerned)
        return EmailDraft(
            to=str(reader.email),
            locale=locale_of(reader, event),
            context=context,
            attachments=attachments,
            charge=charge,
        )


class _OfEnrollment(TypedDict):
    status: str
    before: str
    note: str | None
    party_size: int
    until: datetime | None


def _of_enrollment(enrollment: Enrollment | None, event: Event, now: datetime) -> _OfEnrollment:
    """What the templates say about the enrollment itself; `status` is empty when there is none (yet, or any more)."""
    return {
        "status": enrollment.status.value if enrollment and not is_over(enrollment, event, now) else "",
        "before": enrollment.was.value if enrollment and enrollment.was else "",
        "note": enrollment.note if enrollment else None,
        "party_size": enrollment.party_size if enrollment else 1,
        "until": deadline_of(enrollment, event) if enrollment else None,
    }


def _asked_size(entry: OutboxEntry, enrollment: Enrollment | None, event: Event, now: datetime) -> int:
    """The party of a guest who has no place: it is only known from the request."""
    has_place = enrollment is not None and is_live(enrollment, event, now)
    return 1 if has_place else int(entry.about.get("party_size", "1"))


def _check(mail: MailKind, entry: OutboxEntry, enrollment: Enrollment | None, event: Event, now: datetime) -> None:
    """The last look before sending."""
    if enrollment is not None:
        if str(enrollment.generation) != entry.about.get("generation", str(enrollment.generation)):
            raise OutdatedError("enrolled again since")
        if enrollment.status not in mail.true_while:
            raise OutdatedError(f"the enrollment is {enrollment.status} now")
        if is_over(enrollment, event, now) and not mail.before_enrolling:
            raise OutdatedError("its time is over")
        if entry.waits and "generation" in entry.about and enrollment.mail_place != entry.first_place:
            raise OutdatedError("a later mail tells it")
    if not mail.after_cancelling and event.status is not EventStatus.PUBLISHED:
        raise OutdatedError(f"the event is {event.status} now")  # its job is about to cancel the enrollment
    if not mail.after_end and event.is_past(now):
        raise OutdatedError("the event is over")
