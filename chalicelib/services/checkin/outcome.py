"""What became of one scan."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.errors import TurnoutError


class ScanStatus(StrEnum):
    CHECKED_IN = "checked_in"
    ALREADY = "already_checked_in"
    UNDONE = "undone"
    WITHOUT_SEAT = "checked_in_without_seat"  # who came in time, and whose seat was given on before that was known
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`already_at` is since when somebody is here whom the scan does not let in."""

    status: ScanStatus
    key: EnrollmentKey | None = None
    enrollment_id: str | None = None  # as clients know it, once it is `named`
    checked_in_at: datetime | None = None
    already_at: datetime | None = None
    people: int = 0  # of the party are here
    error: TurnoutError | None = None

    def named(self, handle_of: Callable[[EnrollmentKey], str]) -> "Outcome":
        return replace(self, enrollment_id=handle_of(self.key)) if self.key else self


def _of(enrollment: Enrollment, status: ScanStatus, already_at: datetime | None = None) -> Outcome:
    return Outcome(
        status=status,
        key=enrollment.key,
        checked_in_at=enrollment.checked_in_at,
        already_at=already_at,
        people=enrollment.people_in,
    )


def done(before: Enrollment, after: Enrollment) -> Outcome:
    """What a scan did that made the one of the other."""
    if after.checked_in_at is None:
        return _of(after, ScanStatus.UNDONE)
    if after.people_in > before.people_in or after.seats > before.seats:
        return _of(after, ScanStatus.WITHOUT_SEAT if after.gave_way else ScanStatus.CHECKED_IN)
    return _of(after, ScanStatus.ALREADY, before.checked_in_at)


def as_it_is(enrollment: Enrollment) -> Outcome:
    """What a scan finds that changes nothing."""
    if enrollment.checked_in_at is not None and enrollment.gave_way:
        return _of(enrollment, ScanStatus.WITHOUT_SEAT, enrollment.checked_in_at)
    return done(enrollment, enrollment)


def refused(error: TurnoutError, enrollment: Enrollment | None = None, key: EnrollmentKey | None = None) -> Outcome:
    if enrollment is None:
        return Outcome(status=ScanStatus.REFUSED, key=key, error=error)
    return Outcome(
        status=ScanStatus.REFUSED,
        key=enrollment.key,
        checked_in_at=enrollment.checked_in_at,
        people=enrollment.people_in,
        error=error,
    )
