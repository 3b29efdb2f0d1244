"""Building a page: postings from a scan, rechecked, until it is full, the scan ends or the reader affords no more."""

from collections.abc import Sequence

from chalicelib.services.events.change import EventView
from chalicelib.services.events.ports import BucketCounts, EventLists
from chalicelib.services.search.counting import COUNTED_UNITS, rest_of
from chalicelib.services.search.found import Matches
from chalicelib.services.search.intersection import Intersection
from chalicelib.services.search.planner import Search
from chalicelib.services.search.posting_lists import PlaceRange, Posting, PostingReader
from chalicelib.services.search.recheck import Recheck
from chalicelib.services.search.scans import OrderScan, Scan
from chalicelib.services.shared.paging import Cursor, Page

_ROUND = 100  # postings that are read at once at first where not all of them fit; twice as many each time after
_SPARE = 2  # postings more than a page lacks that are rechecked with them
_NEARLY_FULL, _MOST_IN_VAIN = 1.2, 4  # postings of nearly full events that are rechecked for one that is full
_SHOWN = 40  # seats of a page, for which something is kept back while postings are read


class PageBuilder:
    """One scan, and the page that comes of it."""

    def __init__(self, events: EventLists, reader: PostingReader, search: Search, scan: Scan) -> None:
        self._reader = reader
        self.search = search
        self._scan = scan
        self._found = Matches()
        self._recheck = Recheck(events, reader, search, self._found.doubts)
        wanted = search.wanted
        is_list = len(wanted.conditions) == 1 and not wanted.terms and not isinstance(scan, OrderScan)
        self._fitting = not wanted.conditions or is_list
        self._brought = 0

    @property
    def _sure(self) -> bool:
        """Nothing of what waits has to be rechecked."""
        return not self.search.needs_seats and not self._found.doubts

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
            found.pass_by()
            found.passed += 1

    def _fill(self, size: int) -> None:
        found, looked_at, spare = self._found, 0, 0
        while True:
            lacking = size - len(found.kept)
            number = lacking + spare + self._in_vain(lacking, looked_at)
            self._gather(lacking, number)
            while self._ask_witnesses(number):
                self._gather(lacking, number)
            waiting = [found.pending[index] for index in range(min(number, len(found.pending)))]
            batch = waiting[: self._recheck.affords(waiting)]
            looked = 0
            if batch or not self._recheck.counts:
                matches, looked = self._recheck.matches(batch)
                found.kept += matches[:lacking]
                if len(matches) > lacking:
                    looked = [posting.place for posting in batch].index(matches[lacking][0])
            for _ in range(looked):
                found.pass_by()
            looked_at, spare = looked_at + looked, _SPARE  # some were full, and others will be
            if len(found.kept) >= size or not looked or (not found.pending and self._is_over):
                return

    def _in_vain(self, lacking: int, looked_at: int) -> int:
        """How many more are to be rechecked of a list that has more than matches, by those that were so far."""
        if self.search.wanted.has_spots is not False:
            return 0
        share = looked_at / max(1, len(self._found.kept)) if looked_at else _NEARLY_FULL
        return int(lacking * (min(share, _MOST_IN_VAIN) - 1))

    @property
    def _is_over(self) -> bool:
        return self._scan.ended or not self._reader.affords()

    def _gather(self, lacking: int, number: int = 0) -> None:
        """Postings that fit as far as they show it: one more than the page lacks tells whether there is more."""
        found, search = self._found, self.search
        wanted = max(lacking + 1, number)
        while not self._scan.ended and len(found.pending) < wanted:
            shown = min(min(lacking, search.size, _SHOWN) / 2 + 1, self._reader.units / 2)
            self._reader.reserve = max(shown, search.least)
            most = self._reader.affords()
            if most <= 0:
                return
            self._take(self._scan.next(min(most, self._chunk(wanted - len(found.pending)))))

    def _ask_witnesses(self, number: int) -> bool:
        """Whether postings that do not show all that is asked fell out by what other lists say of them."""
        found, witnesses = self._found, self._scan.witnesses if isinstance(self._scan, Intersection) else None
        if witnesses is None or not found.doubts:
            return False
        waiting = [found.pending[index] for index in range(min(number, len(found.pending)))]
        learned = witnesses.tell([posting for posting in waiting if posting.place in found.doubts])
        verdicts = {
            posting.place: self.search.verdict(posting, self._scan.lists_behind)
            for posting in learned.values()
            if posting
        }
        left = {place: posting if verdicts.get(place) is not False else None for place, posting in learned.items()}
        fallen = found.learn(left, {place for place, verdict in verdicts.items() if verdict is None})
        self._brought -= fallen
        return fallen > 0

    def _count_on(self) -> None:
        """Read on once behind a full page where the rest is short enough to be counted and proves itself."""
        scan = self._scan
        if not isinstance(scan, Intersection) or scan.ended or self.search.seen is None or not self._is_countable:
            return
        rows = rest_of(scan, self._recheck.counts, self._brought, len(self._found.pending))
        self._reader.reserve = max(0.0, self._reader.units - COUNTED_UNITS)
        affords = scan.affords()
        if rows and affords >= rows:
            self._take(scan.next(min(affords, 2 * rows + _ROUND)))

    @property
    def _is_countable(self) -> bool:
        """Small postings that prove themselves wait."""
        pending = self._found.pending
        return bool(pending) and self._sure and pending[-1].facts is not None

    def _take(self, postings: Sequence[Posting]) -> None:
        for posting in postings:
            verdict = self.search.verdict(posting, self._scan.lists_behind)
            if verdict is not False:
                self._brought += self._found.add(posting, in_doubt=verdict is None)

    def _chunk(self, lacking: int) -> int:
        """How many postings to ask for, by the share of those so far that fitted."""
        looked = self._scan.looked
        if self._fitting and self._brought == looked:
            return lacking
        wanted = lacking * (looked + 2) // (self._brought + 1) if looked else 2 * lacking
        return max(lacking, self._reader.as_cheap, min(_ROUND << self._reader.done, wanted))

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
