"""The figures that an event of several shards shows: a sum in its header, taken when something has changed.

Summing reads every shard at one moment, which a write to any of them refuses, and writes the header. Done for every
mail of a rush it would be the hottest thing of all, so that a rush leaves it to one job a minute (docs/adr/0002).
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import SAFETY_NET, OutboxEntry, OutboxKey, OutboxKind, new_entry
from chalicelib.domain.seats import Reseat, Seats
from chalicelib.services.seats.event_store import SeatReads
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.services.shared.ports import Outbox

T = TypeVar("T")

COMMIT = timedelta(minutes=1)  # a change is committed or never will be: no function lives longer
CLOCKS = timedelta(minutes=1)  # how far the clocks of two processes may be apart
OVERLAP = COMMIT + CLOCKS  # nobody writes something any more whose time is so long ago
PAUSE = timedelta(seconds=1)  # between two sums of an event by one process
BUSY = timedelta(minutes=1)  # an event whose shards could not be read at one moment is left alone for so long
_MOST = 1024


class SeatTotals:
    """Each process sums an event at most once in `PAUSE`, and leaves it to a job at most once a minute.

    With the five mail senders that run at once these are five writes of the header a second, and at most five tries
    each to read the shards, whatever the rate of mails and however late they are.
    """

    def __init__(self, outbox: Outbox, seats: SeatReads) -> None:
        self._outbox = outbox
        self._seats = seats
        self._not_before: OrderedDict[str, datetime] = OrderedDict()  # when this process may sum an event again
        self._left: OrderedDict[str, OutboxKey] = OrderedDict()  # to which job this process has left an event

    def refresh(self, event: Event, seats: Seats, changed_at: datetime, now: datetime) -> None:
        """See to it that the header's sum includes what was changed in a transaction that began at `changed_at`.

        The transaction is over, and `seats` may lag. A sum that began before the change is taken again at once,
        unless this process has just done so or the event is too busy; one that may have been too early is taken again
        by a job in two to three minutes. Raises `TryAgainError` when not even that is sure.
        """
        if seats.shards == 1 or (seats.as_of is not None and seats.as_of > changed_at + COMMIT):
            return
        is_too_old = seats.as_of is None or seats.as_of <= changed_at
        if not (is_too_old and self._summed(event, seats, now)):
            self._leave(event, now)

    def refresh_after(self, event: Event, seats: Seats, now: datetime) -> None:
        """For a request that has just changed what no mail follows: its own answer does not depend on the sum."""
        try:
            self.refresh(event, seats, now, now)
        except TryAgainError:
            return  # the people count; their sum is right again after the next change

    def _summed(self, event: Event, seats: Seats, now: datetime) -> bool:
        """Whether the header now has the sum as of `now`."""
        if now < self._not_before.get(event.id, now):
            return False
        try:
            self._seats.sum_shards(event.id, seats.shards, now)
        except TryAgainError:
            _keep(self._not_before, event.id, now + BUSY)
            return False
        _keep(self._not_before, event.id, now + PAUSE)
        return True

    def _leave(self, event: Event, now: datetime) -> None:
        """One row an event and minute, whoever writes it."""
        job = summing_of(event, now)
        if self._left.get(event.id) != job.key:
            self._outbox.put_absent([job])
            _keep(self._left, event.id, job.key)


def summing_of(event: Event, now: datetime) -> OutboxEntry:
    """The job that sums the shards in the first full minute that a tick cannot have passed.

    Whoever finds its row there may rely on it: it does not run before two minutes after the last `now` that names it.
    """
    at = (now + SAFETY_NET).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return new_entry(
        OutboxKind.SUM, event.organizer_id, {"event": event.id}, now=now, entry_id=f"{event.id}.sum", at=at
    )


def sums_of(event: Event, seats: Seats, now: datetime) -> list[OutboxEntry]:
    """What goes with a change of seats that no mail follows, whose sender would see to the sum."""
    return [summing_of(event, now)] if seats.shards > 1 else []


def first_sum(event: Event, seats: Seats, change: Reseat, now: datetime) -> list[OutboxEntry]:
    """An edit that adds the second shard writes the sum that it has read: the job adds who enrolled in between."""
    return [summing_of(event, now)] if seats.shards == 1 and change.added else []


def _keep(memory: OrderedDict[str, T], event_id: str, value: T) -> None:
    memory[event_id] = value
    memory.move_to_end(event_id)
    while len(memory) > _MOST:
        memory.popitem(last=False)
