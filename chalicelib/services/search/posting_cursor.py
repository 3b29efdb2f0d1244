"""A posting list that is read bit by bit, each of its parts as far as the others are, and no row twice."""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.words import may_be_for
from chalicelib.services.search.posting_lists import (
    ListRange,
    ListSlice,
    PlaceRange,
    Posting,
    PostingList,
    density_of,
    seconds_between,
)

FIRST_LOOK = 24  # postings of each part that are read while nothing is known of it: about half a unit, often the page


@dataclass(slots=True)
class _Part:
    """One part of a list, as far as it was read."""

    posting_list: PostingList
    places: PlaceRange  # what is left to be read
    waiting: deque[Posting] = field(default_factory=deque)  # until the other parts were read as far
    more: bool = True
    reach: str | None = None  # read up to here
    density: float | None = None  # postings a second; None before any was read

    def add(self, read: ListSlice) -> None:
        self.waiting += read.postings
        self.more = read.more
        if read.postings:
            self.density = density_of(read.postings)
            self.reach = read.postings[-1].place
            self.places = self.places.beyond(self.reach)

    def take(self, bound: str | None) -> list[Posting]:
        """What waits up to a place, which is included; all of it for None."""
        found = []
        while self.waiting and (bound is None or not self.places.is_beyond(self.waiting[0].place, bound)):
            found.append(self.waiting.popleft())
        return found

    def skip_to(self, place: str) -> None:
        while self.waiting and self.places.is_beyond(place, self.waiting[0].place):
            self.waiting.popleft()
        if self.reach is None or self.places.is_beyond(place, self.reach):
            self.places = self.places.beginning_at(place)
            self.reach = self.places.short_of(place)


class PostingCursor:
    """The postings of a list in their order; those that hold other words than the wanted ones are let out.

    Parts are read as densely as they are filled, so that all of them get about as far, and none that has ended is read
    again. What one of them has brought beyond the others waits for these.
    """

    def __init__(self, posting_list: PostingList, parts: Sequence[PostingList], places: PlaceRange) -> None:
        self.posting_list = posting_list
        self._places = places
        self._terms = [posting_list.name] if posting_list.kind is ListKind.WORD else []
        self._parts = {part: _Part(part, places) for part in parts}
        self._ready: deque[Posting] = deque()
        self.looked = 0  # postings of the list that were passed, whether or not they hold the word
        self.reach: str | None = None  # all parts were read up to here

    @property
    def first(self) -> Posting | None:
        return self._ready[0] if self._ready else None

    @property
    def more(self) -> bool:
        return any(part.more for part in self._parts.values())

    @property
    def parts_left(self) -> int:
        """How many parts are not read to their end."""
        return sum(part.more for part in self._parts.values())

    def ranges(self, limit: int, least: int = 1) -> list[ListRange]:
        """What to read next for about so many postings more, of a part no fewer than `least`, as they cost no more."""
        left = [part for part in self._parts.values() if part.more]
        if len(left) == 1:
            return [left[0].posting_list.range(left[0].places, limit)]
        if any(part.density is None for part in left):
            each = max(FIRST_LOOK, limit // max(1, len(left)))
            return [part.posting_list.range(part.places, each) for part in left]
        return [
            part.posting_list.range(part.places, max(least, number))
            for part in left
            if (number := self._lacking(part, left, limit))
        ]

    def _lacking(self, part: _Part, left: Sequence[_Part], limit: int) -> int:
        """How many postings this part lacks, so that all bring about `limit`: none where it was read as far already."""
        assert self.reach is not None
        assert part.reach is not None
        stretch = limit / max(sum(one.density or 0.0 for one in left), 1e-9)  # seconds
        ahead = seconds_between(self.reach, part.reach)
        number = math.ceil((part.density or 0.0) * (stretch - ahead))
        return max(number, int(part.reach == self.reach))

    def add(self, asked: Sequence[ListRange], slices: Sequence[ListSlice]) -> None:
        """What reading some ranges of `ranges` has brought."""
        for wanted, read in zip(asked, slices, strict=True):
            self._parts[wanted.posting_list].add(read)
        self._release()

    def _release(self) -> None:
        """Hand out what lies before the place that all parts were read up to."""
        parts = self._parts.values()
        reaches = [part.reach for part in parts if part.more]
        known = [reach for reach in reaches if reach is not None]
        if len(known) < len(reaches):
            return
        bound = (min(known) if self._places.forward else max(known)) if known else None
        found = [posting for part in parts for posting in part.take(bound)]
        if len(parts) > 1:
            found.sort(key=lambda posting: posting.place, reverse=not self._places.forward)
        self.looked += len(found)
        self._ready += [posting for posting in found if self._has(posting)]
        self.reach = bound or (found[-1].place if found else self.reach)

    def wants(self, others: Iterable[PostingList]) -> None:
        """Postings must have the words of other lists as well, where these are this very list: its rows tell of all."""
        names = self.posting_list.part_names
        if len(names) == 1 and self._terms:
            same = (other for other in others if other.kind is ListKind.WORD and other.part_names == names)
            self._terms = list(dict.fromkeys([*self._terms, *(other.name for other in same)]))
            self._ready = deque(filter(self._has, self._ready))

    def _has(self, posting: Posting) -> bool:
        if posting.words or posting.facts is None:
            return all(any(may_be_for(word, term) for word in posting.words) for term in self._terms)
        return all(posting.facts.meets(term) is not False for term in self._terms)

    def pop(self) -> Posting:
        return self._ready.popleft()

    def skip_to(self, place: str) -> None:
        """Postings before the place cannot match any more; reading goes on there."""
        while self._ready and self._places.is_beyond(place, self._ready[0].place):
            self._ready.popleft()
        if not self._ready and not self.has_passed(place):
            for part in self._parts.values():
                part.skip_to(place)
            self._release()

    def has_passed(self, place: str) -> bool:
        """Whether the place was read already."""
        return self.reach is not None and not self._places.is_beyond(place, self.reach)
