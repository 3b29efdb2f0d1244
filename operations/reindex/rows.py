"""The rows that follow from an event, as they are stored."""

from collections.abc import Sequence

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import ListItem, PostingItem, SeatItem
from chalicelib.store.items.events import header_card, list_item
from chalicelib.store.items.postings import posting_items


def of_orders(event: Event) -> list[ListItem]:
    """Its place by start, by creation and by title; they are written in the event's own transactions."""
    if event.list_name is None:
        return []
    if not event.is_listed:
        return [list_item(event)]
    return [list_item(event, key) for key in (keys.list_row(event), keys.made_row(event), keys.title_row(event))]


def left_behind(dynamo: Dynamo, event: Event) -> Key | None:
    """Its row in the order of titles at the place where folding put it once, if it still stands there."""
    earlier = keys.earlier_title_row(event)
    if not event.is_listed or earlier == keys.title_row(event):
        return None
    return earlier if dynamo.get(ListItem, earlier, consistent=True) else None


def of_index(event: Event, number: int) -> list[PostingItem]:
    """Its words, parts of its texts and its properties, as the run of this number wrote them."""
    return list(posting_items(event, entries_of(event), number).values())


def has_its_card(dynamo: Dynamo, event: Event) -> bool:
    """Whether the header of its seats shows the event as it is, as far as it may."""
    [raw] = dynamo.batch_get([Get(SeatItem, keys.seat(event.id, 0), consistent=True)])
    if raw is None or int(raw.get("index_version", {}).get("N", 0)) != event.version:
        return True  # whoever changes the event writes it
    return bool(raw.get("card", {}).get("S") == card_of(event, raw))


def card_of(event: Event, header: Raw) -> str | None:
    return header_card(event, header["organizer_name"]["S"], int(header["n"]["N"]))


def wrong(dynamo: Dynamo, rows: Sequence[ListItem | PostingItem]) -> dict[str, str]:
    """By partition what the table has wrong of these rows."""
    wanted = [row.serialize() for row in rows]
    found = dynamo.batch_get([Get(ListItem, (raw["pk"]["S"], raw["sk"]["S"]), consistent=True) for raw in wanted])
    return {
        raw["pk"]["S"]: "is not as the event says" if stored else "is missing"
        for raw, stored in zip(wanted, found, strict=True)
        if raw != stored
    }
