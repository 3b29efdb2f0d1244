"""What becomes due because of an event's own times: one row a reminder, and one for the seats of no-shows."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.outbox import OutboxEntry, OutboxKey, OutboxKind, new_entry, placed_entry
from chalicelib.domain.reminders import Pace, Reminder, is_overtaken, reminders_of

_GONE = frozenset({EventStatus.CANCELLED, EventStatus.DELETED})


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a transaction that writes an event adds to what is due, and what it takes away."""

    jobs: list[OutboxEntry]
    dropped: list[OutboxKey]


def rescheduled(before: Event | None, after: Event, now: datetime, pace: Pace) -> Schedule:
    """From an event (None: there was none) to its next version. Rows of moments that stay where they are stay too."""
    old_jobs, new_jobs = no_show_jobs(before, now), no_show_jobs(after, now)
    kept = {job.key for job in new_jobs}
    existing = {job.key for job in old_jobs}
    old, new = _reminders(before), _reminders(after)
    return Schedule(
        jobs=[
            *(job for job in new_jobs if job.key not in existing),
            *(
                job
                for name, one in new.items()
                if name not in old
                for job in _remind_jobs(before, after, one, now, pace)
            ),
        ],
        dropped=[
            *(job.key for job in old_jobs if job.key not in kept),
            *(
                _remind_job(before, one, one.at(before.facts, pace) - pace.lead, now).key
                for name, one in old.items()
                if before is not None and name not in new and now < one.at(before.facts, pace) - pace.lead
            ),
        ],
    )


def no_show_jobs(event: Event | None, now: datetime) -> list[OutboxEntry]:
    """The one row that is due when seats of people who did not come are given to others; it moves with the event."""
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
    return {(str(one), one.version(event)): one for one in reminders_of(event.facts)}


def _remind_jobs(before: Event | None, after: Event, one: Reminder, now: datetime, pace: Pace) -> list[OutboxEntry]:
    """The row of one reminder, which has none yet; none where it could not help any more."""
    at = one.at(after.facts, pace)
    soon = now + pace.net
    if soon <= at:
        return [_remind_job(after, one, max(at - pace.lead, soon), now)]
    was_open = before is not None and before.status is EventStatus.PUBLISHED
    if was_open and before is not None and one.version(before) == one.version(after):
        return []  # added after its time: those who are enrolled are not reminded of something that did not change
    if one.anchor(after.facts) <= soon or is_overtaken(one, after.facts, now, pace):
        return []
    return [_remind_job(after, one, soon, now)]


def _remind_job(event: Event, one: Reminder, at: datetime, now: datetime) -> OutboxEntry:
    about = {"event": event.id, "reminder": str(one), "start": one.version(event)}
    entry_id = f"{event.id}.{one}.{one.version(event)}"
    return placed_entry(OutboxKind.REMIND, event.organizer_id, about, now=now, entry_id=entry_id, at=at)
