"""What becomes due when a row changes: the intent of its mail, and its deadline."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.enrollments import Enrollment, EnrollmentStatus
from chalicelib.domain.events import Event
from chalicelib.domain.outbox import Due, DueKind, new_due

_MAIL = {
    EnrollmentStatus.PENDING: DueKind.ENROLLMENT_PENDING,
    EnrollmentStatus.CONFIRMED: DueKind.ENROLLMENT_CONFIRMED,
    EnrollmentStatus.WAITLISTED: DueKind.ENROLLMENT_WAITLISTED,
    EnrollmentStatus.OFFERED: DueKind.ENROLLMENT_OFFERED,
    EnrollmentStatus.CANCELLED: DueKind.ENROLLMENT_CANCELLED,
    EnrollmentStatus.EXPIRED: DueKind.ENROLLMENT_CANCELLED,
}


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
