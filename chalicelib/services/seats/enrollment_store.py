"""The port to stored enrollments with their waitlist and holds, and what can stop a write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Claims, Session
from chalicelib.domain.enrollments.deadlines import ending
from chalicelib.domain.enrollments.enrollment import (
    AskedName,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import Seats, Shard, Step
from chalicelib.services.shared.idempotency import Remember, StoredAnswer
from chalicelib.services.shared.paging import Slice


class SeatRefusedError(Exception):
    """A shard's condition failed; `shard` is the shard as it was at that moment (None: there is no such shard)."""

    def __init__(self, shard: Shard | None) -> None:
        super().__init__("seat refused")
        self.shard = shard


@dataclass(frozen=True, slots=True)
class Hold:
    """Seats that are kept until a deadline, and whose enrollment it is."""

    expires_at: datetime  # as its person was told
    key: EnrollmentKey
    seats: int
    kept_since: datetime | None = None  # None: it was written before this was
    offered: bool = False

    def deadline(self, event: Event) -> datetime:
        """When it ends: see `domain/enrollments/deadlines`."""
        if self.kept_since is None:
            return self.expires_at
        return ending(event.facts, self.kept_since, self.expires_at, offered=self.offered)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentFilter:
    """Which enrollments of an event are wanted; what is None does not matter, and without `statuses` none of them."""

    statuses: tuple[EnrollmentStatus, ...] = ()
    checked_in: bool | None = None  # whether somebody of the party is here
    no_show: bool | None = None  # whether the seat was given on because nobody had come
    bounced: bool | None = None  # whether the last mail about it came back for good

    @property
    def keeps_all(self) -> bool:
        return not self.statuses and self.checked_in is self.no_show is self.bounced is None

    def keeps(self, enrollment: Enrollment) -> bool:
        """Of an enrollment as it is shown."""
        flags = (
            (self.checked_in, enrollment.checked_in_at is not None),
            (self.no_show, enrollment.is_no_show),
            (self.bounced, enrollment.bounced_at is not None),
        )
        fits = all(wanted is None or wanted is found for wanted, found in flags)
        return fits and (not self.statuses or enrollment.status in self.statuses)


EVERY_ENROLLMENT = EnrollmentFilter()


class EnrollmentExistsError(Exception):
    """The person has an enrollment at this event already; `enrollment` as it was at that moment."""

    def __init__(self, enrollment: Enrollment) -> None:
        super().__init__("enrollment exists")
        self.enrollment = enrollment


@dataclass(frozen=True, slots=True)
class EnrolReads:
    """What one batch read tells before somebody enrols; seats are missing when the enrollment was asked for instead."""

    session: Session | None
    event: Event | None
    seats: Seats | None
    enrollment: Enrollment | None
    answer: StoredAnswer | None


class Enrollments(Protocol):
    def read_for_request(
        self,
        claims: Claims | None,
        event_id: str,
        *,
        enrollment: EnrollmentKey | None,
        with_seats: bool,
        answer_key: str | None,
        consistent_enrollment: bool = False,
        consistent_seats: bool = False,
    ) -> EnrolReads: ...
    def enrol(
        self,
        change: EnrollmentChange,
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        *,
        remember: Remember | None = None,
    ) -> None:
        """Like `write`, once: for a change that its own `attempt_id` recognises after a lost answer.

        Raises `AnsweredBeforeError`, `EnrollmentExistsError`, `NotFoundError` (the kept record is gone),
        `SeatRefusedError` (in this precedence) or `TryAgainError`.
        """

    def write(
        self,
        changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        *,
        remember: Remember | None = None,
    ) -> None:
        """Enrollments of one event with places in its waitlist and deadlines, its seats, and what is due: or nothing.

        Each must be as it was read, every shard as its step demands. Raises `StaleError`, `AnsweredBeforeError`,
        `NotFoundError` (the kept record of somebody who is enrolled is gone), `TryAgainError`.
        """

    def write_outbox_only(
        self, entries: Sequence[OutboxEntry], *, remember: Remember | None = None, asked: AskedName | None = None
    ) -> None:
        """Only what is due, for a mail that nothing causes but a request. Raises `AnsweredBeforeError`."""

    def asked_name(self, key: EnrollmentKey) -> AskedName | None:
        """The name in the last guest's request for this place that got none, consistently."""

    def write_seats_only(self, event_id: str, steps: Sequence[Step]) -> None:
        """Only the shards: all or nothing. Raises `StaleError`, `TryAgainError`."""

    def draw_waitlist_number(self, event_id: str) -> int:
        """A number that is higher than every one drawn before; gaps mean nothing."""

    def first_waiting(self, event_id: str, limit: int) -> list[Enrollment]:
        """The first of the waitlist in its order, consistently."""

    def slice_of_waitlist(
        self, event_id: str, *, start: str | None, forward: bool, limit: int
    ) -> Slice[Enrollment]: ...
    def count_waiting_before(self, event_id: str, waitlist_number: int, limit: int) -> int:
        """How many wait with a lower waitlist number, counted up to `limit`; it may lag by a moment."""

    def holds(self, event_id: str, limit: int) -> list[Hold]:
        """The holds and offers that end first by the deadline that was said, consistently."""

    def by_keys(self, found: Sequence[EnrollmentKey]) -> dict[str, Enrollment]:
        """By enrollment id, consistently."""

    def made_by(
        self,
        maker_id: str,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        statuses: Sequence[EnrollmentStatus],
    ) -> Slice[Enrollment]: ...
    def by_key(self, key: EnrollmentKey, *, consistent: bool = True) -> Enrollment | None: ...
    def seats_and_enrollment(self, key: EnrollmentKey, shards: int) -> tuple[list[Shard], Enrollment | None]:
        """All shards of the event and the person's enrollment at one moment (a read transaction)."""

    def with_event(self, key: EnrollmentKey) -> tuple[Enrollment, Event, Seats] | None: ...
    def of_event(
        self,
        event_id: str,
        bucket: int,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        keep: EnrollmentFilter = EVERY_ENROLLMENT,
        consistent: bool = True,
    ) -> Slice[Enrollment]: ...
    def of_attendee(
        self,
        attendee_id: str,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        statuses: Sequence[EnrollmentStatus],
    ) -> Slice[Enrollment]: ...
    def count_of_attendee(self, attendee_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]: ...
    def count_made_by(self, maker_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]: ...
