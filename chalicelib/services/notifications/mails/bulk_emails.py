"""Mails that many people get at once, and all alike: each is decided on few reads."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.deadlines import deadline_of, is_over
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import Seats
from chalicelib.services.accounts.ports import People
from chalicelib.services.calendars.ports import Calendars
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.events.cache import RecentEvents
from chalicelib.services.notifications.contexts import Context, EmailDraft
from chalicelib.services.notifications.mails.invitations import Concerned, attached
from chalicelib.services.notifications.mails.mail_budgets import Readership, charge_of
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.notifications.mails.recipient import locale_of, reader_of
from chalicelib.services.notifications.unsubscribe import UnsubscribeLinks
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.shared.outcomes import OutdatedError


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEmailPorts:
    enrollments: Enrollments
    events: RecentEvents
    people: People
    links: Links
    calendars: Calendars
    unsubscribe: UnsubscribeLinks


@dataclass(frozen=True, slots=True)
class _Facts:
    enrollment: Enrollment
    event: Event
    seats: Seats


class BulkEmails(ABC):
    """What all of them have in common. A kind adds when it is not sent any more, and what only it says."""

    def __init__(self, ports: BulkEmailPorts) -> None:
        self._ports = ports

    @abstractmethod
    def objection(self, entry: OutboxEntry, enrollment: Enrollment, event: Event, now: datetime) -> str | None:
        """Why this mail about a true enrollment in a published event is not sent any more, or None."""

    @abstractmethod
    def particulars(self, entry: OutboxEntry, event: Event) -> dict[str, Any]:
        """The fields of the context that only this kind has."""

    def is_behind(self, entry: OutboxEntry, event: Event) -> bool:  # noqa: ARG002 - for kinds that show what changed
        """Whether this may be the event as it was before what the mail is about."""
        return False

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:
        """Raises `OutdatedError` for what the facts no longer call for."""
        facts = self._facts(mail, entry, now)
        enrollment, people = facts.enrollment, self._ports.people
        person = people.by_id(entry.recipient_id)
        if person is None:
            raise OutdatedError("no such person")
        person = replace(person, name=enrollment.name_of(person))
        giver = people.by_id(enrollment.giver) if enrollment.giver else None
        maker = giver if enrollment.made_by else None
        reader = reader_of(person, enrollment.made_by, {maker.id: maker} if maker else {}, people)
        charge = charge_of(mail, entry, enrollment, Readership(person=person, reader=reader, giver=giver))
        make: Callable[..., Context] = mail.context
        context = make(
            **self._common(mail, facts, person, reader, maker),
            **self.particulars(entry, facts.event),
            not_me_url=self._ports.unsubscribe.not_me_url(charge, str(reader.email)),
        )
        concerned = Concerned(person=person, reader=reader, name=reader.name, organizer=facts.seats.organizer_name)
        attachments = attached(self._ports.calendars.invitation, mail.calendar, enrollment, facts.event, concerned)
        return EmailDraft(
            to=str(reader.email),
            locale=locale_of(reader, facts.event),
            context=context,
            attachments=attachments,
            charge=charge,
        )

    def _common(
        self, mail: MailKind, facts: _Facts, person: Person, reader: Person, maker: Person | None
    ) -> dict[str, Any]:
        enrollment = facts.enrollment
        common: dict[str, Any] = {
            "name": reader.name,
            "event": facts.event,
            "organizer": facts.seats.organizer_name,
            "link": self._ports.links.url(enrollment.key),
            "instead_of": person.name if reader.id != person.id else None,
            "maker": maker.name if maker and maker.id != reader.id else None,
            "status": enrollment.status.value,
            "note": enrollment.note,
            "party_size": enrollment.party_size,
            "until": deadline_of(enrollment, facts.event),
        }
        if mail.category is not None:
            common["unsubscribe_url"] = self._ports.unsubscribe.url(mail.category, str(reader.email))
        return common

    def _facts(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> _Facts:
        """What a replica or the last second says is enough to send the mail; not sending it needs the present facts."""
        key = EnrollmentKey.parse(entry.about["enrollment"])
        if key is None:
            raise OutdatedError("no such enrollment")
        enrollment = self._ports.enrollments.by_key(key, consistent=False)
        found = self._ports.events.with_seats(key.event_id)
        if (
            enrollment is None
            or found is None
            or self._objection(mail, entry, enrollment, found[0], now)
            or self.is_behind(entry, found[0])
        ):
            enrollment, found = self._ports.enrollments.by_key(key), self._ports.events.fresh(key.event_id)
        if enrollment is None or found is None:
            raise OutdatedError("no such enrollment")
        reason = self._objection(mail, entry, enrollment, found[0], now)
        if reason:
            raise OutdatedError(reason)
        return _Facts(enrollment, *found)

    def _objection(
        self, mail: MailKind, entry: OutboxEntry, enrollment: Enrollment, event: Event, now: datetime
    ) -> str | None:
        """Why this mail is not sent any more, or None: the last look."""
        if str(enrollment.generation) != entry.about["generation"]:
            return "enrolled again since"
        if enrollment.status not in mail.true_while or is_over(enrollment, event, now):
            return f"the enrollment is {enrollment.status} now"
        if event.status is not EventStatus.PUBLISHED:
            return f"the event is {event.status} now"
        reason = self.objection(entry, enrollment, event, now)
        return reason or ("the event is over" if event.is_past(now) and not mail.after_end else None)
