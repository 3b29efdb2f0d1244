"""Posting cursors: parts of a list come in one order, each is read as far as the others, and no row is read twice."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.posting_facts import facts_of
from chalicelib.services.search.intersection import Intersection, read_on
from chalicelib.services.search.posting_cursor import FIRST_LOOK, PostingCursor
from chalicelib.services.search.posting_lists import (
    ListRange,
    ListSlice,
    PlaceRange,
    Posting,
    PostingList,
    PostingReader,
)

RUST = PostingList(ListKind.WORD, "rus")
ROW = 0.02  # units
DENSE, SPARSE, TINY = "rus#00", "rus#10", "rus#31"


def row(minute: int, word: str) -> Posting:
    at = f"2026-07-{1 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00.000Z"
    return Posting(
        f"{at}#01JGP6GMNGT3CVC1EHWQ8A{minute:04}",
        EventStatus.PUBLISHED,
        1,
        facts=facts_of("A day", [word], []),
        words=(word,),
    )


class Parts:
    """A list in three parts: one is dense, one sparse, one has three rows."""

    def __init__(self, seed: int = 1) -> None:
        rng = random.Random(seed)
        minutes = sorted(rng.sample(range(9_000), 1_000))
        self.rows = {
            DENSE: [row(minute, "rust") for minute in minutes],
            SPARSE: [row(minute, "rusticus") for minute in sorted(rng.sample(minutes, 100))],
            TINY: [row(minute, "rusk") for minute in sorted(rng.sample(range(9_000), 3))],
        }
        self.asked: list[ListRange] = []
        self.read: Counter[tuple[str, str]] = Counter()

    def parts(self, posting_list: PostingList) -> list[PostingList]:
        return [PostingList(posting_list.kind, posting_list.name, part=name) for name in self.rows]

    def read_slices(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        self.asked += ranges
        return [self._slice(one) for one in ranges]

    def _slice(self, wanted: ListRange) -> ListSlice:
        part = wanted.posting_list.part
        assert part is not None
        within = [one for one in self.rows[part] if wanted.places.includes(one.place)]
        found = (within if wanted.places.forward else within[::-1])[: wanted.limit]
        self.read.update((part, one.place) for one in found)
        return ListSlice(found, more=len(found) == wanted.limit, units=max(0.5, ROW * len(found)), largest=ROW)

    def wanted(self, *, forward: bool) -> list[str]:
        places = [one.place for part in self.rows.values() for one in part]
        return sorted(places, reverse=not forward)


def cursor_of(parts: Parts, places: PlaceRange) -> PostingCursor:
    return PostingCursor(RUST, parts.parts(RUST), places)


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 30, 400])
def test_parts_are_one_list_and_no_row_is_read_twice(limit: int, *, forward: bool) -> None:
    parts = Parts()
    cursor = cursor_of(parts, PlaceRange(None, None, forward))
    reader = PostingReader(parts, 10_000.0, 2_000)
    found = []
    while cursor.more or cursor.first is not None:
        if cursor.first is None:
            read_on(reader, [cursor], limit)
        while cursor.first is not None:
            found.append(cursor.pop().place)

    assert found == parts.wanted(forward=forward)
    assert max(parts.read.values()) == 1
    assert cursor.looked == len(found)


def test_a_part_that_ended_or_is_far_ahead_is_not_asked_again() -> None:
    parts = Parts()
    cursor = cursor_of(parts, PlaceRange(None, None, forward=True))
    reader = PostingReader(parts, 10_000.0, 100)

    for _ in range(4):
        read_on(reader, [cursor], 100)

    asked = Counter(one.posting_list.part for one in parts.asked)
    assert asked[DENSE] == 4
    assert asked[TINY] == 1
    assert asked[SPARSE] <= 3
    assert cursor.looked >= 3 * 90
    assert reader.units - reader.left <= (FIRST_LOOK + 3 * 110) * ROW + 0.5 * 6


@pytest.mark.parametrize("forward", [True, False])
def test_what_lies_before_a_place_that_others_begin_at_is_left_out(*, forward: bool) -> None:
    parts = Parts()
    cursor = cursor_of(parts, PlaceRange(None, None, forward))
    reader = PostingReader(parts, 10_000.0, 100)
    read_on(reader, [cursor], FIRST_LOOK)
    every = parts.wanted(forward=forward)
    target = every[600]

    cursor.skip_to(target)
    while cursor.first is None:
        read_on(reader, [cursor], FIRST_LOOK)

    assert cursor.first.place == target
    assert not any(part == DENSE and place in every[200:590] for part, place in parts.read)


def test_a_search_in_parts_costs_what_its_rows_cost() -> None:
    parts = Parts()
    places = PlaceRange(None, None, forward=True)
    reader = PostingReader(parts, 58.0, 12)
    scan = Intersection(reader, [cursor_of(parts, places)], places)
    found: list[str] = []
    while not scan.ended and (more := scan.next(400)):
        found += [posting.place for posting in more]

    assert found == parts.wanted(forward=True)
    assert 58.0 - reader.left <= len(found) * ROW + 0.5 * 8


class Rows:
    """One list of long texts, whose rows name the words that stand in it."""

    def __init__(self, words: Sequence[Sequence[str]]) -> None:
        self._rows = [replace(row(minute, some[0]), words=tuple(some)) for minute, some in enumerate(words)]
        self.asked: list[ListRange] = []

    def parts(self, posting_list: PostingList) -> list[PostingList]:
        return [replace(posting_list, part=name) for name in posting_list.part_names]

    def read_slices(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        self.asked += ranges
        return [ListSlice(self._rows, more=False, units=0.5, largest=ROW) for _ in ranges]


def test_two_words_of_one_list_cost_one_reading_and_are_told_by_its_rows() -> None:
    rows = Rows([["devoxx"], ["devoxx", "devopsdays"], ["devopsdays"]])
    lists = [PostingList(ListKind.WORD, name) for name in ("devopsdays", "devoxx")]
    assert lists[0].part_names == lists[1].part_names
    places = PlaceRange(None, None, forward=True)
    reader = PostingReader(rows, 58.0, 12)
    cursors = [PostingCursor(one, rows.parts(one), places) for one in lists]

    read_on(reader, cursors, FIRST_LOOK)
    cursors[0].wants(lists)

    assert len(rows.asked) == 1
    assert reader.left == 57.5
    found = []
    while cursors[0].first is not None:
        found.append(cursors[0].pop().words)
    assert found == [("devoxx", "devopsdays")]
