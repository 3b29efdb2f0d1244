"""The tick: whatever is due and unfinished is handed to its worker again, however long the schedule was down."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.outbox.buckets import hour_of_place
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.times import stamp, to_milliseconds, unstamp
from chalicelib.services.background.lane import Budget, Lane
from chalicelib.services.shared.ports import Clock, Mark, Outbox, Queue, Watermarks

OVERLAP = timedelta(minutes=5)
LAZY = timedelta(minutes=10)
PROMPT = timedelta(minutes=1)
MANY = 200  # rows; looking at them again costs more than writing down that they are behind
FRESH = timedelta(minutes=3)  # what has become due within this is looked at by every tick, whatever else waits
FIRST_LOOK_BACK = timedelta(hours=24)
_STAMP = len("2026-06-01T09:02:00.000Z")


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick handed over, by kind; and by lane how long what it had to leave has been due."""

    pushed: Counter[str]
    lag: dict[QueueName, timedelta]


class Sweeper:
    def __init__(self, outbox: Outbox, queue: Queue, clock: Clock, budgets: Mapping[QueueName, Budget]) -> None:
        self._outbox = outbox
        self._clock = clock
        lanes = (QueueName.JOBS, QueueName.MAIL)  # jobs first: few, and on time
        self._lanes = [Lane(name, outbox, queue, clock, budgets[name]) for name in lanes]

    def tick(self) -> Ticked:
        """Push the unfinished rows that are due, of a backlog the oldest and what has just become due.

        Reads from the watermark of each lane minus five minutes, so that a missed tick is caught up and a row that
        committed late is seen (rows are due two minutes after their transaction began, or as docs/adr/0012 says). A
        watermark never passes an unfinished row, so that one of a kind that only a newer version knows waits for that.
        What the budget does not reach is left to the next tick, which goes on there (docs/adr/0020). The watermarks are
        written only when one has moved ten minutes, or one after many rows: an idle system costs reads.
        """
        now = to_milliseconds(self._clock())
        before = self._outbox.watermarks()
        ticked, marks, looked = Ticked(Counter(), {}), {}, 0
        oldest_job: datetime | None = None
        for lane in self._lanes:
            mark = before.get(lane.name) or Mark(now - FIRST_LOOK_BACK)
            marks[lane.name], seen = self._sweep(lane, mark, now, ticked, oldest_job)
            oldest_job = _unfinished_from(marks[lane.name])
            looked += seen
        if _is_worth_writing(before, marks, looked):
            self._outbox.set_watermarks(marks)
        return ticked

    def _sweep(
        self, lane: Lane, mark: Mark, now: datetime, ticked: Ticked, unfinished_job: datetime | None
    ) -> tuple[Mark, int]:
        """One lane; returns how far it has come, and how many rows it looked at.

        Jobs write mails behind their own place, so that the watermark of the mails passes no unfinished job either.
        """
        walk = lane.walk(mark.cursor or stamp(mark.at - OVERLAP), now)
        ticked.pushed.update(walk.pushed)
        oldest = min(one for one in (now, mark.oldest, walk.oldest, unfinished_job) if one is not None)
        if not walk.stopped:
            ticked.lag[lane.name] = timedelta()
            return Mark(oldest), walk.looked
        ticked.lag[lane.name] = max(now - _moment(walk.stopped), timedelta())
        fresh = lane.due_now(max(walk.stopped, stamp(now - FRESH)), now)
        ticked.pushed.update(fresh.pushed)
        return replace(mark, cursor=walk.stopped, oldest=oldest), walk.looked + fresh.looked


def _unfinished_from(mark: Mark) -> datetime:
    """Before this nothing of the lane is unfinished, as far as this tick has seen."""
    return min(mark.oldest or mark.at, _moment(mark.cursor)) if mark.cursor else mark.at


def _moment(place: str) -> datetime:
    """When what lies at a place was due; of a whole hour, its beginning."""
    return unstamp(place[:_STAMP]) if len(place) >= _STAMP else hour_of_place(place)


def _is_worth_writing(before: Watermarks, after: Watermarks, looked: int) -> bool:
    least = LAZY if looked < MANY else PROMPT
    return any(
        name not in before or mark.cursor != before[name].cursor or mark.at - before[name].at >= least
        for name, mark in after.items()
    )
