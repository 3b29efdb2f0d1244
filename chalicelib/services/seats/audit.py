"""Whether the counters of an event say what its enrollments say.

They are written in the same transactions, so that they can only differ by a fault of ours or by what somebody wrote
into the tables by hand. The audit is what would show it before an organizer does.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentChange, tally
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import COUNTED, SeatMode, Seats, Shard, guest_share, total
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.release import POOL

MODES, OUTSIDE = "modes", "seats_beside_the_pool"  # how the shards differ among themselves
PAGE = 500  # enrollments
_LOOKS = 3  # at an event that people enrol in meanwhile


class Finding(StrEnum):
    """How an audit of one event ended."""

    AGREES = "agrees"
    DIFFERS = "differs"  # found twice, with nothing changed in between
    BUSY = "busy"  # it changed all the time: nothing is known
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`differences` has by name what the counters say and what the enrollments say."""

    event_id: str
    finding: Finding
    differences: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_decided(self) -> bool:
        """Whether counters and enrollments were compared at one moment."""
        return self.finding in {Finding.AGREES, Finding.DIFFERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far the enrollments of an event have been added up, and what its counters were when that began."""

    mark: str
    buckets: int
    bucket: int = 0
    place: str | None = None  # in the bucket
    seats: int = 0
    unproven: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    look: int = 1
    suspicion: str = ""  # what the look before found, when nothing had changed

    @classmethod
    def parse(cls, text: str) -> "Tally":
        return cls(**json.loads(text))

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def is_complete(self) -> bool:
        return self.bucket == self.buckets

    def with_rows(self, rows: Sequence[Enrollment], end: str | None) -> "Tally":
        """After the next page; `end` None: it was the last one of its bucket."""
        changes = [EnrollmentChange(None, row) for row in rows]
        return replace(
            self,
            bucket=self.bucket if end else self.bucket + 1,
            place=end,
            seats=self.seats + sum(change.seats for change in changes),
            unproven=self.unproven + sum(change.unproven_seats for change in changes),
            counts=dict(Counter(self.counts) + Counter(tally(changes))),
        )

    def differences(self, capacity: int, shards: Sequence[Shard]) -> dict[str, tuple[int, int]]:
        """By name what the shards say and what these enrollments say."""
        free, counts = total(shards)
        both = {
            "free": (free, capacity - self.seats),
            "guest_free": (sum(shard.guest_free for shard in shards), guest_share(capacity) - self.unproven),
            MODES: (len({shard.mode for shard in shards}), 1),
            OUTSIDE: (_outside(shards), 0),
            **{name: (counts.get(name, 0), self.counts.get(name, 0)) for name in COUNTED},
        }
        return {name: (said, found) for name, (said, found) in both.items() if said != found}


def _outside(shards: Sequence[Shard]) -> int:
    """Seats of a fenced event that are not on the shard where its waitlist is served from."""
    is_fenced = any(shard.mode is SeatMode.FENCED for shard in shards)
    return sum(abs(shard.free) for number, shard in enumerate(shards) if is_fenced and number != POOL)


@dataclass(frozen=True, slots=True)
class _Counters:
    """The counters of an event, read before or after its enrollments."""

    event: Event
    seats: Seats
    shards: Sequence[Shard]

    @property
    def mark(self) -> str:
        """The same as long as nobody enrols, cancels, is checked in or changes the capacity."""
        text = repr(
            (self.seats.capacity, [(shard.free, shard.mode, sorted(shard.counts.items())) for shard in self.shards])
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class SeatAudit:
    """Reads only. DynamoDB shows no two partitions at one moment: counters that are equal before and after are one."""

    def __init__(self, events: Events, seats: SeatReads, enrollments: Enrollments, page: int = PAGE) -> None:
        """`page`: how many enrollments one step reads."""
        self._events = events
        self._seats = seats
        self._enrollments = enrollments
        self._page = page

    def audit(self, event_id: str) -> Verdict:
        """The whole event, however many enrollments it has."""
        found = self.step(event_id, None)
        while isinstance(found, Tally):
            found = self.step(event_id, found)
        return found

    def step(self, event_id: str, so_far: Tally | None) -> Tally | Verdict:
        """One page further: a step may be repeated. Raises `TryAgainError`."""
        if so_far is None or so_far.is_complete:
            counters = self._counters(event_id)
            if counters is None:
                return Verdict(event_id, Finding.GONE)
            return self._judged(counters, so_far) if so_far else _begun(counters)
        page = self._enrollments.of_event(
            event_id, so_far.bucket, start=so_far.place, forward=True, limit=self._page, consistent=True
        )
        return so_far.with_rows([row for _, row in page.items], page.end)

    def _counters(self, event_id: str) -> _Counters | None:
        """All shards at one moment, for the capacity and the number of shards that the event has then."""
        found = self._events.with_seats(event_id, consistent=True)
        if found is None:
            return None
        shards = self._seats.shards(event_id, found[1].shards)
        return _Counters(*found, shards) if shards else None

    def _judged(self, counters: _Counters, complete: Tally) -> Tally | Verdict:
        event_id = counters.event.id
        is_last = complete.look == _LOOKS
        if counters.mark != complete.mark:
            return Verdict(event_id, Finding.BUSY) if is_last else _begun(counters, complete)
        differences = complete.differences(counters.seats.capacity, counters.shards)
        if not differences:
            return Verdict(event_id, Finding.AGREES)
        text = json.dumps(differences)
        if text == complete.suspicion:
            return Verdict(event_id, Finding.DIFFERS, differences)
        # two changes that undo each other leave no trace in the counters: only what is found twice is a fault
        return Verdict(event_id, Finding.BUSY) if is_last else _begun(counters, complete, text)


def _begun(counters: _Counters, before: Tally | None = None, suspicion: str = "") -> Tally:
    look = before.look + 1 if before else 1
    return Tally(mark=counters.mark, buckets=counters.event.buckets, look=look, suspicion=suspicion)
