"""The ports to stored events and to the shards of their seats."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.enrollments.enrollment import SYSTEM
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.seats import NO_RESEAT, Reseat, Seats, Shard
from chalicelib.services.seats.enrollment_store import Hold
from chalicelib.services.shared.idempotency import Remember


class Events(Protocol):
    def with_seats(self, event_id: str, *, consistent: bool = False) -> tuple[Event, Seats] | None: ...
    def by_ids(self, event_ids: Sequence[str]) -> dict[str, Event]: ...
    def add(
        self,
        event: Event,
        free: Sequence[int],
        organizer_name: str,
        remember: Remember | None,
        jobs: Sequence[OutboxEntry] = (),
    ) -> None: ...
    def replace(
        self,
        before: Event,
        after: Event,
        *,
        seats: Seats,
        reseat: Reseat = NO_RESEAT,
        exact: Sequence[Shard] | None = None,
        empty: bool = False,
        jobs: Sequence[OutboxEntry] = (),
        dropped: Sequence[OutboxKey] = (),
        remember: Remember | None = None,
        by: str = SYSTEM,
    ) -> None:
        """The next version with everything that follows from it, in one transaction.

        `exact` demands that no shard changed since it was read, `empty` that nobody is enrolled (at an event of one
        shard); `jobs` become due, `dropped` ones no longer are. Raises `StaleError` when the version, the notice, a
        shard or the free seats are not as expected. `by`: who does it, for the list of what happened.
        """

    def rename_organizer(self, event_id: str, name: str) -> None: ...


class SeatReads(Protocol):
    def shards(self, event_id: str, number: int) -> list[Shard]:
        """All shards at one moment (a read transaction)."""

    def live(self, event_id: str) -> Seats | None: ...
    def header(self, event_id: str) -> Seats | None: ...
    def over_holds(self, event: Event, now: datetime) -> list[Hold]:
        """Holds and offers whose time is up, and that nobody has taken back yet; it may lag by a moment."""

    def sum_shards(self, event_id: str, number: int, now: datetime) -> None:
        """Write the sum of the shards into the header, as of `now`, or just after the sum that was there before.

        Raises `TryAgainError`, also when writes to the shards leave no moment to read them all.
        """
