"""The rows that follow from an event, as they are stored."""

from collections.abc import Sequence

from chalicelib.domain.events import LISTED, Event
from chalicelib.domain.index_entries import entries_of
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import ListItem
from chalicelib.store.items.events import list_item


def of_orders(event: Event) -> list[ListItem]:
    """Its place by start, by creation and by title; they are written in the event's own transactions."""
    if event.status not in LISTED:
        return []
    return [list_item(event, key) for key in (keys.list_row(event), keys.made_row(event), keys.title_row(event))]


def left_behind(dynamo: Dynamo, event: Event) -> Key | None:
    """Its row in the order of titles at the place where folding put it once, if it still stands there."""
    earlier = keys.earlier_title_row(event)
    if event.status not in LISTED or earlier == keys.title_row(event):
        return None
    return earlier if dynamo.get(ListItem, earlier, consistent=True) else None


def of_index(event: Event) -> list[ListItem]:
    """Its words, parts of its texts and its properties; a job writes them."""
    place = keys.place(event)
    return [list_item(event, (keys.posted(*name), place), words or None) for name, words in entries_of(event).items()]


def wrong(dynamo: Dynamo, rows: Sequence[ListItem]) -> dict[str, str]:
    """By partition what the table has wrong of these rows."""
    wanted = [row.serialize() for row in rows]
    found = dynamo.batch_get([Get(ListItem, (raw["pk"]["S"], raw["sk"]["S"]), consistent=True) for raw in wanted])
    return {
        raw["pk"]["S"]: "is not as the event says" if stored else "is missing"
        for raw, stored in zip(wanted, found, strict=True)
        if raw != stored
    }
