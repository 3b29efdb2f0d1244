"""Keeping the index true: what it shows of an event follows from the event alone, however often that is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.event_filter import EventFilter
from chalicelib.domain.search.filters import IndexEntries
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.services.seats.event_store import Events
from chalicelib.services.seats.nearly_full import NearlyFull
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.services.shared.ports import Clock, NewId

_TRIES = 5

Places = Mapping[str, frozenset[tuple[str, str]]]  # by place, and who wrote there: the posting lists


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index may hold of an event: never less than it does hold."""

    event_id: str
    run: str = ""  # of the last writer; whoever writes names the one it has seen
    version: int = 0  # of the event that is indexed completely
    places: Places = field(default_factory=dict)
    number: int = 0  # of the last run
    is_haunted: bool = False  # a run that was overtaken may have left rows behind


class EventIndex(Protocol):
    def indexed(self, event_id: str) -> Indexed:
        """The record, consistently; an empty one before the first run."""

    def write(self, seen: Indexed, event: Event, entries: IndexEntries, run: str) -> None:
        """Make the index show exactly this, and the record say so. Raises `StaleError` when another run was faster."""


class EventIndexer:
    def __init__(
        self,
        index: EventIndex,
        events: Events,
        clock: Clock,
        new_id: NewId,
        nearly_full: NearlyFull | None = None,
        *,
        filters: type[EventFilter] = EventFilter,
    ) -> None:
        self._index = index
        self._events = events
        self._clock = clock
        self._new_id = new_id
        self._nearly_full = nearly_full
        self._filters = filters

    def index(self, event_id: str, *, forced: bool = False) -> None:
        """Show the event as it is now; nothing is written where that is so already, unless it is forced.

        The record is read before the event: who has seen a run cannot write what is older than that run wrote.
        """
        for _ in range(_TRIES):
            seen = self._index.indexed(event_id)
            found = self._events.with_seats(event_id, consistent=True)
            if found is None:
                return
            event, seats = found
            if self._nearly_full is not None:
                self._nearly_full.correct(event, seats)
            if seen.version == event.version and not seen.is_haunted and not forced:
                return
            try:
                self._index.write(seen, event, entries_of(event, self._filters), self._new_id(self._clock()))
            except StaleError:
                continue
            return
        raise TryAgainError("the event changes faster than it is indexed")
