"""Correcting the counters of an event to what its enrollments say, for an operator who has seen the verdict."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.domain.seats import SeatMode, Shard, Step
from chalicelib.services.seats.audit import MODES, OUTSIDE, Finding, Verdict
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.release import POOL


class SeatRepair:
    def __init__(
        self, events: Events, seats: SeatReads, enrollments: Enrollments, clock: Callable[[], datetime]
    ) -> None:
        self._events = events
        self._seats = seats
        self._enrollments = enrollments
        self._clock = clock

    def repair(self, verdict: Verdict) -> int:
        """Correct the event of a verdict that differs; returns how many seats are missing afterwards, 0 as a rule.

        They are missing where more people have seats than there are: nobody is sent away, and newcomers wait until as
        many seats were given up. The correction is right whatever has happened since the verdict, for every change
        writes counters and enrollments together; it is not right twice. Raises `StaleError` when somebody enrolled in
        this very moment, `TryAgainError` when the answer was lost: audit again before repairing again.
        """
        found = self._events.with_seats(verdict.event_id, consistent=True)
        if found is None or verdict.finding is not Finding.DIFFERS:
            return 0
        header = found[1]
        shards = self._seats.shards(verdict.event_id, header.shards)
        steps = corrections(verdict, shards)
        self._enrollments.write_seats_only(verdict.event_id, steps)
        if header.shards > 1:
            self._seats.sum_shards(verdict.event_id, header.shards, self._clock())
        free = sum(shard.free + step.free for shard, step in zip(shards, steps, strict=True))
        return max(0, -free)


def corrections(verdict: Verdict, shards: Sequence[Shard]) -> list[Step]:
    """What to add to each shard, each demanded as it is here; counts and the part of guests on the first one."""
    change = {name: found - said for name, (said, found) in verdict.differences.items() if name not in {MODES, OUTSIDE}}
    free = sum(shard.free for shard in shards) + change.pop("free", 0)
    guests = change.pop("guest_free", 0)
    mode = _mode(free, shards)
    wanted = [free, *(0 for _ in shards[1:])] if free < 0 or mode is SeatMode.FENCED else _spread(free, shards)
    return [
        Step(
            shard=number,
            free=wanted[number] - seen.free,
            guest_free=guests if number == POOL else 0,
            counts=change if number == POOL else {},
            becomes=mode if seen.mode is not mode else None,
            below_zero=True,
            seen=seen,
            shards=len(shards) if number == POOL else None,
        )
        for number, seen in enumerate(shards)
    ]


def _mode(free: int, shards: Sequence[Shard]) -> SeatMode:
    """Of all shards: a fence around one is a fence around all, and missing seats need one; settling lifts it."""
    modes = {shard.mode for shard in shards}
    if SeatMode.CLOSED in modes:
        return SeatMode.CLOSED
    return SeatMode.FENCED if SeatMode.FENCED in modes or free < 0 else SeatMode.OPEN


def _spread(free: int, shards: Sequence[Shard]) -> list[int]:
    """So many seats over open shards, none below zero: more go to the first, fewer are taken from the fullest."""
    found = [max(0, shard.free) for shard in shards]
    owed = sum(found) - free
    found[POOL] += max(0, -owed)
    for number in sorted(range(len(found)), key=lambda shard: -found[shard]):
        taken = min(found[number], max(0, owed))
        found[number] -= taken
        owed -= taken
    return found
