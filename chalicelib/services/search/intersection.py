"""Intersecting posting lists: all are in one order, each cursor jumps to where the others stand, none reads twice."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.services.search.posting_cursor import PostingCursor
from chalicelib.services.search.posting_lists import ListSlice, PlaceRange, Posting, PostingReader
from chalicelib.services.search.witnesses import Witnesses


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
        self.position: str | None = None
        self.ended = False
        lists = [cursor.posting_list for cursor in cursors]
        self.lists_behind = frozenset((posting_list.kind, posting_list.name) for posting_list in lists)

    @property
    def looked(self) -> int:
        return max(cursor.looked for cursor in (self._lead, *self._others))

    def affords(self) -> int:
        """How many postings of each list can be read for what is left beside the reserve."""
        return self._affords([cursor for cursor in (self._lead, *self._others) if cursor.more])

    def _affords(self, cursors: Sequence[PostingCursor]) -> int:
        return self._reader.affords(lists=len(cursors), parts=sum(cursor.parts_left for cursor in cursors))

    def next(self, number: int) -> list[Posting]:
        """At most one round of reading."""
        found = self._intersect()
        if found or self.ended:
            return found
        empty = [cursor for cursor in (self._lead, *self._others) if cursor.first is None and cursor.more]
        limit = min(number, self._affords(empty))
        if limit <= 0:
            self._reader.rounds = 0
            return []
        read_on(self._reader, empty, limit)
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


def read_on(reader: PostingReader, cursors: Sequence[PostingCursor], limit: int) -> list[list[ListSlice]]:
    """One round: about so many postings more of each list. What was read of the parts of each."""
    asked = [cursor.ranges(limit, reader.as_cheap) for cursor in cursors]
    read = iter(reader.read([wanted for ranges in asked for wanted in ranges]))
    slices = [[next(read) for _ in ranges] for ranges in asked]
    for cursor, ranges, found in zip(cursors, asked, slices, strict=True):
        cursor.add(ranges, found)
    return slices
