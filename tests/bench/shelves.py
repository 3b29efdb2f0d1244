"""Events straight into the simulated tables: the rows that creating and indexing them would leave, without a call."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.domain.search.words import title_bucket, title_key
from chalicelib.domain.seats import UNLIMITED, Seats
from chalicelib.domain.shared.times import month_of
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import PostingItem
from chalicelib.store.items.events import NOWHERE, event_item, list_item, to_seats
from chalicelib.store.items.postings import posting_items
from chalicelib.store.search.completeness import complete_item
from chalicelib.store.search.nearly_full import nearly_full_item
from chalicelib.store.seats.seats import first_shards
from devtools.simdb.database import SimDB
from devtools.simdb.tables.partitions import Partition
from devtools.simdb.values import Row, text_size
from tests.bench.catalogue import taken

EVENTS, SEATS = "turnout-events", "turnout-seats"
_COUNTED_AS = "confirmed"


class Card:
    """What all rows of one event have in common."""

    __slots__ = ("attributes", "size")

    def __init__(self, event: Event) -> None:
        raw = list_item(event).serialize()
        self.attributes: dict[str, Any] = {name: raw[name] for name in ("card", "status", "version")}
        self.size = Row(self.attributes).size


class ListRow:
    """One row; it is put together when it is read, so that millions of them fit into memory."""

    __slots__ = ("_card", "_pk", "_sk")

    def __init__(self, card: Card, pk: str, sk: str) -> None:
        self._card = card
        self._pk = pk
        self._sk = sk

    @property
    def attributes(self) -> dict[str, Any]:
        return {"pk": {"S": self._pk}, "sk": {"S": self._sk}, **self._card.attributes}

    @property
    def size(self) -> int:
        return self._card.size + len("pksk") + text_size(self._pk) + text_size(self._sk)


class Facts:
    """What all rows of the index of one event have in common."""

    __slots__ = ("attributes", "size")

    def __init__(self, item: PostingItem) -> None:
        self.attributes: dict[str, Any] = {
            name: value for name, value in item.serialize().items() if name not in {"pk", "sk", "w"}
        }
        self.size = Row(self.attributes).size


class IndexRow:
    """One row of the index, put together when it is read."""

    __slots__ = ("_facts", "_pk", "_sk", "_words")

    def __init__(self, facts: Facts, pk: str, sk: str, words: str | None) -> None:
        self._facts = facts
        self._pk = pk
        self._sk = sk
        self._words = words

    @property
    def attributes(self) -> dict[str, Any]:
        made = {"pk": {"S": self._pk}, "sk": {"S": self._sk}, **self._facts.attributes}
        return made | {"w": {"S": self._words}} if self._words is not None else made

    @property
    def size(self) -> int:
        words = 0 if self._words is None else len("w") + text_size(self._words)
        return self._facts.size + len("pksk") + text_size(self._pk) + text_size(self._sk) + words


class Shelves:
    """Loads events; `finish` sorts what was loaded and writes the figures."""

    def __init__(self, db: SimDB) -> None:
        self._db = db
        self._table = db.tables[EVENTS]
        self._figures: dict[Key, Counter[str]] = {}
        self._pks: dict[str, str] = {}  # each text once
        self.number = 0

    def load(self, events: Sequence[Event]) -> None:
        for event in events:
            self._put_event(event)
            self._put_rows(event)
            self._count(event)
            self.number += 1

    def _put_event(self, event: Event) -> None:
        raw = event_item(event).serialize()
        key = (raw["pk"]["S"], raw["sk"]["S"])
        self._db.store(self._table, key, None, Row(raw))
        capacity = UNLIMITED if event.facts.capacity is None else event.facts.capacity
        [header] = first_shards(event, [capacity], "Ada Byron")
        gone = taken(event, self.number)
        header.free = capacity - gone
        header.nearly_full_at = self._enter(event, to_seats(header.serialize()))
        seat = header.serialize() | {_COUNTED_AS: {"N": str(gone)}}
        self._db.store(self._db.tables[SEATS], (seat["pk"]["S"], ""), None, Row(seat))

    def _enter(self, event: Event, seats: Seats) -> str:
        if not seats.may_be_full:
            return NOWHERE
        item = nearly_full_item(event)
        self._shelve(item.pk, item.sk, IndexRow(Facts(item), item.pk, item.sk, None))
        return keys.place(event)

    def _put_rows(self, event: Event) -> None:
        card = Card(event)
        for pk, sk in (keys.list_row(event), keys.made_row(event), keys.title_row(event)):
            self._shelve(pk, sk or "", ListRow(card, pk, sk or ""))
        entries = entries_of(event)
        rows = posting_items(event, entries, 1)
        facts, sk = None, keys.posting(event, 1)
        for item in rows.values():
            facts = facts or Facts(item)
            pk = self._pks.setdefault(item.pk, item.pk)
            self._shelve(pk, sk, IndexRow(facts, pk, sk, item.w))

    def _shelve(self, pk: str, sk: str, row: Any) -> None:
        partition = self._table.partitions.get(pk)
        if partition is None:
            partition = self._table.partitions[pk] = Partition()
        token = (sk,)
        partition.rows[token] = row
        partition.tokens.append(token)

    def _count(self, event: Event) -> None:
        partition, start = keys.counts(event.status), event.facts.starts_at
        for key, name in (
            ((partition, keys.MONTHS), month_of(start)),
            ((partition, month_of(start)), f"d{start:%d}"),
            ((partition, keys.MADE), month_of(event.created_at)),
            ((partition, keys.TITLES), title_bucket(title_key(event.facts.title))),
            (keys.organizer_count(event.organizer_id), event.status.value),
        ):
            self._figures.setdefault(key, Counter())[name] += 1

    def finish(self) -> None:
        self._db.load(EVENTS, [complete_item().serialize()])
        for partition in self._table.partitions.values():
            partition.tokens.sort()
        for (pk, sk), numbers in self._figures.items():
            counted = {name: {"N": str(number)} for name, number in numbers.items()}
            self._db.load(EVENTS, [{"pk": {"S": pk}, "sk": {"S": sk}, **counted}])
