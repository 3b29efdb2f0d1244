"""The list of events in date order: month buckets in the base table, and the figures that count them."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.events import LISTED, Event, EventCounts, EventStatus
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import month_of, stamp
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.pages import Shelf, count, read_slice
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EventItem, ListItem, SeatItem
from chalicelib.store.items.events import event_from, to_seats


def _months(raw: Raw | None) -> EventCounts:
    numbers = {name: int(value["N"]) for name, value in (raw or {}).items() if "N" in value}
    return EventCounts(numbers)


def _event(raw: Raw) -> Event:
    """From a list row or an index entry: both carry the card, and no description."""
    place = (raw.get("organizer_sort") or raw["sk"])["S"]
    return event_from(keys.last_id(place), raw["card"]["S"], raw["status"]["S"], int(raw["version"]["N"]))


class DynamoCalendar:
    """Reads are eventually consistent: a replica may lag by milliseconds, and a page costs half (docs/adr/0001)."""

    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def months(self) -> EventCounts:
        gets = [Get(EventItem, (keys.counts(EventStatus.PUBLISHED), keys.MONTHS))]
        return _months(self._dynamo.batch_get(gets)[0])

    def month(self, month: str, *, start: str | None, forward: bool, limit: int, status: EventStatus) -> Slice[Event]:
        shelf = Shelf(ListItem, keys.listed(status, month))
        return read_slice(self._dynamo, shelf, _event, start=start, forward=forward, limit=limit)

    def seats_and_months(self, event_ids: Sequence[str]) -> tuple[dict[str, Seats], EventCounts]:
        """What a page shows live, in one read."""
        gets = [Get(EventItem, (keys.counts(EventStatus.PUBLISHED), keys.MONTHS))]
        gets += [Get(SeatItem, keys.seat(event_id, 0)) for event_id in event_ids]
        months, *raws = self._dynamo.batch_get(gets)
        seats = [to_seats(raw) for raw in raws if raw]
        return {one.event_id: one for one in seats}, _months(months)

    def days_from(self, at: datetime) -> tuple[int, bool]:
        """Published events that start later in the month of `at`: whole days from its figures, the day itself read."""
        month = month_of(at)
        raw = self._dynamo.batch_get([Get(EventItem, (keys.counts(EventStatus.PUBLISHED), month))])[0] or {}
        later = sum(int(raw[name]["N"]) for name in raw if "N" in raw[name] and name > f"d{at:%d}")
        partition = keys.listed(EventStatus.PUBLISHED, month)
        rest_of_today = (f"{stamp(at)}~", f"{at:%Y-%m-%d}T{keys.LAST}")
        today, exact = count(self._dynamo, Query(model=ListItem, partition=partition, between=rest_of_today))
        return later + today, exact

    def of_organizer(self, user_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Event]:
        """Events of one organizer, drafts included, in date order."""
        shelf = Shelf(EventItem, user_id, place="organizer_sort", index="by_organizer")
        return read_slice(self._dynamo, shelf, _event, start=start, forward=forward, limit=limit)

    def organizer_count(self, user_id: str) -> int:
        return sum(self._by_status(user_id).values())

    def has_listed(self, user_id: str) -> bool:
        return any(self._by_status(user_id).get(status.value, 0) > 0 for status in LISTED)

    def _by_status(self, user_id: str) -> dict[str, int]:
        raw = self._dynamo.batch_get([Get(EventItem, keys.organizer_count(user_id))])[0] or {}
        return {name: int(value["N"]) for name, value in raw.items() if "N" in value}
