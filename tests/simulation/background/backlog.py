"""A cheap model of what is due: a million mails that wait, and what becomes due meanwhile, without a row for each.

The mails of the backlog are numbers: only the rows of a page that is read are made. What the model does not show
(filters, replicas, lost answers), the simulated DynamoDB does in the other tests of ticks.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, OutboxKind
from chalicelib.domain.shared.times import stamp
from chalicelib.services.shared.ports import Swept, Watermarks

BEGIN = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHARDS = 4
WAITING = OutboxKind.ORGANIZER_MESSAGE  # what the backlog consists of


class ModelOutbox:
    """The part of the port that ticks use; `looked` counts rows. The backlog is spread evenly over hours and shards."""

    def __init__(self, number: int, hours: int, kind: OutboxKind = WAITING) -> None:
        self.kind = kind
        self.marks: Watermarks = {}
        self.looked = 0
        self._step = timedelta(hours=hours) / number
        self._an_hour = number // hours
        self._done = bytearray(number)
        self._others: dict[str, dict[str, OutboxKind]] = {}

    def add(self, at: datetime, name: str, kind: OutboxKind) -> str:
        """A row besides the backlog."""
        key = OutboxKey.at(f"{stamp(at)}#{name}", kind.queue)
        self._others.setdefault(key.bucket, {})[key.place] = kind
        return key.place

    def close(self, key: OutboxKey) -> None:
        if self._others.get(key.bucket, {}).pop(key.place, None) is None:
            self._done[int(key.place.split("#")[1])] = 1

    def waiting(self) -> int:
        return self._done.count(0)

    def place(self, number: int) -> str:
        return f"{stamp(BEGIN + number * self._step)}#{number:09d}"

    def unfinished(self, bucket: str, *, after: str, until: str, limit: int) -> Swept:
        numbers = self._numbers(bucket)
        first = bisect_left(numbers, after, key=self.place)
        page = numbers[first : min(first + limit, bisect_right(numbers, until, key=self.place))]
        more = first + limit < len(numbers)
        others = [(place, kind) for place, kind in self._others.get(bucket, {}).items() if after <= place <= until]
        stopped = self.place(page[-1]) if more and len(page) == limit else ""
        rows = [(self.place(number), self.kind) for number in page if not self._done[number]]
        rows = sorted(rows + [one for one in others if not stopped or one[0] <= stopped])
        self.looked += len(page) + len(others)
        return Swept([self._row(bucket, *one) for one in rows], len(page) + len(others), stopped)

    def _numbers(self, bucket: str) -> range:
        """Those of the backlog that lie in a bucket."""
        hour, shard = bucket.split("#")
        begin = round((datetime.fromisoformat(f"{hour}:00+00:00") - BEGIN) / timedelta(hours=1)) * self._an_hour
        if not shard.isdecimal() or not 0 <= begin < len(self._done):
            return range(0)
        return range(begin + int(shard), begin + self._an_hour, SHARDS)

    @staticmethod
    def _row(bucket: str, place: str, kind: OutboxKind) -> OutboxEntry:
        return OutboxEntry(key=OutboxKey(bucket, place), kind=kind, recipient_id="person", created_at=BEGIN)

    def watermarks(self) -> Watermarks:
        return self.marks

    def set_watermarks(self, marks: Watermarks) -> None:
        self.marks = marks

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a tick calls {name}")


class ModelQueue:
    """Whoever reads it: everything else at once, and of the backlog so many mails a minute as are sent."""

    def __init__(self, outbox: ModelOutbox) -> None:
        self.mails: dict[OutboxKey, None] = {}
        self.handed: list[str] = []  # what is no mail of the backlog, by its place
        self.pushed = 0
        self._outbox = outbox

    def push(self, *entries: OutboxEntry) -> None:
        self.pushed += len(entries)
        for one in entries:
            if one.key.place.split("#")[1].isdecimal():
                self.mails[one.key] = None
            else:
                self.handed.append(one.key.place)
                self._outbox.close(one.key)

    def send(self, number: int) -> None:
        for key in list(self.mails)[:number]:
            self._outbox.close(key)
            del self.mails[key]
