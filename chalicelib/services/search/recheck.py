"""Rechecking postings against what they do not show: live seats, a newer version of the event, its description."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.filters import words_of
from chalicelib.domain.search.words import has_words
from chalicelib.services.events.change import EventView
from chalicelib.services.events.ports import EVENT_UNITS, HOLD_UNITS, SEAT_UNITS, BucketCounts, EventLists, Header
from chalicelib.services.search.planner import Search
from chalicelib.services.search.posting_lists import Posting, PostingReader
from chalicelib.services.seats.kept_seats import without_over

_AT_ONCE = 90

Match = tuple[str, EventView]


@dataclass(frozen=True, slots=True)
class _Unsure:
    """Neither the posting nor the header shows enough of the event."""


_UNSURE = _Unsure()


class Recheck:
    """Postings in, events with their seats out, in the same order; what no longer fits is dropped."""

    def __init__(self, events: EventLists, reader: PostingReader, search: Search, doubts: AbstractSet[str]) -> None:
        """`doubts` are the places of postings that do not show all that is asked."""
        self._events = events
        self._reader = reader
        self._search = search
        self._doubts = doubts
        self.counts: BucketCounts = {}  # of the order's buckets, as fresh as the seats

    def affords(self, batch: Sequence[Posting]) -> int:
        """How many of the postings can be rechecked, though one more of the events has to be read itself."""
        left = self._reader.left - len(self._search.wanted.status) - EVENT_UNITS
        for number, posting in enumerate(batch[:_AT_ONCE]):
            left -= SEAT_UNITS + (EVENT_UNITS if self._search.wanted.terms and posting.place in self._doubts else 0)
            if left < 0:
                return max(number, self._one(batch))
        return min(len(batch), _AT_ONCE)

    def _one(self, batch: Sequence[Posting]) -> int:
        """Where little is left, the event of a single posting may be read for what was kept back."""
        least = SEAT_UNITS + EVENT_UNITS + len(self._search.wanted.status)
        return 1 if batch and self._reader.left >= least else 0

    def matches(self, batch: Sequence[Posting]) -> tuple[list[Match], int]:
        """The matches, and how many postings were looked at: the others are more than the reader affords.

        Reads the texts that are looked at in any case, then the seats of what is left with the fresh counts, and the
        events of which neither posting nor header show enough.
        """
        asked = [posting.event_id for posting in batch if self._lacks_words(posting)]
        asked = asked[: int(self._reader.left / EVENT_UNITS)]
        read = self._read_events(asked)
        left = [posting for posting in batch if posting.event_id not in asked or self._still_fitting(posting, read)]
        found, cut = self._with_seats(left, read)
        return found, len(batch) if cut is None else batch.index(cut)

    def _with_seats(self, batch: Sequence[Posting], read: Mapping[str, Event]) -> tuple[list[Match], Posting | None]:
        """The matches among postings of which some events were read, and the first that the reader does not afford."""
        headers = self._headers([posting.event_id for posting in batch])
        keeping = [posting for posting in batch if posting.event_id in headers and headers[posting.event_id].seats.kept]
        at_hand = {
            posting.event_id: read.get(posting.event_id) or _at_hand(posting, headers[posting.event_id])
            for posting in keeping
        }
        headers |= self._without_over(headers, [event for event in at_hand.values() if event])
        unknown = {event_id for event_id, event in at_hand.items() if event is None}
        shown: dict[str, Event | _Unsure | None] = {
            # What an event keeps may be over, which its own times tell.
            posting.place: _UNSURE
            if posting.event_id in unknown
            else self._shown(posting, headers.get(posting.event_id), read.get(posting.event_id))
            for posting in batch
        }
        unsure = [posting for posting in batch if shown[posting.place] is _UNSURE]
        most = int(self._reader.left / EVENT_UNITS)
        cut = unsure[most] if len(unsure) > most else None
        present = self._read_events([posting.event_id for posting in unsure[:most]])
        headers |= self._without_over(headers, [event for id_, event in present.items() if id_ in unknown])
        found: list[Match] = []
        for posting in batch:
            if posting is cut:
                break
            event = shown[posting.place]
            if isinstance(event, _Unsure):
                event = self._still_fitting(posting, present)
            if event is not None and self._search.wanted.fits_seats(headers[event.id].seats):
                found.append((posting.place, EventView(event, headers[event.id].seats)))
        return found, cut

    def _lacks_words(self, posting: Posting) -> bool:
        """Whether neither the posting nor, as far as one can tell, the header shows that all words are there."""
        terms = self._search.wanted.terms
        if posting.facts is None or posting.place not in self._doubts or self._search.needs_seats:
            return False
        return posting.facts.meets_all(terms) is None

    def _headers(self, ids: Sequence[str]) -> dict[str, Header]:
        """With the counts, the first time."""
        statuses = () if self.counts else self._search.wanted.status
        headers, counts, units = self._events.headers_and_counts(ids, self._search.order.list_kind, statuses)
        self.counts = self.counts or counts
        self._reader.pay(units)
        return headers

    def _without_over(self, headers: Mapping[str, Header], events: Sequence[Event]) -> dict[str, Header]:
        """Headers of events that keep seats, without what is over; first of the full ones, as far as units go."""
        full_first = sorted(events, key=lambda event: not headers[event.id].seats.is_full)
        asked = full_first[: int(self._reader.left / HOLD_UNITS)]
        if not asked:
            return {}
        over, units = self._events.over_holds(asked, self._search.now)
        self._reader.pay(units)
        return {
            id_: replace(headers[id_], seats=without_over(headers[id_].seats, holds)) for id_, holds in over.items()
        }

    def _shown(self, posting: Posting, header: Header | None, read: Event | None) -> Event | _Unsure | None:
        """The event, where it is shown to fit by what is at hand; None where it does not."""
        if header is None or not self._search.wanted.fits_seats(header.seats):
            return None
        if read is not None:
            return read
        is_fresh = posting.version >= header.seats.index_version
        if is_fresh and posting.facts is None:
            return posting.event if self._has_terms(posting, posting.event) else _UNSURE
        if header.event is None:
            return _UNSURE
        event = header.event()
        if not self._belongs(posting, event) or not self._search.wanted.fits_card(event, self._search.now):
            return None
        return event if (is_fresh and self._proves_words(posting)) or self._has_terms(posting, event) else _UNSURE

    def _proves_words(self, posting: Posting) -> bool:
        facts = posting.facts
        return facts is not None and facts.meets_all(self._search.wanted.terms) is True

    def _has_terms(self, posting: Posting, event: Event) -> bool:
        """Whether the card has every word of `q`, or the list of a posting that is as new: else look at the text."""
        terms = self._search.wanted.terms
        words = posting.words if posting.version >= event.version else ()
        return not terms or has_words({*words_of(event), *words}, terms)

    def _belongs(self, posting: Posting, event: Event) -> bool:
        wanted = self._search.wanted
        return event.status in wanted.status and self._search.order.place_of(event) == posting.place

    def _read_events(self, event_ids: Sequence[str]) -> Mapping[str, Event]:
        if not event_ids:
            return {}
        events, units = self._events.whole_events(event_ids)
        self._reader.pay(units)
        return events

    def _still_fitting(self, posting: Posting, present: Mapping[str, Event]) -> Event | None:
        """The event as it is now, if it still belongs where the posting stood."""
        event = present.get(posting.event_id)
        if event is None or self._search.order.place_of(event) != posting.place:
            return None
        return event if self._search.wanted.fits(event, self._search.now) else None


def _at_hand(posting: Posting, header: Header) -> Event | None:
    """The event without reading it: of the posting if that has a card, else of the header."""
    if posting.facts is None:
        return posting.event
    return header.event() if header.event else None
