"""Seat shards: reading them at one moment, and the sum that the header shows for events of several shards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from chalicelib.domain.accounts.account import UNNAMED
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.seats import UNLIMITED, Reseat, SeatMode, Seats, Shard, Step, guest_share, spread, total
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.seats.enrollment_store import Hold
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.tables import SeatItem
from chalicelib.store.dynamo.text import compact, maybe_stamp
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.items.events import NOWHERE, header_card, to_seats, to_shard
from chalicelib.store.seats.holds import over_holds
from chalicelib.store.seats.seat_writes import changes, demands, nobody, seat_name, shifted, shown

_MOMENT = timedelta(milliseconds=1)


def mode_for(status: EventStatus) -> SeatMode:
    return SeatMode.OPEN if status is EventStatus.PUBLISHED else SeatMode.CLOSED


def new_shard(event: Event, number: int, free: int, guest_free: int, mode: SeatMode) -> SeatItem:
    return SeatItem(
        keys.seat(event.id, number)[0],
        free=free,
        guest_free=guest_free,
        mode=mode.value,
        opens_at=maybe_stamp(event.facts.enrollment_opens_at),
        closes_at=stamp(event.facts.closes_at),
        pending=0,
        confirmed=0,
        waitlisted=0,
        offered=0,
    )


def first_shards(event: Event, free: Sequence[int], organizer_name: str) -> list[SeatItem]:
    """The shards of a new event; the first carries the header."""
    guests = spread(guest_share(sum(free)), len(free))
    mode = mode_for(event.status)
    items = [new_shard(event, number, seats, guests[number], mode) for number, seats in enumerate(free)]
    header = items[0]
    header.capacity = UNLIMITED if event.facts.capacity is None else event.facts.capacity
    header.n = len(free)
    header.status = event.status.value
    header.organizer_name = organizer_name
    header.index_version = event.version
    header.nearly_full_at = NOWHERE
    header.card = header_card(event, organizer_name, len(free))
    if len(free) > 1:
        header.free_sum = sum(free)
        header.counts_sum = "{}"
        header.as_of = stamp(event.created_at)
    return items


def join_seats(
    transaction: Transaction,
    before: Event,
    after: Event,
    *,
    seats: Seats,
    reseat: Reseat,
    exact: Sequence[Shard] | None,
    empty: bool = False,
) -> None:
    """Window, mode, status, capacity and number of shards, as far as they change; `empty`: if nobody is there."""
    status_moves = before.status is not after.status
    exact = exact if exact is not None else reseat.seen or None
    becomes = mode_for(after.status) if status_moves else None  # an edit never lifts the fence of a waitlist
    if not _window_moves(before, after) and not status_moves and not reseat and exact is None:
        newer = shown(after, seats, seats.shards)
        there = SeatItem.pk.exists() & nobody() if empty else SeatItem.pk.exists()
        transaction.update(seat_name(0), SeatItem, keys.seat(after.id, 0), newer, there)
        return
    for number in range(seats.shards):
        step = Step(
            shard=number,
            free=reseat.steps[number] if reseat.steps else 0,
            guest_free=reseat.guests[number] if reseat.guests else 0,
            becomes=SeatMode.FENCED if reseat.fences else becomes,
            mode=seats.mode if number == 0 and reseat else None,  # fenced seats belong on the first shard
            shards=seats.shards if number == 0 else None,
            seen=exact[number] if exact is not None else None,
            below_zero=reseat.fences,
        )
        actions, condition = _window_changes(step, after), demands(step)
        if number == 0:
            actions += _header_changes(seats, reseat, after)
            condition &= SeatItem.capacity == seats.capacity
            condition = condition & nobody() if empty else condition
        transaction.update(seat_name(number), SeatItem, keys.seat(after.id, number), actions, condition)
    for place, free in enumerate(reseat.added):
        number = seats.shards + place
        item = new_shard(after, number, free, 0, SeatMode.FENCED if reseat.fences else seats.mode)
        transaction.put(seat_name(number), item, SeatItem.pk.does_not_exist())


def _window_moves(before: Event, after: Event) -> bool:
    """Whether enrolling begins or ends at another time."""
    return (
        before.facts.closes_at != after.facts.closes_at
        or before.facts.enrollment_opens_at != after.facts.enrollment_opens_at
    )


def _window_changes(step: Step, event: Event) -> list[Action]:
    """What the step changes, and when enrolling begins and ends."""
    return [
        *changes(step),
        SeatItem.opens_at.set(maybe_stamp(event.facts.enrollment_opens_at)),
        SeatItem.closes_at.set(stamp(event.facts.closes_at)),
    ]


def _header_changes(seats: Seats, reseat: Reseat, after: Event) -> list[Action]:
    shards = seats.shards + len(reseat.added)
    actions: list[Action] = [SeatItem.status.set(after.status.value), *shown(after, seats, shards)]
    if after.status is EventStatus.DELETED:  # it is in no list of its organizer's any more, where a name is followed
        actions.append(SeatItem.organizer_name.set(UNNAMED))
    if reseat.change:
        actions.append(SeatItem.capacity.set(seats.capacity + reseat.change))
    if reseat.added:
        actions.append(SeatItem.n.set(seats.shards + len(reseat.added)))
    if seats.shards > 1 and reseat.change:
        actions.append(shifted(SeatItem.free_sum, reseat.change))
    if seats.shards == 1 and reseat.added:  # from now on the figures are a sum, taken at some moment
        actions.append(SeatItem.free_sum.set(seats.free + reseat.change))
        actions.append(SeatItem.counts_sum.set(compact(dict(seats.counts))))
        actions.append(SeatItem.as_of.set(stamp(after.updated_at)))
    return actions


class DynamoSeats:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def shards(self, event_id: str, number: int) -> list[Shard]:
        gets = [Get(SeatItem, keys.seat(event_id, shard)) for shard in range(number)]
        return [to_shard(raw) for raw in self._dynamo.transact_get(gets) if raw]

    def live(self, event_id: str) -> Seats | None:
        """The figures summed over all shards as they are now, eventually consistent (half a unit a shard)."""
        header = self.header(event_id)
        if header is None or header.shards == 1:
            return header
        gets = [Get(SeatItem, keys.seat(event_id, shard)) for shard in range(header.shards)]
        free, counts = total(to_shard(raw) for raw in self._dynamo.batch_get(gets) if raw)
        return replace(header, free=free, counts=counts, as_of=None)

    def header(self, event_id: str) -> Seats | None:
        raw = self._dynamo.batch_get([Get(SeatItem, keys.seat(event_id, 0))])[0]
        return to_seats(raw) if raw else None

    def over_holds(self, event: Event, now: datetime) -> list[Hold]:
        return over_holds(self._dynamo, event, now)

    def sum_shards(self, event_id: str, number: int, now: datetime) -> None:
        """Write the sum of the shards into the header, as of `now`, or just after the sum that was there before.

        A sum is only good for the capacity, the shards and the sum before it that it was read with: anything in between
        makes it read again. `number` may be an earlier one: shards that were added since are found on the way.
        """
        self._dynamo.retries.run(lambda: self._sum_shards_once(event_id, number, now))

    def _sum_shards_once(self, event_id: str, number: int, now: datetime) -> None:
        gets = [Get(SeatItem, keys.seat(event_id, shard)) for shard in range(number)]
        raws = [raw for raw in self._dynamo.transact_get(gets) if raw]
        header = to_seats(raws[0])
        if header.shards == 1:
            return None  # its figures are live
        if header.shards != number:
            return self._sum_shards_once(event_id, header.shards, now)
        free, counts = total(to_shard(raw) for raw in raws)
        before = raws[0]["as_of"]["S"]
        actions = [
            SeatItem.free_sum.set(free),
            SeatItem.counts_sum.set(compact(counts)),
            SeatItem.as_of.set(stamp(max(now, unstamp(before) + _MOMENT))),
        ]
        same = (SeatItem.n == number) & (SeatItem.capacity == header.capacity) & (SeatItem.as_of == before)
        try:
            self._dynamo.update(SeatItem, keys.seat(event_id, 0), actions, same)
        except ConditionFailedError as error:
            raise TryAgainError("the capacity changed, or somebody else has summed") from error
        return None
