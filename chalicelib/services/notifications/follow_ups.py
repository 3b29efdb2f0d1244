"""What follows from a confirmed seat: its follow-ups, and the reminder that it came too late to be fanned out with."""

from datetime import datetime

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.notifications.reminders import Pace, Reminder, is_for, parse_span, reminders_due
from chalicelib.domain.outbox.entry import COOLED, OutboxEntry, OutboxKind, entry_at, row_id_of
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.notifications.fan_out import is_late
from chalicelib.services.shared.outcomes import AwaitTickError
from chalicelib.services.shared.ports import Clock, Outbox


class FollowUps:
    """Schedules what follows, for the sender of a confirmation."""

    def __init__(self, outbox: Outbox, clock: Clock, pace: Pace) -> None:
        self._outbox = outbox
        self._clock = clock
        self._pace = pace

    def schedule(self, intent: OutboxEntry, enrollment: Enrollment, event: Event) -> None:
        """Before the confirmation is sent: a crash must not lose what it leaves behind.

        Raises `AwaitTickError` when some of it is due in the past, and `TryAgainError`.
        """
        if intent.cursor == COOLED or not tells_its_confirmation(intent, enrollment):
            return
        now = to_milliseconds(self._clock())
        made = followers(enrollment, event, now, self._pace)
        self._outbox.put_absent(made)
        if any(is_late(entry.at, self._clock()) for entry in made):
            raise AwaitTickError


def tells_its_confirmation(intent: OutboxEntry, enrollment: Enrollment) -> bool:
    """Whether this mail, of a kind that tells of a seat, is the first one about it, not the same words once more."""
    return enrollment.status is EnrollmentStatus.CONFIRMED and enrollment.seated_at == intent.created_at


def followers(enrollment: Enrollment, event: Event, now: datetime, pace: Pace) -> list[OutboxEntry]:
    """The intents that the sender of a confirmation leaves behind. Whoever writes one of them writes the same row."""
    if enrollment.seated_at is None or event.status is not EventStatus.PUBLISHED:
        return []
    due = reminders_due(event.facts, enrollment.seated_at, now, pace)
    reminders = [reminder_intent(enrollment, event, reminder, now, pace) for reminder in due]
    later = [_follow_up_intent(enrollment, enrollment.seated_at, text, now, pace) for text in event.facts.follow_ups]
    return later + [entry for entry in reminders if entry]


def reminder_intent(
    enrollment: Enrollment, event: Event, reminder: Reminder, now: datetime, pace: Pace
) -> OutboxEntry | None:
    """The reminder of an enrollment that was confirmed by its time, None for any other: the same row from the fan-out
    and from the sender of the confirmation.

    It is due at its time, and never before what it follows from (the confirmation, the move of the event) was due:
    until that is finished, no tick passes this place (docs/adr/0012).
    """
    if enrollment.status is not EnrollmentStatus.CONFIRMED or enrollment.seated_at is None:
        return None
    if not is_for(reminder, event.facts, enrollment.seated_at, pace):
        return None
    moved = reminder.moved_at(event)
    earliest = max(enrollment.seated_at, moved or enrollment.seated_at) + pace.net
    at = to_milliseconds(max(reminder.at(event.facts, pace), earliest))
    version = reminder.version(event)
    about = {**_about(enrollment), "reminder": str(reminder), "start": version}
    entry_id = row_id_of(OutboxKind.REMINDER, enrollment.key.id, enrollment.generation, reminder, version)
    return entry_at(OutboxKind.REMINDER, enrollment.key.attendee_id, about, now=now, entry_id=entry_id, at=at)


def _follow_up_intent(enrollment: Enrollment, seated_at: datetime, text: str, now: datetime, pace: Pace) -> OutboxEntry:
    at = to_milliseconds(seated_at + pace.of(parse_span(text)))
    entry_id = row_id_of(OutboxKind.FOLLOW_UP, enrollment.key.id, enrollment.generation, text)
    return entry_at(
        OutboxKind.FOLLOW_UP,
        enrollment.key.attendee_id,
        {**_about(enrollment), "follow_up": text},
        now=now,
        entry_id=entry_id,
        at=at,
    )


def _about(enrollment: Enrollment) -> dict[str, str]:
    return {"enrollment": enrollment.key.id, "generation": str(enrollment.generation)}
