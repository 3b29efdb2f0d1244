"""Events, their list rows and their seats, to items and back."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.accounts.people import legible
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import FACTS, EventFacts
from chalicelib.domain.seats import COUNTED, SeatMode, Seats, Shard
from chalicelib.domain.shared.coordinates import Coordinates
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import EventItem, ListItem
from chalicelib.store.dynamo.text import at_millis, compact, maybe_time, millis, time_of
from chalicelib.store.items.announcements import notice_from, notice_state, notice_text

# Cards are compared as texts: names that were there first keep their places, later ones follow as they are declared.
_ORDER = [
    "o",
    "s",
    "e",
    "b",
    "c",
    "m",
    "ta",
    "sm",
    "em",
    "sq",
    "eo",
    "ec",
    "t",
    "tz",
    "la",
    "lo",
    "co",
    "u",
    "on",
    "p",
    "cu",
    "ea",
    "wm",
    "hm",
    "gh",
    "om",
    "pm",
    "pp",
    "ms",
    "sh",
    "ga",
    "ns",
    "re",
    "fu",
]
# What JSON does not have, to it and back.
_SPECIAL: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    datetime: (millis, at_millis),
    Coordinates: (lambda point: [point.latitude, point.longitude], lambda pair: Coordinates(*pair)),
}
_PLAIN = {str, int, bool}
_STORED = {fact.stored: fact for fact in FACTS.values() if fact.stored}
_NAMES = list(dict.fromkeys([*_ORDER, *_STORED]))
_MADE: dict[str, tuple[str, Callable[[Any], Any] | None]] = {
    short: (fact.name, _SPECIAL[fact.kind][1] if fact.kind in _SPECIAL else None if fact.kind in _PLAIN else fact.kind)
    for short, fact in _STORED.items()
}
NOWHERE = "-"
_WRITE_UNIT = 1024
# Of a header beside the card and the organizer's name: its own attributes, the sums over shards; a name may be changed.
_HEADER_BYTES, _SUMS_BYTES, _NAME_BYTES = 420, 190, 40
_read = json.JSONDecoder().raw_decode  # cards have nothing around them, and are most of what a page reads


def card(event: Event) -> str:
    """The public summary: everything but the description, the seats and what stands beside it, id and status.

    Short names, and only what differs from the default: every row of every list and index has a card.
    """
    small: dict[str, Any] = {
        "o": event.organizer_id,
        "b": event.buckets,
        "c": millis(event.created_at),
        "m": millis(event.updated_at) if event.updated_at != event.created_at else None,
        "sm": millis(event.start_moved_at),
        "em": millis(event.end_moved_at),
        "sq": event.sequence or None,
    }
    small = {name: value for name, value in small.items() if value is not None}
    for short, fact in _STORED.items():
        value = getattr(event.facts, fact.name)
        if value != fact.default:
            small[short] = _SPECIAL[fact.kind][0](value) if value is not None and fact.kind in _SPECIAL else value
    return compact({name: small[name] for name in _NAMES if name in small})


def event_from(event_id: str, text: str, status: str, version: int, description: str = "") -> Event:
    """An event from its card; the capacity is not on it (see `Seats`)."""
    small: dict[str, Any] = _read(text)[0]
    named: dict[str, Any] = {}
    for short, value in small.items():
        if short in _MADE:
            name, make = _MADE[short]
            named[name] = make(value) if make else value
    facts = EventFacts(description=description, **named)
    created_at = at_millis(small["c"])
    return Event(
        id=event_id,
        organizer_id=small["o"],
        facts=facts,
        status=EventStatus(status),
        buckets=small["b"],
        version=int(version),
        created_at=created_at,
        updated_at=at_millis(small["m"]) if "m" in small else created_at,
        start_moved_at=time_of(small.get("sm")),
        end_moved_at=time_of(small.get("em")),
        sequence=small.get("sq", 0),
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
        notice_state=notice_state(event.notice),
        notice=notice_text(event.notice),
    )


def list_item(event: Event, key: Key | None = None, words: str | None = None) -> ListItem:
    """A row with the event's card: of the list in date order, or wherever `key` is."""
    pk, sk = key or keys.list_row(event)
    return ListItem(pk, sk, card=card(event), status=event.status.value, version=event.version, words=words)


def to_event(item: EventItem) -> Event:
    event = event_from(keys.last_id(item.pk), item.card, item.status, int(item.version), item.description or "")
    return replace(event, notice=notice_from(item.notice_state, item.notice)) if item.notice_state else event


def to_seats(raw: dict[str, Any]) -> Seats:
    """From a raw header: a page reads twenty of them, and PynamoDB's deserialising would be a third of its time."""
    rolled = "free_sum" in raw
    return Seats(
        event_id=raw["pk"]["S"],
        capacity=_number(raw, "capacity"),
        shards=_number(raw, "n"),
        free=_number(raw, "free_sum" if rolled else "free"),
        pool=_number(raw, "free"),
        mode=SeatMode(raw["mode"]["S"]),
        counts=json.loads(raw["counts_sum"]["S"]) if rolled else _counts(raw),
        organizer_name=legible(raw["organizer_name"]["S"]),
        as_of=maybe_time(raw["as_of"]["S"]) if rolled else None,
        index_version=_number(raw, "index_version"),
        given_up=_number(raw, "given_up") if "given_up" in raw else 0,
        nearly_full_at=raw["few"]["S"].removeprefix(NOWHERE) if "few" in raw else None,
    )


def with_capacity(event: Event, seats: Seats) -> Event:
    """The capacity is kept with the seats only; put it back among the facts."""
    return replace(event, facts=replace(event.facts, capacity=seats.limit))


def shown_event(raw: dict[str, Any]) -> Callable[[], Event] | None:
    """The event that a raw header shows, made when it is asked for."""
    if "card" not in raw or "index_version" not in raw:
        return None
    event_id, text, status = raw["pk"]["S"], raw["card"]["S"], raw["status"]["S"]
    return lambda: event_from(event_id, text, status, _number(raw, "index_version"))


def header_card(event: Event, organizer_name: str, shards: int) -> str | None:
    """The card for the header, if enrolling in the event stays a write of one kilobyte with it."""
    text = card(event)
    rest = _HEADER_BYTES + (_SUMS_BYTES if shards > 1 else 0) + max(_NAME_BYTES, len(organizer_name.encode()))
    return text if rest + len(text.encode()) <= _WRITE_UNIT else None


def to_shard(raw: dict[str, Any]) -> Shard:
    return Shard(
        free=_number(raw, "free"),
        guest_free=_number(raw, "guest_free"),
        mode=SeatMode(raw["mode"]["S"]),
        opens_at=maybe_time(raw["opens_at"]["S"]),
        closes_at=maybe_time(raw["closes_at"]["S"]),
        counts=_counts(raw),
        shards=_number(raw, "n") if "n" in raw else None,
    )


def _number(raw: dict[str, Any], name: str) -> int:
    return int(raw[name]["N"]) if name in raw else 0


def _counts(raw: dict[str, Any]) -> dict[str, int]:
    return {name: int(raw[name]["N"]) for name in COUNTED if name in raw}
