"""The list of events that are full or may be soon, and the places at which they stand in it."""

from chalicelib.domain.events.event import LISTED, Event
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.domain.seats import Seats
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.tables import EventItem, PostingItem, SeatItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.events.event_lists import DynamoEventLists
from chalicelib.store.items.events import NOWHERE
from chalicelib.store.items.postings import posting_item

_FEW = 50  # events, up to which a system may be looked at whole
PARTITION = keys.posted(ListKind.NEARLY_FULL, "seats")


def nearly_full_item(event: Event) -> PostingItem:
    """Its row: one at a place, whoever writes it."""
    return posting_item(event, (PARTITION, keys.posting(event, 0)), entries_of(event))


def complete_item() -> EventItem:
    return EventItem(*keys.COMPLETE, card="{}", status="complete", version=1)


class DynamoNearlyFull:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo
        self._is_complete = False
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
        if not self._is_complete:
            self._is_complete = self._dynamo.get(EventItem, keys.COMPLETE) is not None
        return self._is_complete

    def complete_if_young(self) -> None:
        if self._is_old or self.is_complete():
            return
        lists = DynamoEventLists(self._dynamo)
        counts = lists.bucket_counts(ListKind.STARTS, LISTED)
        if sum(of_status.total for of_status in counts.values()) > _FEW:
            self._is_old = True  # `make reindex` completes it
            return
        months = [(status, month) for status, of_status in counts.items() for month in of_status.months()]
        pages = [lists.month(month, start=None, forward=True, limit=_FEW, status=status) for status, month in months]
        ids = [event.id for page in pages for _, event in page.items]
        headers = self._dynamo.batch_get([Get(SeatItem, keys.seat(event_id, 0)) for event_id in ids])
        if ids and all(raw is not None and "few" in raw for raw in headers):
            self.complete()

    def complete(self) -> None:
        self._dynamo.retries.run(lambda: self._dynamo.put(complete_item()))
