"""What happened to an event and its people, and the figures that are counted from it."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from chalicelib.domain.enrollments.activity import PersonEntry
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.announced import Announced
from chalicelib.domain.shared.times import stamp
from chalicelib.services.people.activity_port import DayFigures, Entry, Uncounted
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.pages import Shelf, read_slice
from chalicelib.store.dynamo.parallel import Gather
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import ActivityItem, AnnouncedItem, FiguresItem
from chalicelib.store.dynamo.text import compact
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.activity import event_from, person_from, team_or_key_from
from chalicelib.store.items.announced import to_announced


class DynamoActivity:
    def __init__(self, dynamo: Dynamo, gather: Gather) -> None:
        self._dynamo = dynamo
        self._gather = gather

    def newest_first(
        self, event: Event, *, start: str | None, forward: bool, limit: int, with_team: bool
    ) -> Slice[Entry]:
        """A page of each of the partitions, merged: all of them are in the order of time. From replicas, for half of
        the units: an entry may be late anyway.
        """

        def announced(raw: Raw) -> Announced:
            return to_announced(event.id, AnnouncedItem.from_raw_data(raw))

        shelves: list[tuple[Shelf, Callable[[Raw], Entry]]] = [
            (Shelf(ActivityItem, keys.activity(event.id, None)), event_from),
            (Shelf(AnnouncedItem, keys.announced_list(event.id)), announced),
            *((Shelf(ActivityItem, partition), person_from) for partition in _of_people(event)),
        ]
        if with_team:
            shelves += [(shelf, team_or_key_from) for shelf in _of_teams(event)]
        where: dict[str, Any] = {"start": start, "forward": not forward, "limit": limit}
        asks = [partial(read_slice, self._dynamo, shelf, convert, **where) for shelf, convert in shelves]
        slices: list[Slice[Entry]] = self._gather(asks)
        found = sorted((one for part in slices for one in part.items), key=lambda one: one[0], reverse=forward)
        more = len(found) > limit or any(part.end for part in slices)
        shown = found[:limit]
        return Slice(shown, shown[-1][0] if shown and more else None)

    def uncounted(self, event: Event, after: str, until: str, limit: int) -> Uncounted:
        queries = [
            Query(
                model=ActivityItem,
                partition=partition,
                between=(f"{after}!", until),
                limit=limit,
                consistent=True,
            )
            for partition in _of_people(event)
        ]
        pages: list[Raw] = self._gather([partial(self._dynamo.query, query) for query in queries])
        ends = [page["LastEvaluatedKey"]["sk"]["S"] for page in pages if page.get("LastEvaluatedKey")]
        end = min(ends, default=None)
        raws = [raw for page in pages for raw in page["Items"] if end is None or raw["sk"]["S"] <= end]
        found: list[tuple[str, PersonEntry]] = [(raw["sk"]["S"], person_from(raw)) for raw in raws]
        return Uncounted(sorted(found, key=lambda one: one[0]), end)

    def counted_up_to(self, event_id: str) -> str:
        found = self._dynamo.get(FiguresItem, keys.figures(event_id, keys.SOLE), consistent=True)
        return str(found.numbers) if found else ""

    def figures(self, event_id: str, first: str, last: str) -> Mapping[str, DayFigures]:
        partition, _ = keys.figures(event_id, first)
        query = Query(model=FiguresItem, partition=partition, between=(first, last), consistent=True)
        return {raw["sk"]["S"]: json.loads(raw["numbers"]["S"]) for raw in self._all(query)}

    def count(self, event_id: str, before: str, up_to: str, days: Mapping[str, DayFigures]) -> None:
        transaction = Transaction(self._dynamo)
        mark = FiguresItem(*keys.figures(event_id, keys.SOLE), numbers=up_to)
        same = FiguresItem.numbers == before if before else FiguresItem.pk.does_not_exist()
        transaction.put("mark", mark, same)
        for day, numbers in days.items():
            transaction.put(day, FiguresItem(*keys.figures(event_id, day), numbers=compact(numbers)))
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused

    def _all(self, query: Query) -> list[Raw]:
        """Of a range of days, which is bounded."""
        page = self._dynamo.query(query)
        found = list(page["Items"])
        assert "LastEvaluatedKey" not in page, "a day is small, and a range has few"
        return found


def _of_people(event: Event) -> Sequence[str]:
    return [keys.activity(event.id, bucket) for bucket in range(event.buckets)]


def _of_teams(event: Event) -> Sequence[Shelf]:
    """Of its own team, and of that of all events of its owner since it is one of them."""
    since = stamp(event.created_at)
    return [Shelf(ActivityItem, keys.activity_of_team(scope), first=since) for scope in (event.id, event.organizer_id)]
