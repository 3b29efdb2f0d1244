"""Planning a search: which lanes can bring what is wanted, and which of them is walked."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chalicelib.domain.errors import TooManyToSortError
from chalicelib.domain.event_filter import SHORT, EventFilter, Ordering
from chalicelib.domain.events import LISTED, EventStatus
from chalicelib.domain.limits import SORTED_AT_MOST
from chalicelib.domain.times import stamp
from chalicelib.domain.words import bucket_of, folded, trigrams
from chalicelib.services.search.intersection import LaneWalk, Strand
from chalicelib.services.search.posting_lists import EVENT_UNITS, HEADER_UNITS, Budget, EventRows, Lane, Row, Source
from chalicelib.services.search.scans import ORDERS, BucketWalk, SortedWalk, Span, Walk
from chalicelib.services.shared.paging import Cursor

PROBED = 9  # rows of each lane that are looked at to choose between them
_LANES = 6
_GRAMS = 2  # of one text: its ends; what lies between is verified
_TRIED = 150  # rows of a lane that are read in the hope that they are all, where another way is left
_SORT_ROUNDS = 6
_SHOWN = 20  # seats of a page, for which something must be left
LAST = "~"  # sorts after whatever follows in a place


@dataclass(frozen=True)
class Search:
    """One request: what, in which order, from where and how much."""

    wanted: EventFilter
    order: Ordering
    cursor: Cursor | None
    size: int
    now: datetime

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
        """What verifying one row may cost: whoever keeps that much back gets further with every request."""
        return len(self.wanted.status) + HEADER_UNITS + EVENT_UNITS

    @property
    def needs_seats(self) -> bool:
        return self.wanted.has_spots is not None

    @property
    def span(self) -> Span:
        """What lies beyond the cursor, and between the bounds of the filter where the order is the start's."""
        ascending = self.ahead != self.order.backwards
        place = (self.cursor.place or None) if self.cursor else None
        low, high = self.bounds if self.order.key == "starts_at" else (None, None)
        return Span(low, high, ascending).beyond(place)

    @property
    def bounds(self) -> tuple[str | None, str | None]:
        """Places that every match lies between, in the order of the start."""
        wanted, now = self.wanted, f"{stamp(self.now)}{LAST}"
        above = [stamp(wanted.starts_from)] if wanted.starts_from else []
        below = [stamp(wanted.starts_before)] if wanted.starts_before else []
        above += [now] if wanted.is_upcoming else []
        below += [now] if wanted.is_past or wanted.is_upcoming is False else []
        return max(above, default=None), min(below, default=None)

    @cached_property
    def conditions(self) -> int:
        """How many things a row is held against, apart from its place and its status."""
        wanted = self.wanted
        single = (wanted.title, wanted.location, wanted.country, wanted.language, wanted.organizer, wanted.tag)
        flags = (wanted.online, wanted.is_past, wanted.open_now, wanted.has_spots)
        return len(wanted.terms) + sum(one is not None for one in (*single, *flags))

    def fits(self, row: Row) -> bool:
        """Whether all holds that the row shows; the cheapest questions come first, for most rows do not fit."""
        if row.status not in self.wanted.status or not all(map(row.has, self._marks)):
            return False
        return self._is_told_by_place or self.wanted.fits(row.event, self.now)

    @cached_property
    def _marks(self) -> tuple[str, ...]:
        return self.wanted.marks

    @cached_property
    def _is_told_by_place(self) -> bool:
        """Nothing is asked of the row but its words and, in the order of the start, its place within the bounds."""
        timed = not self.is_open_range or self.wanted.is_upcoming is not None
        return self.conditions == len(self.wanted.terms) and (self.order.key == "starts_at" or not timed)

    @property
    def is_open_range(self) -> bool:
        wanted = self.wanted
        return wanted.starts_from is None and wanted.starts_before is None

    @property
    def is_whole(self) -> bool:
        """Nothing is filtered: the figures count."""
        return not self.conditions and self.is_open_range and self.wanted.is_upcoming is None

    @property
    def is_upcoming_only(self) -> bool:
        upcoming = self.wanted.is_upcoming is True and self.wanted.status == (EventStatus.PUBLISHED,)
        return not self.conditions and self.is_open_range and upcoming

    @property
    def is_owner_only(self) -> bool:
        """All events of one organizer, drafts included."""
        everything = set(self.wanted.status) >= {*LISTED, EventStatus.DRAFT}
        owner = self.wanted.organizer is not None and self.conditions == 1
        return owner and everything and self.is_open_range and self.wanted.is_upcoming is None


class Planner:
    def __init__(self, rows: EventRows, budget: Budget, search: Search) -> None:
        self._rows = rows
        self._budget = budget
        self._search = search

    def walk(self) -> Walk:
        """The walk that brings every match, in the order that is asked for. Raises `TooManyToSortError`."""
        lanes = self._lanes()
        if self._search.order.key == "starts_at":
            return self._along(lanes, self._search.span) if lanes else self._all()
        must = self._search.wanted.has_text or EventStatus.DRAFT in self._search.wanted.status
        if not lanes:
            return self._all()
        return self._sorted(lanes, must=must) or self._all()

    def _all(self) -> BucketWalk:
        search = self._search
        return BucketWalk(self._rows, self._budget, ORDERS[search.order.key], search.wanted.status, search.span)

    def _along(self, lanes: list[Lane], span: Span) -> LaneWalk:
        """Every lane is looked at; the one whose rows reach furthest has the fewest, and leads.

        What a row shows is verified on it; words need not be, so that their lanes are walked beside.
        """
        terms = self._search.wanted.terms
        complete = all(Lane(Source.WORD, bucket_of(term)) in lanes for term in terms)
        if len(lanes) == 1:
            strands = [Strand(lanes[0], span, terms)]
            return LaneWalk(self._rows, self._budget, strands, span, complete=complete)
        parts = self._budget.read(self._rows, [span.ask(lane, PROBED) for lane in lanes])
        best = 0
        for number, part in enumerate(parts):
            if not part.more:
                best = number
                break
            ahead = part.rows[-1].place > parts[best].rows[-1].place
            if ahead is span.forward:
                best = number
        strands = [Strand(lane, span, terms, part) for lane, part in zip(lanes, parts, strict=True)]
        beside = [one for one in strands if one.lane.source is Source.WORD and one is not strands[best]]
        return LaneWalk(self._rows, self._budget, [strands[best], *beside], span, complete=complete)

    def _sorted(self, lanes: list[Lane], *, must: bool) -> Walk | None:
        """All matches of the lane, sorted; where there are too many, None if another way exists."""
        search = self._search
        low, high = search.bounds
        self._budget.reserve = max(min(search.size, _SHOWN) / 2 + 1, search.least)
        self._budget.rounds = _SORT_ROUNDS
        walk = self._along(lanes, Span(low, high, forward=True))
        rows: list[Row] = []
        while not walk.ended:
            number = self._budget.rows() if must else min(_TRIED, self._budget.rows() // 2)
            if number <= 0 or len(rows) > SORTED_AT_MOST or (not must and walk.looked >= _TRIED):
                break
            found = walk.next(number)
            rows += [row for row in found if search.fits(row)]
        if walk.ended and len(rows) <= SORTED_AT_MOST:
            return SortedWalk(rows, search.order, search.span, complete=walk.complete)
        if must:
            raise TooManyToSortError
        return None

    def _lanes(self) -> list[Lane]:
        """Where every match is to be found, the most telling first."""
        wanted = self._search.wanted
        owner = [Lane(Source.ORGANIZER, wanted.organizer)] if wanted.organizer else []
        if EventStatus.DRAFT in wanted.status:
            return owner  # nothing else has drafts
        terms = sorted(wanted.terms, key=len, reverse=True)
        lanes = [Lane(Source.WORD, bucket_of(term)) for term in terms]
        lanes += _inside(Source.IN_TITLE, wanted.title) + _inside(Source.IN_PLACE, wanted.location) + owner
        facts = (("tag", wanted.tag and folded(wanted.tag)), ("country", wanted.country), ("language", wanted.language))
        lanes += [Lane(Source.IS, f"{name}#{value}") for name, value in facts if value]
        return list(dict.fromkeys(lanes))[:_LANES]


def _inside(source: Source, text: str | None) -> list[Lane]:
    """The ends of a text that is looked for, three letters each."""
    if not text or len(folded(text)) < SHORT:
        return []
    grams = trigrams(text)
    ends = grams if len(grams) <= _GRAMS else [grams[0], grams[-1]]
    return [Lane(source, gram) for gram in ends]
