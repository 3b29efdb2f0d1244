"""Rechecking postings against what they do not show: live seats, a newer version of the event, its description."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.events import Event
from chalicelib.domain.filters import words_of
from chalicelib.domain.seats import Seats
from chalicelib.domain.words import has_words
from chalicelib.services.events.change import EventView
from chalicelib.services.events.ports import EVENT_UNITS, HOLD_UNITS, SEAT_UNITS, BucketCounts, EventLists
from chalicelib.services.search.planner import Search
from chalicelib.services.search.posting_lists import Posting, PostingReader
from chalicelib.services.seats.kept_seats import without_over

_AT_ONCE = 90

Match = tuple[str, EventView]


class Recheck:
    """Postings in, events with their seats out, in the same order; what no longer fits is dropped."""

    def __init__(self, events: EventLists, reader: PostingReader, search: Search, *, complete: bool) -> None:
        self._events = events
        self._reader = reader
        self._search = search
        self._terms = () if complete else search.wanted.terms
        self.counts: BucketCounts = {}  # of the order's buckets, as fresh as the seats

    def affords(self, number: int) -> int:
        """How many postings, of so many, can be rechecked, though one of the events has to be read itself."""
        each = SEAT_UNITS + (EVENT_UNITS if self._terms else 0)
        left = self._reader.left - len(self._search.wanted.status) - (0 if self._terms else EVENT_UNITS)
        return max(0, min(number, _AT_ONCE, int(left / each)))

    def matches(self, batch: Sequence[Posting]) -> tuple[list[Match], int]:
        """The matches, and how many postings were looked at: the others are more than the reader affords.

        Reads the seats of the postings with the fresh counts, and the events of which they do not show enough.
        """
        wanted = self._search.wanted
        ids = [posting.event_id for posting in batch]
        seats, self.counts, units = self._events.seats_and_counts(ids, self._search.order.list_kind, wanted.status)
        self._reader.pay(units)
        counted = [posting for posting in batch if posting.event_id in seats]
        seats |= self._without_over(counted, seats)
        fitting = [posting for posting in counted if wanted.fits_seats(seats[posting.event_id])]
        shown = {posting.event_id for posting in fitting}
        unsure = [posting for posting in fitting if self._is_unsure(posting, seats[posting.event_id])]
        most = int(self._reader.left / EVENT_UNITS)
        cut = unsure[most].place if len(unsure) > most else None
        read = [posting.event_id for posting in unsure[:most]]
        present = self._read_events(read)
        found: list[Match] = []
        for number, posting in enumerate(batch):
            if posting.place == cut:
                return found, number
            if posting.event_id in shown:
                event = self._still_fitting(posting, present) if posting.event_id in read else posting.event
                found += [(posting.place, EventView(event, seats[event.id]))] if event else []
        return found, len(batch)

    def _without_over(self, batch: Sequence[Posting], seats: Mapping[str, Seats]) -> dict[str, Seats]:
        """The seats of those that keep some, without what is over; first of the full ones, as far as units go."""
        keeping = [posting for posting in batch if seats[posting.event_id].kept > 0]
        keeping.sort(key=lambda posting: not seats[posting.event_id].is_full)
        events = [posting.event for posting in keeping[: int(self._reader.left / HOLD_UNITS)]]
        if not events:
            return {}
        over, units = self._events.over_holds(events, self._search.now)
        self._reader.pay(units)
        return {event_id: without_over(seats[event_id], holds) for event_id, holds in over.items()}

    def _is_unsure(self, posting: Posting, seats: Seats) -> bool:
        """The event was changed after the posting was written, or a word may be in its description."""
        if posting.version < seats.index_version:
            return True
        return bool(self._terms) and not has_words({*words_of(posting.event), *posting.words}, self._terms)

    def _read_events(self, event_ids: Sequence[str]) -> dict[str, Event]:
        if not event_ids:
            return {}
        events, units = self._events.whole_events(event_ids)
        self._reader.pay(units)
        return events

    def _still_fitting(self, posting: Posting, present: dict[str, Event]) -> Event | None:
        """The event as it is now, if it still belongs where the posting stood."""
        event = present.get(posting.event_id)
        if event is None or self._search.order.place_of(event) != posting.place:
            return None
        return event if self._search.wanted.fits(event, self._search.now) else None
