"""The port to the lists of events, and to what is counted and read beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.events.event import Event, EventCounts, EventStatus
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.seats import Seats
from chalicelib.services.seats.enrollment_store import Hold
from chalicelib.services.shared.paging import Slice

SEAT_UNITS = 0.5  # read units of the seats of an event
HOLD_UNITS = 0.5  # of its holds and offers that are over
EVENT_UNITS = 2.5  # of a whole event at most, eventually consistent; most cost half a unit

BucketCounts = Mapping[str, EventCounts]  # of one order, by the names of its lists


@dataclass(frozen=True, slots=True)
class Header:
    """The seats of an event with its card: the event without its description, as of `seats.index_version`."""

    seats: Seats
    event: Callable[[], Event] | None  # None where the header has none: it would not stay small, or is old


class EventLists(Protocol):
    """Events in the order of their start or of their organizer, their counts, and their seats. Eventually consistent.

    Where units are returned, they are what reading cost.
    """

    def published_by_month(self) -> EventCounts: ...
    def month(self, month: str, *, start: str | None, forward: bool, limit: int, status: str) -> Slice[Event]:
        """Events of one month beyond the place `start`. `status`: or another list, `UNLISTED`."""

    def of_organizer(self, user_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Event]:
        """Events of one organizer, drafts included, in the order of their start."""

    def count_of_organizer(self, user_id: str) -> int: ...
    def has_listed(self, user_id: str) -> bool:
        """Whether they have an event that everybody finds."""

    def count_rest_of_month(self, at: datetime) -> tuple[int, bool]:
        """Published events that start later in the month of `at`, and whether that is exact."""

    def bucket_counts(self, order: ListKind, statuses: Sequence[str]) -> BucketCounts:
        """How many events each bucket of an order has."""

    def day_counts(self, status: EventStatus, month: str) -> EventCounts:
        """How many events start on each day of a month, by day."""

    def seats_and_counts(
        self, event_ids: Sequence[str], order: ListKind, statuses: Sequence[EventStatus]
    ) -> tuple[dict[str, Seats], BucketCounts, float]:
        """The seats of a page with fresh counts in one read, and its units."""

    def headers_and_counts(
        self, event_ids: Sequence[str], order: ListKind, statuses: Sequence[EventStatus]
    ) -> tuple[dict[str, Header], BucketCounts, float]:
        """The same with the cards that the headers have."""

    def over_holds(self, events: Sequence[Event], now: datetime) -> tuple[dict[str, list[Hold]], float]:
        """Holds and offers of each of these events whose time is up, and the units."""

    def whole_events(self, event_ids: Sequence[str]) -> tuple[dict[str, Event], float]:
        """Events as they are now, descriptions included, and the units."""
