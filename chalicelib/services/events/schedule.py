"""What becomes due because of an event's own times: one entry a reminder, and one for the seats of no-shows."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.notifications.reminders import Pace, Reminder, is_overtaken, reminders_of
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, OutboxKind, entry_at, new_entry

_GONE = frozenset({EventStatus.CANCELLED, EventStatus.DELETED})


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """What a transaction that writes an event adds to what is due, and what it takes away."""

    jobs: list[OutboxEntry]
    dropped: list[OutboxKey]


def reschedule(before: Event | None, after: Event, now: datetime, pace: Pace) -> ScheduleChange:
    """From an event (None: there was none) to its next version. Entries of moments that stay, stay too."""
    old_jobs, new_jobs = no_show_jobs(before, now), no_show_jobs(after, now)
    kept = {job.key for job in new_jobs}
    existing = {job.key for job in old_jobs}
    old, new = _reminders(before), _reminders(after)
    return ScheduleChange(
        jobs=[
            *(job for job in new_jobs if job.key not in existing),
            *(
                job
                for name, reminder in new.items()
                if name not in old
                for job in _remind_jobs(before, after, reminder, now, pace)
            ),
        ],
        dropped=[
            *(job.key for job in old_jobs if job.key not in kept),
            *(
                _remind_job(before, reminder, reminder.at(before.facts, pace) - pace.lead, now).key
                for name, reminder in old.items()
                if before is not None and name not in new and now < reminder.at(before.facts, pace) - pace.lead
            ),
        ],
    )


def no_show_jobs(event: Event | None, now: datetime) -> list[OutboxEntry]:
    """The entry that is due when seats of people who did not come are given to others; it moves with the event."""
    if event is None or event.no_show_release_at is None or event.status in _GONE:
        return []
    entry = new_entry(
        OutboxKind.NO_SHOWS,
        event.organizer_id,
        {"event": event.id},
        now=now,
        entry_id=f"{event.id}.no_shows",
        at=event.no_show_release_at,
    )
    return [entry]


def _reminders(event: Event | None) -> dict[tuple[str, str], Reminder]:
    """By what tells one fan-out from another: the reminder, and which version of which moment it reminds of."""
    if event is None or event.status is not EventStatus.PUBLISHED:
        return {}
    return {(str(reminder), reminder.version(event)): reminder for reminder in reminders_of(event.facts)}


def _remind_jobs(
    before: Event | None, after: Event, reminder: Reminder, now: datetime, pace: Pace
) -> list[OutboxEntry]:
    """The entry of one reminder, which has none yet; none where it could not help any more."""
    at = reminder.at(after.facts, pace)
    soon = now + pace.net
    if soon <= at:
        return [_remind_job(after, reminder, max(at - pace.lead, soon), now)]
    was_open = before is not None and before.status is EventStatus.PUBLISHED
    if was_open and before is not None and reminder.version(before) == reminder.version(after):
        return []  # added after its time: those who are enrolled are not reminded of something that did not change
    if reminder.anchor(after.facts) <= soon or is_overtaken(reminder, after.facts, now, pace):
        return []
    return [_remind_job(after, reminder, soon, now)]


def _remind_job(event: Event, reminder: Reminder, at: datetime, now: datetime) -> OutboxEntry:
    about = {"event": event.id, "reminder": str(reminder), "start": reminder.version(event)}
    entry_id = f"{event.id}.{reminder}.{reminder.version(event)}"
    return entry_at(OutboxKind.REMIND, event.organizer_id, about, now=now, entry_id=entry_id, at=at)
