"""Lists of events: all of them in date order, the upcoming, the available, and one's own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.accounts import Principal
from chalicelib.domain.events import Event, EventCounts, EventStatus
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import month_of, stamp
from chalicelib.services.event_changes import EventView
from chalicelib.services.paging import Cursor, Page, neighbours
from chalicelib.services.ports import Calendar, Clock
from chalicelib.services.signals import Slice

_MONTHS_KEPT = timedelta(seconds=60)
_HEADERS_A_REQUEST = 90  # of half a read unit each: what `available` may look at before it answers a short page


class View(StrEnum):
    """Which part of the published events."""

    ALL = "all"
    UPCOMING = "upcoming"
    AVAILABLE = "available"


@dataclass(slots=True)
class _Walk:
    """What one walk over the month buckets found."""

    part: Slice[Event]
    months: list[str]


class Listing:
    def __init__(self, calendar: Calendar, clock: Clock) -> None:
        self._calendar = calendar
        self._clock = clock
        self._months: tuple[datetime, EventCounts] | None = None

    def events(self, view: View, cursor: Cursor | None, size: int) -> Page[EventView]:
        now = self._clock()
        if view is View.AVAILABLE:
            return self._available(now, cursor, size)
        floor = stamp(now) + "#~" if view is View.UPCOMING else None
        part, seats, counts = self._read(cursor, floor, size)
        items, following, before = neighbours(part, cursor)
        count, exact = self._upcoming_count(counts, now) if view is View.UPCOMING else (counts.total, True)
        return Page(items=_views(items, seats), count=count, count_exact=exact, next=following, previous=before)

    def _upcoming_count(self, counts: EventCounts, now: datetime) -> tuple[int, bool]:
        this_month, exact = self._calendar.days_from(now)
        return this_month + sum(number for month, number in counts.by_month.items() if month > month_of(now)), exact

    def _available(self, now: datetime, cursor: Cursor | None, size: int) -> Page[EventView]:
        """Upcoming events that take people now; looks further until the page is full or the budget is spent."""
        floor = stamp(now) + "#~"
        forward = cursor is None or cursor.forward
        found: list[tuple[str, Event]] = []
        seats: dict[str, Seats] = {}
        at = cursor
        looked = 0
        end: str | None = None
        while len(found) <= size and looked < _HEADERS_A_REQUEST:
            part, some_seats, _ = self._read(at, floor, min(size + 1, _HEADERS_A_REQUEST - looked))
            looked += max(1, len(part.items))
            seats |= some_seats
            found += [
                (place, event)
                for place, event in part.items
                if event.refuses(now) is None and event.id in seats and not seats[event.id].is_full
            ]
            end = part.end
            if end is None:
                break
            at = Cursor(end, forward=forward)
        if len(found) > size:
            found = found[:size]
            end = found[-1][0]
        items, following, before = neighbours(Slice(found, end), cursor)
        seen = (cursor.seen if cursor else 0) + len(items)
        return Page(
            items=_views(items, seats),
            count=seen,
            count_exact=following is None and forward,
            next=replace(following, seen=seen) if following else None,
            previous=before,
        )

    def _read(
        self, cursor: Cursor | None, floor: str | None, size: int
    ) -> tuple[Slice[Event], dict[str, Seats], EventCounts]:
        """Rows, then their seats and the figures in one read.

        The months that have events are remembered for a minute; the figures that come with the seats are fresh, and
        when they name a month that the walk did not know, it walks again: a new event is never passed over.
        """
        known = self._known_months()
        for _ in range(2):
            walk = self._walk(known.months(), cursor, floor, size)
            seats, fresh = self._calendar.seats_and_months([event.id for _, event in walk.part.items])
            self._months = (self._clock(), fresh)
            if not _passed_over(walk, fresh.months(), cursor):
                break
            known = fresh
        return walk.part, seats, fresh

    def _known_months(self) -> EventCounts:
        if self._months is None or self._months[0] + _MONTHS_KEPT < self._clock():
            self._months = (self._clock(), self._calendar.months())
        return self._months[1]

    def _walk(self, months: list[str], cursor: Cursor | None, floor: str | None, size: int) -> _Walk:
        forward = cursor is None or cursor.forward
        start = cursor.place if cursor else None
        if floor and forward and (start is None or start < floor):
            start = floor
        mine = _months_beyond(months, start, forward=forward)
        items: list[tuple[str, Event]] = []
        for number, month in enumerate(mine):
            in_month = start if start and start.startswith(month) else None
            part = self._calendar.month(
                month, start=in_month, forward=forward, limit=size - len(items), status=EventStatus.PUBLISHED
            )
            items += part.items
            end = part.end
            if end is None and len(items) >= size and number + 1 < len(mine):
                end = items[-1][0]
            if end is not None:
                return _Walk(_above(Slice(items, end), floor), mine[: number + 1])
        return _Walk(_above(Slice(items, None), floor), mine)

    def mine(self, principal: Principal, cursor: Cursor | None, size: int) -> Page[EventView]:
        """The caller's own events, drafts included."""
        part = self._calendar.of_organizer(
            principal.user_id,
            start=cursor.place if cursor else None,
            forward=cursor is None or cursor.forward,
            limit=size,
        )
        seats, _ = self._calendar.seats_and_months([event.id for _, event in part.items])
        items, following, before = neighbours(part, cursor)
        count = self._calendar.organizer_count(principal.user_id)
        return Page(items=_views(items, seats), count=count, next=following, previous=before)


def _views(events: Sequence[Event], seats: dict[str, Seats]) -> list[EventView]:
    """An event whose seats are not there was deleted between the two reads. The capacity is with the seats."""
    return [EventView(event, seats[event.id]) for event in events if event.id in seats]


def _months_beyond(months: list[str], start: str | None, *, forward: bool) -> list[str]:
    if forward:
        return [month for month in months if start is None or month >= start[:7]]
    return [month for month in reversed(months) if start is None or month <= start[:7]]


def _above(part: Slice[Event], floor: str | None) -> Slice[Event]:
    """Reading backwards stops at the floor."""
    if floor is None or not part.items or part.items[-1][0] > floor:
        return part
    return Slice([(place, event) for place, event in part.items if place > floor], None)


def _passed_over(walk: _Walk, fresh: list[str], cursor: Cursor | None) -> bool:
    """Whether a month that has events now lies in the walked range and was not read."""
    forward = cursor is None or cursor.forward
    beyond = _months_beyond(fresh, cursor.place if cursor else None, forward=forward)
    if walk.part.end is not None:
        last = walk.part.end[:7]
        beyond = [month for month in beyond if (month <= last if forward else month >= last)]
    return not set(beyond) <= set(walk.months)
