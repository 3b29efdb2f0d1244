"""What calendars tell a newer entry of one place by: all texts about it, mailed or subscribed to, count alike."""

from datetime import datetime

from chalicelib.domain.enrollments import Enrollment
from chalicelib.domain.events import Event


def sequence_of(enrollment: Enrollment, event: Event) -> int:
    """Higher with every material edit of the event, and with everything that happens to the enrollment.

    Calendars drop what is older than what they have (RFC 5546, 2.1.4).
    """
    return event.sequence + enrollment.version - 1


def changed_at(enrollment: Enrollment, event: Event) -> datetime:
    """When what is said of the place became true."""
    return max(event.updated_at, enrollment.updated_at)
