"""What the finder asks of the orders and of the index, and what comes back: lanes, asks and parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.events import Event, EventCounts, EventStatus
from chalicelib.domain.seats import Seats

HEADER_UNITS = 0.5  # read units of the seats of an event
EVENT_UNITS = 2.5  # of a whole event at most, eventually consistent; most cost half a unit

Figures = Mapping[EventStatus, EventCounts]


class Source(StrEnum):
    """Kinds of lanes. The first three are orders, written with the event; the others are ordered by start."""

    STARTS = "starts"
    MADE = "made"
    TITLES = "titles"
    WORD = "word"
    IN_TITLE = "intitle"
    IN_PLACE = "inplace"
    IS = "is"
    ORGANIZER = "organizer"


@dataclass(frozen=True, slots=True)
class Lane:
    """One ordered partition: a bucket of an order, or everything that has a word, three letters or a property."""

    source: Source
    name: str
    status: EventStatus = EventStatus.PUBLISHED  # of orders only


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Part of a lane: strictly between two places, from one end, so many at most."""

    lane: Lane
    above: str | None = None
    below: str | None = None
    forward: bool = True
    limit: int


@dataclass(frozen=True, eq=False)
class Row:
    """An event as a lane shows it; the words are those that brought it there.

    Most rows are read to be dropped: the event is made of its card when somebody asks for it, and then kept.
    """

    place: str
    status: EventStatus
    version: int
    card: str  # has the event's values as they are, in double quotes
    make: Callable[[], Event]
    words: tuple[str, ...] = ()

    @property
    def event_id(self) -> str:
        """Every place ends with it."""
        return self.place[-ids.LENGTH :]

    @cached_property
    def event(self) -> Event:
        return self.make()

    def has(self, value: str) -> bool:
        """Whether some field may be exactly that; surely none is where this is False."""
        return f'"{value}"' in self.card

    def at(self, place: str) -> "Row":
        """The same in another order."""
        return replace(self, place=place, make=lambda: self.event)


@dataclass(frozen=True, slots=True)
class Part:
    """What one ask found, whether its lane may go on, what reading it cost and how much the largest row did."""

    rows: Sequence[Row]
    more: bool
    units: float
    largest: float = 0.0


class EventRows(Protocol):
    """Where the finder reads. Several asks are one round: they run at the same time. Eventually consistent."""

    def read(self, asks: Sequence[Ask]) -> list[Part]: ...
    def figures(self, source: Source, statuses: Sequence[EventStatus]) -> Figures:
        """How many events each bucket of an order has."""

    def days(self, status: EventStatus, month: str) -> EventCounts:
        """How many events of the order of the start each day of a month has, by day."""

    def headers(
        self, event_ids: Sequence[str], source: Source, statuses: Sequence[EventStatus]
    ) -> tuple[dict[str, Seats], Figures, float]:
        """The seats of a page with fresh figures in one read, and its cost."""

    def fresh(self, event_ids: Sequence[str]) -> tuple[dict[str, Event], float]:
        """Whole events as they are now, and what reading them cost."""


class Budget:
    """The read units of one request; whoever reads asks first and pays afterwards."""

    def __init__(self, units: float, rounds: int) -> None:
        self.units = self.left = units
        self.rounds = rounds
        self.reserve = 0.0  # for what follows the rows
        self._largest = 0.5  # nothing is known yet: no row is larger than 4 KB

    def rows(self, *, lanes: int = 1) -> int:
        """How many rows of each of some lanes can be read for what is left beside the reserve."""
        if self.rounds <= 0:
            return 0
        return max(0, int((self.left - self.reserve - 0.5 * lanes) / (self._largest * lanes)))

    def read(self, rows: EventRows, asks: Sequence[Ask]) -> list[Part]:
        """One round."""
        self.rounds -= 1
        parts = rows.read(asks)
        for part in parts:
            self.pay(part.units)
        seen = max((part.largest for part in parts), default=0.0)
        self._largest = seen if self._largest == 0.5 and seen else max(self._largest, seen)  # noqa: PLR2004
        return parts

    def pay(self, units: float) -> None:
        self.left -= units
