"""Intersecting posting lists: all are in one order, each cursor jumps to where the others stand, none reads twice."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.words import may_be_for
from chalicelib.services.search.posting_lists import (
    ListRange,
    ListSlice,
    PlaceRange,
    Posting,
    PostingList,
    PostingReader,
)
from chalicelib.services.search.witnesses import Witnesses


class PostingCursor:
    """A posting list that is read bit by bit; postings that hold other words than the wanted ones are let out."""

    def __init__(self, posting_list: PostingList, places: PlaceRange, begun: ListSlice | None = None) -> None:
        self.posting_list = posting_list
        self._places = places
        self._term = posting_list.name if posting_list.kind is ListKind.WORD else None
        self._postings: deque[Posting] = deque()
        self.more = True
        self.looked = 0
        self.reach: str | None = None  # read up to here
        if begun is not None:
            self.add(begun)

    @property
    def first(self) -> Posting | None:
        return self._postings[0] if self._postings else None

    def range(self, limit: int) -> ListRange:
        """What to read next."""
        return ListRange(self.posting_list, self._places, limit)

    def add(self, read: ListSlice) -> None:
        self._postings += [posting for posting in read.postings if self._has(posting)]
        self.more = read.more
        self.looked += len(read.postings)
        if read.postings:
            self.reach = read.postings[-1].place
            self._places = self._places.beyond(self.reach)

    def _has(self, posting: Posting) -> bool:
        if self._term is None:
            return True
        if posting.words or posting.facts is None:
            return any(may_be_for(word, self._term) for word in posting.words)
        return posting.facts.meets(self._term) is not False

    def pop(self) -> Posting:
        return self._postings.popleft()

    def skip_to(self, place: str) -> None:
        """Postings before the place cannot match any more; reading goes on there."""
        while self._postings and self._places.is_beyond(place, self._postings[0].place):
            self._postings.popleft()
        if not self._postings and not self.has_passed(place):
            self._places = self._places.beginning_at(place)

    def has_passed(self, place: str) -> bool:
        """Whether the place was read already."""
        return self.reach is not None and not self._places.is_beyond(place, self.reach)


class Intersection:
    """The events of one posting list that the others have, too. The first list leads: it should be the shortest."""

    def __init__(
        self,
        reader: PostingReader,
        cursors: Sequence[PostingCursor],
        places: PlaceRange,
        witnesses: Witnesses | None = None,
    ) -> None:
        self._reader = reader
        self.witnesses = witnesses
        self.places = self._places = places
        self._lead, *self._others = cursors
        self.parts = sum(cursor.posting_list.parts for cursor in cursors)
        self.position: str | None = None
        self.ended = False
        lists = [cursor.posting_list for cursor in cursors]
        self.lists_behind = frozenset((posting_list.kind, posting_list.name) for posting_list in lists)

    @property
    def looked(self) -> int:
        return max(cursor.looked for cursor in (self._lead, *self._others))

    def next(self, number: int) -> list[Posting]:
        """At most one round of reading."""
        found = self._intersect()
        if found or self.ended:
            return found
        empty = [cursor for cursor in (self._lead, *self._others) if cursor.first is None and cursor.more]
        limit = min(number, self._reader.affords(lists=sum(cursor.posting_list.parts for cursor in empty)))
        if limit <= 0:
            self._reader.rounds = 0
            return []
        slices = self._reader.read([cursor.range(limit) for cursor in empty])
        for cursor, read in zip(empty, slices, strict=True):
            cursor.add(read)
        return self._intersect()

    def _intersect(self) -> list[Posting]:
        """What is certain from the postings that are at hand."""
        found: list[Posting] = []
        while not self.ended and (posting := self._lead.first) is not None:
            words = self._words_of_others(posting)
            if words is not None:
                found.append(replace(self._lead.pop(), words=(*posting.words, *words)))
                self._advance(posting.place)
            elif self._lead.first is posting:
                return found
        if not self._lead.more and self._lead.first is None:
            self.ended = True
        elif self._lead.first is None and self._lead.reach is not None:
            self._advance(self._lead.reach)
        return found

    def _words_of_others(self, posting: Posting) -> list[str] | None:
        """None when another list does not have the event, which the lead then leaves behind, or must be read on."""
        words: list[str] = []
        for other in self._others:
            other.skip_to(posting.place)
            if other.first is None:
                self._pass_by(other, posting)
                return None
            if other.first.place != posting.place:
                self._lead.skip_to(other.first.place)
                self._advance(self._places.short_of(other.first.place))
                return None
            words += other.first.words
        return words

    def _pass_by(self, other: PostingCursor, posting: Posting) -> None:
        """Another list has no posting left at hand: what it has read past is decided, the rest waits for it."""
        if not other.more:
            self.ended = True
        elif other.reach is not None and other.has_passed(posting.place):
            self._advance(other.reach)
            while self._lead.first is not None and other.has_passed(self._lead.first.place):
                self._lead.pop()
        else:
            self._advance(self._places.short_of(posting.place))

    def _advance(self, place: str) -> None:
        if self.position is None or self._places.is_beyond(place, self.position):
            self.position = place
