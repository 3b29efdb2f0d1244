"""What a reminder or a follow-up says."""

from datetime import datetime
from typing import Any

from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.reminders import Pace, Reminder, is_for, is_overtaken
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.notifications.mails.bulk_emails import BulkEmailPorts, BulkEmails


class ReminderEmails(BulkEmails):
    def __init__(self, ports: BulkEmailPorts, pace: Pace) -> None:
        super().__init__(ports)
        self._pace = pace

    def objection(self, entry: OutboxEntry, enrollment: Enrollment, event: Event, now: datetime) -> str | None:
        reason = reminder_objection(entry.about, event, now, self._pace)
        reminder = Reminder.parse(entry.about["reminder"])
        if reason or enrollment.seated_at is None or is_for(reminder, event.facts, enrollment.seated_at, self._pace):
            return reason
        return "its time had come before the place was confirmed"

    def particulars(self, entry: OutboxEntry, event: Event) -> dict[str, Any]:  # noqa: ARG002 - of every kind
        return {"of_end": Reminder.parse(entry.about["reminder"]).of_end}


class FollowUpEmails(BulkEmails):
    def objection(self, entry: OutboxEntry, enrollment: Enrollment, event: Event, now: datetime) -> str | None:  # noqa: ARG002 - of every kind
        still_wanted = entry.about["follow_up"] in event.facts.follow_ups
        return None if still_wanted else "the organizer has taken it back"

    def particulars(self, entry: OutboxEntry, event: Event) -> dict[str, Any]:  # noqa: ARG002 - of every kind
        return {}


def reminder_objection(about: dict[str, str], event: Event, now: datetime, pace: Pace) -> str | None:
    """Why this reminder of an event is not sent to anybody any more, or None."""
    if about["reminder"] not in event.facts.reminders:
        return "the organizer has taken it back"
    reminder = Reminder.parse(about["reminder"])
    if reminder.version(event) != about["start"]:
        return "the event was moved"
    if reminder.anchor(event.facts) <= now:
        return "missed: what it reminds of has come"
    return "overtaken by a later reminder" if is_overtaken(reminder, event.facts, now, pace) else None
