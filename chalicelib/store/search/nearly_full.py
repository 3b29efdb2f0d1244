"""The list of events that are full or may be soon, and the places at which they stand in it."""

from collections.abc import Sequence

from chalicelib.domain.events.event import LISTED, Event
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.domain.seats import Seats
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.tables import IndexedItem, PostingItem, SeatItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.events.event_lists import DynamoEventLists
from chalicelib.store.items.events import NOWHERE
from chalicelib.store.items.postings import posting_item
from chalicelib.store.search.completeness import FULL_EVENTS, WORDS, DynamoCompleteness
from chalicelib.store.search.search_index import is_in_form

_FEW = 50  # events, up to which a system may be looked at whole
PARTITION = keys.posted(ListKind.NEARLY_FULL, "seats")


def nearly_full_item(event: Event) -> PostingItem:
    """Its row: one at a place, whoever writes it."""
    return posting_item(event, (PARTITION, keys.posting(event, 0)), entries_of(event))


class DynamoNearlyFull:
    def __init__(self, dynamo: Dynamo, completeness: DynamoCompleteness) -> None:
        self._dynamo = dynamo
        self._completeness = completeness
        self._is_old = False

    def enter(self, event: Event, seats: Seats) -> None:
        transaction = Transaction(self._dynamo)
        place = keys.place(event)
        transaction.put("row", nearly_full_item(event))
        self._move(transaction, event, seats, place)
        try:
            transaction.commit()
        except RefusedError:
            return  # it has no seats any more

    def leave(self, event: Event, seats: Seats) -> None:
        transaction = Transaction(self._dynamo)
        self._move(transaction, event, seats, NOWHERE)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused

    def _move(self, transaction: Transaction, event: Event, seats: Seats, place: str) -> None:
        there = SeatItem.pk.exists()
        if place == NOWHERE:
            there &= SeatItem.free == seats.pool
        transaction.update("header", SeatItem, keys.seat(event.id, 0), [SeatItem.nearly_full_at.set(place)], there)
        if seats.nearly_full_at and seats.nearly_full_at != place:
            old = (PARTITION, keys.posting_at(seats.nearly_full_at, 0))
            transaction.delete("old row", PostingItem, old)

    def is_complete(self) -> bool:
        return self._completeness.reaches(FULL_EVENTS)

    def complete_if_young(self) -> None:
        if self._is_old or self._completeness.reaches(WORDS):
            return
        lists = DynamoEventLists(self._dynamo)
        counts = lists.bucket_counts(ListKind.STARTS, LISTED)
        if sum(of_status.total for of_status in counts.values()) > _FEW:
            self._is_old = True  # `make reindex` completes it
            return
        months = [(status, month) for status, of_status in counts.items() for month in of_status.months()]
        pages = [lists.month(month, start=None, forward=True, limit=_FEW, status=status) for status, month in months]
        ids = [event.id for page in pages for _, event in page.items]
        if ids and self._know_their_place(ids) and self._are_in_form(ids):
            self.complete()

    def _know_their_place(self, event_ids: Sequence[str]) -> bool:
        headers = self._dynamo.batch_get([Get(SeatItem, keys.seat(event_id, 0)) for event_id in event_ids])
        return all(raw is not None and "few" in raw for raw in headers)

    def _are_in_form(self, event_ids: Sequence[str]) -> bool:
        """Whether no event has words where only a version before looked for them."""
        records = self._dynamo.batch_get([Get(IndexedItem, keys.indexed(event_id)) for event_id in event_ids])
        return all(raw is None or is_in_form(raw["places"]["S"]) for raw in records)

    def complete(self) -> None:
        self._completeness.complete()
