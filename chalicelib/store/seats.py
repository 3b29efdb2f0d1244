"""Seat shards: reading them at one moment, and the sum that the header shows for events of several shards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.seats import UNLIMITED, SeatMode, Seats, Shard
from chalicelib.domain.times import stamp
from chalicelib.services.signals import TryAgainError
from chalicelib.store import keys
from chalicelib.store.dynamo import ConditionFailedError, Dynamo, Get
from chalicelib.store.shapes.events import to_seats, to_shard
from chalicelib.store.shapes.text import maybe_stamp
from chalicelib.store.tables import SeatItem
from chalicelib.store.transactions import Transaction


def mode_for(status: EventStatus) -> SeatMode:
    return SeatMode.OPEN if status is EventStatus.PUBLISHED else SeatMode.CLOSED


def first_shards(event: Event, free: Sequence[int], organizer_name: str) -> list[SeatItem]:
    """The shards of a new event; the first carries the header."""
    items = [
        SeatItem(
            keys.seat(event.id, number)[0],
            free=seats,
            cancelled=0,
            mode=mode_for(event.status).value,
            opens_at=maybe_stamp(event.facts.enrollment_opens_at),
            closes_at=stamp(event.facts.closes_at),
        )
        for number, seats in enumerate(free)
    ]
    header = items[0]
    header.capacity = UNLIMITED if event.facts.capacity is None else event.facts.capacity
    header.n = len(free)
    header.status = event.status.value
    header.organizer_name = organizer_name
    if len(free) > 1:
        header.free_sum = sum(free)
        header.cancelled_sum = 0
        header.as_of = stamp(event.created_at)
    return items


def join_changes(
    transaction: Transaction,
    before: Event,
    after: Event,
    *,
    seats: Seats,
    steps: Sequence[int],
    exact: Sequence[Shard] | None,
) -> None:
    """Window, mode, status and capacity of every shard, as far as they change."""
    window_moves = (
        before.facts.closes_at != after.facts.closes_at
        or before.facts.enrollment_opens_at != after.facts.enrollment_opens_at
        or before.status is not after.status
    )
    if not window_moves and not any(steps) and exact is None:
        return
    for number in range(seats.shards):
        actions: list[Action] = [
            SeatItem.mode.set(mode_for(after.status).value),
            SeatItem.opens_at.set(maybe_stamp(after.facts.enrollment_opens_at)),
            SeatItem.closes_at.set(stamp(after.facts.closes_at)),
        ]
        condition: Condition = SeatItem.pk.exists()
        step = steps[number]
        if step:
            actions.append(SeatItem.free.set(SeatItem.free + step if step > 0 else SeatItem.free - (-step)))
        if step < 0:
            condition &= SeatItem.free >= -step  # somebody may have taken them meanwhile
        if exact is not None:
            condition &= SeatItem.free == exact[number].free  # what the organizer confirmed is still so
        if number == 0:
            change = sum(steps)
            actions.append(SeatItem.status.set(after.status.value))
            actions.append(SeatItem.capacity.set(seats.capacity + change))
            if seats.shards > 1 and change:
                actions.append(SeatItem.free_sum.set(SeatItem.free_sum + change))
            condition &= (SeatItem.n == seats.shards) & (SeatItem.capacity == seats.capacity)
        transaction.update(f"seat {number}", SeatItem, keys.seat(after.id, number), actions, condition)


class DynamoSeats:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def shards(self, event_id: str, number: int) -> list[Shard]:
        gets = [Get(SeatItem, keys.seat(event_id, shard)) for shard in range(number)]
        return [to_shard(SeatItem.from_raw_data(raw)) for raw in self._dynamo.transact_get(gets) if raw]

    def live(self, event_id: str) -> Seats | None:
        """The figures summed over all shards as they are now, eventually consistent (half a unit a shard)."""
        header = self.header(event_id)
        if header is None or header.shards == 1:
            return header
        gets = [Get(SeatItem, keys.seat(event_id, shard)) for shard in range(header.shards)]
        shards = [to_shard(SeatItem.from_raw_data(raw)) for raw in self._dynamo.batch_get(gets) if raw]
        free = sum(shard.free for shard in shards)
        return replace(header, free=free, cancelled=sum(shard.cancelled for shard in shards), as_of=None)

    def header(self, event_id: str) -> Seats | None:
        raw = self._dynamo.batch_get([Get(SeatItem, keys.seat(event_id, 0))])[0]
        return to_seats(raw) if raw else None

    def roll_up(self, event_id: str, number: int, now: datetime) -> None:
        """Write the sum of the shards, taken after `now`, into the header, unless a later sum is there.

        A sum is only good for the capacity that it was read with: a resize in between makes it read again.
        """
        self._dynamo.retries.run(lambda: self._roll_up_once(event_id, number, now))

    def _roll_up_once(self, event_id: str, number: int, now: datetime) -> None:
        gets = [Get(SeatItem, keys.seat(event_id, shard)) for shard in range(number)]
        items = [SeatItem.from_raw_data(raw) for raw in self._dynamo.transact_get(gets) if raw]
        actions = [
            SeatItem.free_sum.set(sum(int(item.free) for item in items)),
            SeatItem.cancelled_sum.set(sum(int(item.cancelled) for item in items)),
            SeatItem.as_of.set(stamp(now)),
        ]
        same = (SeatItem.n == number) & (SeatItem.capacity == items[0].capacity)
        try:
            self._dynamo.update(SeatItem, keys.seat(event_id, 0), actions, same & (SeatItem.as_of < stamp(now)))
        except ConditionFailedError as error:
            if error.item is None or error.item["as_of"]["S"] >= stamp(now):
                return  # a later sum includes what this one saw
            raise TryAgainError("the capacity changed") from error
