"""Ports about events and their seats."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.events import Event, EventCounts, EventStatus
from chalicelib.domain.seats import Seats
from chalicelib.services.shared.paging import Slice


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
