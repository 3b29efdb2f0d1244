"""What a change notice or an organizer's message says to one of many, decided on few reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.enrollments import Enrollment, EnrollmentKey
from chalicelib.domain.event_changes import Change, Material
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.messages import OrganizerMessage
from chalicelib.domain.outbox import OutboxEntry, OutboxKind
from chalicelib.domain.people import Person
from chalicelib.domain.seats import Seats
from chalicelib.services.accounts.ports import People
from chalicelib.services.calendars.ports import Calendars
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.events.cache import RecentEvents
from chalicelib.services.notifications.announcement_port import Announcements
from chalicelib.services.notifications.contexts import ChangeContext, EnrollmentContext, Letter, MessageContext
from chalicelib.services.notifications.invitations import Concerned, attached
from chalicelib.services.notifications.recipient import reader_of
from chalicelib.services.notifications.unsubscribe import UnsubscribeLinks
from chalicelib.services.seats.store_port import Enrollments
from chalicelib.services.shared.outcomes import Skip

ANNOUNCEMENTS = frozenset({OutboxKind.EVENT_CHANGED, OutboxKind.ORGANIZER_MESSAGE})
KEPT = 64

Told = Change | OrganizerMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementMailPorts:
    announcements: Announcements
    enrollments: Enrollments
    events: RecentEvents
    people: People
    links: Links
    calendars: Calendars
    unsubscribe: UnsubscribeLinks


@dataclass(frozen=True, slots=True)
class _Facts:
    told: Told
    enrollment: Enrollment
    event: Event
    seats: Seats


class AnnouncementMails:
    def __init__(self, ports: AnnouncementMailPorts) -> None:
        self._ports = ports
        self._known: dict[tuple[str, str], Told] = {}  # they never change

    def letter(self, intent: OutboxEntry, now: datetime) -> Letter:
        """Raises `Skip` for what the facts no longer call for."""
        facts = self._facts(intent, now)
        enrollment, people = facts.enrollment, self._ports.people
        person = people.one(intent.recipient_id)
        if person is None:
            raise Skip("no such person")
        maker = people.one(enrollment.made_by) if enrollment.made_by else None
        reader = reader_of(person, enrollment.made_by, {maker.id: maker} if maker else {}, people)
        context = self._context(intent, facts, person, reader, maker)
        concerned = Concerned(person=person, reader=reader, name=context.name, organizer=context.organizer)
        attachments = attached(self._ports.calendars.invitation, intent.kind, enrollment, facts.event, concerned)
        return Letter(to=str(reader.email), locale=reader.locale, context=context, attachments=attachments)

    def _facts(self, intent: OutboxEntry, now: datetime) -> _Facts:
        """What a replica or the last second says is enough to send the mail; not sending it needs the present facts."""
        key = EnrollmentKey.parse(intent.about["enrollment"])
        told = self._told(intent, key.event_id) if key else None
        if key is None or told is None:
            raise Skip("nothing to tell")
        enrollment = self._ports.enrollments.get(key, consistent=False)
        found = self._ports.events.get(key.event_id)
        if (
            enrollment is None
            or found is None
            or objection(intent, told, enrollment, found[0], now)
            or _is_behind(found[0], told)
        ):
            enrollment, found = self._ports.enrollments.get(key), self._ports.events.fresh(key.event_id)
        if enrollment is None or found is None:
            raise Skip("no such enrollment")
        reason = objection(intent, told, enrollment, found[0], now)
        if reason:
            raise Skip(reason)
        return _Facts(told, enrollment, *found)

    def _told(self, intent: OutboxEntry, event_id: str) -> Told | None:
        """What the mail is about, read once for everybody who is told."""
        name = intent.about.get("notice") or intent.about["message"]
        known = self._known.get((event_id, name))
        if known is None:
            known = self._read(intent, event_id, name, consistent=False) or self._read(
                intent, event_id, name, consistent=True
            )
            if known is None:
                return None
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[event_id, name] = known
        return known

    def _read(self, intent: OutboxEntry, event_id: str, name: str, *, consistent: bool) -> Told | None:
        found = self._ports.announcements
        if intent.kind is OutboxKind.EVENT_CHANGED:
            return found.change(event_id, name, consistent=consistent)
        return found.message(event_id, name, consistent=consistent)

    def _context(
        self, intent: OutboxEntry, facts: _Facts, person: Person, reader: Person, maker: Person | None
    ) -> EnrollmentContext:
        enrollment, told = facts.enrollment, facts.told
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
            "until": enrollment.expires_at,
        }
        if isinstance(told, Change):
            return ChangeContext(**common, was=told.before, becomes=told.after)
        unsubscribe_url = self._ports.unsubscribe.url(intent.kind, str(reader.email))
        return MessageContext(**common, unsubscribe_url=unsubscribe_url, subject=told.subject, body=told.body)


def objection(intent: OutboxEntry, told: Told, enrollment: Enrollment, event: Event, now: datetime) -> str | None:
    """Why this mail is not sent any more, or None: the last look."""
    if str(enrollment.generation) != intent.about["generation"]:
        return "enrolled again since"
    if not enrollment.is_live or enrollment.is_expired(now):
        return f"the enrollment is {enrollment.status} now"
    if event.status is not EventStatus.PUBLISHED:
        return f"the event is {event.status} now"
    if isinstance(told, OrganizerMessage):
        return None if told.segment.has(enrollment) else f"not {told.segment} any more"
    return "the event is over" if event.is_past(now) else None


def _is_behind(event: Event, told: Told) -> bool:
    """Whether this may be the event as it was before the change: calendars must get it as it is."""
    return isinstance(told, Change) and Material.of(event.facts) != told.after
