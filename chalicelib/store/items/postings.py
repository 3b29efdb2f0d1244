"""Rows of the index: to items and back."""

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.search.filters import IndexEntries
from chalicelib.domain.search.index_entries import facts_shown
from chalicelib.domain.search.posting_facts import PostingFacts
from chalicelib.services.search.posting_lists import Posting
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Raw
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import PostingItem
from chalicelib.store.items.events import event_from

_NONE, _SILENT = " ", " "  # no words beyond the title; more words than marks tell: neither is a word or a mark


def posting_items(event: Event, entries: IndexEntries, number: int) -> dict[tuple[str, str], PostingItem]:
    """The rows that a run of this number writes of an event, by the names of the lists."""
    facts, sk = facts_shown(event, entries), keys.posting(event, number)
    return {name: _item(event, (keys.posted(*name), sk), facts, entries[name]) for name in sorted(entries)}


def posting_item(event: Event, key: Key, entries: IndexEntries) -> PostingItem:
    """A row of an event in another list, of no word."""
    return _item(event, key, facts_shown(event, entries), "")


def _item(event: Event, key: Key, facts: PostingFacts, words: str) -> PostingItem:
    marks = f"{_SILENT if facts.is_silent else ''}{facts.marks}"
    return PostingItem(
        *key,
        v=event.version,
        t=facts.title,
        a=None if facts.words is None else facts.words or _NONE,
        m=marks or None,
        w=(words or None) if facts.words is None else None,
        s=None if event.status is EventStatus.PUBLISHED else event.status.value,
        g=facts.packed or None,
    )


def posting_from(raw: Raw, place: str) -> Posting:
    """From a row of an order or of the index; `place` is the attribute that has the place.

    Rows of the orders have the card of their event, and so have those of the index that an earlier version wrote.
    """
    at = raw[place]["S"]
    if "card" in raw:
        return _with_card(raw, at)
    marks = raw["m"]["S"] if "m" in raw else ""
    known = raw["w"]["S"] if "w" in raw else ""
    facts = PostingFacts(
        title=raw["t"]["S"],
        words=raw["a"]["S"] if "a" in raw else None,
        marks=marks.removeprefix(_SILENT),
        is_silent=marks.startswith(_SILENT),
        packed=raw["g"]["S"] if "g" in raw else "",
        known=known,
    )
    status = EventStatus(raw["s"]["S"]) if "s" in raw else EventStatus.PUBLISHED
    return Posting(at.partition(keys.RUN)[0], status, int(raw["v"]["N"]), facts=facts, words=tuple(known.split()))


def _with_card(raw: Raw, place: str) -> Posting:
    card, status, version = raw["card"]["S"], raw["status"]["S"], int(raw["version"]["N"])
    return Posting(
        place=place,
        status=EventStatus(status),
        version=version,
        card=card,
        make=lambda: event_from(keys.last_id(place), card, status, version),
        words=tuple(raw["words"]["S"].split()) if "words" in raw else (),
    )
