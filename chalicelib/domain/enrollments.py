"""Enrollments: one row a person and event, its states, and the trail of its transitions."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain import ids

HISTORY_LENGTH = 6


class EnrollmentStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


LIVE = frozenset(
    {
        EnrollmentStatus.PENDING,
        EnrollmentStatus.CONFIRMED,
        EnrollmentStatus.WAITLISTED,
        EnrollmentStatus.OFFERED,
    }
)


class Cause(StrEnum):
    """Why a transition happened."""

    ENROLLED = "enrolled"
    BY_ATTENDEE = "cancelled_by_attendee"
    BY_ORGANIZER = "cancelled_by_organizer"
    EVENT_CANCELLED = "event_cancelled"
    EVENT_DELETED = "event_deleted"


@dataclass(frozen=True, slots=True)
class Transition:
    """One entry of the audit trail."""

    at: datetime
    status: EnrollmentStatus
    actor: str
    cause: Cause
    request_id: str


@dataclass(frozen=True, slots=True)
class EnrollmentKey:
    """Where the row is; `id` is the opaque text that clients know it by."""

    event_id: str
    bucket: int
    attendee_id: str

    @property
    def id(self) -> str:
        return ids.enrollment_id(self.event_id, self.bucket, self.attendee_id)

    @classmethod
    def parse(cls, text: str) -> "EnrollmentKey | None":
        parts = ids.parse_enrollment_id(text)
        return cls(*parts) if parts else None

    @classmethod
    def of(cls, event_id: str, buckets: int, attendee_id: str) -> "EnrollmentKey":
        """The one row that this person can have at this event; `buckets` is fixed at the event's creation."""
        return cls(event_id, zlib.crc32(attendee_id.encode()) % buckets, attendee_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """One person's place at one event. `generation` counts their enrolments, `attempt_id` names the request."""

    key: EnrollmentKey
    status: EnrollmentStatus
    party_size: int
    generation: int
    attempt_id: str
    enrolled_at: datetime
    updated_at: datetime
    version: int
    note: str | None = None
    history: tuple[Transition, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def moved(self, to: Transition, *, note: str | None = None) -> "Enrollment":
        """The row after a transition; the trail keeps the last six."""
        return replace(
            self,
            status=to.status,
            updated_at=to.at,
            version=self.version + 1,
            note=note if note is not None else self.note,
            history=(*self.history, to)[-HISTORY_LENGTH:],
        )


def enrolled(key: EnrollmentKey, attempt_id: str, by: Transition, *, before: Enrollment | None = None) -> Enrollment:
    """A confirmed enrollment; over a dead row (`before`) the trail and the counters go on."""
    return Enrollment(
        key=key,
        status=by.status,
        party_size=1,
        generation=before.generation + 1 if before else 1,
        attempt_id=attempt_id,
        enrolled_at=by.at,
        updated_at=by.at,
        version=before.version + 1 if before else 1,
        history=((*before.history, by) if before else (by,))[-HISTORY_LENGTH:],
    )
