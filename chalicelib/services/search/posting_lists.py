"""Posting lists: ordered partitions that show events, how parts of them are asked for, and the port that reads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.search.event_order import Ordering
from chalicelib.domain.search.filters import LAST, ListKind
from chalicelib.domain.search.posting_facts import PostingFacts
from chalicelib.domain.search.spellings import OR
from chalicelib.domain.search.words import buckets_of
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import unstamp

_HALF_UNIT = 0.5
_STAMP = len("2026-07-01T09:00:00.000Z")
_UNKNOWN = 0.5  # units of the largest posting before one was read: none is larger than 4 KB


@dataclass(frozen=True, slots=True)
class PostingList:
    """A bucket of an order, or everything that has a word, three letters, a property or one of some cells, in the order
    of the start.
    """

    kind: ListKind
    name: str
    status: str = EventStatus.PUBLISHED  # of orders only: which of the lists of all events
    part: str | None = None  # the name of the only part that is meant

    @property
    def part_names(self) -> Sequence[str]:
        """What it is divided into, each of which is read."""
        if self.part is not None:
            return (self.part,)
        if self.kind is ListKind.CELL:
            return self.name.split()
        return buckets_of(self.name) if self.kind is ListKind.WORD else self.name.split(OR)

    @property
    def parts(self) -> int:
        return len(self.part_names)

    def range(self, places: "PlaceRange", limit: int) -> "ListRange":
        return ListRange(self, places, limit)


def _just_below(place: str) -> str:
    return f"{place[:-1]}{chr(ord(place[-1]) - 1)}{LAST}"


@dataclass(frozen=True, slots=True)
class PlaceRange:
    """The part of an order to read, strictly between two places, and from which end."""

    above: str | None
    below: str | None
    forward: bool

    def beyond(self, place: str | None) -> "PlaceRange":
        if place is None:
            return self
        if self.forward:
            return replace(self, above=max(self.above or "", place))
        return replace(self, below=min(self.below, place) if self.below else place)

    def beginning_at(self, place: str) -> "PlaceRange":
        return self.beyond(self.short_of(place))

    def within(self, first: str, last: str) -> "PlaceRange":
        """From one place to another that is read after it, both included."""
        low, high = (first, last) if self.forward else (last, first)
        return PlaceRange(_just_below(low), f"{high}!", self.forward)

    def up_to(self, place: str) -> "PlaceRange":
        """As far as the place, which is included."""
        if self.forward:
            return replace(self, below=f"{place}!")
        return replace(self, above=_just_below(place))

    def short_of(self, place: str) -> str:
        """As far as one comes without reaching the place."""
        return _just_below(place) if self.forward else f"{place}!"

    def is_beyond(self, place: str, other: str) -> bool:
        """Whether the place is read after the other."""
        return place > other if self.forward else place < other

    def includes(self, place: str) -> bool:
        return (self.above is None or place > self.above) and (self.below is None or place < self.below)


@dataclass(frozen=True, eq=False)
class Posting:
    """An event as a posting list shows it; the words are those that brought it there.

    Most postings are read to be dropped: those of the index have facts, those of the orders a card, of which the event
    is made when somebody asks for it, and then kept.
    """

    place: str
    status: EventStatus
    version: int
    card: str = ""  # of an order: has the event's values as they are, in double quotes
    make: Callable[[], Event] | None = None
    words: tuple[str, ...] = ()
    facts: PostingFacts | None = None  # of the index

    @property
    def event_id(self) -> str:
        """Every place ends with it."""
        return self.place[-ids.LENGTH :]

    @cached_property
    def event(self) -> Event:
        """Of a posting with a card."""
        assert self.make is not None, self.place
        return self.make()

    def place_in(self, order: Ordering) -> str:
        """Where the event stands in another order."""
        if self.facts is None:
            return order.place_of(self.event)
        return order.place_by(self.facts.title, self.place, self.event_id)

    def has(self, value: str) -> bool:
        """Whether some field may be exactly that; surely none is where this is False."""
        return f'"{value}"' in self.card

    def at(self, place: str) -> "Posting":
        """The same in another order."""
        return replace(self, place=place, make=self.make and (lambda: self.event))


@dataclass(frozen=True, slots=True)
class ListRange:
    """What is read of a posting list: so many postings of a range at most."""

    posting_list: PostingList
    places: PlaceRange
    limit: int

    @property
    def rows(self) -> tuple[object, ...]:
        """Which rows are meant, whichever of the words in them is looked for."""
        asked = self.posting_list
        return asked.kind, asked.part or asked.name, asked.status, self.places, self.limit


@dataclass(frozen=True, slots=True)
class ListSlice:
    """What a range has, whether its list may go on, what reading it cost and how much the largest posting did."""

    postings: Sequence[Posting]
    more: bool
    units: float
    largest: float = 0.0


class PostingStore(Protocol):
    """Where posting lists are kept, and the one thing that a search knows of it."""

    def parts(self, posting_list: PostingList) -> list[PostingList]:
        """The lists that together have all of its postings: itself, or each of its parts."""

    def read_slices(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        """A slice a range of one part, in their order; they are read at the same time. Eventually consistent."""


class PostingReader:
    """Reads within the units and rounds of one request: whoever reads asks first what the rest of them affords."""

    def __init__(self, store: PostingStore, units: float, rounds: int) -> None:
        self._store = store
        self.units = self.left = units
        self.rounds = rounds
        self.done = 0  # rounds so far
        self.reserve = 0.0  # for what follows the postings
        self._largest = _UNKNOWN

    def parts(self, posting_list: PostingList) -> list[PostingList]:
        """The lists that together have all of its postings."""
        return self._store.parts(posting_list)

    def affords(self, *, lists: int = 1, parts: int = 1) -> int:
        """How many postings of each of some lists, in so many parts, are read for what is left beside the reserve."""
        if self.rounds <= 0 or not lists:
            return 0
        return max(0, int((self.left - self.reserve - _HALF_UNIT * max(lists, parts)) / (self._largest * lists)))

    def price(self, postings: int, *, lists: int) -> float:
        """About what so many postings cost that lie in so many lists."""
        return max(_HALF_UNIT * lists, postings * self._largest)

    @property
    def as_cheap(self) -> int:
        """How many postings cost no more than one: reading is billed by half units."""
        return int(_HALF_UNIT / self._largest)

    def read(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        """One round. What is asked for twice, as two words may stand in one list, is read once."""
        self.rounds -= 1
        self.done += 1
        once = list(dict.fromkeys(wanted.rows for wanted in ranges))
        first = {wanted.rows: wanted for wanted in reversed(ranges)}
        found = dict(zip(once, self._store.read_slices([first[rows] for rows in once]), strict=True))
        for read in found.values():
            self.pay(read.units)
        slices = [found[wanted.rows] for wanted in ranges]
        seen = max((found.largest for found in slices), default=0.0)
        self._largest = seen if self._largest == _UNKNOWN and seen else max(self._largest, seen)
        return slices

    def pay(self, units: float) -> None:
        self.left -= units


def density_of(postings: Sequence[Posting]) -> float:
    """Postings a second, in the order of the start."""
    if len(postings) <= 1:
        return 0.0
    return len(postings) / max(1.0, seconds_between(postings[0].place, postings[-1].place))


def seconds_between(place: str, other: str) -> float:
    """Between two places in the order of the start."""
    return abs((unstamp(other[:_STAMP]) - unstamp(place[:_STAMP])).total_seconds())
