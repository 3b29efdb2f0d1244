"""Reading events in their orders and through the index: several queries at once, and what each of them cost."""

from collections.abc import Sequence

from chalicelib.domain.events import Event, EventCounts, EventStatus
from chalicelib.domain.seats import Seats
from chalicelib.domain.words import TITLE_KEPT
from chalicelib.services.search.posting_lists import HEADER_UNITS, Ask, Figures, Lane, Part, Row, Source
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.parallel import Gather, one_by_one
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EventItem, ListItem, SeatItem
from chalicelib.store.items.events import event_from, to_event, to_seats

_READ = 4096  # bytes of half a unit, eventually consistent
_FIRST, _LAST = keys.BETWEEN, "\U0010ffff" * (TITLE_KEPT + 1)  # before and after every place, whatever a title is
_FIGURES = {Source.STARTS: keys.MONTHS, Source.MADE: keys.MADE, Source.TITLES: keys.TITLES}


def partition_of(lane: Lane) -> str:
    """The key of a lane; of an organizer's it is the index's."""
    if lane.source is Source.STARTS:
        return keys.listed(lane.status, lane.name)
    if lane.source is Source.MADE:
        return keys.made(lane.status, lane.name)
    if lane.source is Source.TITLES:
        return keys.titled(lane.status, lane.name)
    return lane.name if lane.source is Source.ORGANIZER else keys.posted(lane.source, lane.name)


def _units(size: int) -> float:
    return max(1, -(-size // _READ)) / 2


def _size(raw: Raw) -> int:
    """What DynamoDB bills an item by: the bytes of its names and values."""
    size = 0
    for name, value in raw.items():
        [text] = value.values()  # of a text or a number
        size += len(name) + (len(text) if text.isascii() else len(text.encode()))
    return size


def _before(place: str) -> str:
    """The last text that sorts before a place: the range of a query includes its ends."""
    return f"{place[:-1]}{chr(ord(place[-1]) - 1)}{keys.LAST}" if place else _FIRST


def _row(raw: Raw, place: str) -> Row:
    at, card, status, version = raw[place]["S"], raw["card"]["S"], raw["status"]["S"], int(raw["version"]["N"])
    words = tuple(raw["words"]["S"].split()) if "words" in raw else ()
    return Row(
        place=at,
        status=EventStatus(status),
        version=version,
        card=card,
        make=lambda: event_from(keys.last_id(at), card, status, version),
        words=words,
    )


def _counts(raw: Raw | None) -> EventCounts:
    return EventCounts({name: int(value["N"]) for name, value in (raw or {}).items() if "N" in value})


class DynamoEventRows:
    def __init__(self, dynamo: Dynamo, gather: Gather = one_by_one) -> None:
        self._dynamo = dynamo
        self._gather = gather

    def read(self, asks: Sequence[Ask]) -> list[Part]:
        if len(asks) == 1:
            return [self._part(asks[0])]
        return self._gather([lambda ask=ask: self._part(ask) for ask in asks])  # type: ignore[misc]

    def _part(self, ask: Ask) -> Part:
        owned = ask.lane.source is Source.ORGANIZER
        low = f"{ask.above}!" if ask.above else _FIRST
        high = _before(ask.below) if ask.below else _LAST
        if low > high:
            return Part([], more=False, units=0)
        query = Query(
            model=EventItem if owned else ListItem,
            partition=partition_of(ask.lane),
            index="by_organizer" if owned else None,
            between=(low, high),
            forward=ask.forward,
            limit=ask.limit,
        )
        page = self._dynamo.query(query)
        raws: list[Raw] = page["Items"]
        sizes = [_size(raw) for raw in raws]
        place = "organizer_sort" if owned else "sk"
        return Part(
            [_row(raw, place) for raw in raws],
            more=bool(page.get("LastEvaluatedKey")),
            units=_units(sum(sizes)),
            largest=max(sizes, default=0) / _READ / 2,
        )

    def figures(self, source: Source, statuses: Sequence[EventStatus]) -> Figures:
        gets = [Get(EventItem, (keys.counts(status), _FIGURES[source])) for status in statuses]
        return {status: _counts(raw) for status, raw in zip(statuses, self._dynamo.batch_get(gets), strict=True)}

    def days(self, status: EventStatus, month: str) -> EventCounts:
        [raw] = self._dynamo.batch_get([Get(EventItem, (keys.counts(status), month))])
        return EventCounts({f"{month}-{name[1:]}": number for name, number in _counts(raw).by_month.items()})

    def headers(
        self, event_ids: Sequence[str], source: Source, statuses: Sequence[EventStatus]
    ) -> tuple[dict[str, Seats], Figures, float]:
        gets = [Get(EventItem, (keys.counts(status), _FIGURES[source])) for status in statuses]
        gets += [Get(SeatItem, keys.seat(event_id, 0)) for event_id in event_ids]
        raws = self._dynamo.batch_get(gets)
        seats = [to_seats(raw) for raw in raws[len(statuses) :] if raw]
        figures = {status: _counts(raw) for status, raw in zip(statuses, raws, strict=False)}
        units = sum(_units(_size(raw or {})) for raw in raws[: len(statuses)])
        return {one.event_id: one for one in seats}, figures, units + len(event_ids) * HEADER_UNITS

    def fresh(self, event_ids: Sequence[str]) -> tuple[dict[str, Event], float]:
        raws = self._dynamo.batch_get([Get(EventItem, keys.event(one)) for one in event_ids])
        events = [to_event(EventItem.from_raw_data(raw)) for raw in raws if raw]
        return {event.id: event for event in events}, sum(_units(_size(raw or {})) for raw in raws)
