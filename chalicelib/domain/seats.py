"""Seats: how a capacity is spread over shards, and what the shards say together.

A shard stores `free` (DynamoDB conditions have no arithmetic). Unlimited is a capacity that nobody reaches, so that one
transaction serves both. The invariant of the whole product: sum(free) + seats of live enrollments = capacity.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

UNLIMITED = 1_000_000_000
MAX_CAPACITY = 1_000_000
MAX_SHARDS = 64  # fence, close and resize stay one transaction of at most 100 items
_ONE_SHARD_UP_TO = 500
_FOUR_SHARDS_UP_TO = 5_000
_BUCKETS = 16


class SeatMode(StrEnum):
    OPEN = "open"
    FENCED = "fenced"
    CLOSED = "closed"


def shards_for(capacity: int | None) -> int:
    """How many shards a new event gets: one bears about 11 enrolments a second, sixteen about 170 (docs/adr/0002)."""
    if capacity is not None and capacity <= _ONE_SHARD_UP_TO:
        return 1
    return 4 if capacity is None or capacity <= _FOUR_SHARDS_UP_TO else 16


def buckets_for(capacity: int | None) -> int:
    """How many partitions the enrollment rows get: the uniqueness of a row is its key, so this can never change."""
    return 1 if shards_for(capacity) == 1 else _BUCKETS


def spread(number: int, over: int) -> list[int]:
    """`number` in `over` near-equal parts, the larger ones first."""
    share, rest = divmod(number, over)
    return [share + (1 if place < rest else 0) for place in range(over)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One counter of seats."""

    free: int
    cancelled: int = 0
    mode: SeatMode = SeatMode.OPEN
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The seat figures of one event. With several shards they are a sum taken at `as_of`; with one they are live."""

    event_id: str
    capacity: int  # UNLIMITED when there is no limit
    shards: int
    free: int
    cancelled: int = 0
    organizer_name: str = ""
    as_of: datetime | None = None

    @property
    def unlimited(self) -> bool:
        return self.capacity >= UNLIMITED

    @property
    def taken(self) -> int:
        return self.capacity - self.free

    @property
    def limit(self) -> int | None:
        return None if self.unlimited else self.capacity

    @property
    def available(self) -> int | None:
        return None if self.unlimited else self.free

    @property
    def is_full(self) -> bool:
        return self.free <= 0


def resize(free: list[int], change: int) -> list[int] | None:
    """What to add to each shard so that the capacity changes by `change`; None when fewer seats than that are free.

    A raise goes where the fewest are free; a cut takes from the fullest shards first, never below zero.
    """
    steps = [0] * len(free)
    if change >= 0:
        level = spread(sum(free) + change, len(free))
        left = change
        for place in sorted(range(len(free)), key=lambda one: free[one]):
            steps[place] = min(left, max(0, level[0] - free[place]))
            left -= steps[place]
        steps[0] += left
        return steps
    if sum(free) < -change:
        return None
    left = -change
    for place in sorted(range(len(free)), key=lambda one: -free[one]):
        take = min(left, free[place])
        steps[place] = -take
        left -= take
    return steps
