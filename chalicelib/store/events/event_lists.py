"""Lists of events in date order, the counts of every order, and what a page shows beside its events."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from chalicelib.domain.events.event import LISTED, Event, EventCounts, EventStatus
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared.times import month_of, stamp
from chalicelib.services.events.ports import HOLD_UNITS, SEAT_UNITS, BucketCounts, Header
from chalicelib.services.seats.enrollment_store import Hold
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.pages import Shelf, count, read_slice
from chalicelib.store.dynamo.parallel import Gather, one_by_one
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EventItem, ListItem, SeatItem
from chalicelib.store.dynamo.units import read_units, size_of
from chalicelib.store.items.events import event_from, shown_event, to_event, to_seats
from chalicelib.store.seats.holds import over_holds

_COUNTS = {ListKind.STARTS: keys.MONTHS, ListKind.MADE: keys.MADE, ListKind.TITLES: keys.TITLES}


def _counts(raw: Raw | None) -> EventCounts:
    return EventCounts({name: int(value["N"]) for name, value in (raw or {}).items() if "N" in value})


def _event(raw: Raw) -> Event:
    """From a row of a list or an index: both carry the card, and no description."""
    place = (raw.get("organizer_sort") or raw["sk"])["S"]
    return event_from(keys.last_id(place), raw["card"]["S"], raw["status"]["S"], int(raw["version"]["N"]))


class DynamoEventLists:
    """Reads are eventually consistent: a replica may lag by milliseconds, and a page costs half (docs/adr/0001)."""

    def __init__(self, dynamo: Dynamo, gather: Gather = one_by_one) -> None:
        self._dynamo = dynamo
        self._gather = gather

    def published_by_month(self) -> EventCounts:
        return self.bucket_counts(ListKind.STARTS, [EventStatus.PUBLISHED])[EventStatus.PUBLISHED]

    def month(self, month: str, *, start: str | None, forward: bool, limit: int, status: str) -> Slice[Event]:
        shelf = Shelf(ListItem, keys.listed(status, month))
        return read_slice(self._dynamo, shelf, _event, start=start, forward=forward, limit=limit)

    def of_organizer(self, user_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Event]:
        shelf = Shelf(EventItem, user_id, place="organizer_sort", index="by_organizer")
        return read_slice(self._dynamo, shelf, _event, start=start, forward=forward, limit=limit)

    def count_of_organizer(self, user_id: str) -> int:
        return sum(self._by_status(user_id).values())

    def has_listed(self, user_id: str) -> bool:
        return any(self._by_status(user_id).get(status.value, 0) > 0 for status in LISTED)

    def _by_status(self, user_id: str) -> dict[str, int]:
        [raw] = self._dynamo.batch_get([Get(EventItem, keys.organizer_count(user_id))])
        return _counts(raw).by_month

    def count_rest_of_month(self, at: datetime) -> tuple[int, bool]:
        """Whole days by their counts, the day itself is read."""
        month = month_of(at)
        days = self.day_counts(EventStatus.PUBLISHED, month).by_month
        later = sum(number for day, number in days.items() if day > f"{at:%Y-%m-%d}")
        partition = keys.listed(EventStatus.PUBLISHED, month)
        rest_of_today = (f"{stamp(at)}~", f"{at:%Y-%m-%d}T{keys.LAST}")
        today, exact = count(self._dynamo, Query(model=ListItem, partition=partition, between=rest_of_today))
        return later + today, exact

    def bucket_counts(self, order: ListKind, statuses: Sequence[str]) -> BucketCounts:
        gets = [Get(EventItem, (keys.counts(status), _COUNTS[order])) for status in statuses]
        return {status: _counts(raw) for status, raw in zip(statuses, self._dynamo.batch_get(gets), strict=True)}

    def day_counts(self, status: EventStatus, month: str) -> EventCounts:
        [raw] = self._dynamo.batch_get([Get(EventItem, (keys.counts(status), month))])
        return EventCounts({f"{month}-{name[1:]}": number for name, number in _counts(raw).by_month.items()})

    def seats_and_counts(
        self, event_ids: Sequence[str], order: ListKind, statuses: Sequence[EventStatus]
    ) -> tuple[dict[str, Seats], BucketCounts, float]:
        headers, counts, units = self.headers_and_counts(event_ids, order, statuses)
        return {event_id: header.seats for event_id, header in headers.items()}, counts, units

    def headers_and_counts(
        self, event_ids: Sequence[str], order: ListKind, statuses: Sequence[EventStatus]
    ) -> tuple[dict[str, Header], BucketCounts, float]:
        gets = [Get(EventItem, (keys.counts(status), _COUNTS[order])) for status in statuses]
        gets += [Get(SeatItem, keys.seat(event_id, 0)) for event_id in event_ids]
        raws = self._dynamo.batch_get(gets)
        headers = [Header(to_seats(raw), shown_event(raw)) for raw in raws[len(statuses) :] if raw]
        counts: BucketCounts = {status: _counts(raw) for status, raw in zip(statuses, raws, strict=False)}
        units = sum(read_units(size_of(raw or {})) for raw in raws[: len(statuses)])
        return {header.seats.event_id: header for header in headers}, counts, units + len(event_ids) * SEAT_UNITS

    def over_holds(self, events: Sequence[Event], now: datetime) -> tuple[dict[str, list[Hold]], float]:
        asks = [partial(over_holds, self._dynamo, event, now) for event in events]
        found = self._gather(asks) if len(asks) > 1 else [ask() for ask in asks]
        return {event.id: holds for event, holds in zip(events, found, strict=True)}, len(events) * HOLD_UNITS

    def whole_events(self, event_ids: Sequence[str]) -> tuple[dict[str, Event], float]:
        raws = self._dynamo.batch_get([Get(EventItem, keys.event(event_id)) for event_id in event_ids])
        events = [to_event(EventItem.from_raw_data(raw)) for raw in raws if raw]
        return {event.id: event for event in events}, sum(read_units(size_of(raw or {})) for raw in raws)
