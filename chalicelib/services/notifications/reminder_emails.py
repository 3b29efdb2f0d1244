"""What a reminder or a follow-up says, decided on few reads: there are many of them at once, and all are alike."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.enrollments import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.outbox import OutboxEntry, OutboxKind
from chalicelib.domain.people import Person
from chalicelib.domain.reminders import Pace, Reminder, is_overtaken
from chalicelib.domain.seats import Seats
from chalicelib.services.accounts.ports import People
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.events.cache import RecentEvents
from chalicelib.services.notifications.contexts import FollowUpContext, Letter, OptionalContext, ReminderContext
from chalicelib.services.notifications.recipient import reader_of
from chalicelib.services.notifications.unsubscribe import UnsubscribeLinks
from chalicelib.services.seats.store_port import Enrollments
from chalicelib.services.shared.outcomes import Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderMailPorts:
    enrollments: Enrollments
    events: RecentEvents
    people: People
    links: Links
    unsubscribe: UnsubscribeLinks
    pace: Pace


@dataclass(frozen=True, slots=True)
class _Facts:
    enrollment: Enrollment
    event: Event
    seats: Seats


class ReminderMails:
    def __init__(self, ports: ReminderMailPorts) -> None:
        self._ports = ports

    def letter(self, intent: OutboxEntry, now: datetime) -> Letter:
        """Raises `Skip` for what the facts no longer call for."""
        facts = self._facts(intent, now)
        enrollment, people = facts.enrollment, self._ports.people
        person = people.one(intent.recipient_id)
        if person is None:
            raise Skip("no such person")
        maker = people.one(enrollment.made_by) if enrollment.made_by else None
        reader = reader_of(person, enrollment.made_by, {maker.id: maker} if maker else {}, people)
        return Letter(
            to=str(reader.email), locale=reader.locale, context=self._context(intent, facts, person, reader, maker)
        )

    def _facts(self, intent: OutboxEntry, now: datetime) -> _Facts:
        """What a replica or the last second says is enough to send the mail; not sending it needs the present facts."""
        key = EnrollmentKey.parse(intent.about["enrollment"])
        if key is None:
            raise Skip("no such enrollment")
        enrollment = self._ports.enrollments.get(key, consistent=False)
        found = self._ports.events.get(key.event_id)
        if enrollment is None or found is None or objection(intent, enrollment, found[0], now, self._ports.pace):
            enrollment, found = self._ports.enrollments.get(key), self._ports.events.fresh(key.event_id)
        if enrollment is None or found is None:
            raise Skip("no such enrollment")
        reason = objection(intent, enrollment, found[0], now, self._ports.pace)
        if reason:
            raise Skip(reason)
        return _Facts(enrollment, *found)

    def _context(
        self, intent: OutboxEntry, facts: _Facts, person: Person, reader: Person, maker: Person | None
    ) -> OptionalContext:
        enrollment = facts.enrollment
        common = OptionalContext(
            name=reader.name,
            event=facts.event,
            organizer=facts.seats.organizer_name,
            link=self._ports.links.url(enrollment.key),
            instead_of=person.name if reader.id != person.id else None,
            maker=maker.name if maker and maker.id != reader.id else None,
            status=enrollment.status.value,
            note=enrollment.note,
            party_size=enrollment.party_size,
            unsubscribe_url=self._ports.unsubscribe.url(intent.kind, str(reader.email)),
        )
        fields = {name: getattr(common, name) for name in common.__dataclass_fields__}
        if intent.kind is OutboxKind.FOLLOW_UP:
            return FollowUpContext(**fields)
        return ReminderContext(**fields, of_end=Reminder.parse(intent.about["reminder"]).of_end)


def objection(intent: OutboxEntry, enrollment: Enrollment, event: Event, now: datetime, pace: Pace) -> str | None:
    """Why this reminder or follow-up is not sent any more, or None: the last look."""
    if str(enrollment.generation) != intent.about["generation"]:
        return "enrolled again since"
    if enrollment.status is not EnrollmentStatus.CONFIRMED:
        return f"the enrollment is {enrollment.status} now"
    if event.status is not EventStatus.PUBLISHED:
        return f"the event is {event.status} now"
    if intent.kind is OutboxKind.REMINDER:
        return reminder_objection(intent.about, event, now, pace)
    if intent.about["follow_up"] not in event.facts.follow_ups:
        return "the organizer has taken it back"
    return "the event is over" if event.is_past(now) else None


def reminder_objection(about: dict[str, str], event: Event, now: datetime, pace: Pace) -> str | None:
    """The same for a reminder of an event, whoever gets it."""
    if about["reminder"] not in event.facts.reminders:
        return "the organizer has taken it back"
    one = Reminder.parse(about["reminder"])
    if one.version(event) != about["start"]:
        return "the event was moved"
    if one.anchor(event.facts) <= now:
        return "missed: what it reminds of has come"
    return "overtaken by a later reminder" if is_overtaken(one, event.facts, now, pace) else None
