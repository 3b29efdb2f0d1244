"""Building a page: postings from a scan, rechecked, until it is full, the scan ends or the reader affords no more."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.domain.filters import LAST
from chalicelib.services.events.change import EventView
from chalicelib.services.events.ports import BucketCounts, EventLists
from chalicelib.services.search.intersection import Intersection
from chalicelib.services.search.planner import Search
from chalicelib.services.search.posting_lists import PlaceRange, Posting, PostingReader
from chalicelib.services.search.recheck import Recheck
from chalicelib.services.search.scans import OrderScan, Scan
from chalicelib.services.shared.paging import Cursor, Page

_ROUND = 100  # postings that are read at once at first where not all of them fit; twice as many each time after
_AS_CHEAP = 12  # postings that cost no more than one: half a unit is 4 KB
_SPARE = 2  # postings more than a page lacks that are rechecked with them
_COUNTED_UNITS = 44.0  # up to which a search reads on only to count
COUNTED_AT_MOST = 1000  # matches that are counted exactly, where a filter is given
_SHOWN = 40  # seats of a page, for which something is kept back while postings are read


@dataclass(slots=True)
class _Found:
    """What a scan has brought so far, in reading order."""

    kept: list[tuple[str, EventView]] = field(default_factory=list)
    pending: deque[Posting] = field(default_factory=deque)
    passed: int = 0  # matches before the page, where one is asked for by its number
    at: str | None = None  # everything up to here was looked at


class PageBuilder:
    """One scan, and the page that comes of it."""

    def __init__(self, events: EventLists, reader: PostingReader, search: Search, scan: Scan) -> None:
        self._reader = reader
        self.search = search
        self._scan = scan
        self._found = _Found()
        self._recheck = Recheck(events, reader, search, self._proves)
        wanted = search.wanted
        is_list = len(wanted.conditions) == 1 and not wanted.terms and not isinstance(scan, OrderScan)
        self._fitting = not wanted.conditions or is_list
        self._brought = 0

    def _proves(self, posting: Posting) -> bool:
        return self.search.proves(posting, self._scan.told)

    @property
    def _sure(self) -> bool:
        """Nothing of what waits has to be rechecked."""
        return not self.search.needs_seats and all(map(self._proves, self._found.pending))

    def collect(self, passing: int) -> BucketCounts:
        """Postings until the page is full or no more are to be had; returns the fresh counts of the order."""
        self._passing = passing
        self._pass(passing)
        self._fill(self.search.size if self._found.passed == passing else 0)
        self._count_on()
        return self._recheck.counts

    def _pass(self, number: int) -> None:
        """Go past the first matches; seats are read only where they decide what is one."""
        found = self._found
        if not number:
            return
        if self.search.needs_seats:
            self._fill(number)
            found.passed, found.kept = len(found.kept), []
            return
        self._gather(number + self.search.size)
        if not self._sure:
            self._fill(number)
            found.passed, found.kept = len(found.kept), []
            return
        while found.pending and found.passed < number:
            found.at = found.pending.popleft().place
            found.passed += 1

    def _fill(self, size: int) -> None:
        found, again = self._found, 0
        while True:
            lacking = size - len(found.kept)
            self._gather(lacking)
            waiting = [found.pending[index] for index in range(min(lacking + again, len(found.pending)))]
            batch = waiting[: self._recheck.affords(waiting)]
            looked = 0
            if batch or not self._recheck.counts:
                matches, looked = self._recheck.matches(batch)
                found.kept += matches[:lacking]
                if len(matches) > lacking:
                    looked = [posting.place for posting in batch].index(matches[lacking][0])
            for _ in range(looked):
                found.at = found.pending.popleft().place
            again = size - len(found.kept) + _SPARE  # some were full, and others will be
            if len(found.kept) >= size or not looked or (not found.pending and self._is_over):
                return

    @property
    def _is_over(self) -> bool:
        return self._scan.ended or not self._reader.affords()

    def _gather(self, lacking: int) -> None:
        """Postings that fit as far as they show it: one more than the page lacks tells whether there is more."""
        found, search = self._found, self.search
        while not self._scan.ended and len(found.pending) <= lacking:
            shown = min(min(lacking, search.size, _SHOWN) / 2 + 1, self._reader.units / 2)
            self._reader.reserve = max(shown, search.least)
            most = self._reader.affords()
            if most <= 0:
                return
            number = min(most, self._chunk(lacking + 1 - len(found.pending)))
            for posting in self._scan.next(number):
                if search.fits(posting, self._scan.told):
                    self._add(posting)

    def _count_on(self) -> None:
        """Read on behind a full page where the rest is short enough to be counted, and what is read proves itself."""
        found, reader, scan = self._found, self._reader, self._scan
        if not isinstance(scan, Intersection) or scan.ended or self.search.seen is None or not found.pending:
            return
        reader.reserve = max(0.0, reader.units - _COUNTED_UNITS)
        while not scan.ended and self._sure and (rows := self._rest(scan)):
            affords = reader.affords(lists=scan.parts)
            if affords < rows:
                return
            for posting in scan.next(min(affords, max(rows, _ROUND))):
                if self.search.fits(posting, scan.told):
                    self._add(posting)

    def _rest(self, scan: Intersection) -> int:
        """About how many postings lie beyond those that were read, by the share of all events that lie there.

        None are promised where more would be counted than is exact.
        """
        here = (scan.position or "")[: len("2026-07")]
        months = Counter[str]()
        for of_status in self._recheck.counts.values():
            months.update(of_status.by_month)
        low, high = (bound and bound[: len(here)] for bound in (scan.places.above, scan.places.below))
        ahead = scan.places.forward
        within = {name: number for name, number in months.items() if (low or "") <= name <= (high or LAST)}
        passed = sum(number for name, number in within.items() if (name <= here if ahead else name >= here))
        left = sum(within.values()) - passed
        rows = scan.looked * left // max(1, passed)
        matches = self._brought * left // max(1, passed) + len(self._found.pending)
        return max(1, rows) if matches <= COUNTED_AT_MOST else 0

    def _add(self, posting: Posting) -> None:
        """Once an event, though two runs of its index job have written it: what the newer says counts."""
        pending = self._found.pending
        if pending and pending[-1].place == posting.place:
            if posting.version > pending[-1].version:
                pending[-1] = posting
            return
        pending.append(posting)
        self._brought += 1

    def _chunk(self, lacking: int) -> int:
        """How many postings to ask for, by the share of those so far that fitted."""
        looked = self._scan.looked
        if self._fitting and self._brought == looked:
            return lacking
        wanted = lacking * (looked + 2) // (self._brought + 1) if looked else 2 * lacking
        return max(lacking, _AS_CHEAP, min(_ROUND << self._reader.done, wanted))

    def count(self) -> tuple[int, bool]:
        """What is known to be there, and whether that is all."""
        found, seen = self._found, self.search.seen
        here = found.passed + len(found.kept) + (len(found.pending) if self._sure else 0)
        if not self.search.ahead:
            return max(seen or 0, here), False
        all_seen = self._scan.ended and (self._sure or not found.pending)
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
        if self._scan.ended and not found.pending:
            return None
        place = found.at if found.pending else self._scan.position or found.at
        if place is None:
            place = search.cursor.place if search.cursor else ""
        if not search.ahead:
            return Cursor(place, forward=False, seen=None if search.seen is None else max(0, search.seen - shown))
        seen = None if search.seen is None else search.seen + found.passed + shown
        return Cursor(place, seen=seen, passing=self._passing - found.passed)

    def _back(self, places: Sequence[str]) -> Cursor | None:
        """Where one came from: before the first posting read, or, of an empty page, on the place it began at."""
        search, cursor = self.search, self.search.cursor
        seen = None if search.seen is None else search.seen + self._found.passed
        if places and (self._found.passed or (cursor and cursor.place)):
            return Cursor(places[0], forward=not search.ahead, seen=seen)
        if cursor is None or not cursor.place:
            return None
        turned = PlaceRange(None, None, forward=search.ahead == search.order.backwards)
        return Cursor(turned.short_of(cursor.place), forward=not search.ahead, seen=search.seen)
