"""Events: the item, its row in the list, its seats and the figures, always in one transaction."""

from collections import Counter
from collections.abc import Sequence

from pynamodb.expressions.operand import Path, Value

from chalicelib.domain.enrollments.activity import event_entry
from chalicelib.domain.enrollments.enrollment import SYSTEM
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.search.words import title_bucket, title_key
from chalicelib.domain.seats import NO_RESEAT, Reseat, Seats, Shard
from chalicelib.domain.shared.times import month_of
from chalicelib.services.shared.idempotency import Remember
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import EventItem, ListItem, OutboxItem, SeatItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.activity import event_item as activity_item
from chalicelib.store.items.announcements import same_notice
from chalicelib.store.items.events import event_item, list_item, to_event, to_seats, with_capacity
from chalicelib.store.outbox.outbox import put_entry
from chalicelib.store.seats.seats import first_shards, join_seats
from chalicelib.store.shared.idempotency import DynamoAnswers


class DynamoEvents:
    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers) -> None:
        self._dynamo = dynamo
        self._answers = answers

    def with_seats(self, event_id: str, *, consistent: bool = False) -> tuple[Event, Seats] | None:
        """The event and its seat header; consistent when a change is to be based on them."""
        gets = [
            Get(EventItem, keys.event(event_id), consistent=consistent),
            Get(SeatItem, keys.seat(event_id, 0), consistent=consistent),
        ]
        raw_event, raw_seats = self._dynamo.batch_get(gets)
        if not raw_event or not raw_seats:
            return None
        seats = to_seats(raw_seats)
        return with_capacity(to_event(EventItem.from_raw_data(raw_event)), seats), seats

    def by_ids(self, event_ids: Sequence[str]) -> dict[str, Event]:
        raws = self._dynamo.batch_get([Get(EventItem, keys.event(event_id)) for event_id in dict.fromkeys(event_ids)])
        events = [to_event(EventItem.from_raw_data(raw)) for raw in raws if raw]
        return {event.id: event for event in events}

    def add(
        self,
        event: Event,
        free: Sequence[int],
        organizer_name: str,
        remember: Remember | None,
        jobs: Sequence[OutboxEntry] = (),
    ) -> None:
        transaction = Transaction(self._dynamo)
        transaction.put("event", event_item(event), EventItem.pk.does_not_exist())
        for number, item in enumerate(first_shards(event, free, organizer_name)):
            transaction.put(f"seat {number}", item, SeatItem.pk.does_not_exist())
        _join_rows(transaction, None, event)
        _join_figures(transaction, None, event)
        _join_activity(transaction, None, event, event.organizer_id)
        for number, job in enumerate(jobs):
            put_entry(transaction, f"job {number}", job)
        self._answers.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            if not refused.has("event"):
                raise StaleError from refused
            # Nobody else knows the id: an earlier try, of which the answers were lost, has written all of it.

    def replace(
        self,
        before: Event,
        after: Event,
        *,
        seats: Seats,
        reseat: Reseat = NO_RESEAT,
        exact: Sequence[Shard] | None = None,
        empty: bool = False,
        jobs: Sequence[OutboxEntry] = (),
        dropped: Sequence[OutboxKey] = (),
        remember: Remember | None = None,
        by: str = SYSTEM,
    ) -> None:
        transaction = Transaction(self._dynamo)
        same = (EventItem.version == before.version) & (EventItem.status == before.status.value)
        transaction.put("event", event_item(after), same & same_notice(before.notice))
        join_seats(transaction, before, after, seats=seats, reseat=reseat, exact=exact, empty=empty)
        _join_rows(transaction, before, after)
        _join_figures(transaction, before, after)
        _join_activity(transaction, before, after, by)
        for number, job in enumerate(jobs):
            put_entry(transaction, f"job {number}", job)
        for number, key in enumerate(dropped):
            transaction.delete(f"dropped {number}", OutboxItem, (key.bucket, key.place))
        self._answers.join(transaction, remember)
        self._commit(transaction)

    def _commit(self, transaction: Transaction) -> None:
        try:
            transaction.commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError from refused

    def rename_organizer(self, event_id: str, name: str) -> None:
        def attempt() -> None:
            try:
                actions = [SeatItem.organizer_name.set(name)]
                self._dynamo.update(SeatItem, keys.seat(event_id, 0), actions, SeatItem.pk.exists())
            except ConditionFailedError:
                return  # no header, nothing that shows a name

        self._dynamo.retries.run(attempt)


def _rows(event: Event | None) -> dict[str, Key]:
    """Where an event stands, by order: what is unlisted in one list only, which nobody's query reads."""
    if event is None or event.list_name is None:
        return {}
    if not event.is_listed:
        return {"starts": keys.list_row(event)}
    return {
        "starts": keys.list_row(event),
        keys.MADE: keys.made_row(event),
        keys.TITLES: keys.title_row(event),
    }


def _join_rows(transaction: Transaction, before: Event | None, after: Event) -> None:
    """The card in every order: put where the event stands now, and taken from where it stood."""
    old, new = _rows(before), _rows(after)
    for order, key in old.items():
        if key != new.get(order):
            transaction.delete(f"old row {order}", ListItem, key)
    for order, key in new.items():
        transaction.put(f"row {order}", list_item(after, key))


def _join_activity(transaction: Transaction, before: Event | None, after: Event, by: str) -> None:
    entry = event_entry(before, after, by)
    if entry is not None:
        transaction.put("activity", activity_item(entry))


def _join_figures(transaction: Transaction, before: Event | None, after: Event) -> None:
    """Keep the counts exact: events by list, month and day, and by list for their organizer."""
    places: Counter[tuple[Key, str]] = Counter()
    for event, number in ((before, -1), (after, 1)):
        if event is None:
            continue
        if event.list_name is not None:
            month = month_of(event.facts.starts_at)
            partition = keys.counts(event.list_name)
            places[(partition, keys.MONTHS), month] += number
            places[(partition, month), f"d{event.facts.starts_at:%d}"] += number
        if event.is_listed:
            places[(partition, keys.MADE), month_of(event.created_at)] += number
            places[(partition, keys.TITLES), title_bucket(title_key(event.facts.title))] += number
        if event.status is not EventStatus.DELETED:
            name = event.list_name or event.status.value
            places[keys.organizer_count(event.organizer_id), name] += number
    changes: dict[Key, dict[str, int]] = {}
    for (key, name), number in places.items():
        if number:
            changes.setdefault(key, {})[name] = number
    for key, by_name in changes.items():
        actions = [Path([name]).add(Value(number)) for name, number in by_name.items()]
        transaction.update(f"figures {key[0]} {key[1]}", EventItem, key, actions)
