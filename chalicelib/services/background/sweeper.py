"""The tick: whatever is due and unfinished is handed to its worker again, however long the schedule was down."""

from collections import Counter
from datetime import timedelta

from chalicelib.domain.outbox import DUE_SHARDS, OutboxKind
from chalicelib.domain.times import hour_of, hours_between, stamp, to_milliseconds
from chalicelib.services.shared.ports import Clock, Outbox, Queue

OVERLAP = timedelta(minutes=5)
LAZY = timedelta(minutes=10)
PROMPT = timedelta(minutes=1)
MANY = 200  # rows; looking at them again costs more than writing down that they are behind
AT_ONCE = 250  # rows of a bucket in one tick: a backlog waits in the queue already, and would only wait there twice
FIRST_LOOK_BACK = timedelta(hours=24)


class Sweeper:
    def __init__(self, outbox: Outbox, queue: Queue, clock: Clock) -> None:
        self._outbox = outbox
        self._queue = queue
        self._clock = clock

    def tick(self) -> Counter[str]:
        """Push the unfinished rows that are due, of a backlog the oldest. Returns how many of each kind.

        Reads hour buckets from the watermark minus five minutes, so that a missed tick is caught up and a row that
        committed late is seen (rows are due two minutes after their transaction began, or as docs/adr/0012 says). The
        watermark never passes an unfinished row, so that one of a kind that only a newer version knows waits for
        that. It is written only when it has moved ten minutes, or one after many rows: an idle system costs reads
        (docs/adr/0003).
        """
        now = to_milliseconds(self._clock())
        watermark = self._outbox.watermark()
        since = (watermark or now - FIRST_LOOK_BACK) - OVERLAP
        pushed: Counter[str] = Counter()
        oldest, looked = now, 0
        for hour in hours_between(since, now):
            after = stamp(since) if hour == hour_of(since) else "!"
            until = f"{stamp(now)}~" if hour == hour_of(now) else "~"
            for shard in range(DUE_SHARDS):
                swept = self._outbox.unfinished(f"{hour}#{shard}", after=after, until=until)
                rows, looked = swept.rows, looked + swept.looked
                oldest = min([oldest, *(row.at for row in rows)])
                ready = [row for row in rows if row.is_claimable(now) and row.kind is not OutboxKind.UNKNOWN]
                self._queue.push(*ready[:AT_ONCE])
                pushed.update(row.kind.value for row in ready[:AT_ONCE])
        if watermark is None or oldest - watermark >= (LAZY if looked < MANY else PROMPT):
            self._outbox.set_watermark(oldest)
        return pushed
