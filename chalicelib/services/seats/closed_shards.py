"""A shard that takes nobody, explained by what its event has become since it was read."""

from datetime import datetime

from chalicelib.domain.errors import EnrollmentClosedError, NotFoundError, TurnoutError
from chalicelib.domain.events import EventStatus
from chalicelib.domain.seats import SeatMode, Shard
from chalicelib.services.seats.seating_ports import SeatingPorts


def stop_if_closed(ports: SeatingPorts, event_id: str, shard: Shard | None) -> None:
    """Raises `NotFoundError`, what the event refuses now, or `EnrollmentClosedError`, if the shard takes nobody."""
    now = ports.clock()
    if shard is None or shard.mode is SeatMode.CLOSED or not shard.takes_at(now):
        raise _why_closed(ports, event_id, now)


def _why_closed(ports: SeatingPorts, event_id: str, now: datetime) -> TurnoutError:
    found = ports.events.with_seats(event_id, consistent=True)
    if found is None or found[0].status is EventStatus.DELETED:
        return NotFoundError()
    return found[0].refuses(now) or EnrollmentClosedError()
