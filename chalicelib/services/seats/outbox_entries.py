"""What becomes due when an enrollment changes: the intent of its mail, and its deadline."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.enrollments.deadlines import ending
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry

_MAIL = {
    EnrollmentStatus.PENDING: OutboxKind.ENROLLMENT_PENDING,
    EnrollmentStatus.CONFIRMED: OutboxKind.ENROLLMENT_CONFIRMED,
    EnrollmentStatus.WAITLISTED: OutboxKind.ENROLLMENT_WAITLISTED,
    EnrollmentStatus.OFFERED: OutboxKind.ENROLLMENT_OFFERED,
    EnrollmentStatus.CANCELLED: OutboxKind.ENROLLMENT_CANCELLED,
    EnrollmentStatus.EXPIRED: OutboxKind.ENROLLMENT_CANCELLED,
}


def mail_about(
    enrollment: Enrollment, entry_id: str, kind: OutboxKind | None = None, *, by: str | None = None
) -> OutboxEntry:
    """The mail that the status of the enrollment causes. The same enrollment gives the same entry.

    `by`: who asked for it, where the enrollment does not tell.
    """
    cause = enrollment.cause.value if enrollment.cause else ""
    about = {"enrollment": enrollment.key.id, "generation": str(enrollment.generation), "cause": cause}
    about |= {"by": by} if by else {}
    kind = kind or (OutboxKind.GUEST_LINK if enrollment.unproven else _MAIL[enrollment.status])
    return new_entry(kind, enrollment.key.attendee_id, about, now=enrollment.updated_at, entry_id=entry_id)


def naming_its_mail(enrollment: Enrollment, entry_id: str) -> Enrollment:
    """The enrollment with the place of the mail that its transition sends: what becomes of it is read there."""
    return replace(enrollment, mail_place=mail_about(enrollment, entry_id).key.place)


def deadline_of(enrollment: Enrollment, entry_id: str) -> OutboxEntry:
    """What makes the end of a hold or an offer prompt. Nothing depends on it: whoever needs the seat takes it back."""
    about = {"enrollment": enrollment.key.id, "generation": str(enrollment.generation)}
    return new_entry(
        OutboxKind.EXPIRE,
        enrollment.key.attendee_id,
        about,
        now=enrollment.updated_at,
        entry_id=f"{entry_id}.expire",
        at=enrollment.expires_at,
    )


def entries_of(
    enrollment: Enrollment, entry_id: str, kind: OutboxKind | None = None, *, by: str | None = None
) -> list[OutboxEntry]:
    """Everything that becomes due with a transition of an enrollment: its mail, and the deadline that it may have."""
    return [
        mail_about(enrollment, entry_id, kind, by=by),
        *([deadline_of(enrollment, entry_id)] if enrollment.expires_at else []),
    ]


def settling_of(
    event: Event, now: datetime, entry_id: str, *, at: datetime | None = None, ends_waiting: bool = False
) -> OutboxEntry:
    """The job that gives free seats to a waitlist, for what moves seats and sends no mail whose sender would do it.

    `at`: when holds and offers end by what was edited; it then takes them back. `ends_waiting`: it looks through the
    whole waitlist for those who wait in vain since.
    """
    about = {"event": event.id, **({"waitlist": "all"} if ends_waiting else {})}
    return new_entry(OutboxKind.SETTLE, event.organizer_id, about, now=now, entry_id=entry_id, at=at)


def ends(event: Event, now: datetime, minutes: int, *, offered: bool) -> datetime:
    """A deadline `minutes` from now, never after what it is about."""
    return ending(event.facts, now, now + timedelta(minutes=minutes), offered=offered)
