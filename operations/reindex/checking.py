"""Comparing the orders, the figures and the index with the events."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from chalicelib.container import Container
from chalicelib.domain.events.event import LISTED, UNLISTED, Event
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.search.index_entries import entries_of
from chalicelib.services.search.indexer import EventIndex
from chalicelib.services.search.posting_lists import PostingList
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import ListItem, PostingItem
from chalicelib.store.search.search_reads import partition_of
from operations.reindex.rows import has_its_card, left_behind, of_index, of_orders, wrong
from operations.walking import WORKERS, pages

# The lists of each order; what is unlisted has the one in the order of the start.
ORDERS = {ListKind.STARTS: (*LISTED, UNLISTED), ListKind.MADE: LISTED, ListKind.TITLES: LISTED}


def differences(container: Container, done: Callable[[int], None], workers: int = WORKERS) -> Iterator[str]:
    """What the tables show that the events do not say, or the other way round; one sentence each.

    An event that is changed at that very moment may be named though nothing is wrong: it is indexed a moment later.
    """
    index = container.store.event_index  # made here, before the threads share it
    with ThreadPoolExecutor(workers) as pool:
        for listed, _ in pages(container):
            present = container.store.events.by_ids([event.id for event in listed])
            events = [present.get(row.id) for row in listed]
            for sentences in pool.map(
                lambda row, event: list(_of_row(container.store.dynamo, index, row, event)), listed, events
            ):
                yield from sentences
                done(1)
    yield from _of_figures(container)


def _of_row(dynamo: Dynamo, index: EventIndex, row: Event, event: Event | None) -> Iterator[str]:
    if event is None or event.version != row.version:
        yield f"{row.id}: its row in the list shows version {row.version}, which is not the event's"
        return
    rows: list[ListItem | PostingItem] = [*of_orders(event)]
    record = index.indexed(event.id)
    if record.version == event.version and not record.number:
        yield f"{event.id}: indexed in the form of an earlier version"
    elif record.version == event.version:
        rows += of_index(event, record.number)
    else:
        yield f"{event.id}: indexed as of version {record.version}, the event has {event.version}"
    if not has_its_card(dynamo, event):
        yield f"{event.id}: the header of its seats does not show the event"
    postings = entries_of(event)
    places = {keys.posting(event, record.number): frozenset(postings)} if postings else {}
    if record.version == event.version and record.number and record.places != places:
        yield f"{event.id}: the record of what is indexed names other rows than the event has"
    earlier = left_behind(dynamo, event)
    if earlier is not None:
        yield f"{event.id}: {earlier[0]} has a row that an earlier version wrote"
    for partition, what in wrong(dynamo, rows).items():
        yield f"{event.id}: {partition} {what}"


def _of_figures(container: Container) -> Iterator[str]:
    """The figures of each bucket of each order beside the number of its rows, where nobody changed it meanwhile."""
    for order, lists in ORDERS.items():
        before = container.store.event_lists.bucket_counts(order, lists)
        counted = {
            (status, name): _rows_of(container, partition_of(PostingList(order, name, status)))
            for status, counts in before.items()
            for name in counts.by_month
        }
        after = container.store.event_lists.bucket_counts(order, lists)
        for (status, name), number in counted.items():
            said = before[status].by_month[name]
            if number != said and said == after[status].by_month.get(name):
                yield f"{partition_of(PostingList(order, name, status))} has {number} rows, the figures say {said}"


def _rows_of(container: Container, partition: str) -> int:
    number = 0
    query = Query(model=ListItem, partition=partition, consistent=True, count_only=True)
    while True:
        page = container.store.dynamo.query(query)
        number += int(page["Count"])
        if not page.get("LastEvaluatedKey"):
            return number
        query = replace(query, start=page["LastEvaluatedKey"])
