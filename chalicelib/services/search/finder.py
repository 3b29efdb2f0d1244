"""Finding events: whatever is asked becomes a walk over one lane, and what the lane cannot tell is verified."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.event_filter import EventFilter, Ordering
from chalicelib.domain.events import EventStatus
from chalicelib.domain.times import month_of
from chalicelib.services.events.change import EventView
from chalicelib.services.events.ports import Calendar
from chalicelib.services.search.page_builder import PageBuilder
from chalicelib.services.search.planner import LAST, Planner, Search
from chalicelib.services.search.posting_lists import Budget, EventRows, Figures, Source
from chalicelib.services.search.scans import ORDERS, BucketWalk
from chalicelib.services.shared.paging import Cursor, Page
from chalicelib.services.shared.ports import Clock

READ_UNITS = 58.0  # of one request; the caller's session and the count may cost one more each
_ROUNDS = 3  # of rows, one after the other; the seats of the page follow
_LONG = 50  # a page that may take more rounds, as one may that is asked for by its number
_LONG_ROUNDS = 6
_WALKED = 40  # events of a month before a page that are not worth a look at the figures of its days
_KEPT = timedelta(seconds=60)


class EventFinder:
    def __init__(self, rows: EventRows, calendar: Calendar, clock: Clock, *, read_units: float = READ_UNITS) -> None:
        self._rows = rows
        self._read_units = read_units
        self._calendar = calendar
        self._clock = clock
        self._known: dict[tuple[Source, tuple[EventStatus, ...]], tuple[datetime, Figures]] = {}

    def find(self, wanted: EventFilter, order: Ordering, cursor: Cursor | None, size: int) -> Page[EventView]:
        """One page from the cursor on, for at most 60 read units: it may be short, only `next` None ends the list.

        Drafts are found among an organizer's own events only. Raises `TooManyToSortError`.
        """
        return self._find(Search(wanted, order, cursor, size, self._clock()), cursor.passing if cursor else 0)

    def page(self, wanted: EventFilter, order: Ordering, number: int, size: int) -> Page[EventView]:
        """The page of that number, the first is 1: what `number - 1` full pages would be followed by."""
        search, passing = Search(wanted, order, None, size, self._clock()), (number - 1) * size
        if passing and search.is_whole and order.key == "starts_at" and len(wanted.status) == 1:
            search, passing = self._jumped(search, passing)
        return self._find(search, passing)

    def _jumped(self, search: Search, number: int) -> tuple[Search, int]:
        """Past whole months and days by their figures, so that the events before the page need not be read."""
        [status], backwards = search.wanted.status, search.order.backwards
        figures = self._rows.figures(Source.STARTS, [status])
        self._known[Source.STARTS, (status,)] = (search.now, figures)
        passed, month = figures[status].passing(number, backwards=backwards)
        if month is None:
            return search, number
        more, day = 0, None
        if number - passed > _WALKED:
            more, day = self._rows.days(status, month).passing(number - passed, backwards=backwards)
        place = f"{day or month}{LAST}" if backwards else day or month
        passed += more if day else 0
        return replace(search, cursor=Cursor(place, seen=passed)), number - passed

    def _find(self, search: Search, passing: int) -> Page[EventView]:
        rounds = _ROUNDS if not passing and search.size <= _LONG else _LONG_ROUNDS
        budget = Budget(self._read_units, rounds)
        source = ORDERS[search.order.key]
        walk = Planner(self._rows, budget, search).walk()
        run = PageBuilder(self._rows, budget, search, walk)
        if isinstance(walk, BucketWalk):
            key = (source, search.wanted.status)
            figures = self._figures(key, budget)
            for _ in range(2):
                walk.over(figures)
                run = PageBuilder(self._rows, budget, search, walk)
                figures = run.collect(passing)
                self._known[key] = (self._clock(), figures)
                if not walk.passed_over(figures):
                    break
                budget.rounds = rounds  # once more: a bucket is new that nobody here had heard of
        else:
            figures = run.collect(passing)
        count, exact = self._count(run, figures)
        return run.page(count, exact=exact)

    def _figures(self, key: tuple[Source, tuple[EventStatus, ...]], budget: Budget) -> Figures:
        """Remembered for a minute; the fresh ones that come with a page correct it."""
        at, figures = self._known.get(key, (None, {}))
        if at is None or at + _KEPT < self._clock():
            figures = self._rows.figures(*key)
            budget.pay(len(key[1]) / 2)
            self._known[key] = (self._clock(), figures)
        return figures

    def _count(self, run: PageBuilder, figures: Figures) -> tuple[int, bool]:
        """Exact from the figures without a filter, or at the end of a walk; else as many as are known to be there."""
        search = run.search
        if search.is_whole:
            return sum(counts.total for counts in figures.values()), True
        if search.is_upcoming_only and search.order.key == "starts_at":
            this_month, exact = self._calendar.days_from(search.now)
            [counts] = figures.values()
            later = (number for month, number in counts.by_month.items() if month > month_of(search.now))
            return this_month + sum(later), exact
        if search.is_owner_only and search.wanted.organizer:
            return self._calendar.organizer_count(search.wanted.organizer), True
        return run.count()
