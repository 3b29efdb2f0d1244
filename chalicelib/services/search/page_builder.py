"""Filling a page: rows from a walk, verified, until it is full, the walk ends or the budget does."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.services.events.change import EventView
from chalicelib.services.search.planner import Search
from chalicelib.services.search.posting_lists import Budget, EventRows, Figures, Row
from chalicelib.services.search.recheck import Verifier
from chalicelib.services.search.scans import ORDERS, BucketWalk, Span, Walk
from chalicelib.services.shared.paging import Cursor, Page

_ROUND = 100  # rows that are read at once where not all of them fit: five units
_LAST_ROUND = 350  # the same when it is now or never: a page that stays empty is worth more than half of the budget
_AS_CHEAP = 12  # rows that cost no more than one: half a unit is 4 KB
_SPARE = 2  # rows more than a page lacks that are verified with them
_SHOWN = 40  # seats of a page, for which something is kept back while rows are read


@dataclass(slots=True)
class _Found:
    """What a walk has brought so far, in reading order."""

    kept: list[tuple[str, EventView]] = field(default_factory=list)
    pending: deque[Row] = field(default_factory=deque)
    passed: int = 0  # matches before the page, where one is asked for by its number
    at: str | None = None  # everything up to here was looked at


class PageBuilder:
    """One walk, and the page that comes of it."""

    def __init__(self, rows: EventRows, budget: Budget, search: Search, walk: Walk) -> None:
        self._budget = budget
        self.search = search
        self._walk = walk
        self._found = _Found()
        self._verifier = Verifier(rows, budget, search, ORDERS[search.order.key], complete=walk.complete)
        self._sure = not search.needs_seats and (walk.complete or not search.wanted.terms)
        alone = search.conditions == 1 and not search.wanted.terms and not isinstance(walk, BucketWalk)
        self._fitting = not search.conditions or alone
        self._brought = 0

    def collect(self, passing: int) -> Figures:
        """Rows until the page is full, the walk ends or the budget does; returns the fresh figures."""
        self._passing = passing
        self._pass(passing)
        self._fill(self.search.size if self._found.passed == passing else 0)
        return self._verifier.figures

    def _pass(self, number: int) -> None:
        """Go past the first matches; seats are read only where they decide what is one."""
        found = self._found
        if not number:
            return
        if not self._sure:
            self._fill(number)
            found.passed, found.kept = len(found.kept), []
            return
        self._gather(number + self.search.size)
        while found.pending and found.passed < number:
            found.at = found.pending.popleft().place
            found.passed += 1

    def _fill(self, size: int) -> None:
        found, again = self._found, 0
        while True:
            lacking = size - len(found.kept)
            self._gather(lacking)
            number = self._verifier.affords(min(lacking + again, len(found.pending)))
            batch = [found.pending[place] for place in range(number)]
            looked = 0
            if batch or not self._verifier.figures:
                matches, looked = self._verifier.verified(batch)
                found.kept += matches[:lacking]
                if len(matches) > lacking:
                    looked = [row.place for row in batch].index(matches[lacking][0])
            for _ in range(looked):
                found.at = found.pending.popleft().place
            again = size - len(found.kept) + _SPARE  # some were full, and others will be
            if len(found.kept) >= size or not looked or (not found.pending and self._is_over):
                return

    @property
    def _is_over(self) -> bool:
        return self._walk.ended or not self._budget.rows()

    def _gather(self, lacking: int) -> None:
        """Rows that fit as far as they show it: one more than the page lacks tells whether there is more."""
        found, search = self._found, self.search
        while not self._walk.ended and len(found.pending) <= lacking:
            shown = min(min(lacking, search.size, _SHOWN) / 2 + 1, self._budget.units / 2)
            self._budget.reserve = max(shown, search.least)
            most = self._budget.rows()
            if most <= 0:
                return
            number = min(most, self._chunk(lacking + 1 - len(found.pending)))
            fitting = [row for row in self._walk.next(number) if search.fits(row)]
            found.pending += fitting
            self._brought += len(fitting)

    def _chunk(self, lacking: int) -> int:
        """How many rows to ask for, by the share of those so far that fitted."""
        looked = self._walk.looked
        if self._fitting and self._brought == looked:
            return lacking
        wanted = lacking * (looked + 2) // (self._brought + 1) if looked else 2 * lacking
        return max(lacking, _AS_CHEAP, min(_LAST_ROUND if self._budget.rounds == 1 else _ROUND, wanted))

    def count(self) -> tuple[int, bool]:
        """What is known to be there, and whether that is all."""
        found, seen = self._found, self.search.seen
        here = found.passed + len(found.kept) + (len(found.pending) if self._sure else 0)
        if not self.search.ahead:
            return max(seen or 0, here), False
        all_seen = self._walk.ended and (self._sure or not found.pending)
        return (seen or 0) + here, all_seen and seen is not None

    def page(self, count: int, *, exact: bool) -> Page[EventView]:
        places = [place for place, _ in self._found.kept]
        items = [view for _, view in self._found.kept]
        beyond, back = self._beyond(len(items)), self._back(places)
        if self.search.ahead:
            return Page(items=items, count=count, count_exact=exact, next=beyond, previous=back)
        return Page(items=items[::-1], count=count, count_exact=exact, next=back, previous=beyond)

    def _beyond(self, shown: int) -> Cursor | None:
        """Where reading goes on: behind all that was looked at, or where this page began when that is nothing."""
        found, search = self._found, self.search
        if self._walk.ended and not found.pending:
            return None
        place = found.at if found.pending else self._walk.position or found.at
        if place is None:
            place = search.cursor.place if search.cursor else ""
        if not search.ahead:
            return Cursor(place, forward=False, seen=None if search.seen is None else max(0, search.seen - shown))
        seen = None if search.seen is None else search.seen + found.passed + shown
        return Cursor(place, seen=seen, passing=self._passing - found.passed)

    def _back(self, places: Sequence[str]) -> Cursor | None:
        """Where one came from: before the first row that was read, or, of an empty page, on the place it began at."""
        search, cursor = self.search, self.search.cursor
        seen = None if search.seen is None else search.seen + self._found.passed
        if places and (self._found.passed or (cursor and cursor.place)):
            return Cursor(places[0], forward=not search.ahead, seen=seen)
        if cursor is None or not cursor.place:
            return None
        turned = Span(None, None, forward=search.ahead == search.order.backwards)
        return Cursor(turned.short_of(cursor.place), forward=not search.ahead, seen=search.seen)
