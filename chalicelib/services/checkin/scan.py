"""What one scan at the entrance says, which enrollment it means, and what it does to that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentKey
from chalicelib.domain.errors import FieldError, InvalidRequestError, NotFoundError, TurnoutError
from chalicelib.domain.events import Event
from chalicelib.domain.times import localise
from chalicelib.services.checkin.ticket_code import Tickets

GROUP = 25  # scans in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One ticket at the entrance, or its undoing. `at` is when; None is now, a naive time is the event's."""

    code: str | None = None
    enrollment_id: str | None = None
    at: datetime | None = None
    undo: bool = False


class ScanStatus(StrEnum):
    CHECKED_IN = "checked_in"
    ALREADY = "already_checked_in"
    UNDONE = "undone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one scan."""

    status: ScanStatus
    enrollment_id: str | None = None
    checked_in_at: datetime | None = None
    error: TurnoutError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A scan whose enrollment is known. `generation` is the ticket's."""

    index: int
    key: EnrollmentKey
    generation: int | None
    at: datetime | None
    undo: bool

    def outdated(self, enrollment: Enrollment) -> bool:
        """Whether the opposite happened after the scan: a batch that comes late, or again, must not change that."""
        if self.at is None:
            return False
        if self.undo:
            return enrollment.checked_in_at is not None and enrollment.checked_in_at > self.at
        at = self.at
        undone = (happened.at for happened in enrollment.history if happened.cause is Cause.CHECK_IN_UNDONE)
        return enrollment.checked_in_at is None and any(moment >= at for moment in undone)

    def stop_unless_good(self, enrollment: Enrollment) -> None:
        """Raises `InvalidRequestError` for the ticket of an earlier enrolment."""
        if self.generation is not None and self.generation != enrollment.generation:
            where = _where(self.index, "code")
            raise InvalidRequestError(FieldError(where, "ticket_invalid", "is of an earlier enrolment of the person"))


def plan(event: Event, index: int, scan: Scan, now: datetime, tickets: Tickets) -> Plan:
    """Which enrollment of the event it means. Raises `InvalidRequestError`, `NotFoundError`."""
    if (scan.code is None) == (scan.enrollment_id is None):
        raise InvalidRequestError(FieldError(_where(index, "code"), "required", "name one of code, enrollment_id"))
    at = localise(scan.at, event.facts.timezone) if scan.at else None
    if at is not None and at > now:
        where = _where(index, "checked_in_at")
        raise InvalidRequestError(FieldError(where, "scanned_in_future", "must not be in the future"))
    key, generation = _read(index, scan, tickets)
    if key is None or key.event_id != event.id:
        raise nobody()
    return Plan(index=index, key=key, generation=generation, at=at, undo=scan.undo)


def _read(index: int, scan: Scan, tickets: Tickets) -> tuple[EnrollmentKey | None, int | None]:
    if scan.code is None:
        return EnrollmentKey.parse(scan.enrollment_id or ""), None
    ticket = tickets.read(scan.code)
    if ticket is None:
        raise InvalidRequestError(FieldError(_where(index, "code"), "ticket_invalid", "is not a ticket"))
    return ticket


def _where(index: int, field: str) -> str:
    return f"/rows/{index}/{field}"


def nobody() -> NotFoundError:
    return NotFoundError("This enrollment is none of this event.")


def groups(plans: Sequence[Plan]) -> Iterator[list[Plan]]:
    """In their order, nobody twice in a group: each can be one transaction."""
    group: list[Plan] = []
    for plan in plans:
        if len(group) == GROUP or any(plan.key == other.key for other in group):
            yield group
            group = []
        group.append(plan)
    if group:
        yield group


def done(enrollment: Enrollment) -> Outcome:
    """What a scan did that changed the enrollment to this."""
    status = ScanStatus.UNDONE if enrollment.checked_in_at is None else ScanStatus.CHECKED_IN
    return Outcome(status=status, enrollment_id=enrollment.key.id, checked_in_at=enrollment.checked_in_at)


def as_it_is(enrollment: Enrollment) -> Outcome:
    """What a scan finds that changes nothing."""
    status = ScanStatus.UNDONE if enrollment.checked_in_at is None else ScanStatus.ALREADY
    return Outcome(status=status, enrollment_id=enrollment.key.id, checked_in_at=enrollment.checked_in_at)


def refused(error: TurnoutError, enrollment: Enrollment | None = None, enrollment_id: str | None = None) -> Outcome:
    if enrollment is None:
        return Outcome(status=ScanStatus.REFUSED, enrollment_id=enrollment_id, error=error)
    return Outcome(
        status=ScanStatus.REFUSED, enrollment_id=enrollment.key.id, checked_in_at=enrollment.checked_in_at, error=error
    )
