"""Walks: rows in one order from a place on, over buckets, along a lane, or over what was collected and sorted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.domain.event_filter import Ordering
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.times import stamp
from chalicelib.domain.words import title_bucket, title_key
from chalicelib.services.search.posting_lists import Ask, Budget, EventRows, Figures, Lane, Part, Row, Source

TITLE_END = "\t"  # between a folded title and the id
_AT_ONCE = 24  # buckets in one round
_MONTH = 7

ORDERS = {"starts_at": Source.STARTS, "created_at": Source.MADE, "title": Source.TITLES}


def place_of(event: Event, order: Ordering) -> str:
    """Where an event stands in an order."""
    if order.key == "title":
        return f"{title_key(event.facts.title)}{TITLE_END}{event.id}"
    return f"{stamp(event.facts.starts_at if order.key == 'starts_at' else event.created_at)}#{event.id}"


def bucket_at(place: str, source: Source) -> str:
    return title_bucket(place.split(TITLE_END, maxsplit=1)[0]) if source is Source.TITLES else place[:_MONTH]


@dataclass(frozen=True, slots=True)
class Span:
    """The part of an order to read, strictly between two places, and from which end."""

    above: str | None
    below: str | None
    forward: bool

    def beyond(self, place: str | None) -> "Span":
        if place is None:
            return self
        if self.forward:
            return replace(self, above=max(self.above or "", place))
        return replace(self, below=min(self.below, place) if self.below else place)

    def from_(self, place: str) -> "Span":
        """Beginning with that place itself."""
        return self.beyond(self.short_of(place))

    def short_of(self, place: str) -> str:
        """As far as one comes without reaching the place."""
        return f"{place[:-1]}{chr(ord(place[-1]) - 1)}~" if self.forward else f"{place}!"

    def is_beyond(self, place: str, other: str) -> bool:
        """Whether the place is read after the other."""
        return place > other if self.forward else place < other

    def reaches(self, place: str) -> bool:
        return (self.above is None or place > self.above) and (self.below is None or place < self.below)

    def ask(self, lane: Lane, limit: int) -> Ask:
        return Ask(lane=lane, above=self.above, below=self.below, forward=self.forward, limit=limit)


class Walk(Protocol):
    """Rows in reading order. Everything up to `position` was handed out; `ended` when nothing lies beyond."""

    position: str | None
    ended: bool
    complete: bool  # every word of `q` is checked: nothing of the description is left to verify

    @property
    def looked(self) -> int:
        """Rows that were read for those handed out, of the lane of which most were."""

    def next(self, number: int) -> list[Row]:
        """About so many rows more; none where they fit nothing or the budget is spent."""


class BucketWalk:
    """All events of an order, bucket after bucket; the figures say which there are."""

    def __init__(
        self, rows: EventRows, budget: Budget, source: Source, statuses: Sequence[EventStatus], span: Span
    ) -> None:
        self._rows = rows
        self._budget = budget
        self._source = source
        self._statuses = statuses
        self._start = self._span = span
        self.position: str | None = None
        self.ended = False
        self.looked = 0
        self.complete = False
        self._read: set[str] = set()
        self._left: list[str] = []

    def over(self, figures: Figures) -> None:
        """Walk the buckets that the figures name, from the start."""
        names = {name for counts in figures.values() for name in counts.months()}
        self._figures = figures
        self._left = sorted(self._within(names), reverse=not self._span.forward)
        self._span = self._start
        self._read = set()
        self.position = None
        self.looked = 0
        self.ended = not self._left

    def passed_over(self, figures: Figures) -> bool:
        """Whether a bucket that has events now lies where this walk has been and was not read."""
        names = self._within({name for counts in figures.values() for name in counts.months()})
        if not self.ended and self.position is not None:
            here = bucket_at(self.position, self._source)
            names = {name for name in names if (name <= here if self._span.forward else name >= here)}
        elif not self.ended:
            return False
        return not names <= self._read

    def _within(self, names: set[str]) -> set[str]:
        low = bucket_at(self._start.above, self._source) if self._start.above else ""
        high = bucket_at(self._start.below, self._source) if self._start.below else "~"
        return {name for name in names if low <= name <= high}

    def next(self, number: int) -> list[Row]:
        found: list[Row] = []
        while len(found) < number and not self.ended:
            most = min(number - len(found), self._budget.rows())
            if most <= 0:
                break
            found += self._round(most)
        return found

    def _round(self, number: int) -> list[Row]:
        """One bucket that is begun, or as many as hold what is missing."""
        buckets = self._group(number)
        asks = []
        for bucket in buckets:
            asks += [self._span.ask(Lane(self._source, bucket, status), max(1, number)) for status in self._statuses]
            number -= self._count(bucket) if len(self._statuses) == 1 else 0
        parts = self._budget.read(self._rows, asks)
        found: list[Row] = []
        each = len(self._statuses)
        for place, bucket in enumerate(buckets):
            rows, reach = merged(parts[place * each : (place + 1) * each], forward=self._span.forward)
            found += rows
            self._read.add(bucket)
            self.position = reach or (rows[-1].place if rows else self.position)
            if reach is not None:
                break
            self._left.remove(bucket)
        if self.position is None:
            self._budget.rounds += 1  # nothing is left of the bucket that was begun: no way forward yet
        self._span = self._span.beyond(self.position)
        self.ended = not self._left
        self.looked += len(found)
        return found

    def _group(self, number: int) -> list[str]:
        first = self._left[0]
        begun = self._span.above if self._span.forward else self._span.below
        if begun is not None and bucket_at(begun, self._source) == first:
            return [first]
        group, sure = [], 0
        for bucket in self._left[:_AT_ONCE]:
            group.append(bucket)
            sure += self._count(bucket)
            if sure >= number:
                break
        return group

    def _count(self, bucket: str) -> int:
        return sum(self._figures[status].by_month.get(bucket, 0) for status in self._statuses)


def merged(parts: Sequence[Part], *, forward: bool) -> tuple[list[Row], str | None]:
    """Rows of several lanes as one, and up to where that is all there is (None: to the end)."""
    if len(parts) == 1:
        [part] = parts
        return list(part.rows), part.rows[-1].place if part.more and part.rows else None
    rows = sorted((row for part in parts for row in part.rows), key=lambda row: row.place, reverse=not forward)
    ends = [part.rows[-1].place for part in parts if part.more and part.rows]
    if not ends:
        return rows, None
    reach = min(ends) if forward else max(ends)
    return [row for row in rows if (row.place <= reach if forward else row.place >= reach)], reach


class SortedWalk:
    """Rows that are all in memory, in the order of their new places."""

    def __init__(self, rows: Sequence[Row], order: Ordering, span: Span, *, complete: bool) -> None:
        placed = [row.at(place_of(row.event, order)) for row in rows]
        placed.sort(key=lambda row: row.place, reverse=not span.forward)
        self._left = [row for row in placed if span.reaches(row.place)]
        self.complete = complete
        self.position: str | None = None
        self.looked = 0
        self.ended = not self._left

    def next(self, number: int) -> list[Row]:
        rows, self._left = self._left[:number], self._left[number:]
        self.position = rows[-1].place if rows else self.position
        self.looked += len(rows)
        self.ended = not self._left
        return rows
