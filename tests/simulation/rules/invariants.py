"""What must hold at every moment of every run, and what must hold once everything is quiet."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.enrollments.deadlines import deadline_of, is_over
from chalicelib.domain.enrollments.enrollment import SEATED, TEMPORARY, Cause, Enrollment, EnrollmentStatus
from chalicelib.domain.enrollments.waitlist import ending_of
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import PartyPolicy, WaitlistMode
from chalicelib.domain.seats import COUNTED, SeatMode, Shard, guest_share
from chalicelib.store.dynamo.tables import EventItem
from chalicelib.store.items.enrollments import enrollment_from, waiting_from
from chalicelib.store.items.events import to_event, to_seats, to_shard
from devtools.simdb.database import SimDB
from devtools.simdb.scheduler import Scheduler
from devtools.simdb.values import Row

FULL_WINDOW_SECONDS = 1.0
LOOK_LAG_SECONDS = 0.25  # a write is looked at when no other transaction is half done: a moment later
REPLICA_LAG_SECONDS = 0.05  # a request may know the event as it was a moment ago
WAITING = EnrollmentStatus.WAITLISTED
WATCHED = EVENTS, SEATS, ENROLLMENTS = "turnout-events", "turnout-seats", "turnout-enrollments"


@dataclass(slots=True)
class Moment:
    """The seats of one event from one write to the next."""

    at: float
    free: int
    waiting: int
    mode: SeatMode
    deadlines: tuple[tuple[float, int], ...]  # of holds and offers, with their seats
    capacity: int = 0

    def lacks(self, party: int, at: float) -> bool:
        """Whether a party of newcomers finds no room at this time, expired holds counted as free."""
        return self.room(at) < party or (self.waiting > 0 and self.mode is SeatMode.FENCED)

    def room(self, at: float) -> int:
        return self.free + sum(seats for ends, seats in self.deadlines if ends <= at)


@dataclass(slots=True)
class EventLog:
    """Everything that was seen of one event."""

    policy: PartyPolicy
    max_skips: int
    capacity: int = 0
    most: int = 0  # that the capacity ever was
    versions: list[tuple[float, Event]] = field(default_factory=list)  # of the event, with when each was first seen
    moments: list[Moment] = field(default_factory=list)
    rows: dict[str, Enrollment] = field(default_factory=dict)
    seen: dict[str, list[tuple[float, Enrollment]]] = field(default_factory=dict)

    @property
    def event(self) -> Event:
        return self.versions[-1][1]

    @property
    def taken(self) -> int:
        """As it was at the last look."""
        return sum(row.seats for row in self.rows.values())

    def events_since(self, at: float) -> list[Event]:
        """As it was at that time, and whatever it became since: a request may know any of them."""
        later = [event for seen, event in self.versions if seen > at]
        before = [event for seen, event in self.versions if seen <= at]
        return [*before[-1:], *later]


class Witness:
    """Looks at the tables after every write: a transaction is atomic, so no moment may break the sums."""

    def __init__(self, db: SimDB, scheduler: Scheduler) -> None:
        self._db = db
        self._scheduler = scheduler
        self._events: dict[str, EventLog] = {}
        self._looked_at: list[Row] = []
        self.violations: list[str] = []
        perform = db.perform

        def watched(operation: Any, request: Any, **options: Any) -> Any:
            try:
                return perform(operation, request, **options)
            finally:
                if operation.name in {"TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem"}:
                    self._look()

        db.perform = watched  # type: ignore[method-assign]

    def watch(self, event_id: str, policy: PartyPolicy = PartyPolicy.STRICT, max_skips: int = 0) -> None:
        self._events[event_id] = EventLog(policy, max_skips)
        self._looked_at = []
        self._look()

    def log(self, event_id: str) -> EventLog:
        return self._events[event_id]

    # At every moment

    def _look(self) -> None:
        if self._db.locks:
            return  # another transaction is half done: only reads outside of transactions may see that
        stored = [row for name in WATCHED for row in self._db.tables[name].rows()]
        if stored == self._looked_at:  # a row that is stored is never changed in place
            return
        self._looked_at = stored
        for event_id, log in self._events.items():
            self._note_event(event_id, log)
            shards, capacity = self._seats(event_id)
            log.capacity = capacity
            rows = self._rows(event_id, log)
            log.most = max(log.most, capacity)
            self._check_sums(log, shards, capacity, rows)
            self._check_guests(log, shards, capacity, rows)
            self._check_order(log, rows)
            self._check_lists(event_id, rows)
            self._remember(log, shards, rows)

    def _note_event(self, event_id: str, log: EventLog) -> None:
        [raw] = self._partition(EVENTS, f"event#{event_id}")
        if not log.versions or log.event.version != int(raw["version"]["N"]):
            log.versions.append((self._scheduler.now, to_event(EventItem.from_raw_data(raw))))

    def _seats(self, event_id: str) -> tuple[list[Shard], int]:
        raws = [row.attributes for row in self._db.tables[SEATS].rows()]
        mine = sorted(
            (raw for raw in raws if raw["pk"]["S"].split("#", 1)[0] == event_id), key=lambda raw: raw["pk"]["S"]
        )
        return [to_shard(raw) for raw in mine], to_seats(mine[0]).capacity

    def _partition(self, table: str, name: str) -> list[dict[str, Any]]:
        partition = self._db.tables[table].partitions.get(name)
        return [partition.rows[token].attributes for token in partition.tokens] if partition else []

    def _rows(self, event_id: str, log: EventLog) -> dict[str, Enrollment]:
        rows = {}
        for row in self._db.tables[ENROLLMENTS].rows():
            raw = row.attributes
            event, bucket = raw["pk"]["S"].rsplit("#", 1)
            if event != event_id or not bucket.isdigit():
                continue
            known = log.rows.get(raw["sk"]["S"])
            same = known is not None and known.version == int(raw["version"]["N"])
            rows[raw["sk"]["S"]] = known if known is not None and same else enrollment_from(raw)
        return rows

    def _check_sums(self, log: EventLog, shards: list[Shard], capacity: int, rows: dict[str, Enrollment]) -> None:
        free = sum(shard.free for shard in shards)
        taken = sum(row.seats for row in rows.values())
        if taken > max(capacity, log.taken):  # a capacity that was lowered is reached as seats are given up
            self.violations.append(f"oversold: {taken} of {capacity}")
        if free + taken != capacity:
            self.violations.append(f"{free} free + {taken} live != {capacity}")
        if any(shard.free < 0 for shard in shards[shards[0].mode is not SeatMode.OPEN :]):
            self.violations.append("a shard below zero")
        if shards[0].mode is SeatMode.FENCED and any(shard.free for shard in shards[1:]):
            self.violations.append("a fenced event has seats outside of its pool")
        if len({shard.mode for shard in shards}) > 1:
            self.violations.append("shards of different modes")
        counts = Counter(row.status.value for row in rows.values())
        counts["checked_in"] = sum(row.counted_in for row in rows.values())
        counts["no_show"] = sum(row.is_no_show for row in rows.values())
        counts["bounced"] = sum(row.is_live and row.bounced_at is not None for row in rows.values())
        for name in COUNTED:
            said = sum(shard.counts.get(name, 0) for shard in shards)
            if said != counts[name]:
                self.violations.append(f"{said} {name} counted, {counts[name]} rows")
        if shards[0].mode is SeatMode.OPEN and counts[WAITING.value]:
            self.violations.append("somebody waits beside an open door")

    def _check_guests(self, log: EventLog, shards: list[Shard], capacity: int, rows: dict[str, Enrollment]) -> None:
        """What unproven guests may still hold; only a cut of the capacity leaves them more than their part."""
        unproven = sum(row.seats for row in rows.values() if row.unproven)
        room = sum(shard.guest_free for shard in shards)
        if room + unproven != guest_share(capacity):
            self.violations.append(f"room for {room} and {unproven} unproven guests != {guest_share(capacity)}")
        if unproven > guest_share(log.most):
            self.violations.append("more unproven guests than their part")

    def _check_order(self, log: EventLog, rows: dict[str, Enrollment]) -> None:
        """What changed since the last look: seats go to the head of the waitlist, and expired holds to nobody."""
        queue = sorted(
            (row for row in log.rows.values() if row.status is WAITING), key=lambda row: row.waitlist_number or 0
        )
        taken = sum(row.seats for row in rows.values())
        for person, row in rows.items():
            before = log.rows.get(person)
            if before is not None and before.version == row.version:
                continue
            was = before.status if before else None
            if before and was in TEMPORARY:
                self._check_deadline(log, before, row)
            if before and row.seats > before.seats > 0 and row.generation == before.generation and queue:
                self.violations.append("a party grew past the waitlist")
            if row.status in SEATED and (before is None or before.status not in SEATED):
                self._check_given(log, before, row, taken)
                self._check_turn(log, queue, before, row)

    def _check_deadline(self, log: EventLog, before: Enrollment, row: Enrollment) -> None:
        late = {is_over(before, event, row.updated_at) for event in log.events_since(row.updated_at.timestamp())}
        if late == {True} and row.status is EnrollmentStatus.CONFIRMED and row.generation == before.generation:
            self.violations.append("an expired hold was confirmed")
        if late == {False} and row.status is EnrollmentStatus.EXPIRED:
            self.violations.append("a hold was expired before its deadline")

    def _check_turn(self, log: EventLog, queue: list[Enrollment], before: Enrollment | None, row: Enrollment) -> None:
        cause = row.history[-1].cause
        if cause in {Cause.CHOSEN, Cause.TAKEN_OVER, Cause.CAME_AFTER_ALL}:
            return
        if before is None or before.status is not WAITING:
            if queue:
                self.violations.append("a newcomer overtook the waitlist")
            return
        ahead = [one for one in queue if (one.waitlist_number or 0) < (before.waitlist_number or 0)]
        if not ahead:
            return
        if log.policy is not PartyPolicy.BEST_FIT:
            self.violations.append("somebody overtook the head of the waitlist")
        elif ahead[0].skipped + row.party_size > log.max_skips:
            self.violations.append("more seats than max_skips went past the head")

    def _check_given(self, log: EventLog, before: Enrollment | None, row: Enrollment, taken: int) -> None:
        """A seat that somebody gets anew: never while too many are taken, nor from a waitlist that is closed."""
        if row.history[-1].cause is Cause.TAKEN_OVER:
            return
        if taken > log.capacity:
            self.violations.append("a seat was given while too many are taken")
        since = row.updated_at.timestamp() - REPLICA_LAG_SECONDS
        modes = {event.facts.waitlist_mode for event in log.events_since(since)}
        if before is not None and before.status is WAITING and modes == {WaitlistMode.OFF}:
            self.violations.append("a waitlist that is off was served")

    def _check_lists(self, event_id: str, rows: dict[str, Enrollment]) -> None:
        """The waitlist and the list of deadlines name exactly the rows that they should."""
        queue = [waiting_from(raw) for raw in self._partition(ENROLLMENTS, f"{event_id}#W")]
        waiting = sorted(
            (row for row in rows.values() if row.status is WAITING), key=lambda row: row.waitlist_number or 0
        )
        if queue != waiting:
            self.violations.append("the waitlist is not what the rows say")
        named = {raw["sk"]["S"].split("#", 1)[1] for raw in self._partition(ENROLLMENTS, f"{event_id}#H")}
        if named != {person for person, row in rows.items() if row.status in TEMPORARY}:
            self.violations.append("the deadlines are not what the rows say")

    def _remember(self, log: EventLog, shards: list[Shard], rows: dict[str, Enrollment]) -> None:
        now = self._scheduler.now
        for person, row in rows.items():
            before = log.rows.get(person)
            if before is None or before.version != row.version:
                log.seen.setdefault(person, []).append((now, row))
        log.rows = rows
        ends = [(deadline_of(row, log.event), row.seats) for row in rows.values()]
        deadlines = tuple((deadline.timestamp(), seats) for deadline, seats in ends if deadline is not None)
        waiting = sum(row.status is WAITING for row in rows.values())
        free = sum(shard.free for shard in shards)
        log.moments.append(Moment(now, free, waiting, shards[0].mode, deadlines, log.capacity))

    # Of answers

    def was_full(self, event_id: str, start: float, end: float, party: int = 1) -> bool:
        """Whether there was no room at some moment from a second before the request to its answer."""
        return any(moment.lacks(party, at) for moment, at in self._moments(event_id, start, end))

    def was_short(self, event_id: str, start: float, end: float, party: int) -> bool:
        """The same for somebody whom no waitlist keeps out."""
        return any(moment.room(at) < party for moment, at in self._moments(event_id, start, end))

    def held_more_than(self, event_id: str, start: float, end: float, capacity: int) -> bool:
        """Whether more seats were taken at some moment of the request, without those of holds that are over."""
        return any(moment.capacity - moment.room(at) > capacity for moment, at in self._moments(event_id, start, end))

    def _moments(self, event_id: str, start: float, end: float) -> Iterator[tuple[Moment, float]]:
        """Each with its fullest time: deadlines only ever free seats, so that it is the earliest."""
        moments = self._events[event_id].moments
        begin = start - FULL_WINDOW_SECONDS
        for place, moment in enumerate(moments):
            until = moments[place + 1].at if place + 1 < len(moments) else end
            if moment.at <= end + LOOK_LAG_SECONDS and until >= begin:
                yield moment, max(moment.at, begin)

    def states_of(self, event_id: str, person: str, start: float, end: float) -> list[Enrollment]:
        """The rows that this person had at any time from `start` to `end`."""
        found: list[Enrollment] = []
        for at, row in self._events[event_id].seen.get(person, []):
            if at > end + LOOK_LAG_SECONDS:
                break
            if at <= start:
                found = []
            found.append(row)
        return found

    # At rest

    def unserved(self, event_id: str) -> str | None:
        """Who waits beside free seats that fit them, when nothing is under way any more."""
        log = self._events[event_id]
        last = log.moments[-1]
        queue = sorted(
            (row for row in log.rows.values() if row.status is WAITING), key=lambda row: row.waitlist_number or 0
        )
        facts = replace(log.event.facts, capacity=log.capacity)
        if log.event.status is EventStatus.PUBLISHED and any(ending_of(row, facts) for row in queue):
            return "somebody waits in vain and was not told"
        if queue and last.mode is SeatMode.FENCED and queue[0].party_size <= last.free:
            return f"a party of {queue[0].party_size} waits beside {last.free} free seats"
        now = datetime.fromtimestamp(self._scheduler.now, UTC)
        expired = [row for row in log.rows.values() if is_over(row, log.event, now)]
        return "an expired hold keeps its seat" if expired else None


def mail_faults(intents: list[dict[str, Any]], sent: Counter[str]) -> list[str]:
    """Every delivered intent was sent; a skipped or failed one says why."""
    found = []
    for row in intents:
        intent_id, state = row["sk"]["S"].split("#", 1)[1], row["state"]["S"]
        if row["kind"]["S"].startswith("job_"):
            continue
        if state == "done" and not sent[intent_id]:
            found.append(f"lost mail: {row['kind']['S']} is done and was never sent")
        if state in {"skipped", "failed"} and len(row["detail"]["S"]) <= 1:
            found.append("a skipped mail without a reason")
    return found
