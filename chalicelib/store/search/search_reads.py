"""Reading posting lists, the orders of all events among them: several queries at once, and what each of them cost."""

from collections.abc import Sequence
from functools import partial

from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.words import TITLE_KEPT
from chalicelib.services.search.posting_lists import ListRange, ListSlice, PostingList
from chalicelib.services.search.scans import as_one
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.parallel import Gather, one_by_one
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EventItem, ListItem
from chalicelib.store.dynamo.units import HALF_UNIT, read_units, size_of
from chalicelib.store.items.postings import posting_from

_REMEMBERED = 10_000  # lists
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
    return name if kind is ListKind.ORGANIZER else keys.posted(kind, name)


def _before(place: str) -> str:
    """The last text that sorts before a place: the range of a query includes its ends."""
    return f"{place[:-1]}{chr(ord(place[-1]) - 1)}{keys.LAST}" if place else _FIRST


def partitions_of(posting_list: PostingList) -> list[str]:
    """All parts of a list."""
    if posting_list.kind not in _DIVIDED:
        return [partition_of(posting_list)]
    return [keys.posted(posting_list.kind, name) for name in posting_list.names]


class DynamoPostings:
    def __init__(self, dynamo: Dynamo, gather: Gather = one_by_one) -> None:
        self._dynamo = dynamo
        self._gather = gather
        self._empty: set[str] = set()  # lists of before in which nothing is left: nobody writes there any more

    def read_slices(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        asked = [
            (number, wanted, partition)
            for number, wanted in enumerate(ranges)
            for partition in partitions_of(wanted.posting_list)
            if partition not in self._empty
        ]
        if len(asked) == 1:
            slices = [self._slice(asked[0][1], asked[0][2])]
        else:
            slices = self._gather([partial(self._slice, wanted, partition) for _, wanted, partition in asked])
        found: list[list[ListSlice]] = [[] for _ in ranges]
        for (number, wanted, partition), read in zip(asked, slices, strict=True):
            found[number].append(read)
            self._remember(wanted, partition, read)
        return [as_one(parts, wanted.places) for parts, wanted in zip(found, ranges, strict=True)]

    def _remember(self, wanted: ListRange, partition: str, read: ListSlice) -> None:
        before = [keys.posted(ListKind.WORD, name) for name in wanted.posting_list.names_before]
        if read.postings or partition not in before:
            return
        if wanted.places.above is None and wanted.places.below is None and len(self._empty) < _REMEMBERED:
            self._empty.add(partition)

    def _slice(self, wanted: ListRange, partition: str) -> ListSlice:
        owned, places = wanted.posting_list.kind is ListKind.ORGANIZER, wanted.places
        low = f"{places.above}!" if places.above else _FIRST
        high = _before(places.below) if places.below else _LAST
        if low > high:
            return ListSlice([], more=False, units=0)
        query = Query(
            model=EventItem if owned else ListItem,
            partition=partition,
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
