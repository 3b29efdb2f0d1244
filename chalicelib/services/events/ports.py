"""Ports about events and their seats."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.events import Event, EventCounts, EventStatus
from chalicelib.domain.outbox import Due, DueKey
from chalicelib.domain.seats import NO_RESEAT, Reseat, Seats, Shard
from chalicelib.services.shared.outcomes import Remember, Slice


class Events(Protocol):
    def get(self, event_id: str, *, consistent: bool = False) -> tuple[Event, Seats] | None: ...
    def many(self, event_ids: Sequence[str]) -> dict[str, Event]: ...
    def add(
        self,
        event: Event,
        free: Sequence[int],
        organizer_name: str,
        remember: Remember | None,
        jobs: Sequence[Due] = (),
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
        jobs: Sequence[Due] = (),
        dropped: Sequence[DueKey] = (),
        remember: Remember | None = None,
    ) -> None:
        """The next version with everything that follows from it, in one transaction.

        `exact` demands that no shard changed since it was read, `empty` that nobody is enrolled (at an event of one
        shard); `jobs` become due, `dropped` ones no longer are. Raises `StaleError` when the version, the notice, a
        shard or the free seats are not as expected.
        """

    def rename_organizer(self, event_id: str, name: str) -> None: ...


class Calendar(Protocol):
    """The published (or cancelled) events in the order of their start."""

    def months(self) -> EventCounts: ...
    def month(self, month: str, *, start: str | None, forward: bool, limit: int, status: EventStatus) -> Slice[Event]:
        """Rows of one month beyond the place `start`."""

    def seats_and_months(self, event_ids: Sequence[str]) -> tuple[dict[str, Seats], EventCounts]: ...
    def days_from(self, at: datetime) -> tuple[int, bool]: ...
    def of_organizer(self, user_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Event]: ...
    def organizer_count(self, user_id: str) -> int: ...
    def has_listed(self, user_id: str) -> bool:
        """Whether they have an event that everybody can see."""


class SeatReads(Protocol):
    def shards(self, event_id: str, number: int) -> list[Shard]:
        """All shards at one moment (a read transaction)."""

    def live(self, event_id: str) -> Seats | None: ...
    def header(self, event_id: str) -> Seats | None: ...
    def expired(self, event_id: str, now: datetime) -> int:
        """Seats of holds and offers whose time is up, and that nobody has taken back yet; the first hundred of them."""

    def roll_up(self, event_id: str, number: int, now: datetime) -> None:
        """Write the sum of the shards into the header, as of `now`, or just after the sum that was there before.

        Raises `TryAgainError`, also when writes to the shards leave no moment to read them all.
        """
