"""An organizer's own words to a part of those enrolled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus


class Segment(StrEnum):
    """Whom a message is for, decided for each of them when it is sent."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CHECKED_IN = "checked_in"
    NOT_CHECKED_IN = "not_checked_in"

    def has(self, enrollment: Enrollment) -> bool:
        if self is Segment.WAITLISTED:
            return enrollment.status is EnrollmentStatus.WAITLISTED
        if enrollment.status is not EnrollmentStatus.CONFIRMED:
            return False
        return self is Segment.CONFIRMED or (enrollment.checked_in_at is not None) is (self is Segment.CHECKED_IN)

    def number(self, counts: Mapping[str, int]) -> int:
        """How many enrollments are in it, by the counts of an event."""
        confirmed, checked_in = counts.get("confirmed", 0), counts.get("checked_in", 0)
        if self is Segment.NOT_CHECKED_IN:
            return confirmed - checked_in
        return counts.get(self.value, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizerMessage:
    """Plain text, sent once. `recipients` is the number of enrollments when it was sent."""

    id: str
    event_id: str
    segment: Segment
    subject: str
    body: str
    recipients: int
    created_at: datetime
