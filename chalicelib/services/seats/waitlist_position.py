"""Places in a waitlist: exact for those in front, a bound for those behind, at a cost that the length does not change.

Counting everybody ahead would read the whole waitlist for each who looks: on a hot event more than a partition bears.
"""

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.services.seats.enrollment_store import Enrollments

NEAR = 30  # places that are counted: about five read units


def position_of(enrollments: Enrollments, enrollment: Enrollment) -> int | None:
    """None for one that does not wait. Beyond the first 30: at most that, by the numbers drawn since the head's."""
    if enrollment.status is not EnrollmentStatus.WAITLISTED or enrollment.waitlist_number is None:
        return None
    ahead = enrollments.count_waiting_before(enrollment.key.event_id, enrollment.waitlist_number, NEAR)
    if ahead < NEAR:
        return ahead + 1
    head = enrollments.first_waiting(enrollment.key.event_id, 1)
    first = head[0].waitlist_number if head else None
    return max(NEAR + 1, enrollment.waitlist_number - first + 1) if first is not None else None


def position_at_the_end(enrollments: Enrollments, event_id: str, waitlist_number: int, waiting: int) -> int:
    """The place of one who joins now, of whom `waiting` were said to wait before."""
    ahead = enrollments.count_waiting_before(event_id, waitlist_number, NEAR)
    return ahead + 1 if ahead < NEAR else max(NEAR + 1, waiting + 1)
