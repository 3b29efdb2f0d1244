"""Walking a lane beside others that must have the same event: all of them are in one order, and none is read twice."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.event_filter import is_word_for
from chalicelib.domain.words import bucket_of
from chalicelib.services.search.posting_lists import Ask, Budget, EventRows, Lane, Part, Row, Source
from chalicelib.services.search.scans import Span


class Strand:
    """A lane that is read bit by bit; rows that hold other words than the wanted ones are let out."""

    def __init__(self, lane: Lane, span: Span, terms: Sequence[str], begun: Part | None = None) -> None:
        self.lane = lane
        self._span = span
        self._terms = [term for term in terms if lane.source is Source.WORD and bucket_of(term) == lane.name]
        self._rows: deque[Row] = deque()
        self.more = True
        self.looked = 0
        self.reach: str | None = None  # read up to here
        if begun is not None:
            self.take(begun)

    @property
    def first(self) -> Row | None:
        return self._rows[0] if self._rows else None

    def ask(self, limit: int) -> Ask:
        return self._span.ask(self.lane, limit)

    def take(self, part: Part) -> None:
        self._rows += [row for row in part.rows if self._has(row)]
        self.more = part.more
        self.looked += len(part.rows)
        if part.rows:
            self.reach = part.rows[-1].place
            self._span = self._span.beyond(self.reach)

    def _has(self, row: Row) -> bool:
        return all(any(is_word_for(word, term) for word in row.words) for term in self._terms)

    def pop(self) -> Row:
        return self._rows.popleft()

    def skip_to(self, place: str) -> None:
        """Rows before the place cannot match any more; reading goes on there."""
        while self._rows and self._span.is_beyond(place, self._rows[0].place):
            self._rows.popleft()
        if not self._rows and not self.knows(place):
            self._span = self._span.from_(place)

    def knows(self, place: str) -> bool:
        """Whether the place was read already."""
        return self.reach is not None and not self._span.is_beyond(place, self.reach)


class LaneWalk:
    """The events of one lane that the others have, too. The first lane leads: it should have the fewest."""

    def __init__(
        self, rows: EventRows, budget: Budget, strands: Sequence[Strand], span: Span, *, complete: bool
    ) -> None:
        self._rows = rows
        self._span = span
        self._budget = budget
        self._lead, *self._others = strands
        self.complete = complete
        self.position: str | None = None
        self.ended = False

    @property
    def looked(self) -> int:
        return max(one.looked for one in (self._lead, *self._others))

    def next(self, number: int) -> list[Row]:
        """At most one round of reading."""
        found = self._join()
        if found or self.ended:
            return found
        empty = [one for one in (self._lead, *self._others) if one.first is None and one.more]
        limit = min(number, self._budget.rows(lanes=len(empty)))
        if limit <= 0:
            self._budget.rounds = 0
            return []
        parts = self._budget.read(self._rows, [one.ask(limit) for one in empty])
        for strand, part in zip(empty, parts, strict=True):
            strand.take(part)
        return self._join()

    def _join(self) -> list[Row]:
        """What is certain from the rows that are at hand."""
        found: list[Row] = []
        while not self.ended and (row := self._lead.first) is not None:
            words = self._words_of_others(row)
            if words is not None:
                found.append(replace(self._lead.pop(), words=(*row.words, *words)))
                self._advance(row.place)
            elif self._lead.first is row:
                return found
        if not self._lead.more and self._lead.first is None:
            self.ended = True
        elif self._lead.first is None and self._lead.reach is not None:
            self._advance(self._lead.reach)
        return found

    def _words_of_others(self, row: Row) -> list[str] | None:
        """None when some other lane does not have the event, which the lead then leaves behind, or must be read on."""
        words: list[str] = []
        for other in self._others:
            other.skip_to(row.place)
            if other.first is None:
                self._pass_by(other, row)
                return None
            if other.first.place != row.place:
                self._lead.skip_to(other.first.place)
                self._advance(self._span.short_of(other.first.place))
                return None
            words += other.first.words
        return words

    def _pass_by(self, other: Strand, row: Row) -> None:
        """Another lane has no row left at hand: what it has read past is decided, the rest waits for it."""
        if not other.more:
            self.ended = True
        elif other.reach is not None and other.knows(row.place):
            self._advance(other.reach)
            while self._lead.first is not None and other.knows(self._lead.first.place):
                self._lead.pop()
        else:
            self._advance(self._span.short_of(row.place))

    def _advance(self, place: str) -> None:
        if self.position is None or self._span.is_beyond(place, self.position):
            self.position = place
