"""Which partition of what is due a row lies in: its hour, its lane, and a shard that its id chooses.

Jobs have a lane of their own, so that a backlog of mails never stands before the reminder or the deadline whose time
has come. How many shards an hour has may grow from an hour on that has not come yet: bucket and place follow from each
other whoever works them out, and no row ever moves.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.times import hour_of, unstamp

FEWEST, MOST = 4, 64
_JOBS = "j"  # before the number of a shard of jobs; rows of earlier versions lie among the mails, where ticks look too
_STEP = re.compile(r"(?P<shards>\d{1,2})(?: from (?P<hour>\d{4}-\d{2}-\d{2}T\d{2}))?")


class BucketsError(ValueError):
    """The text is no plan of shards; the message says what one is."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """How many shards of mails an hour has: numbers that grow, each from an hour on (the first: always)."""

    steps: tuple[tuple[str, int], ...] = (("", FEWEST),)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`4`, or `4, 16 from 2027-01-01T00`. Raises `BucketsError`."""
        found = [_STEP.fullmatch(part.strip()) for part in text.split(",")]
        steps = tuple((one["hour"] or "", int(one["shards"])) for one in found if one)
        grows = steps == tuple(sorted(steps)) and [n for _, n in steps] == sorted(n for _, n in steps)
        if not all(found) or [hour for hour, _ in steps].count("") != 1 or not grows:
            raise BucketsError(
                "must be a number of shards, and larger ones from later hours: `4, 16 from 2027-01-01T00`"
            )
        if not all(FEWEST <= shards <= MOST for _, shards in steps):
            raise BucketsError(f"must have from {FEWEST} to {MOST} shards")
        return cls(steps)

    def of(self, queue: QueueName, place: str) -> str:
        """The bucket of a place, which is a moment and an id."""
        moment, entry_id = place.split("#", 1)
        lane = self.in_hour(queue, hour_of(unstamp(moment)))
        return lane[zlib.crc32(entry_id.encode()) % len(lane)]

    def in_hour(self, queue: QueueName, hour: str) -> Sequence[str]:
        """Every bucket of a lane in an hour; what was written for it earlier, with fewer shards, lies there too."""
        shards = max(number for begin, number in self.steps if begin <= hour)
        if queue is QueueName.JOBS:
            return [f"{hour}#{_JOBS}{shard}" for shard in range(shards // 2)]
        return [f"{hour}#{shard}" for shard in range(shards)]


class _InUse:
    """The plan of this process: keys are worked out in many places, and two plans would be two places for one row."""

    buckets = Buckets()


def use(buckets: Buckets) -> None:
    """Called by whoever builds the application from its settings."""
    _InUse.buckets = buckets


def in_use() -> Buckets:
    return _InUse.buckets


def hour_of_place(place: str) -> datetime:
    """The beginning of the hour that a place, or the first part of one, lies in."""
    return unstamp(f"{place[:13]}:00:00.000Z")
