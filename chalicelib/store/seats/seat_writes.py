"""What a transaction does to seat shards: each demand of a `Step` becomes one named condition."""

from collections.abc import Sequence
from functools import reduce
from operator import and_

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats, Shard, Step
from chalicelib.domain.shared.times import stamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import SeatItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.items.events import header_card

PREVIEWED = ("pending", "confirmed", "waitlisted", "offered")  # what an organizer confirms, and a fence depends on


def seat_name(shard: int) -> str:
    return f"seat {shard}"


def join_steps(transaction: Transaction, event_id: str, steps: Sequence[Step]) -> None:
    for step in steps:
        key, condition, actions = keys.seat(event_id, step.shard), demands(step), changes(step)
        if actions:
            transaction.update(seat_name(step.shard), SeatItem, key, actions, condition)
        else:
            transaction.check(seat_name(step.shard), SeatItem, key, condition)


def changes(step: Step) -> list[Action]:
    actions: list[Action] = []
    if step.free:
        actions.append(shifted(SeatItem.free, step.free))
    if step.guest_free:
        actions.append(shifted(SeatItem.guest_free, step.guest_free))
    if step.capacity is not None:
        actions.append(SeatItem.capacity.set(step.capacity[1]))
        if step.capacity[0] != step.capacity[1]:
            actions.append(SeatItem.given_up.add(1))  # another version of the event: see `EventView.version`
    if step.becomes is not None:
        actions.append(SeatItem.mode.set(step.becomes.value))
    actions += [Path([name]).add(number) for name, number in step.counts.items() if number]
    return actions


def demands(step: Step) -> Condition:
    found: list[Condition] = [SeatItem.pk.exists()]
    if step.free < 0 and not step.below_zero:
        found.append(SeatItem.free >= -step.free)  # the last seats may be gone
    if step.guest_room:
        found.append(SeatItem.guest_free >= -step.guest_free)  # unproven guests never take more than their part
    if step.mode is not None:
        found.append(SeatItem.mode == step.mode.value)  # fenced by a waitlist, closed by its organizer, or open
    if step.not_mode is not None:
        found.append(SeatItem.mode != step.not_mode.value)
    if step.open_at is not None:
        found.append(SeatItem.opens_at <= stamp(step.open_at))
        found.append(SeatItem.closes_at > stamp(step.open_at))
    if step.closes_at is not None:
        found.append(SeatItem.closes_at == stamp(step.closes_at))  # what is kept ends when it was said to end
    found += _of_header(step)
    if step.seen is not None:
        found += as_seen(step.seen)
    return reduce(and_, found)


def _of_header(step: Step) -> list[Condition]:
    found: list[Condition] = []
    if step.capacity is not None:
        found.append(SeatItem.capacity == step.capacity[0])  # nobody has changed it meanwhile
    if step.shards is not None:
        found.append(SeatItem.n == step.shards)  # no shard was added since they were read
    return found


def as_seen(shard: Shard) -> list[Condition]:
    """Nothing has happened to the shard since it was read."""
    return [
        SeatItem.free == shard.free,
        SeatItem.mode == shard.mode.value,
        *(Path([name]) == shard.counts.get(name, 0) for name in PREVIEWED),
    ]


def nobody() -> Condition:
    """Nobody is enrolled at an event of one shard."""
    return reduce(and_, (Path([name]) == 0 for name in PREVIEWED))


def shifted(attribute: NumberAttribute, number: int) -> Action:
    return attribute.set(attribute + number if number > 0 else attribute - (-number))


def shown(after: Event, seats: Seats, shards: int) -> list[Action]:
    """What lists show of the event beside its seats."""
    text = header_card(after, seats.organizer_name, shards)
    card = SeatItem.card.remove() if text is None else SeatItem.card.set(text)
    return [SeatItem.index_version.set(after.version), card]
