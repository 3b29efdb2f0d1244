"""Fanning out one reminder of an event to everybody who is confirmed."""

from dataclasses import dataclass

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.notifications.reminders import Pace, Reminder
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.events.cache import RecentEvents
from chalicelib.services.notifications.fan_out import FanOut
from chalicelib.services.notifications.follow_ups import reminder_intent
from chalicelib.services.notifications.mails.reminder_emails import reminder_objection
from chalicelib.services.shared.outcomes import OutdatedError
from chalicelib.services.shared.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderFanOut:
    events: RecentEvents
    fan_out: FanOut
    clock: Clock
    pace: Pace

    def write_page(self, job: OutboxEntry) -> str | None:
        """One page; the cursor of the next. Raises `OutdatedError` when the event was moved, cancelled or has begun."""
        event = self._event(job)
        reminder = Reminder.parse(job.about["reminder"])
        return self.fan_out.write_page(
            job,
            event,
            lambda enrollment: reminder_intent(enrollment, event, reminder, self.clock(), self.pace),
            earliest=reminder.at(event.facts, self.pace),
            newest=False,  # who was confirmed within the last minutes gets it from the sender of the confirmation
        )

    def _event(self, job: OutboxEntry) -> Event:
        """What the last second says is enough to go on; to stop needs the present facts."""
        found = self.events.with_seats(job.about["event"])
        if found is None or self._objection(job, found[0]):
            found = self.events.fresh(job.about["event"])
        if found is None:
            raise OutdatedError("no such event")
        reason = self._objection(job, found[0])
        if reason:
            raise OutdatedError(reason)
        return found[0]

    def _objection(self, job: OutboxEntry, event: Event) -> str | None:
        if event.status is not EventStatus.PUBLISHED:
            return f"the event is {event.status} now"
        return reminder_objection(job.about, event, self.clock(), self.pace)
