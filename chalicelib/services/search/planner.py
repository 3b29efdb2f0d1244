"""Planning a search: which posting lists can bring what is wanted, and which of them are intersected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chalicelib.domain.errors import TooManyToSortError
from chalicelib.domain.events.event import LISTED, EventStatus
from chalicelib.domain.search.event_filter import EventFilter
from chalicelib.domain.search.event_order import Ordering
from chalicelib.domain.search.filters import ListKind, ListName, ShownBy
from chalicelib.domain.shared.limits import SORTED_AT_MOST
from chalicelib.services.events.ports import EVENT_UNITS, SEAT_UNITS
from chalicelib.services.search.intersection import Intersection, read_on
from chalicelib.services.search.posting_cursor import FIRST_LOOK, PostingCursor
from chalicelib.services.search.posting_lists import (
    ListSlice,
    PlaceRange,
    Posting,
    PostingList,
    PostingReader,
)
from chalicelib.services.search.scans import OrderScan, Scan, SortedScan, as_one
from chalicelib.services.search.witnesses import Witnesses
from chalicelib.services.shared.paging import Cursor

_BESIDE = {ListKind.IN_PLACE, ListKind.NEARLY_FULL}  # whose rows elsewhere do not say that an event stands there
_LISTS = 6
_PARTS = 20  # of words: each part that is looked at costs half a unit at least
_TRIED = 150  # postings of a list that are read in the hope that they are all, where another way is left
_SORT_ROUNDS = 6
_SHOWN = 20  # seats of a page, for which something must be left


@dataclass(frozen=True)
class Search:
    """One request: what, in which order, from where and how much."""

    wanted: EventFilter
    order: Ordering
    cursor: Cursor | None
    size: int
    now: datetime
    without: frozenset[ListKind] = frozenset()  # lists that are not complete yet

    @property
    def ahead(self) -> bool:
        """Whether the page after is asked for, and not the one before."""
        return self.cursor is None or self.cursor.forward

    @property
    def seen(self) -> int | None:
        """How many matches come before the page, if that is known."""
        return self.cursor.seen if self.cursor else 0

    @property
    def least(self) -> float:
        """What rechecking one posting may cost: whoever keeps that much back gets further with every request."""
        return len(self.wanted.status) + SEAT_UNITS + EVENT_UNITS

    @property
    def needs_seats(self) -> bool:
        return bool(self.wanted.names(ShownBy.SEATS))

    @property
    def places(self) -> PlaceRange:
        """What lies beyond the cursor, and between the bounds of the filter where the order is the start's."""
        ascending = self.ahead != self.order.backwards
        place = (self.cursor.place or None) if self.cursor else None
        low, high = self.wanted.bounds(self.now) if self.order.is_by_start else (None, None)
        return PlaceRange(low, high, ascending).beyond(place)

    def verdict(self, posting: Posting, lists_behind: frozenset[ListName]) -> bool | None:
        """Whether all holds but what only live seats tell, as of the moment when it was written; None is not known.

        `lists_behind` are the lists that brought it. The cheapest is looked at first, for most postings do not fit.
        """
        if posting.status not in self.wanted.status:
            return False
        if posting.facts is not None:
            return self.wanted.shows(posting.facts, lists_behind)
        if not all(map(posting.has, self.wanted.marks)):
            return False
        if not self._is_shown_by_place and not self.wanted.fits_card(posting.event, self.now):
            return False
        return None if self.wanted.terms else True

    @cached_property
    def _is_shown_by_place(self) -> bool:
        """Nothing is asked of the posting but its words and, in the order of the start, its place in the bounds."""
        others = self.wanted.conditions - self.wanted.names(ShownBy.EVENT)
        return not others and (self.order.is_by_start or not self.wanted.names(ShownBy.PLACE))

    @property
    def is_whole(self) -> bool:
        """Nothing is filtered: the counts of the buckets are the count."""
        return not self.wanted.conditions and not self.wanted.names(ShownBy.PLACE)

    @property
    def is_upcoming_only(self) -> bool:
        upcoming = self.wanted.is_upcoming is True and self.wanted.status == (EventStatus.PUBLISHED,)
        return not self.wanted.conditions and upcoming and self.wanted.names(ShownBy.PLACE) == {"is_upcoming"}

    @property
    def is_owner_only(self) -> bool:
        """All events of one organizer, drafts included."""
        everything = set(self.wanted.status) >= {*LISTED, EventStatus.DRAFT}
        return everything and self.wanted.conditions == {"organizer"} and not self.wanted.names(ShownBy.PLACE)


def plan(search: Search, reader: PostingReader) -> Scan:
    """The scan that brings every match, in the order that is asked for. Raises `TooManyToSortError`."""
    names = [name for name in search.wanted.lists if name[0] not in search.without]
    lists = _in_few_parts([PostingList(*name) for name in names])[:_LISTS]
    if not lists:
        return _whole_order(search, reader)
    if search.order.is_by_start:
        return _intersection(reader, lists, search.places)
    must = search.wanted.has_text or search.wanted.is_own
    return _sorted(search, reader, lists, must=must) or _whole_order(search, reader)


def _in_few_parts(lists: Sequence[PostingList]) -> list[PostingList]:
    """Without the words that would make too many parts to look at: the rows of the other lists tell of them."""
    found: list[PostingList] = []
    parts = 0
    for posting_list in lists:
        parts += posting_list.parts if posting_list.kind is ListKind.WORD else 0
        if posting_list.kind is not ListKind.WORD or parts <= _PARTS or not found:
            found.append(posting_list)
    return found


def _whole_order(search: Search, reader: PostingReader) -> OrderScan:
    return OrderScan(reader, search.order.list_kind, search.wanted.status, search.places)


def _intersection(reader: PostingReader, lists: Sequence[PostingList], places: PlaceRange) -> Intersection:
    """Every list is looked at; the one whose postings reach furthest has the fewest, and leads.

    What a posting shows is checked on it; lists that it does not tell of are intersected.
    """
    cursors = [PostingCursor(posting_list, reader.parts(posting_list), places) for posting_list in lists]
    if len(lists) == 1:
        return Intersection(reader, cursors, places)
    looked_at = read_on(reader, cursors, FIRST_LOOK)
    lead = _shortest([as_one(slices, places) for slices in looked_at], places)
    cursors[lead].wants(lists)
    beside = [cursor for cursor in cursors if cursor.posting_list.kind in _BESIDE and cursor is not cursors[lead]]
    others = [
        (posting_list, slices)
        for number, (posting_list, slices) in enumerate(zip(lists, looked_at, strict=True))
        if number != lead
    ]
    return Intersection(reader, [cursors[lead], *beside], places, Witnesses(reader, places, others))


def _shortest(slices: Sequence[ListSlice], places: PlaceRange) -> int:
    best = 0
    for number, read in enumerate(slices):
        if not read.more:
            return number
        if (read.postings[-1].place > slices[best].postings[-1].place) is places.forward:
            best = number
    return best


def _sorted(search: Search, reader: PostingReader, lists: Sequence[PostingList], *, must: bool) -> Scan | None:
    """All matches of the lists, sorted; where there are too many, None if another way exists."""
    low, high = search.wanted.bounds(search.now)
    reader.reserve = max(min(search.size, _SHOWN) / 2 + 1, search.least)
    reader.rounds = _SORT_ROUNDS
    scan = _intersection(reader, lists, PlaceRange(low, high, forward=True))
    postings: list[Posting] = []
    while not scan.ended:
        number = reader.affords() if must else min(_TRIED, reader.affords() // 2)
        if number <= 0 or len(postings) > SORTED_AT_MOST or (not must and scan.looked >= _TRIED):
            break
        postings += [
            posting for posting in scan.next(number) if search.verdict(posting, scan.lists_behind) is not False
        ]
    if scan.ended and len(postings) <= SORTED_AT_MOST:
        return SortedScan(postings, search.order, search.places, scan.lists_behind)
    if must:
        raise TooManyToSortError
    return None
