"""Finding events: whatever is asked becomes one scan, and what its postings do not show is rechecked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.search.event_filter import EventFilter
from chalicelib.domain.search.event_order import Ordering
from chalicelib.domain.search.filters import LAST, ListKind
from chalicelib.domain.shared.times import month_of
from chalicelib.services.events.change import EventView
from chalicelib.services.events.ports import BucketCounts, EventLists
from chalicelib.services.search.page_builder import PageBuilder
from chalicelib.services.search.planner import Search, plan
from chalicelib.services.search.posting_lists import PostingReader, PostingStore
from chalicelib.services.search.scans import OrderScan
from chalicelib.services.shared.paging import Cursor, Page
from chalicelib.services.shared.ports import Clock

READ_UNITS = 58.0  # of one request; the caller's session and the count may cost one more each
_ROUNDS = 12  # of postings, one after the other: the units are spent before, the seats of the page follow
_LONG = 50  # a page that may take more rounds, as one may that is asked for by its number
_LONG_ROUNDS = 13
_READ_PAST = 40  # events of a month before a page that are not worth a look at the counts of its days
_KEPT = timedelta(seconds=60)

_OrderKey = tuple[ListKind, tuple[EventStatus, ...]]


class EventFinder:
    def __init__(
        self,
        postings: PostingStore,
        events: EventLists,
        clock: Clock,
        lists_full: Callable[[], bool] = lambda: False,
        *,
        read_units: float = READ_UNITS,
    ) -> None:
        """`lists_full` says whether the list of nearly full events has all of them."""
        self._postings = postings
        self._events = events
        self._read_units = read_units
        self._lists_full = lists_full
        self._clock = clock
        self._known: dict[_OrderKey, tuple[datetime, BucketCounts]] = {}

    def find(self, wanted: EventFilter, order: Ordering, cursor: Cursor | None, size: int) -> Page[EventView]:
        """One page from the cursor on, for at most 60 read units: it may be short, only `next` None ends the list.

        Drafts are found among an organizer's own events only. Raises `TooManyToSortError`.
        """
        return self._find(Search(wanted, order, cursor, size, self._clock()), cursor.passing if cursor else 0)

    def months_ahead(self) -> dict[str, int]:
        """How many published events each month has from the present one on, as the last list read it: for nothing."""
        _, counts = self._known.get((ListKind.STARTS, (EventStatus.PUBLISHED,)), (None, {}))
        by_month = counts[EventStatus.PUBLISHED].by_month if counts else {}
        first = month_of(self._clock())
        return {month: by_month[month] for month in sorted(by_month) if month >= first and by_month[month] > 0}

    def find_numbered(self, wanted: EventFilter, order: Ordering, number: int, size: int) -> Page[EventView]:
        """The page of that number, the first is 1: what `number - 1` full pages would be followed by."""
        search, passing = Search(wanted, order, None, size, self._clock()), (number - 1) * size
        if passing and search.is_whole and order.is_by_start and len(wanted.status) == 1:
            search, passing = self._jump(search, passing)
        return self._find(search, passing)

    def _jump(self, search: Search, number: int) -> tuple[Search, int]:
        """Past whole months and days by their counts, so that the events before the page need not be read."""
        [status], backwards = search.wanted.status, search.order.backwards
        counts = self._events.bucket_counts(ListKind.STARTS, [status])
        self._known[ListKind.STARTS, (status,)] = (search.now, counts)
        passed, month = counts[status].passing(number, backwards=backwards)
        if month is None:
            return search, number
        more, day = 0, None
        if number - passed > _READ_PAST:
            more, day = self._events.day_counts(status, month).passing(number - passed, backwards=backwards)
        place = f"{day or month}{LAST}" if backwards else day or month
        passed += more if day else 0
        return replace(search, cursor=Cursor(place, seen=passed)), number - passed

    def _find(self, search: Search, passing: int) -> Page[EventView]:
        rounds = _ROUNDS if not passing and search.size <= _LONG else _LONG_ROUNDS
        reader = PostingReader(self._postings, self._read_units, rounds)
        if search.wanted.has_spots is False and not self._lists_full():
            search = replace(search, without=frozenset({ListKind.NEARLY_FULL}))
        scan = plan(search, reader)
        builder = PageBuilder(self._events, reader, search, scan)
        if isinstance(scan, OrderScan):
            key = (search.order.list_kind, search.wanted.status)
            counts = self._known_counts(key, reader)
            for _ in range(2):
                scan.restart(counts)
                builder = PageBuilder(self._events, reader, search, scan)
                counts = builder.collect(passing)
                self._known[key] = (self._clock(), counts)
                if not scan.has_missed(counts):
                    break
                reader.rounds = rounds  # once more: a bucket is new that nobody here had heard of
        else:
            counts = builder.collect(passing)
        count, exact = self._count(builder, counts)
        return builder.page(count, exact=exact)

    def _known_counts(self, key: _OrderKey, reader: PostingReader) -> BucketCounts:
        """Remembered for a minute; the fresh ones that come with a page correct them."""
        at, counts = self._known.get(key, (None, {}))
        if at is None or at + _KEPT < self._clock():
            counts = self._events.bucket_counts(*key)
            reader.pay(len(key[1]) / 2)
            self._known[key] = (self._clock(), counts)
        return counts

    def _count(self, builder: PageBuilder, counts: BucketCounts) -> tuple[int, bool]:
        """Exact without a filter, or at the end of a scan; else as many as are known to be there."""
        search = builder.search
        if search.is_whole:
            return sum(of_status.total for of_status in counts.values()), True
        if search.is_upcoming_only and search.order.is_by_start:
            this_month, exact = self._events.count_rest_of_month(search.now)
            [published] = counts.values()
            later = (number for month, number in published.by_month.items() if month > month_of(search.now))
            return this_month + sum(later), exact
        if search.is_owner_only and search.wanted.organizer:
            return self._events.count_of_organizer(search.wanted.organizer), True
        return builder.count()
