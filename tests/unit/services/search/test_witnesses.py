"""Witnesses: other lists of words tell of postings, and only what is certain of the same version of an event."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.posting_facts import PostingFacts, facts_of
from chalicelib.services.search.posting_lists import (
    ListRange,
    ListSlice,
    PlaceRange,
    Posting,
    PostingList,
    PostingReader,
)
from chalicelib.services.search.witnesses import Witnesses

LONG = [f"word{number}{letter * 8}" for number, letter in enumerate("abcdefghijklmnopqrst")]
RUST = PostingList(ListKind.WORD, "rust")
PROBED, ROW = 4, 0.02  # postings that were looked at before, and what one costs


def place(number: int) -> str:
    return f"2026-07-{1 + number // 24:02}T{number % 24:02}:00:00.000Z#01JGP6GMNGT3CVC1EHWQ8A{number:04}"


def facts(*words: str, known: str = "") -> PostingFacts:
    """Of an event with so many words that its rows have marks of them only."""
    return replace(facts_of("A day", [*LONG, *words], []), known=known)


def row(number: int, *words: str, version: int = 1) -> Posting:
    """In the list of one of the words."""
    known = " ".join(words)
    return Posting(place(number), EventStatus.PUBLISHED, version, facts=facts(*words, known=known), words=words)


class Lists:
    """One posting list in memory."""

    def __init__(self, rows: Sequence[Posting]) -> None:
        self._rows = sorted(rows, key=lambda one: one.place)
        self.asked: list[ListRange] = []

    def parts(self, posting_list: PostingList) -> list[PostingList]:
        return [posting_list]

    def read_slices(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        self.asked += ranges
        return [self.slice(one) for one in ranges]

    def slice(self, wanted: ListRange) -> ListSlice:
        within = [posting for posting in self._rows if wanted.places.includes(posting.place)]
        found = (within if wanted.places.forward else within[::-1])[: wanted.limit]
        return ListSlice(found, more=len(found) == wanted.limit, units=max(0.5, ROW * len(found)), largest=ROW)


def asked(lists: Lists, *, forward: bool = True, units: float = 50.0) -> Witnesses:
    """After the first rows of the list were looked at."""
    places = PlaceRange(None, None, forward)
    reader = PostingReader(lists, units, 3)
    [read] = reader.read([ListRange(RUST, places, PROBED)])
    lists.asked.clear()
    return Witnesses(reader, places, [(RUST, [read])])


def doubted(number: int, version: int = 1) -> Posting:
    """Brought by another word; its marks affirm the one that is asked for, rightly or not."""
    return replace(row(number, "python", version=version), facts=facts("python", "rusty", known="python"))


EVERY_SECOND = [row(number, "rust") for number in range(0, 60, 2)]


@pytest.mark.parametrize("forward", [True, False])
def test_a_word_is_shown_or_denied_by_its_own_list(*, forward: bool) -> None:
    lists = Lists(EVERY_SECOND)
    numbers = range(20, 40) if forward else range(39, 19, -1)

    known = asked(lists, forward=forward).tell([doubted(number) for number in numbers])

    assert [posting is not None for posting in known.values()] == [number % 2 == 0 for number in numbers]
    assert all(posting.facts and posting.facts.meets_all(["python", "rust"]) for posting in known.values() if posting)
    assert len(lists.asked) == 1


def test_what_was_looked_at_before_is_not_read_again() -> None:
    lists = Lists(EVERY_SECOND)

    known = asked(lists).tell([doubted(number) for number in range(6)])

    assert [posting is not None for posting in known.values()] == [True, False] * 3
    assert lists.asked == []


@pytest.mark.parametrize("words", [("rust",), ("rustic", "ruse")])
def test_a_row_of_another_version_neither_shows_nor_denies(words: tuple[str, ...]) -> None:
    lists = Lists([*EVERY_SECOND[:15], row(31, *words, version=2), *EVERY_SECOND[16:]])
    doubts = [doubted(number) for number in range(20, 40)]

    known = asked(lists).tell(doubts)[place(31)]

    assert known is doubts[11]
    assert known.facts is not None
    assert known.facts.meets("rust") is None


def test_rows_of_two_runs_of_one_version_are_one() -> None:
    lists = Lists([*EVERY_SECOND, row(30, "rust", version=2)])

    known = asked(lists).tell([doubted(number, 1 + (number == 30)) for number in range(20, 40)])[place(30)]

    assert known is not None
    assert known.facts is not None
    assert known.facts.meets("rust") is True


@pytest.mark.parametrize(
    ("numbers", "units"), [([20, 699], 50.0), (range(20, 40), 1.0)], ids=["far apart", "hardly anything left"]
)
def test_a_list_is_not_read_where_that_costs_more_than_the_events(numbers: Sequence[int], units: float) -> None:
    lists = Lists([row(number, "rust") for number in range(720)])
    doubts = [doubted(number) for number in numbers]

    known = asked(lists, units=units).tell(doubts)

    assert lists.asked == []
    assert list(known.values()) == doubts


def test_nothing_is_concluded_of_what_lies_between_stretches_that_were_read() -> None:
    witnesses = asked(Lists(EVERY_SECOND))
    witnesses.tell([doubted(50)])

    [known] = witnesses.tell([doubted(30)]).values()

    assert known is not None


def test_what_lies_beyond_what_was_read_stays_in_doubt() -> None:
    """The list is denser there than its beginning promised."""
    thin = [row(number, "rust") for number in range(0, 12, 3)]
    dense = [
        replace(row(number, "rust"), place=f"{place(number)[:-1]}{letter}")
        for number in range(20, 30)
        for letter in "ABCDEFGH"
    ]
    lists = Lists([*thin, *dense])
    doubts = [replace(doubted(number), place=f"{place(number)[:-1]}H") for number in range(20, 30)]

    known = list(asked(lists).tell(doubts).values())

    assert known[0] is not doubts[0]
    assert known[-1] is doubts[-1]


def test_a_posting_that_shows_or_denies_its_words_needs_no_witness() -> None:
    lists = Lists(EVERY_SECOND)
    shown = Posting(place(30), EventStatus.PUBLISHED, 1, facts=facts_of("Rust day", ["rust", "day"], []))

    assert asked(lists).tell([shown]) == {shown.place: shown}
    assert lists.asked == []
