"""The seats of an event as its facts want them: how many, over how many counters, and what an edit does to them."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.errors import CapacityBelowTakenError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.seats import NO_RESEAT, UNLIMITED, Reseat, SeatMode, Seats, Shard, reseat, shards_for, total
from chalicelib.services.events.change import EventPorts, EventView
from chalicelib.services.seats.settlement import MANY_STEPS
from chalicelib.services.shared.outcomes import StaleError


def capacity_of(facts: EventFacts) -> int:
    return UNLIMITED if facts.capacity is None else facts.capacity


def shards_of(facts: EventFacts) -> int:
    return shards_for(facts.capacity, wanted=facts.on_sale_shards, party_max=facts.party_max)


def first_seats(event: Event, free: Sequence[int], organizer_name: str) -> Seats:
    """All seats of a new event, free; open if it is published."""
    return Seats(
        event_id=event.id,
        capacity=capacity_of(event.facts),
        shards=len(free),
        free=sum(free),
        mode=SeatMode.OPEN if event.status is EventStatus.PUBLISHED else SeatMode.CLOSED,
        organizer_name=organizer_name,
    )


def resized(seats: Seats, change: Reseat) -> Seats:
    return replace(
        seats,
        capacity=seats.capacity + change.change,
        free=seats.free + change.change,
        shards=seats.shards + len(change.added),
        mode=SeatMode.FENCED if change.fences else seats.mode,
    )


def reseat_of(ports: EventPorts, view: EventView, facts: EventFacts, *, shrink: bool) -> Reseat:
    """What the edit does to the seats. Raises `CapacityBelowTakenError` with the number, unless it is to `shrink`."""
    shards = _to_resize(ports, view, facts)
    if shards is None:
        return NO_RESEAT
    found = _resized_to(shards, view, facts, shrink=shrink)
    if found is None or found.fences:
        _stop_if_resized(ports, view)
        if ports.seats.over_holds(view.event, ports.clock()):
            ports.settlement.settle(view.event.id, MANY_STEPS)
            raise StaleError  # they keep no seat: look again
    return _unless_below(found, view, shards)


def foreseen_reseat(ports: EventPorts, view: EventView, facts: EventFacts, *, shrink: bool) -> tuple[EventView, Reseat]:
    """The same of an edit that is only tried: what is over is settled in thought, and the view shows that.

    Raises `CapacityBelowTakenError`.
    """
    shards = _to_resize(ports, view, facts)
    if shards is None:
        return view, NO_RESEAT
    found = _resized_to(shards, view, facts, shrink=shrink)
    if found is None or found.fences:
        _stop_if_resized(ports, view)
        settled = ports.settlement.foreseen(view.event, shards)
        view = replace(view, seats=_settled(view.seats, settled))
        shards, found = settled, _resized_to(settled, view, facts, shrink=shrink)
    return view, _unless_below(found, view, shards)


def _to_resize(ports: EventPorts, view: EventView, facts: EventFacts) -> Sequence[Shard] | None:
    """The shards as they are, if the edit is about them."""
    if capacity_of(facts) == view.seats.capacity and _number(view, facts) == view.seats.shards:
        return None
    return ports.seats.shards(view.event.id, view.seats.shards)


def _number(view: EventView, facts: EventFacts) -> int:
    return max(view.seats.shards, shards_of(facts))


def _resized_to(shards: Sequence[Shard], view: EventView, facts: EventFacts, *, shrink: bool) -> Reseat | None:
    return reseat(shards, view.seats.capacity, capacity_of(facts), _number(view, facts), shrink=shrink)


def _unless_below(found: Reseat | None, view: EventView, shards: Sequence[Shard]) -> Reseat:
    if found is None:
        raise CapacityBelowTakenError(view.seats.capacity - total(shards)[0])
    return found


def _settled(seats: Seats, shards: Sequence[Shard]) -> Seats:
    """The figures of one shard are live, as they are shown; a sum of several stays that of its time."""
    if seats.shards > 1:
        return seats
    free, counts = total(shards)
    return replace(seats, free=free, pool=free, counts=counts, mode=shards[0].mode)


def _stop_if_resized(ports: EventPorts, view: EventView) -> None:
    """Shards are read after the event: another edit in between would make the number wrong."""
    found = ports.events.with_seats(view.event.id, consistent=True)
    before, seats = view.event.version, (view.seats.capacity, view.seats.shards)
    if found is None or (found[0].version, (found[1].capacity, found[1].shards)) != (before, seats):
        raise StaleError
