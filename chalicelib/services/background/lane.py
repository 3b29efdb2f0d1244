"""Reading one lane of what is due, oldest first, no further than a budget allows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.outbox import buckets as outbox_buckets
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.times import hour_of, hours_between, stamp
from chalicelib.services.shared.ports import Clock, Outbox, Queue

_FIRST, _LAST = "!", "~"  # sort before and after every place
_TOGETHER = 10  # what a queue takes in one call


@dataclass(frozen=True, slots=True)
class Budget:
    """What one tick may read of a lane and hand over, in each of two ways: walking through it, and what is due now.

    A tick reads in four ways at most, within the time-out of its function.
    """

    pages: int = 160
    rows_of_page: int = 500
    pushes: int = 1000
    pushes_due_now: int = 1000
    time: timedelta = timedelta(seconds=6)


@dataclass(slots=True)
class Walk:
    """What a walk has seen: where it stopped (empty: it came to its end), and the oldest that is unfinished."""

    ends: datetime
    stopped: str = ""
    oldest: datetime | None = None
    looked: int = 0
    pages: int = 0
    pushed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Lane:
    name: QueueName
    outbox: Outbox
    queue: Queue
    clock: Clock
    budget: Budget

    def walk(self, place: str, now: datetime) -> Walk:
        """Push what is due and unfinished from a place on until `now`, or until the budget is spent, oldest first.

        All shards of an hour are read up to the same place before anything behind it is: whoever writes a row behind
        its own, as fan-outs do, is seen unfinished before the place of that row is passed.
        """
        walk = Walk(ends=self.clock() + self.budget.time)
        for ready in self._slices(walk, place, now):
            left = ready[self._push(walk, ready, self.budget.pushes) :]
            if left:
                walk.stopped = left[0].key.place
                break
        return walk

    def due_now(self, place: str, now: datetime) -> Walk:
        """Push what has become due from a place on, of much the most urgent, and of that the newest.

        What is older was handed over by the tick before, or waits for its walk.
        """
        walk = Walk(ends=self.clock() + self.budget.time)
        ready = [row for rows in self._slices(walk, place, now) for row in rows]
        ready.sort(key=lambda row: row.key.place, reverse=True)
        ready.sort(key=lambda row: row.kind.urgency)
        self._push(walk, ready, self.budget.pushes_due_now)
        return walk

    def _slices(self, walk: Walk, place: str, now: datetime) -> Iterator[list[OutboxEntry]]:
        """What is ready, slice by slice; `walk.stopped` says where the budget ended."""
        for hour in hours_between(outbox_buckets.hour_of_place(place), now):
            after = max(place, f"{hour}{_FIRST}")
            until = f"{stamp(now)}{_LAST}" if hour == hour_of(now) else f"{hour}{_LAST}"
            while after:
                if walk.pages and (walk.pages >= self.budget.pages or self.clock() >= walk.ends):
                    walk.stopped = after
                    return
                ready, after = self._slice(walk, hour, after, until, now)
                yield ready

    def _slice(self, walk: Walk, hour: str, after: str, until: str, now: datetime) -> tuple[list[OutboxEntry], str]:
        """One page of each shard; and where the next slice of the hour begins, empty behind the last."""
        swept = [
            self.outbox.unfinished(bucket, after=after, until=until, limit=self.budget.rows_of_page)
            for bucket in outbox_buckets.in_use().in_hour(self.name, hour)
        ]
        walk.pages += sum(one.looked > 0 for one in swept)  # an outage of days leaves empty ones, which only take time
        walk.looked += sum(one.looked for one in swept)
        end = min((one.stopped for one in swept if one.stopped), default="")
        seen = [row for one in swept for row in one.rows if not end or row.key.place <= end]
        rows = sorted(seen, key=lambda row: row.key.place)
        if rows:
            walk.oldest = min(walk.oldest or rows[0].at, rows[0].at)
        ready = [row for row in rows if row.is_claimable(now) and row.kind is not OutboxKind.UNKNOWN]
        return ready, f"{end}{_FIRST}" if end else ""

    def _push(self, walk: Walk, ready: list[OutboxEntry], most: int) -> int:
        """Returns how many were pushed. A queue that answers slowly ends the walk, too."""
        most = min(len(ready), most - walk.pushed.total())
        for first in range(0, most, _TOGETHER):
            if first and self.clock() >= walk.ends:
                return first
            some = ready[first : min(first + _TOGETHER, most)]
            self.queue.push(*some)
            walk.pushed.update(row.kind.value for row in some)
        return most
