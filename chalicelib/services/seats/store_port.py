"""The port to the rows of people at events."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.accounts import Claims
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey, EnrollmentStatus, RowChange
from chalicelib.domain.events import Event
from chalicelib.domain.outbox import Due
from chalicelib.domain.seats import Seats, Shard, Step
from chalicelib.services.shared.outcomes import EnrolReads, Hold, Remember, Slice


class Enrollments(Protocol):
    def reads(
        self,
        claims: Claims | None,
        event_id: str,
        *,
        row: EnrollmentKey | None,
        with_seats: bool,
        answer_key: str | None,
        consistent_row: bool = False,
        consistent_seats: bool = False,
    ) -> EnrolReads: ...
    def enrol(
        self, change: RowChange, steps: Sequence[Step], dues: Sequence[Due], *, remember: Remember | None = None
    ) -> None:
        """Like `write`, once: for a change that its own `attempt_id` recognises after a lost answer.

        Raises `AnsweredBeforeError`, `RowExistsError`, `SeatRefusedError` (in this precedence) or `TryAgainError`.
        """

    def write(
        self,
        changes: Sequence[RowChange],
        steps: Sequence[Step],
        dues: Sequence[Due],
        *,
        remember: Remember | None = None,
    ) -> None:
        """Rows of one event with their places in the waitlist and deadlines, its seats, and what is due: or nothing.

        Every row must be as it was read, every shard as its step demands. Raises `StaleError`, `AnsweredBeforeError`,
        `TryAgainError`.
        """

    def tell(self, dues: Sequence[Due], *, remember: Remember | None = None) -> None:
        """Only what is due, for a mail that nothing causes but a request. Raises `AnsweredBeforeError`."""

    def step(self, event_id: str, steps: Sequence[Step]) -> None:
        """Only the shards: all or nothing. Raises `StaleError`, `TryAgainError`."""

    def draw_ticket(self, event_id: str) -> int:
        """A number that is higher than every one drawn before; gaps mean nothing."""

    def waiting(self, event_id: str, limit: int) -> list[Enrollment]:
        """The first of the waitlist in its order, consistently."""

    def waitlist(self, event_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Enrollment]: ...
    def ahead(self, event_id: str, ticket: int, limit: int) -> int:
        """How many wait with a lower ticket, counted up to `limit`; it may lag by a moment."""

    def holds(self, event_id: str, limit: int) -> list[Hold]:
        """The holds and offers that end first, consistently."""

    def many(self, found: Sequence[EnrollmentKey]) -> dict[str, Enrollment]:
        """Rows by enrollment id, consistently."""

    def made_by(
        self,
        maker_id: str,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        statuses: Sequence[EnrollmentStatus],
    ) -> Slice[Enrollment]: ...
    def get(self, key: EnrollmentKey, *, consistent: bool = True) -> Enrollment | None: ...
    def seats_and_row(self, key: EnrollmentKey, shards: int) -> tuple[list[Shard], Enrollment | None]:
        """All shards of the event and the person's row at one moment (a read transaction)."""

    def with_event(self, key: EnrollmentKey) -> tuple[Enrollment, Event, Seats] | None: ...
    def of_event(
        self,
        event_id: str,
        bucket: int,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        status: EnrollmentStatus | None,
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
