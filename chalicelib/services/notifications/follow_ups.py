"""What follows from a confirmed seat: its follow-ups, and the reminder that it came too late to be fanned out with."""

from datetime import datetime

from chalicelib.domain.enrollments import Enrollment, EnrollmentStatus
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.outbox import COOLED, Due, DueKind, placed_due, row_id_of
from chalicelib.domain.reminders import Pace, Reminder, parse_span, reminders_due
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.notifications.fan_out import is_late
from chalicelib.services.shared.outcomes import Cool
from chalicelib.services.shared.ports import Clock, DueTable

_TELLS_A_CONFIRMATION = frozenset({DueKind.ENROLLMENT_CONFIRMED, DueKind.ENROLLMENT_PROMOTED, DueKind.GUEST_LINK})


class Following:
    """Schedules what follows, for the sender of a confirmation."""

    def __init__(self, due: DueTable, clock: Clock, pace: Pace) -> None:
        self._due = due
        self._clock = clock
        self._pace = pace

    def schedule(self, intent: Due, row: Enrollment, event: Event) -> None:
        """Before the confirmation is sent: a crash must not lose what it leaves behind.

        Raises `Cool` when some of it is due in the past, and `TryAgainError`.
        """
        if intent.cursor == COOLED or not tells_its_confirmation(intent, row):
            return
        now = to_milliseconds(self._clock())
        made = followers(row, event, now, self._pace)
        self._due.put_absent(made)
        if any(is_late(due.at, self._clock()) for due in made):
            raise Cool


def tells_its_confirmation(intent: Due, row: Enrollment) -> bool:
    """Whether this is the first mail about this very seat, and not the same words once more."""
    return (
        intent.kind in _TELLS_A_CONFIRMATION
        and row.status is EnrollmentStatus.CONFIRMED
        and row.seated_at == intent.created_at
    )


def followers(row: Enrollment, event: Event, now: datetime, pace: Pace) -> list[Due]:
    """The intents that the sender of a confirmation leaves behind. Whoever writes one of them writes the same row."""
    if row.seated_at is None or event.status is not EventStatus.PUBLISHED:
        return []
    due = [reminder_intent(row, event, one, now, pace) for one in reminders_due(event.facts, now, pace)]
    later = [_follow_up_intent(row, row.seated_at, text, now, pace) for text in event.facts.follow_ups]
    return later + [one for one in due if one]


def reminder_intent(row: Enrollment, event: Event, one: Reminder, now: datetime, pace: Pace) -> Due | None:
    """The reminder of one confirmed enrollment, None for any other: the same row from the fan-out and from the sender
    of the confirmation.

    It is due at its time, and never before what it follows from (the confirmation, the move of the event) was due:
    until that is finished, no tick passes this place (docs/adr/0012).
    """
    if row.status is not EnrollmentStatus.CONFIRMED or row.seated_at is None:
        return None
    moved = one.moved_at(event)
    earliest = max(row.seated_at, moved or row.seated_at) + pace.net
    at = to_milliseconds(max(one.at(event.facts, pace), earliest))
    version = one.version(event)
    about = {**_about(row), "reminder": str(one), "start": version}
    row_id = row_id_of(DueKind.REMINDER, row.key.id, row.generation, one, version)
    return placed_due(DueKind.REMINDER, row.key.attendee_id, about, now=now, row_id=row_id, at=at)


def _follow_up_intent(row: Enrollment, seated_at: datetime, text: str, now: datetime, pace: Pace) -> Due:
    at = to_milliseconds(seated_at + pace.of(parse_span(text)))
    row_id = row_id_of(DueKind.FOLLOW_UP, row.key.id, row.generation, text)
    return placed_due(
        DueKind.FOLLOW_UP, row.key.attendee_id, {**_about(row), "follow_up": text}, now=now, row_id=row_id, at=at
    )


def _about(row: Enrollment) -> dict[str, str]:
    return {"enrollment": row.key.id, "generation": str(row.generation)}
