"""Fanning out one reminder of an event to everybody who is confirmed."""

from dataclasses import dataclass

from chalicelib.domain.events import EventStatus
from chalicelib.domain.mail import Due
from chalicelib.domain.reminders import Pace, Reminder
from chalicelib.services.fan_out import FanOut
from chalicelib.services.following import reminder_intent
from chalicelib.services.ports import Clock, Events
from chalicelib.services.reminder_mails import reminder_objection
from chalicelib.services.signals import Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    events: Events
    fan_out: FanOut
    clock: Clock
    pace: Pace

    def page(self, job: Due) -> str | None:
        """One page; the cursor of the next. Raises `Skip` when the event was moved, cancelled or has begun."""
        found = self.events.get(job.about["event"], consistent=True)
        if found is None or found[0].status is not EventStatus.PUBLISHED:
            raise Skip("the event is off")
        event, now = found[0], self.clock()
        reason = reminder_objection(job.about, event, now, self.pace)
        if reason:
            raise Skip(reason)
        one = Reminder.parse(job.about["reminder"])
        return self.fan_out.page(
            job,
            event,
            lambda row: reminder_intent(row, event, one, self.clock(), self.pace),
            earliest=one.at(event.facts, self.pace),
        )
