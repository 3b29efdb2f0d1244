"""One hot event, modelled: everybody enrols at the same time, and transactions that meet on an item conflict.

A discrete-event simulation with the application's own keys, retries and numbers of shards. A transaction holds its seat
shard for the conflict window; one that begins meanwhile on the same shard is cancelled at once and tried again on any
(docs/adr/0002). The window is an assumption (10 ms), not a measurement on AWS.
"""

import heapq
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.outbox.entry import OutboxKind, entry_at, new_entry, row_id_of
from chalicelib.domain.seats import buckets_for
from chalicelib.domain.shared.limits import MAX_SHARDS
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.retries import Retries

Key = tuple[str, str]  # table and partition key

WINDOW = 0.010
CONFLICTS = 0.10
KEY_LIMIT = 500.0  # writes a second on one key that the design allows itself; DynamoDB bears 1,000 units
_EVENT = "01JZ3V5E9GQ7M2X4T6R8W0YABC"
_BUCKETS = buckets_for(50_000)
_NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
_SAMPLE = 10_000
_MAIL_DELAY = 0.2  # the sender's claim and mark, and what it schedules in between


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the model, and what it has to be at least or at most."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    more_is_better: bool = False

    @property
    def within(self) -> bool:
        enough = self.at_least is None or self.value >= self.at_least
        return enough and (self.at_most is None or self.value <= self.at_most)

    @property
    def budget(self) -> str:
        least = "" if self.at_least is None else f">= {self.at_least:g}"
        return least or ("-" if self.at_most is None else f"<= {self.at_most:g}")

    def is_worse_than(self, before: float, allowed: float) -> bool:
        """More than a part of `allowed` (1.05: five percent) on the wrong side of what it was."""
        return self.value * allowed < before if self.more_is_better else self.value > before * allowed


@dataclass(slots=True)
class Rush:
    """So many requests in so many seconds, each one transaction on a random shard of the event."""

    requests: int
    seconds: float
    shards: int
    joins: bool = False  # the waitlist of a sold-out event, instead of a seat
    counted: bool = True  # by key and second, which takes most of the time
    seed: int = 1
    done: int = 0
    conflicts: int = 0  # of first tries
    busy: int = 0
    writes: Counter[tuple[Key, int]] = field(default_factory=Counter)  # by partition key and second
    units: Counter[tuple[Key, int]] = field(default_factory=Counter)

    def run(self) -> "Rush":
        rng = random.Random(self.seed)
        arrivals = sorted(rng.uniform(0, self.seconds) for _ in range(self.requests))
        agenda = [(at, number, self._tries(number, rng)) for number, at in enumerate(arrivals)]
        heapq.heapify(agenda)
        free_at = [0.0] * self.shards
        first = set(range(self.requests))
        while agenda:
            at, number, tries = heapq.heappop(agenda)
            shard = rng.randrange(self.shards)
            if free_at[shard] <= at:
                free_at[shard] = at + WINDOW
                self.done += 1
                if self.counted:
                    self._count(at + WINDOW, number, shard)
            else:
                self.conflicts += number in first
                wait = next(tries, None)
                if wait is None:
                    self.busy += 1
                else:
                    heapq.heappush(agenda, (at + wait, number, tries))
            first.discard(number)
        return self

    @staticmethod
    def _tries(number: int, rng: random.Random) -> Iterator[float]:
        """How long the application waits before each further try of one request, from its own rule."""
        waits: list[float] = []
        retries = Retries(waits.append, rng).tries()
        next(retries)
        for _ in retries:
            yield waits.pop()

    def _count(self, at: float, number: int, shard: int) -> None:
        """The writes of one committed transaction (2 units an item) and of the mail that follows (1 each).

        Who has a seat is also sent a follow-up, an hour later: its row is written by the sender of the confirmation.
        """
        row = EnrollmentKey.of(_EVENT, _BUCKETS, f"person{number}")
        due = new_entry(OutboxKind.ENROLLMENT_CONFIRMED, row.attendee_id, {}, now=_NOW, entry_id=str(number)).key
        items = [
            ("seats", keys.seat(_EVENT, shard)[0]),
            ("enrollments", keys.enrollment(row)[0]),
            ("enrollments", keys.activity(_EVENT, row.bucket)),
            ("due", due.bucket),
        ]
        if self.joins:
            self._write(("enrollments", keys.waitlist_counter(_EVENT)[0]), at - WINDOW, 1)
            items.append(("enrollments", keys.waitlist(_EVENT)))
        for key in items:
            self._write(key, at, 2)
        buckets = [due.bucket, due.bucket]  # the claim and the mark
        if not self.joins:
            buckets.append(self._follow_up(row))
        for bucket in buckets:
            self._write(("due", bucket), at + _MAIL_DELAY, 1)

    @staticmethod
    def _follow_up(row: EnrollmentKey) -> str:
        entry_id = row_id_of(OutboxKind.FOLLOW_UP, row.attendee_id)
        at = _NOW + timedelta(hours=1)
        return entry_at(OutboxKind.FOLLOW_UP, row.attendee_id, {}, now=_NOW, entry_id=entry_id, at=at).key.bucket

    def _write(self, key: Key, at: float, units: int) -> None:
        self.writes[key, int(at)] += 1
        self.units[key, int(at)] += units

    @property
    def conflict_share(self) -> float:
        return self.conflicts / self.requests

    def busiest(self) -> tuple[int, int]:
        """The most writes and the most units that one key had in one second."""
        return max(self.writes.values()), max(self.units.values())


@cache
def highest_rate(shards: int) -> int:
    """Enrolments a second at which one first try in ten conflicts."""
    low, high = 1, 20 * shards
    while high - low > 1:
        rate = (low + high) // 2
        fits = Rush(_SAMPLE, _SAMPLE / rate, shards, counted=False).run().conflict_share <= CONFLICTS
        low, high = (rate, high) if fits else (low, rate)
    return low


def figures() -> list[Figure]:
    minute = Rush(30_000, 60, MAX_SHARDS).run()
    writes, units = minute.busiest()
    joins = Rush(15_000, 60, MAX_SHARDS, joins=True).run()
    queued = sum(units for ((_, key), _), units in joins.units.items() if key == keys.waitlist(_EVENT))
    return [
        Figure("enrolments a minute, 64 shards", minute.done, "", at_least=30_000, more_is_better=True),
        Figure("first tries that conflict", round(100 * minute.conflict_share, 2), "%", at_most=100 * CONFLICTS),
        Figure("told to come again (503 busy)", minute.busy, "", at_most=0),
        Figure("busiest key, a second", writes, "writes", at_most=KEY_LIMIT),
        Figure("busiest key, a second, in units", units, "WCU", at_most=1_000),
        Figure(
            "joins a second after sell-out, 500 units a second on the queue's key",
            round(joins.done * KEY_LIMIT / queued, 1),
            "/s",
            at_least=250,
            more_is_better=True,
        ),
        Figure(
            "first tries of joins that conflict", round(100 * joins.conflict_share, 2), "%", at_most=100 * CONFLICTS
        ),
        *(
            Figure(f"limit: enrolments a second, shards: {shards}", highest_rate(shards), "/s", more_is_better=True)
            for shards in (1, 4, 16, MAX_SHARDS)
        ),
    ]
