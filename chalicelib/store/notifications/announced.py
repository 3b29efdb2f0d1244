"""The list of what the people of an event were told, with the sums of its tallies."""

from collections.abc import Sequence
from dataclasses import fields

from chalicelib.domain.notifications.announced import Announced, Deliveries, tally_name
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.pages import Shelf, read_slice
from chalicelib.store.dynamo.tables import AnnouncedItem, TallyItem
from chalicelib.store.items.announced import to_announced

_NUMBERS = tuple(field.name for field in fields(Deliveries))


class DynamoAnnounced:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def newest_first(self, event_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Announced]:
        def convert(raw: Raw) -> Announced:
            return to_announced(event_id, AnnouncedItem.from_raw_data(raw))

        # Consistent: who has written to people looks whether it is sent.
        shelf = Shelf(AnnouncedItem, keys.announced_list(event_id))
        return read_slice(self._dynamo, shelf, convert, start=start, forward=not forward, limit=limit, consistent=True)

    def deliveries(self, rows: Sequence[Announced]) -> list[Deliveries]:
        """What became of the mails about each, from replicas: a page is read again while it is sent."""
        names = [[tally_name(one.event_id, one.id, number) for number in range(one.tallies)] for one in rows]
        flat = [name for some in names for name in some]
        raws = dict(zip(flat, self._dynamo.batch_get([Get(TallyItem, keys.tally(name)) for name in flat]), strict=True))
        return [_sum([raws[name] for name in some]) for some in names]


def _sum(raws: list[Raw | None]) -> Deliveries:
    found = [raw for raw in raws if raw]
    return Deliveries(**{name: sum(int(raw[name]["N"]) for raw in found if name in raw) for name in _NUMBERS})
