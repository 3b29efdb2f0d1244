"""What calendars tell a newer entry of one place by: all texts about it, mailed or subscribed to, count alike."""

from datetime import datetime

from chalicelib.domain.accounts.account import Account
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event


def sequence_of(enrollment: Enrollment, event: Event) -> int:
    """Higher with every material edit of the event, and with everything that happens to the enrollment.

    Calendars drop what is older than what they have (RFC 5546, 2.1.4).
    """
    return event.sequence + enrollment.version - 1


def changed_at(
    enrollment: Enrollment | None, event: Event, organizer: Account | None = None, named: Person | None = None
) -> datetime:
    """When what is said became true: of the event, of the place if it is about one, and of the names in it.

    It moves with the sequence, and also with a name, which is nothing that a sequence counts (RFC 5545, 3.8.7.4).
    """
    known = [one.updated_at for one in (event, enrollment, organizer) if one is not None]
    return max([*known, named.recorded_at] if named and named.recorded_at else known)
