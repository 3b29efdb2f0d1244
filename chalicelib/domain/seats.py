"""Seats: how a capacity is spread over shards, and what the shards say together.

A shard stores `free` (DynamoDB conditions have no arithmetic). Unlimited is a capacity that nobody reaches, so that one
transaction serves both. The invariant of the whole product: sum(free) + seats of live enrollments = capacity.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.shared.limits import MAX_SHARDS

UNLIMITED = 1_000_000_000
_ONE_SHARD_UP_TO = 500
_FOUR_SHARDS_UP_TO = 5_000
_BUCKETS = 16


class SeatMode(StrEnum):
    OPEN = "open"
    FENCED = "fenced"
    CLOSED = "closed"


def shards_for(capacity: int | None, *, wanted: int | None = None, party_max: int = 1) -> int:
    """How many shards an event gets: one bears about 9 enrolments a second, sixteen about 160 (docs/adr/0002).

    A party should find its seats on one shard: small events that take parties have only one.
    """
    if capacity is not None and party_max > 1 and capacity < _BUCKETS * party_max:
        return 1
    if wanted is not None:
        return min(wanted, MAX_SHARDS)
    if capacity is not None and capacity <= _ONE_SHARD_UP_TO:
        return 1
    return 4 if capacity is None or capacity <= _FOUR_SHARDS_UP_TO else 16


def buckets_for(capacity: int | None, shards: int = 1) -> int:
    """How many partitions the enrollments get: the uniqueness of an enrollment is its key, so this can never change."""
    is_small = capacity is not None and 0 < capacity <= _ONE_SHARD_UP_TO  # nobody knows what 0 will be raised to
    return 1 if shards == 1 and is_small else _BUCKETS


def spread(number: int, over: int) -> list[int]:
    """`number` in `over` near-equal parts, the larger ones first."""
    share, rest = divmod(number, over)
    return [share + (1 if place < rest else 0) for place in range(over)]


COUNTED = ("pending", "confirmed", "waitlisted", "offered", "cancelled", "expired", "checked_in", "no_show", "bounced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One counter of seats, with its part of the numbers of enrollments by status (a part may be below zero)."""

    free: int
    guest_free: int = 0  # seats that unproven guests may still hold
    mode: SeatMode = SeatMode.OPEN
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    shards: int | None = None  # how many there are: on the first one only

    def takes_at(self, now: datetime) -> bool:
        """Whether the time is right for enrolling, whatever is free."""
        return (self.opens_at is None or self.opens_at <= now) and (self.closes_at is None or self.closes_at > now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one transaction does to one shard, and what it demands of it. None demands nothing."""

    shard: int
    free: int = 0  # seats given to the shard; taken ones are negative, and must be there
    guest_free: int = 0
    guest_room: bool = False  # demand that unproven guests may hold that many more
    counts: Mapping[str, int] = field(default_factory=dict)
    mode: SeatMode | None = None  # demanded
    not_mode: SeatMode | None = None
    becomes: SeatMode | None = None  # written
    open_at: datetime | None = None  # demand that the window of enrolling is open at this time
    closes_at: datetime | None = None  # demand that enrolling closes at this time: a deadline was worked out from it
    capacity: tuple[int, int] | None = None  # demand the one and write the other (the first one only)
    below_zero: bool = False  # seats may be missing afterwards: the capacity is reached as they are given up
    seen: Shard | None = None  # demand that seats, mode and counts are as they were read
    shards: int | None = None  # demand this number of shards (the first one only)


def total(shards: Iterable[Shard]) -> tuple[int, dict[str, int]]:
    """Free seats and counts over all shards."""
    free, counts = 0, Counter[str]()
    for shard in shards:
        free += shard.free
        counts.update(shard.counts)
    return free, dict(counts)


_MARGIN, _MARGIN_SHARE, _MARGIN_OF_FEW = 5, 20, 5  # seats, or a share of the capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The seat figures of one event. With several shards they are a sum taken at `as_of`; with one they are live.

    `free` is below zero while more seats are taken than the capacity was lowered to.
    """

    event_id: str
    capacity: int  # UNLIMITED when there is no limit
    shards: int
    free: int
    pool: int = 0  # free on the first shard, where a fenced event has all its free seats; always live
    mode: SeatMode = SeatMode.OPEN
    counts: Mapping[str, int] = field(default_factory=dict)
    organizer_name: str = ""
    as_of: datetime | None = None
    given_up: int = 0  # how often seats were given to nobody, and the capacity became smaller by them
    index_version: int = 0  # of the event: a row of the index that is older shows what was
    nearly_full_at: str | None = (
        None  # where it stands in the list of nearly full events; "" nowhere, None is not known
    )

    @property
    def unlimited(self) -> bool:
        return self.capacity >= UNLIMITED

    @property
    def taken(self) -> int:
        """Seats of confirmed, held and offered places."""
        return self.capacity - self.free

    @property
    def limit(self) -> int | None:
        return None if self.unlimited else self.capacity

    @property
    def available(self) -> int | None:
        return None if self.unlimited else max(0, self.free)

    @property
    def kept(self) -> int:
        """Holds and offers: places that may have ended by now."""
        return self.counts.get("pending", 0) + self.counts.get("offered", 0)

    @property
    def waiting(self) -> int:
        """Enrollments (of one or more people) on the waitlist."""
        return self.counts.get("waitlisted", 0)

    @property
    def is_full(self) -> bool:
        """Nobody new can be seated: no seat is free, or the free ones are the waitlist's."""
        return self.free <= 0 or (self.mode is SeatMode.FENCED and self.waiting > 0)

    @property
    def may_be_full(self) -> bool:
        """It is, or a few more seats make it so: whoever reads the seats a little late still sees this in time."""
        return self.is_full or (not self.unlimited and self.free <= nearly_full_from(self.capacity))


def nearly_full_from(capacity: int) -> int:
    """Free seats from which on an event is nearly full: five or a twentieth, of a small one a fifth, at least one."""
    return max(1, min(_MARGIN, capacity // _MARGIN_OF_FEW), capacity // _MARGIN_SHARE)


def guest_share(capacity: int) -> int:
    """How many seats unproven guests may hold together: a tenth, at least five, and never more than half.

    See docs/contract.md#guests-and-links.
    """
    return min(max(5, capacity // 10), capacity // 2)


def resize(free: Sequence[int], change: int) -> list[int] | None:
    """What to add to each shard so that the capacity changes by `change`; None when fewer seats than that are free.

    A raise goes where the fewest are free; a cut takes from the fullest shards first, never below zero.
    """
    steps = [0] * len(free)
    if change >= 0:
        level = spread(sum(free) + change, len(free))
        left = change
        for place in sorted(range(len(free)), key=lambda shard: free[shard]):
            steps[place] = min(left, max(0, level[0] - free[place]))
            left -= steps[place]
        return steps
    if sum(free) < -change:
        return None
    left = -change
    for place in sorted(range(len(free)), key=lambda shard: -free[shard]):
        take = min(left, free[place])
        steps[place] = -take
        left -= take
    return steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseat:
    """A change of the capacity, or of how many shards it is spread over."""

    change: int = 0  # of the capacity
    steps: Sequence[int] = ()  # added to the free seats of the present shards
    added: Sequence[int] = ()  # free seats of the shards that are new
    guests: Sequence[int] = ()  # added to what unproven guests may hold, by present shard
    seen: Sequence[Shard] = ()  # demanded: the capacity goes below what is taken, which fences the event

    def __bool__(self) -> bool:
        return bool(self.change or self.added or any(self.steps))

    @property
    def fences(self) -> bool:
        """Whether the event is fenced by it: what is given up must not be sold until the capacity is reached."""
        return bool(self.seen)


NO_RESEAT = Reseat()


def reseat(shards: Sequence[Shard], before: int, after: int, number: int, *, shrink: bool = False) -> Reseat | None:
    """How `shards` become `number` (never fewer) with another capacity; None when too few seats are free.

    With `shrink` they are owed then: the pool of the fenced event goes below zero, and seats that are given up fill it.

    In a fenced event every free seat stays on the first shard, where the waitlist finds it. New shards get a fair part
    of what is free; the old ones keep theirs, so that people who enrol meanwhile are rarely in the way.
    """
    change = after - before
    free = [shard.free for shard in shards]
    more = max(0, number - len(shards))
    guests = spread(guest_share(after) - guest_share(before), len(shards))
    if change < 0 and sum(free) + change < 0:
        if not shrink:
            return None
        owed = [sum(free) + change - free[0], *(-seats for seats in free[1:])]
        return Reseat(change=change, steps=owed, added=[0] * more, guests=guests, seen=tuple(shards))
    if shards[0].mode is SeatMode.FENCED:
        pooled = change >= 0 or free[0] + change >= 0
        first = [change] + [0] * (len(free) - 1) if pooled else resize(free, change)
        steps, added = first, [0] * more
    else:
        found = resize(free, change) if not more else _wider(free, change, more)
        if found is None:
            return None
        steps, added = found[: len(free)], found[len(free) :]
    assert steps is not None
    return Reseat(change=change, steps=steps, added=added, guests=guests)


def _wider(free: list[int], change: int, more: int) -> list[int] | None:
    """Steps of the present shards, then the seats of `more` new ones."""
    steps = resize(free, min(change, 0))
    if steps is None:
        return None
    left = [seats + step for seats, step in zip(free, steps, strict=True)]
    level = max(0, sum(left) + max(change, 0)) // (len(free) + more)
    pot = max(change, 0)
    for place, seats in enumerate(left):
        given = max(0, seats - level)
        steps[place] -= given
        pot += given
    return [*steps, *spread(pot, more)]
