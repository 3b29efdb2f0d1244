"""What every use case that moves seats works with, and the few pieces that they share."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.enrollments import Enrollment, EnrollmentStatus
from chalicelib.domain.events import Event
from chalicelib.domain.outbox import Due, DueKind, new_due
from chalicelib.services.ports import Accounts, Clock, Enrollments, Events, NewId, People, Queue, SeatReads
from chalicelib.services.seats.sold_out_cache import FullHints

_MAIL = {
    EnrollmentStatus.PENDING: DueKind.ENROLLMENT_PENDING,
    EnrollmentStatus.CONFIRMED: DueKind.ENROLLMENT_CONFIRMED,
    EnrollmentStatus.WAITLISTED: DueKind.ENROLLMENT_WAITLISTED,
    EnrollmentStatus.OFFERED: DueKind.ENROLLMENT_OFFERED,
    EnrollmentStatus.CANCELLED: DueKind.ENROLLMENT_CANCELLED,
    EnrollmentStatus.EXPIRED: DueKind.ENROLLMENT_CANCELLED,
}


class Tries(Protocol):
    def tries(self) -> Iterator[int]:
        """Try numbers, with the waits between them; ends when the tries are used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatingPorts:
    enrollments: Enrollments
    events: Events
    seats: SeatReads
    accounts: Accounts
    people: People
    queue: Queue
    clock: Clock
    new_id: NewId
    retries: Tries
    rng: random.Random
    hints: FullHints

    def push(self, dues: list[Due]) -> None:
        """Hand what is to be done now to its worker; deadlines wait for the tick."""
        self.queue.push(*(due for due in dues if due.kind is not DueKind.EXPIRE))


def mail_about(row: Enrollment, row_id: str, kind: DueKind | None = None) -> Due:
    """The intent of the mail that the last transition of a row causes. The same row gives the same intent."""
    last = row.history[-1]
    about = {"enrollment": row.key.id, "generation": str(row.generation), "cause": last.cause.value}
    kind = kind or (DueKind.GUEST_LINK if row.unproven else _MAIL[row.status])
    return new_due(kind, row.key.attendee_id, about, now=last.at, row_id=row_id)


def told(row: Enrollment, row_id: str) -> Enrollment:
    """The row as a transition leaves it that sends a mail: it names that mail's intent, for what becomes of it."""
    return replace(row, mail_place=mail_about(row, row_id).key.place)


def deadline_of(row: Enrollment, row_id: str) -> Due:
    """What makes the end of a hold or an offer prompt. Nothing depends on it: whoever needs the seat takes it back."""
    about = {"enrollment": row.key.id, "generation": str(row.generation)}
    return new_due(
        DueKind.EXPIRE, row.key.attendee_id, about, now=row.updated_at, row_id=f"{row_id}.expire", at=row.expires_at
    )


def dues_of(row: Enrollment, row_id: str, kind: DueKind | None = None) -> list[Due]:
    """Everything that becomes due with a transition of a row: its mail, and the deadline that it may have."""
    return [mail_about(row, row_id, kind), *([deadline_of(row, row_id)] if row.expires_at else [])]


def settling_of(event: Event, now: datetime, row_id: str) -> Due:
    """The job that gives free seats to a waitlist, for what moves seats and sends no mail whose sender would do it."""
    return new_due(DueKind.SETTLE, event.organizer_id, {"event": event.id}, now=now, row_id=row_id)


def ends(event: Event, now: datetime, minutes: int) -> datetime:
    """A deadline `minutes` from now, never after what it is about: the start, or the end once it has started."""
    last = event.facts.starts_at if now < event.facts.starts_at else event.facts.ends_at
    return min(now + timedelta(minutes=minutes), max(last, now + timedelta(minutes=1)))
