"""Events: what follows from what a publisher wrote down, and when they take people."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain import errors
from chalicelib.domain.events.event_changes import Material, Notice
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.shared.limits import WALK_INS_AFTER, WALK_INS_BEFORE

DEFAULT_LENGTH = timedelta(hours=1)


class EventStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    DELETED = "deleted"  # a tombstone: enrollments keep showing title and start


LISTED = (EventStatus.PUBLISHED, EventStatus.CANCELLED)
UNLISTED = "unlisted"  # the list of those that no reader's list shows: whoever goes over all events goes over it, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as it is stored; seat numbers live apart from it, in `Seats`."""

    id: str
    organizer_id: str
    facts: EventFacts
    status: EventStatus
    buckets: int  # partitions of its enrollment rows, fixed when it is created
    version: int
    created_at: datetime
    updated_at: datetime
    sequence: int = 0  # material edits and its cancellation: what calendars tell a newer entry by
    start_moved_at: datetime | None = None  # when start and end were last moved: what was said of them is void then
    end_moved_at: datetime | None = None
    notice: Notice | None = None  # of a change that its people are still to be told of

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it who has its address."""
        return self.status in LISTED

    @property
    def is_listed(self) -> bool:
        """Whether everybody finds it."""
        return self.is_public and not self.facts.unlisted

    @property
    def list_name(self) -> str | None:
        """Which of the lists of all events has it; None: none of them."""
        if not self.is_public:
            return None
        return UNLISTED if self.facts.unlisted else self.status.value

    def is_past(self, now: datetime) -> bool:
        return self.facts.ends_at <= now

    @property
    def no_show_release_at(self) -> datetime | None:
        """When seats of people who have not come are given to the waitlist; None when they are kept."""
        minutes = self.facts.no_show_release_minutes
        return None if minutes is None else self.facts.starts_at + timedelta(minutes=minutes)

    @property
    def walk_ins_from(self) -> datetime | None:
        """From when on door staff enrol people who stand at the door; None where the organizer has not allowed it."""
        return self.facts.starts_at - WALK_INS_BEFORE if self.facts.walk_ins else None

    def is_upcoming(self, now: datetime) -> bool:
        return self.facts.starts_at > now

    def changed(self, now: datetime, *, facts: EventFacts | None = None, status: EventStatus | None = None) -> "Event":
        """The next version of the event."""
        facts, status = facts or self.facts, status or self.status
        is_cancelled = status is EventStatus.CANCELLED and self.status is not status
        is_material = is_cancelled or Material.of(facts) != Material.of(self.facts)
        is_announced = self.status is not EventStatus.DRAFT and is_material
        return replace(
            self,
            facts=facts,
            status=status,
            version=self.version + 1,
            sequence=self.sequence + is_announced,
            notice=self.notice if status is EventStatus.PUBLISHED else None,
            updated_at=now,
            start_moved_at=self.start_moved_at if facts.starts_at == self.facts.starts_at else now,
            end_moved_at=self.end_moved_at if facts.ends_at == self.facts.ends_at else now,
        )

    def refuses(self, now: datetime) -> errors.ConflictError | None:
        """Why nobody can enrol now, or None; the seat shard's own condition decides in the end."""
        refusal = self.refuses_late(now)
        if refusal:
            return refusal
        if self.is_past(now):
            return errors.EventPastError()
        if now >= self.facts.closes_at:
            started = now >= self.facts.starts_at and self.facts.enrollment_closes_at is None
            return errors.EventStartedError() if started else errors.EnrollmentClosedError()
        if self.facts.enrollment_opens_at and now < self.facts.enrollment_opens_at:
            return errors.EnrollmentNotOpenError(self.facts.enrollment_opens_at)
        return None

    def refuses_late(self, now: datetime) -> errors.ConflictError | None:
        """Why not even its organizer can enrol somebody, whom no window of enrolling binds."""
        if self.status is EventStatus.DRAFT:
            return errors.EventNotPublishedError()
        if self.status is not EventStatus.PUBLISHED:
            return errors.EventCancelledError()
        return errors.EventPastError() if self.facts.ends_at + WALK_INS_AFTER <= now else None

    def refuses_seating(self, now: datetime) -> errors.ConflictError | None:
        """Why nobody gets a seat any more, not even one that is kept for them."""
        if self.status is not EventStatus.PUBLISHED:
            return errors.EventCancelledError()
        return errors.EventPastError() if self.is_past(now) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Who would lose what when an event is cancelled or deleted."""

    people: int = 0
    holds: int = 0
    offers: int = 0
    waiting: int = 0

    def __bool__(self) -> bool:
        return any((self.people, self.holds, self.offers, self.waiting))

    def as_counts(self) -> dict[str, int]:
        return {"people": self.people, "holds": self.holds, "offers": self.offers, "waiting": self.waiting}


@dataclass(frozen=True, slots=True)
class EventCounts:
    """How many events there are, by month of their start: `{"2026-07": 12}`; or the same of days and other buckets."""

    by_month: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_month.values())

    def months(self) -> list[str]:
        """The months that have an event, in order."""
        return sorted(month for month, number in self.by_month.items() if number > 0)

    def passing(self, number: int, *, backwards: bool) -> tuple[int, str | None]:
        """How many of so many fall into whole months from one end on, and the month in which the others begin."""
        passed = 0
        for month in sorted(self.by_month, reverse=backwards):
            if passed + self.by_month[month] > number:
                return passed, month
            passed += self.by_month[month]
        return passed, None
