"""Filling a page: rows from a walk, verified, until it is full, the walk ends or the budget does."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chalicelib.services.event_changes import EventView
from chalicelib.services.lanes import Budget, EventRows, Figures, Row
from chalicelib.services.paging import Cursor, Page
from chalicelib.services.planning import Search
from chalicelib.services.verifying import Verifier
from chalicelib.services.walks import ORDERS, BucketWalk, Walk

_FILTERED = 60  # rows that are read at once where not all of them fit
_LAST_ROUND = 250
_SHOWN = 40  # seats of a page, for which something is kept back while rows are read


@dataclass(slots=True)
class _Found:
    """What a walk has brought so far, in reading order."""

    kept: list[tuple[str, EventView]] = field(default_factory=list)
    pending: deque[Row] = field(default_factory=deque)
    passed: int = 0  # matches before the page, where one is asked for by its number
    at: str | None = None  # everything up to here was looked at


class Filling:
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
        self._asked = self._brought = 0

    def collect(self, passing: int) -> Figures:
        """Rows until the page is full, the walk ends or the budget does; returns the fresh figures."""
        self._pass(passing)
        self._fill(self.search.size)
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
        found = self._found
        while True:
            self._gather(size - len(found.kept))
            number = self._verifier.affords(min(size - len(found.kept), len(found.pending)))
            batch = [found.pending[place] for place in range(number)]
            looked = 0
            if batch or not self._verifier.figures:
                matches, looked = self._verifier.verified(batch)
                found.kept += matches
            for _ in range(looked):
                found.at = found.pending.popleft().place
            if len(found.kept) >= size or not looked or (not found.pending and self._is_over):
                return

    @property
    def _is_over(self) -> bool:
        return self._walk.ended or not self._budget.rows()

    def _gather(self, lacking: int) -> None:
        """Rows that fit as far as they show it: one more than the page lacks tells whether there is more."""
        found, search = self._found, self.search
        while not self._walk.ended and len(found.pending) <= lacking:
            self._budget.reserve = min(lacking, search.size, _SHOWN) / 2 + 1
            most = self._budget.rows()
            if most <= 0:
                return
            number = min(most, self._chunk(lacking + 1 - len(found.pending)))
            fitting = [row for row in self._walk.next(number) if search.wanted.fits(row.event, search.now)]
            found.pending += fitting
            self._asked += number
            self._brought += len(fitting)

    def _chunk(self, lacking: int) -> int:
        """How many rows to ask for: few of them may fit, and the last round is to bring what it can."""
        if self._fitting:
            return lacking
        if self._brought:
            return min(_LAST_ROUND, max(_FILTERED, 2 * lacking * self._asked // self._brought))
        return max(2 * lacking, _LAST_ROUND if self._budget.rounds == 1 else _FILTERED)

    def count(self) -> tuple[int, bool]:
        """What is known to be there, and whether that is all."""
        found, search = self._found, self.search
        number = search.seen + found.passed + len(found.kept) + (len(found.pending) if self._sure else 0)
        return number, search.ahead and self._walk.ended and (self._sure or not found.pending)

    def page(self, count: int, *, exact: bool) -> Page[EventView]:
        found, search = self._found, self.search
        more = bool(found.pending) or not self._walk.ended
        end = (found.at if found.pending else self._walk.position or found.at) if more else None
        if more and end is None and search.cursor:
            end = search.cursor.place  # nothing could be read
        places = [place for place, _ in found.kept]
        items = [view for _, view in found.kept]
        beyond = Cursor(end, forward=search.ahead) if end else None
        back = self._back(places)
        if search.ahead:
            seen = search.seen + found.passed + len(items)
            following = replace(beyond, seen=seen) if beyond else None
            return Page(items=items, count=count, count_exact=exact, next=following, previous=back)
        return Page(items=items[::-1], count=count, count_exact=exact, next=back, previous=beyond)

    def _back(self, places: Sequence[str]) -> Cursor | None:
        """Where one came from: before the first row that was read, or, of an empty page, on the place it began at."""
        cursor = self.search.cursor
        if places and (cursor is not None or self._found.passed):
            return Cursor(places[0], forward=not self.search.ahead)
        if cursor is None:
            return None
        ascending = self.search.ahead != self.search.order.backwards
        place = f"{cursor.place}!" if ascending else cursor.place[:-1]
        return Cursor(place, forward=not self.search.ahead)
