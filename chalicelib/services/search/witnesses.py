"""Lists of the other words of a question: what they say of postings that one list brought saves reading the events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.word_runs import JOINED
from chalicelib.domain.search.words import is_word_for
from chalicelib.services.search.posting_lists import (
    ListSlice,
    PlaceRange,
    Posting,
    PostingList,
    PostingReader,
    density_of,
    seconds_between,
)
from chalicelib.services.search.scans import as_one

_ASKED_AT_MOST = 6  # times in one search: each is a call
_SPARED = (
    1.0  # units at most a posting of which a list tells: neither its event nor, if it falls out, its seats are read
)
_MORE_THAN_EXPECTED = 1.5  # times as many rows as a stretch may have by the density of its list


@dataclass(slots=True)
class _Witness:
    """One list, as far as it was read."""

    posting_list: PostingList
    parts: Sequence[PostingList]  # that were not read to their end when the search was planned
    density: float  # postings a second
    rows: dict[str, list[Posting]] = field(default_factory=dict)
    stretches: list[PlaceRange] = field(default_factory=list)  # of which all rows are here

    def add(self, read: ListSlice, asked: PlaceRange) -> None:
        """What was read: all that was asked for, or as far as the last posting."""
        self.show(read.postings)
        if not read.more:
            self.stretches.append(asked)
        elif read.postings:
            self.stretches.append(asked.up_to(read.postings[-1].place))

    def show(self, postings: Iterable[Posting]) -> None:
        for posting in postings:
            self.rows.setdefault(posting.place, []).append(posting)

    def knows(self, place: str) -> bool:
        return any(stretch.includes(place) for stretch in self.stretches)

    def lacks(self, posting: Posting) -> bool:
        """Whether the posting neither shows nor denies the word, and it is not known here either."""
        return _is_open(posting, self) and not self.knows(posting.place)

    def tell(self, posting: Posting) -> Posting | None:
        """The posting with the word that was found; as it is where versions differ; None where there is no word."""
        here, term = self.rows.get(posting.place, []), self.posting_list.name
        words = [
            word for row in here if row.version == posting.version for word in row.words if is_word_for(word, term)
        ]
        if words and posting.facts is not None:
            known = " ".join((posting.facts.known, *words))
            return replace(posting, words=(*posting.words, *words), facts=replace(posting.facts, known=known))
        return posting if words or any(row.version != posting.version for row in here) else None


class Witnesses:
    """The lists of words that do not bring the postings of a search, but were looked at when it was planned."""

    def __init__(
        self,
        reader: PostingReader,
        places: PlaceRange,
        looked_at: Sequence[tuple[PostingList, Sequence[ListSlice]]],
    ) -> None:
        """`looked_at` has the first postings of each part of the lists."""
        self._reader = reader
        self._places = places
        self._asked = 0
        self._witnesses: list[_Witness] = []
        for posting_list, slices in looked_at:
            if posting_list.kind is ListKind.WORD and JOINED not in posting_list.name:
                self._witnesses.append(self._of(posting_list, slices))

    def _of(self, posting_list: PostingList, slices: Sequence[ListSlice]) -> _Witness:
        """What a part has beyond the place up to which all were read is known of that part only."""
        parts = zip(self._reader.parts(posting_list), slices, strict=True)
        known = as_one(slices, self._places)
        witness = _Witness(posting_list, [part for part, read in parts if read.more], density_of(known.postings))
        witness.add(known, self._places)
        for read in slices:
            if not read.more:
                witness.show(posting for posting in read.postings if not witness.knows(posting.place))
        return witness

    def tell(self, postings: Sequence[Posting]) -> Mapping[str, Posting | None]:
        """What is known now of these postings, by place, in their order: None of those that do not have a word.

        Lists are read on where that costs less than reading the events would.
        """
        self._read_on([posting for posting in postings if any(one.lacks(posting) for one in self._witnesses)])
        learned: dict[str, Posting | None] = {}
        for posting in postings:
            known: Posting | None = posting
            for witness in self._witnesses:
                if known is not None and _is_open(known, witness) and witness.knows(known.place):
                    known = witness.tell(known)
            learned[posting.place] = known
        return learned

    def _read_on(self, postings: Sequence[Posting]) -> None:
        if not postings or self._asked >= _ASKED_AT_MOST:
            return
        spared = min(_SPARED * len(postings), self._reader.left - self._reader.reserve)
        asked: list[tuple[_Witness, PlaceRange, int]] = []
        for witness in sorted(self._witnesses, key=lambda one: one.density):
            lacking = [posting.place for posting in postings if witness.lacks(posting)]
            if not lacking:
                continue
            stretch = self._places.within(lacking[0], lacking[-1])
            limit = int(_MORE_THAN_EXPECTED * witness.density * seconds_between(lacking[0], lacking[-1])) + 1
            cost = self._reader.price(limit, lists=len(witness.parts))
            if cost > spared:
                continue
            spared -= cost
            if limit < self._reader.as_cheap:  # what lies behind costs nothing more, and may be asked for later
                stretch, limit = self._places.beginning_at(lacking[0]), self._reader.as_cheap
            asked.append((witness, stretch, limit))
        self._read(asked)

    def _read(self, asked: Sequence[tuple[_Witness, PlaceRange, int]]) -> None:
        if not asked:
            return
        self._asked += 1
        self._reader.rounds += 1  # it brings no postings
        ranges = [part.range(stretch, limit) for witness, stretch, limit in asked for part in witness.parts]
        read = iter(self._reader.read(ranges))
        for witness, stretch, _ in asked:
            witness.add(as_one([next(read) for _ in witness.parts], stretch), stretch)


def _is_open(posting: Posting, witness: _Witness) -> bool:
    """Whether the posting neither shows nor denies the word of a list."""
    return posting.facts is not None and posting.facts.meets(witness.posting_list.name) is None
