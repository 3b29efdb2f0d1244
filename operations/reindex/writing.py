"""Writing the index of all events anew while the system runs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pynamodb.expressions.operand import Path as Field
from pynamodb.expressions.operand import Value

from chalicelib.container import Container
from chalicelib.domain.events.event import Event
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Get
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import EventItem, ListItem, SeatItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from operations.patience import patiently
from operations.reindex.rows import card_of, has_its_card, left_behind, of_orders, wrong
from operations.walking import WORKERS, Progress, pages


def reindex(container: Container, path: Path, done: Callable[[int], None], workers: int = WORKERS) -> int:
    """Write every row of every event that follows from it; goes on where an interrupted run stopped.

    Returns how many events have been done, those of the earlier runs included. Raises `TryAgainError` when the table
    stays busy; what was done is remembered then too. Requests and jobs may write at the same time: each event is
    written under the record of what is indexed.
    """
    start = Progress.read(path)
    number = start.number if start else 0
    if number:
        done(number)
    index = container.search.indexer.index  # made here, before the threads share it

    def write(event: Event) -> None:
        _mend(container, event)
        index(event.id, forced=True)

    with ThreadPoolExecutor(workers) as pool:
        for events, progress in pages(container, start):
            for _ in pool.map(lambda event: patiently(lambda: write(event)), events):
                done(1)
            progress.write(path)
            number = progress.number
    container.store.nearly_full.complete()
    path.unlink(missing_ok=True)
    return number


def _mend(container: Container, listed: Event) -> None:
    """The rows of the orders where they are wrong. Whoever changes the event meanwhile writes them itself."""
    event = container.store.events.by_ids([listed.id]).get(listed.id)
    if event is None:
        return
    _show(container, event)
    earlier = left_behind(container.store.dynamo, event)
    if earlier is None and not wrong(container.store.dynamo, of_orders(event)):
        return
    transaction = Transaction(container.store.dynamo)
    transaction.check("event", EventItem, keys.event(event.id), EventItem.version == event.version)
    for number, row in enumerate(of_orders(event)):
        transaction.put(f"row {number}", row)
    if earlier is not None:
        _take_out(transaction, event, earlier)
    try:
        transaction.commit()
    except RefusedError:
        return


def _show(container: Container, event: Event) -> None:
    """The event on the header of its seats, where an earlier version did not write it."""
    dynamo = container.store.dynamo
    if has_its_card(dynamo, event):
        return
    [header] = dynamo.batch_get([Get(SeatItem, keys.seat(event.id, 0), consistent=True)])
    text = card_of(event, header) if header else None
    card = SeatItem.card.remove() if text is None else SeatItem.card.set(text)
    try:
        dynamo.update(SeatItem, keys.seat(event.id, 0), [card], SeatItem.index_version == event.version)
    except ConditionFailedError:
        return  # changed meanwhile, and shown by whoever changed it


def _take_out(transaction: Transaction, event: Event, earlier: Key) -> None:
    """The row of the title order at its earlier place; it is counted where it stands from now on."""
    transaction.delete("earlier row", ListItem, earlier, ListItem.pk.exists())
    was, now = (partition.rpartition("#")[2] for partition, _ in (earlier, keys.title_row(event)))
    if was != now:
        moved = [Field([was]).add(Value(-1)), Field([now]).add(Value(1))]
        transaction.update("figures", EventItem, (keys.counts(event.status), keys.TITLES), moved)
