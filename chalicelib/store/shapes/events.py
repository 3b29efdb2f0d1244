"""Events, their list rows and their seats, to items and back."""

import json
from typing import Any

from chalicelib.domain.events import Event, EventFacts, EventStatus
from chalicelib.domain.seats import SeatMode, Seats, Shard
from chalicelib.store import keys
from chalicelib.store.shapes.text import at_millis, compact, maybe_time, millis, time_of
from chalicelib.store.tables import EventItem, ListItem, SeatItem

_CARD = (  # short names: a card is read twenty times a page and billed by its size
    ("t", "title"), ("tz", "timezone"), ("la", "language"), ("lo", "location"), ("co", "country"), ("u", "url"),
    ("on", "online"), ("p", "price"), ("cu", "currency"), ("ea", "ends_at_assumed"),
)  # fmt: skip


def card(event: Event) -> str:
    """The public summary: everything but the description and the seats."""
    facts = event.facts
    small: dict[str, Any] = {
        "i": event.id,
        "o": event.organizer_id,
        "s": millis(facts.starts_at),
        "e": millis(facts.ends_at),
        "b": event.buckets,
        "c": millis(event.created_at),
        "m": millis(event.updated_at),
        "ta": list(facts.tags),
        "eo": millis(facts.enrollment_opens_at),
        "ec": millis(facts.enrollment_closes_at),
    }
    small |= {short: getattr(facts, name) for short, name in _CARD}
    return compact({name: value for name, value in small.items() if value not in (None, False, [])})


def event_from(text: str, status: str, version: int, description: str = "") -> Event:
    """An event from its card; the capacity is not on it (see `Seats`)."""
    small: dict[str, Any] = json.loads(text)
    starts_at, ends_at, created_at, updated_at = (at_millis(small[name]) for name in ("s", "e", "c", "m"))
    named = {name: small[short] for short, name in _CARD if short in small}
    facts = EventFacts(
        starts_at=starts_at,
        ends_at=ends_at,
        description=description,
        tags=tuple(small.get("ta", ())),
        enrollment_opens_at=time_of(small.get("eo")),
        enrollment_closes_at=time_of(small.get("ec")),
        **named,
    )
    return Event(
        id=small["i"],
        organizer_id=small["o"],
        facts=facts,
        status=EventStatus(status),
        buckets=small["b"],
        version=int(version),
        created_at=created_at,
        updated_at=updated_at,
    )


def event_item(event: Event) -> EventItem:
    pk, sk = keys.event(event.id)
    gone = event.status is EventStatus.DELETED
    return EventItem(
        pk,
        sk,
        card=card(event),
        status=event.status.value,
        version=event.version,
        description=event.facts.description or None,
        organizer=None if gone else event.organizer_id,
        organizer_sort=None if gone else keys.place(event),
    )


def list_item(event: Event) -> ListItem:
    pk, sk = keys.list_row(event)
    return ListItem(pk, sk, card=card(event), status=event.status.value, version=event.version)


def to_event(item: EventItem | ListItem) -> Event:
    return event_from(item.card, item.status, int(item.version), getattr(item, "description", None) or "")


def to_seats(raw: dict[str, Any]) -> Seats:
    """From a raw header: a page reads twenty of them, and PynamoDB's deserialising would be a third of its time."""

    def number(name: str) -> int:
        return int(raw[name]["N"]) if name in raw else 0

    rolled = "free_sum" in raw
    return Seats(
        event_id=raw["pk"]["S"],
        capacity=number("capacity"),
        shards=number("n"),
        free=number("free_sum" if rolled else "free"),
        cancelled=number("cancelled_sum" if rolled else "cancelled"),
        organizer_name=raw["organizer_name"]["S"],
        as_of=maybe_time(raw["as_of"]["S"]) if rolled else None,
    )


def to_shard(item: SeatItem) -> Shard:
    return Shard(
        free=int(item.free),
        cancelled=int(item.cancelled),
        mode=SeatMode(item.mode),
        opens_at=maybe_time(item.opens_at),
        closes_at=maybe_time(item.closes_at),
    )
