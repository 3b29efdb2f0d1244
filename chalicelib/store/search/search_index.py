"""Writing the index: rows that are of one run only, and a record that names every row before it is written."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from pynamodb.expressions.condition import Condition

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.filters import IndexEntries, ListKind
from chalicelib.domain.search.words import PREFIX
from chalicelib.services.search.indexer import Indexed
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.parallel import Gather, one_by_one
from chalicelib.store.dynamo.tables import IndexedItem, PostingItem
from chalicelib.store.dynamo.text import compact
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.postings import posting_items

_AT_ONCE = 60  # rows that are written with the record: two write units each instead of one, and one call

_IN_FORM = re.compile(r".{3}#\d{2}", re.DOTALL)

Name = tuple[str, str]  # of a posting list: kind and name
Places = dict[str, frozenset[Name]]
Step = Callable[[], None]


def _text(places: Places) -> str:
    return compact({place: sorted(f"{kind}#{name}" for kind, name in names) for place, names in places.items()})


def _places(text: str) -> Places:
    found: dict[str, list[str]] = json.loads(text)
    return {place: frozenset(_split(name) for name in names) for place, names in found.items()}


def _split(text: str) -> Name:
    kind, name = text.split("#", 1)
    return kind, name


def is_in_form(places: str) -> bool:
    """Whether a record names lists of words as this version divides them, by their first five letters."""
    names = (name for those in _places(places).values() for kind, name in those if kind == ListKind.WORD)
    return all(len(name) < PREFIX or _IN_FORM.fullmatch(name) for name in names)


class DynamoEventIndex:
    """A run writes rows that no other run writes or keeps: their sort key ends with its number.

    So a late write can neither overwrite nor delete what a later run wrote. What a run may leave behind when it is
    overtaken is named by the record of the run that overtook it, until the next one has taken it out.
    """

    def __init__(self, dynamo: Dynamo, gather: Gather = one_by_one) -> None:
        self._dynamo = dynamo
        self._gather = gather

    def indexed(self, event_id: str) -> Indexed:
        item = self._dynamo.get(IndexedItem, keys.indexed(event_id), consistent=True)
        if item is None:
            return Indexed(event_id)
        number, places = int(item.number or 0), _places(item.places)
        haunted = any(keys.run_of(place) != number for place in places)
        return Indexed(event_id, item.run, int(item.version), places, number, haunted)

    def write(self, seen: Indexed, event: Event, entries: IndexEntries, run: str) -> None:
        """In one transaction where few rows change; else the record names the old and the new until all is done."""
        number = seen.number + 1
        own = keys.posting(event, number)
        items = posting_items(event, entries, number)
        gone = [(name, place) for place, names in sorted(seen.places.items()) for name in sorted(names)]
        kept = {own: frozenset(entries)} if entries else {}
        final = Indexed(event.id, run, event.version, kept | self._haunted(seen), number)
        if len(items) + len(gone) <= _AT_ONCE:
            return self._commit(final, seen.run, list(items.values()), gone)
        self._commit(Indexed(event.id, run, 0, {**seen.places, **kept}, number), seen.run)
        self._gather([partial(self._put, item) for item in items.values()])
        self._gather([partial(self._delete, name, place) for name, place in gone])
        try:
            self._commit(final, run)
        except StaleError:
            self._gather([partial(self._delete, name, own) for name in items])  # nobody else wants them
            raise
        return None

    @staticmethod
    def _haunted(seen: Indexed) -> Places:
        """What a run that has not finished may still write: the record goes on to name it."""
        newest = max(seen.places, key=keys.run_of, default=None)
        return {newest: seen.places[newest]} if newest is not None and not seen.version and seen.number else {}

    def _put(self, item: PostingItem) -> None:
        self._dynamo.retries.run(lambda: self._dynamo.put(item))

    def _delete(self, name: Name, place: str) -> None:
        self._dynamo.delete(PostingItem, (keys.posted(*name), place))

    def _commit(
        self,
        record: Indexed,
        seen_run: str,
        items: Sequence[PostingItem] = (),
        gone: Iterable[tuple[Name, str]] = (),
    ) -> None:
        """The record, and some rows with it: it must still be that of the run that was seen."""
        transaction = Transaction(self._dynamo)
        same: Condition = IndexedItem.run == seen_run if seen_run else IndexedItem.pk.does_not_exist()
        transaction.put("record", _item(record), same)
        for number, item in enumerate(items):
            transaction.put(f"row {number}", item)
        for number, (name, place) in enumerate(gone):
            transaction.delete(f"old row {number}", PostingItem, (keys.posted(*name), place))
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused


def _item(record: Indexed) -> IndexedItem:
    pk, sk = keys.indexed(record.event_id)
    places = _text(dict(record.places))
    return IndexedItem(pk, sk, version=record.version, run=record.run, places=places, number=record.number)
