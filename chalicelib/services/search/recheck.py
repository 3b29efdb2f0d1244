"""Verifying rows against what they do not show: live seats, a newer version of the event, words of its description."""

from collections.abc import Sequence

from chalicelib.domain.event_filter import has_words
from chalicelib.domain.events import Event
from chalicelib.domain.seats import Seats
from chalicelib.domain.words import split_words
from chalicelib.services.events.change import EventView
from chalicelib.services.search.planner import Search
from chalicelib.services.search.posting_lists import EVENT_UNITS, HEADER_UNITS, Budget, EventRows, Figures, Row, Source
from chalicelib.services.search.scans import place_of

_AT_ONCE = 90

Match = tuple[str, EventView]


def words_of(event: Event) -> frozenset[str]:
    """What `q` is looked for in; of a card without the description, that is."""
    facts = event.facts
    texts = (facts.title, facts.location or "", facts.description)
    return frozenset(word for text in texts for word in split_words(text))


class Verifier:
    """Rows in, views out, in the same order; what no longer fits is dropped."""

    def __init__(self, rows: EventRows, budget: Budget, search: Search, source: Source, *, complete: bool) -> None:
        self._rows = rows
        self._budget = budget
        self._search = search
        self._source = source
        self._terms = () if complete else search.wanted.terms
        self.figures: Figures = {}

    def affords(self, number: int) -> int:
        """How many rows, of so many, the budget lets us verify, though one of the events has to be read itself."""
        a_row = HEADER_UNITS + (EVENT_UNITS if self._terms else 0)
        figures = len(self._search.wanted.status)
        left = self._budget.left - figures - (0 if self._terms else EVENT_UNITS)
        return max(0, min(number, _AT_ONCE, int(left / a_row)))

    def verified(self, batch: Sequence[Row]) -> tuple[list[Match], int]:
        """The matches, and how many rows were looked at: the others are more than the budget allows.

        Reads the seats of the rows with the fresh figures, and the events of which the rows do not tell enough.
        """
        ids = [row.event_id for row in batch]
        seats, self.figures, units = self._rows.headers(ids, self._source, self._search.wanted.status)
        self._budget.pay(units)
        there = [row for row in batch if row.event_id in seats and self._has_spots(seats[row.event_id])]
        shown = {row.event_id for row in there}
        unsure = [row for row in there if self._is_unsure(row, seats[row.event_id])]
        most = int(self._budget.left / EVENT_UNITS)
        cut = unsure[most].place if len(unsure) > most else None
        read = [row.event_id for row in unsure[:most]]
        fresh = self._fresh(read)
        found: list[Match] = []
        for number, row in enumerate(batch):
            if row.place == cut:
                return found, number
            if row.event_id in shown:
                event = self._present(row, fresh) if row.event_id in read else row.event
                found += [(row.place, EventView(event, seats[event.id]))] if event else []
        return found, len(batch)

    def _has_spots(self, seats: Seats) -> bool:
        return self._search.wanted.has_spots in {None, not seats.is_full}

    def _is_unsure(self, row: Row, seats: Seats) -> bool:
        """The event was changed after the row was written, or a word may be in its description."""
        if row.version < seats.index_version:
            return True
        return bool(self._terms) and not has_words({*words_of(row.event), *row.words}, self._terms)

    def _fresh(self, event_ids: Sequence[str]) -> dict[str, Event]:
        if not event_ids:
            return {}
        events, units = self._rows.fresh(event_ids)
        self._budget.pay(units)
        return events

    def _present(self, row: Row, fresh: dict[str, Event]) -> Event | None:
        """The event as it is now, if it still belongs where the row stood."""
        event, wanted = fresh.get(row.event_id), self._search.wanted
        if event is None or place_of(event, self._search.order) != row.place:
            return None
        if not wanted.fits(event, self._search.now):
            return None
        return event if not wanted.terms or has_words(words_of(event), wanted.terms) else None
