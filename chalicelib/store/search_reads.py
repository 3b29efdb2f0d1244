"""Reading posting lists, the orders of all events among them: several queries at once, and what each of them cost."""

from collections.abc import Sequence

from chalicelib.domain.events import EventStatus
from chalicelib.domain.filters import ListKind
from chalicelib.domain.words import TITLE_KEPT
from chalicelib.services.search.posting_lists import ListRange, ListSlice, Posting, PostingList
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.parallel import Gather, one_by_one
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EventItem, ListItem
from chalicelib.store.dynamo.units import HALF_UNIT, read_units, size_of
from chalicelib.store.items.events import event_from

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


def _posting(raw: Raw, place: str) -> Posting:
    at, card, status, version = raw[place]["S"], raw["card"]["S"], raw["status"]["S"], int(raw["version"]["N"])
    words = tuple(raw["words"]["S"].split()) if "words" in raw else ()
    return Posting(
        place=at,
        status=EventStatus(status),
        version=version,
        card=card,
        make=lambda: event_from(keys.last_id(at), card, status, version),
        words=words,
    )


class DynamoPostings:
    def __init__(self, dynamo: Dynamo, gather: Gather = one_by_one) -> None:
        self._dynamo = dynamo
        self._gather = gather

    def read_slices(self, ranges: Sequence[ListRange]) -> list[ListSlice]:
        if len(ranges) == 1:
            return [self._slice(ranges[0])]
        return self._gather([lambda wanted=wanted: self._slice(wanted) for wanted in ranges])  # type: ignore[misc]

    def _slice(self, wanted: ListRange) -> ListSlice:
        owned, places = wanted.posting_list.kind is ListKind.ORGANIZER, wanted.places
        low = f"{places.above}!" if places.above else _FIRST
        high = _before(places.below) if places.below else _LAST
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
            [_posting(raw, place) for raw in raws],
            more=bool(page.get("LastEvaluatedKey")),
            units=read_units(sum(sizes)),
            largest=max(sizes, default=0) / HALF_UNIT / 2,
        )
