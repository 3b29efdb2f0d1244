"""Events as they were within the last second: a thousand reminders of one event read it once a second."""

from datetime import datetime, timedelta

from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.ports import Clock

FRESH = timedelta(seconds=1)
KEPT = 64


class RecentEvents:
    def __init__(self, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._known: dict[str, tuple[datetime, tuple[Event, Seats]]] = {}

    def with_seats(self, event_id: str) -> tuple[Event, Seats] | None:
        """The event and its seats, at most a second old."""
        now = self._clock()
        known = self._known.get(event_id)
        if known and known[0] <= now < known[0] + FRESH:
            return known[1]
        return self._keep(event_id, now, self._events.with_seats(event_id))

    def fresh(self, event_id: str) -> tuple[Event, Seats] | None:
        """As they are now."""
        return self._keep(event_id, self._clock(), self._events.with_seats(event_id, consistent=True))

    def _keep(self, event_id: str, now: datetime, found: tuple[Event, Seats] | None) -> tuple[Event, Seats] | None:
        if found is not None:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[event_id] = now, found
        return found
