"""Where an enrolment goes: seats on one or several shards, or the waitlist."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.seats import SeatMode, Shard, Step, total
from chalicelib.services.seats.release import POOL


@dataclass(frozen=True, slots=True)
class Seat:
    """T1: so many seats of each of these shards; a party is seated whole or not at all.

    `room` is where unproven guests take their part of the seats, when it is not on the very same shards.
    """

    parts: tuple[tuple[int, int], ...]
    room: tuple[tuple[int, int], ...] | None = None

    def steps(self, counts: Mapping[str, int], now: datetime | None, *, unproven: bool) -> list[Step]:
        seats = dict(self.parts)
        room = dict(self.room or self.parts) if unproven else {}
        return [
            Step(
                shard=shard,
                free=-seats.get(shard, 0),
                guest_free=-room.get(shard, 0),
                guest_room=shard in room,
                counts=counts if place == 0 else {},
                mode=SeatMode.OPEN,
                open_at=now,
            )
            for place, shard in enumerate(dict.fromkeys([*seats, *room]))
        ]


@dataclass(frozen=True, slots=True)
class Join:
    """T5: to the end of the waitlist. T4: the first who waits fences the event, with all shards as they were seen."""

    fence: tuple[Shard, ...] | None = None

    def steps(self, counts: Mapping[str, int], now: datetime | None, shard: int) -> list[Step]:
        if self.fence is None:
            return [Step(shard=shard, counts=counts, mode=SeatMode.FENCED, open_at=now)]
        free, _ = total(self.fence)
        return [
            Step(
                shard=number,
                free=(free if number == POOL else 0) - seen.free,
                counts=counts if number == POOL else {},
                becomes=SeatMode.FENCED,
                seen=seen,
                open_at=now,
                shards=len(self.fence) if number == POOL else None,
            )
            for number, seen in enumerate(self.fence)
        ]


Plan = Seat | Join


def open_seats(shards: Sequence[Shard], party: int, rng: random.Random, *, unproven: bool) -> Seat | None:
    """Seats of an open event: any that are free; for unproven guests within the part that they may hold together.

    What is left of that part may be on other shards than the seats.
    """
    free = [shard.free for shard in shards]
    if not unproven:
        return find_seats(free, party, rng)
    if sum(shard.guest_free for shard in shards) < party:
        return None
    room = [max(0, shard.guest_free) for shard in shards]
    both = find_seats([min(pair) for pair in zip(free, room, strict=True)], party, rng)
    if both:
        return both
    seats, part = find_seats(free, party, rng), find_seats(room, party, rng)
    return Seat(seats.parts, part.parts) if seats and part else None


def find_seats(free: Sequence[int], party: int, rng: random.Random) -> Seat | None:
    """One shard with room for all if there is one, else several; None when the seats do not suffice together."""
    roomy = [number for number, seats in enumerate(free) if seats >= party]
    if roomy:
        return Seat(((rng.choice(roomy), party),))
    if sum(free) < party:
        return None
    parts: list[tuple[int, int]] = []
    for number in sorted(range(len(free)), key=lambda shard: -free[shard]):
        take = min(free[number], party - sum(part for _, part in parts))
        if take > 0:
            parts.append((number, take))
    return Seat(tuple(parts))
