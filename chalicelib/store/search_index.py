"""Writing the index: an event's entries and the record of them change together, under the record's run."""

import json
from collections.abc import Callable, Iterator, Sequence

from pynamodb.expressions.condition import Condition

from chalicelib.domain.events import Event
from chalicelib.domain.filters import IndexEntries
from chalicelib.services.search.indexer import Indexed
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.tables import IndexedItem, ListItem
from chalicelib.store.dynamo.text import compact
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.events import list_item

_ITEMS = 99  # of one transaction, beside the record

Entry = tuple[tuple[str, str], str]  # posting list (kind and name), place
Places = dict[str, frozenset[tuple[str, str]]]
Step = Callable[[Transaction, str], None]


def _text(places: Places) -> str:
    return compact({place: sorted(f"{kind}#{name}" for kind, name in names) for place, names in places.items()})


def _places(text: str) -> Places:
    found: dict[str, list[str]] = json.loads(text)
    return {place: frozenset(_split(name) for name in names) for place, names in found.items()}


def _split(text: str) -> tuple[str, str]:
    kind, name = text.split("#", 1)
    return kind, name


class DynamoEventIndex:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def indexed(self, event_id: str) -> Indexed:
        item = self._dynamo.get(IndexedItem, keys.indexed(event_id), consistent=True)
        if item is None:
            return Indexed(event_id)
        return Indexed(event_id, item.run, int(item.version), _places(item.places))

    def write(self, seen: Indexed, event: Event, entries: IndexEntries, run: str) -> None:
        """In one transaction where it fits; else the record names both the old and the new until all is written."""
        place = keys.place(event)
        old = {(name, at) for at, names in seen.places.items() for name in names}
        new = {(name, place) for name in entries}
        steps: list[Step] = [_put(event, name, entries[name]) for name in sorted(entries)]
        steps += [_deletion(entry) for entry in sorted(old - new)]
        final = Indexed(event.id, run, event.version, {place: frozenset(entries)} if entries else {})
        if len(steps) <= _ITEMS:
            return self._commit(final, seen.run, steps)
        both = {**seen.places, place: frozenset(entries) | seen.places.get(place, frozenset())}
        self._commit(Indexed(event.id, run, 0, both), seen.run, [])
        for part in _chunks(steps):
            self._commit(None, run, part, event.id)
        return self._commit(final, run, [])

    def _commit(self, record: Indexed | None, seen_run: str, steps: Sequence[Step], event_id: str = "") -> None:
        """Some entries, with the record or under it: it must still be that of the run that was seen."""
        transaction = Transaction(self._dynamo)
        same: Condition = IndexedItem.run == seen_run if seen_run else IndexedItem.pk.does_not_exist()
        if record is None:
            transaction.check("record", IndexedItem, keys.indexed(event_id), same)
        else:
            transaction.put("record", _item(record), same)
        for number, step in enumerate(steps):
            step(transaction, f"entry {number}")
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused


def _item(record: Indexed) -> IndexedItem:
    pk, sk = keys.indexed(record.event_id)
    return IndexedItem(pk, sk, version=record.version, run=record.run, places=_text(dict(record.places)))


def _put(event: Event, name: tuple[str, str], words: str) -> Step:
    item = list_item(event, (keys.posted(*name), keys.place(event)), words or None)
    return lambda transaction, step: transaction.put(step, item)


def _deletion(entry: Entry) -> Step:
    (kind, name), place = entry
    return lambda transaction, step: transaction.delete(step, ListItem, (keys.posted(kind, name), place))


def _chunks(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    for start in range(0, len(steps), _ITEMS):
        yield steps[start : start + _ITEMS]
