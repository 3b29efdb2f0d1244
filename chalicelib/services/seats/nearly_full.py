"""The list of events that are full or may be soon: asking for full events reads it instead of all events."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import SAFETY_NET, OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.services.shared.ports import Clock, Outbox, Queue

_MINUTE = timedelta(minutes=1)


class NearlyFullList(Protocol):
    """Rows in the order of the start. Where an event stands is also on the header of its seats."""

    def enter(self, event: Event, seats: Seats) -> None:
        """A row where the event stands now, and none where it stood. Raises `TryAgainError`."""

    def leave(self, event: Event, seats: Seats) -> None:
        """No row. Raises `StaleError` when the seats are not as they were read, `TryAgainError`."""

    def is_complete(self) -> bool:
        """Whether every listed event is entered if it has to be: not before older ones have been reindexed."""

    def complete(self) -> None:
        """From now on it is."""

    def complete_if_young(self) -> None:
        """The same in a system whose events, few as they are, all know whether they stand in it."""


class NearlyFull:
    """An event is entered a margin before it is full; the lists look at the live seats of each.

    Whoever takes a seat leaves that to the index job, and the sender of the mail sees to it once more. What stands
    there in vain costs a search half a unit, until the event is indexed again.
    """

    def __init__(self, entries: Callable[[], NearlyFullList], outbox: Outbox, queue: Queue, clock: Clock) -> None:
        """`entries` is asked for when the list is written: whoever only leaves a job does not need it."""
        self._entries = entries
        self._outbox = outbox
        self._queue = queue
        self._clock = clock

    def expect(self, event: Event, seats: Seats, taken: int) -> None:
        """After so many seats were taken since `seats` were read: whoever comes to the margin leaves a job."""
        job = self._job(event, replace(seats, free=seats.free - taken))
        if job is None or seats.may_be_full:
            return
        try:
            self._outbox.put_absent([job])
        except TryAgainError:
            return  # the sender of the mail sees to it
        self._queue.push(job)

    def ensure(self, event: Event, seats: Seats) -> None:
        """The same for the sender of a mail, whose job the next tick brings. Raises `TryAgainError`."""
        job = self._job(event, seats)
        if job is not None:
            self._outbox.put_absent([job])

    def _job(self, event: Event, seats: Seats) -> OutboxEntry | None:
        if not event.is_listed or seats.nearly_full_at or not seats.may_be_full:
            return None
        now = to_milliseconds(self._clock())
        at = (now + SAFETY_NET).replace(second=0, microsecond=0) + _MINUTE
        about = {"event": event.id}
        return new_entry(OutboxKind.INDEX, event.organizer_id, about, now=now, entry_id=f"{event.id}.full", at=at)

    def correct(self, event: Event, seats: Seats) -> None:
        """From a consistent read: the row is where the event is, or gone. Raises `TryAgainError`."""
        entries = self._entries()
        entries.complete_if_young()
        if event.is_listed and seats.may_be_full:
            entries.enter(event, seats)
        elif seats.nearly_full_at != "":
            try:
                entries.leave(event, seats)
            except StaleError as stale:
                raise TryAgainError("seats were taken meanwhile") from stale
