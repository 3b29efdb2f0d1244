"""The tick: whatever is due and unfinished is handed to its worker again, however long the schedule was down."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.mail import DUE_SHARDS, Due
from chalicelib.domain.times import hour_of, hours_between, stamp, to_milliseconds
from chalicelib.services.ports import Clock, DueTable, Queue

OVERLAP = timedelta(minutes=5)
LAZY = timedelta(minutes=10)
AT_ONCE = 250  # rows of a bucket in one tick: a backlog waits in the queue already, and would only wait there twice
_PUSHED = 10  # rows, which is what a queue takes in one call
FIRST_LOOK_BACK = timedelta(hours=24)


class Sweeping:
    def __init__(self, due: DueTable, queue: Queue, clock: Clock) -> None:
        self._due = due
        self._queue = queue
        self._clock = clock

    def tick(self) -> Counter[str]:
        """Push the unfinished rows that are due, of a backlog the oldest. Returns how many of each kind.

        Reads hour buckets from the watermark minus five minutes, so that a missed tick is caught up and a row that
        committed late is seen (rows are due two minutes after their transaction began). The watermark never passes an
        unfinished row, and is written only when it has moved ten minutes: an idle system costs reads (docs/adr/0003).
        """
        now = to_milliseconds(self._clock())
        watermark = self._due.watermark()
        since = (watermark or now - FIRST_LOOK_BACK) - OVERLAP
        pushed: Counter[str] = Counter()
        oldest = now
        for hour in hours_between(since, now):
            after = stamp(since) if hour == hour_of(since) else "!"
            until = f"{stamp(now)}~" if hour == hour_of(now) else "~"
            for shard in range(DUE_SHARDS):
                rows = self._due.unfinished(f"{hour}#{shard}", after=after, until=until)
                oldest = min([oldest, *(datetime.fromisoformat(row.key.place.split("#", 1)[0]) for row in rows)])
                pushed += self._push([row for row in rows if row.is_claimable(now)][:AT_ONCE])
        if watermark is None or oldest - watermark >= LAZY:
            self._due.set_watermark(oldest)
        return pushed

    def _push(self, rows: Sequence[Due]) -> Counter[str]:
        for start in range(0, len(rows), _PUSHED):
            self._queue.push(*rows[start : start + _PUSHED])
        return Counter(row.kind.value for row in rows)
