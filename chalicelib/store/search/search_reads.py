"""Reading posting lists, the orders of all events among them: several queries at once, and what each of them cost."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from zlib import crc32

from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.spellings import OR
from chalicelib.domain.search.words import PREFIX, TITLE_KEPT, joined_up
from chalicelib.services.search.posting_lists import ListRange, ListSlice, PostingList
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.parallel import Gather, one_by_one
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EventItem, ListItem
from chalicelib.store.dynamo.units import HALF_UNIT, read_units, size_of
from chalicelib.store.items.postings import posting_from
from chalicelib.store.search.completeness import DynamoCompleteness

_PARTS_BEFORE = 8  # of a list of words in the version before
_DIVIDED = {ListKind.WORD, ListKind.CELL, ListKind.IN_TITLE, ListKind.IN_PLACE}
_FIRST, _LAST = keys.BETWEEN, "\U0010ffff" * (TITLE_KEPT + 1)  # before and after every place, whatever a title is


def partition_of(posting_list: PostingList) -> str:
    """The key of a posting list; of an organizer's it is the index's."""
    kind, name, status = posting_list.kind, posting_list.name, posting_list.status
    if kind is ListKind.STARTS:
        return keys.listed(status, name)
    if kind is ListKind.MADE:
        return keys.made(status, name)
    if kind is ListKind.TITLES:
        return keys.titled(status, name)
    return name if kind is ListKind.ORGANIZER else keys.posted(kind, posting_list.part or name)


def _just_before(place: str) -> str:
    """The last text that sorts before a place: the range of a query includes its ends."""
    return f"{place[:-1]}{chr(ord(place[-1]) - 1)}{keys.LAST}" if place else _FIRST


def _before(posting_list: PostingList) -> list[str]:
    """Where versions before had words: those of three letters in one list, then in parts by the fourth."""
    words = [joined_up(term) for term in posting_list.name.split(OR)]
    return [name for word in words if len(word) >= PREFIX for name in (word[:PREFIX], *_by_fourth_letter(word))]


def _by_fourth_letter(word: str) -> list[str]:
    parts = range(_PARTS_BEFORE) if len(word) == PREFIX else [crc32(word[PREFIX : PREFIX + 1].encode()) % _PARTS_BEFORE]
    return [f"{word[:PREFIX]}#{part}" for part in parts]


class DynamoPostings:
    def __init__(self, dynamo: Dynamo, completeness: DynamoCompleteness, gather: Gather = one_by_one) -> None:
        self._dynamo = dynamo
        self._gather = gather
        self._completeness = completeness

    def parts(self, posting_list: PostingList) -> list[PostingList]:
        if posting_list.kind not in _DIVIDED:
            return [posting_list]
        names = posting_list.part_names
        if posting_list.kind is ListKind.WORD and not self._completeness.has_words():
            names = [*names, *_before(posting_list)]
        return [replace(posting_list, part=name) for name in dict.fromkeys(names)]

    def read_slices(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        asks = [partial(self._slice, wanted) for wanted in ranges]
        return [asks[0]()] if len(asks) == 1 else self._gather(asks)

    def _slice(self, wanted: ListRange) -> ListSlice:
        owned, places = wanted.posting_list.kind is ListKind.ORGANIZER, wanted.places
        low = f"{places.above}!" if places.above else _FIRST
        high = _just_before(places.below) if places.below else _LAST
        if low > high:
            return ListSlice([], more=False, units=0)
        query = Query(
            model=EventItem if owned else ListItem,
            partition=partition_of(wanted.posting_list),
            index="by_organizer" if owned else None,
            between=(low, high),
            forward=places.forward,
            limit=wanted.limit,
        )
        page = self._dynamo.query(query)
        raws: list[Raw] = page["Items"]
        sizes = [size_of(raw) for raw in raws]
        place = "organizer_sort" if owned else "sk"
        return ListSlice(
            [posting_from(raw, place) for raw in raws],
            more=bool(page.get("LastEvaluatedKey")),
            units=read_units(sum(sizes)),
            largest=max(sizes, default=0) / HALF_UNIT / 2,
        )
