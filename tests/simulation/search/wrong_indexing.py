"""Deliberately wrong ways of keeping the index: what the simulator must see."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.container import Container
from chalicelib.domain.events.event import Event
from chalicelib.domain.search.filters import IndexEntries
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.services.search.indexer import EventIndexer, Indexed
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.store.items.postings import posting_items
from chalicelib.store.search.search_index import DynamoEventIndex
from tests.simulation.world import SimWorld


class WithoutTheRun(DynamoEventIndex):
    """Writes what was decided by an older record as if it had seen the present one."""

    def write(self, seen: Indexed, event: Event, entries: IndexEntries, run: str) -> None:
        super().write(replace(seen, run=self.indexed(event.id).run), event, entries, run)


class DeletesFirst(DynamoEventIndex):
    """Takes all rows out, and puts the new ones in afterwards: a crash between them leaves none."""

    def write(self, seen: Indexed, event: Event, entries: IndexEntries, run: str) -> None:
        super().write(seen, event, {}, f"{run} out")
        super().write(Indexed(event.id, f"{run} out", number=seen.number + 1), event, entries, run)


class RowsBeforeTheRecord(DynamoEventIndex):
    """Puts the rows, and then tells the record: a crash between them leaves rows that nobody knows of."""

    def write(self, seen: Indexed, event: Event, entries: IndexEntries, run: str) -> None:
        for item in posting_items(event, entries, seen.number + 1).values():
            self._put(item)
        super().write(seen, event, entries, run)


class EventBeforeTheRecord(EventIndexer):
    """Reads the event first: what another run wrote meanwhile is overwritten with what was."""

    def index(self, event_id: str, *, forced: bool = False) -> None:
        found = self._events.with_seats(event_id, consistent=True)
        seen = self._index.indexed(event_id)
        if found is None or (seen.version == found[0].version and not forced):
            return
        try:
            self._index.write(seen, found[0], entries_of(found[0]), self._new_id(self._clock()))
        except StaleError as stale:
            raise TryAgainError("another run was faster") from stale


Tamper = Callable[[SimWorld], None]


def _index(kind: type[DynamoEventIndex]) -> Tamper:
    def change(container: Container) -> None:
        container.store.event_index = kind(container.store.dynamo)

    return lambda world: world.tamper(change)


def _event_before_the_record(world: SimWorld) -> None:
    def change(container: Container) -> None:
        container.search.indexer = EventBeforeTheRecord(
            container.store.event_index, container.store.events, container.clock, container.new_id
        )

    world.tamper(change)


VARIANTS = {
    "without-the-run": _index(WithoutTheRun),
    "deletes-first": _index(DeletesFirst),
    "rows-before-the-record": _index(RowsBeforeTheRecord),
    "event-before-the-record": _event_before_the_record,
}
