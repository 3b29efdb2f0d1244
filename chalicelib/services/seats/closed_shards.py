"""A shard that takes nobody, explained by what its event has become since it was read."""

from datetime import datetime

from chalicelib.domain.errors import EnrollmentClosedError, NotFoundError, TurnoutError
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.seats import SeatMode, Shard
from chalicelib.services.seats.request import SeatRequest
from chalicelib.services.seats.seating_ports import SeatingPorts


def stop_if_closed(ports: SeatingPorts, seat_request: SeatRequest, shard: Shard | None) -> None:
    """Raises `NotFoundError`, what the event refuses now, or `EnrollmentClosedError`, if the shard takes nobody."""
    now = ports.clock()
    is_time = shard is not None and (seat_request.at_any_time or shard.takes_at(now))
    if shard is None or shard.mode is SeatMode.CLOSED or not is_time:
        raise _why_closed(ports, seat_request, now)


def _why_closed(ports: SeatingPorts, seat_request: SeatRequest, now: datetime) -> TurnoutError:
    found = ports.events.with_seats(seat_request.event.id, consistent=True)
    if found is None or found[0].status is EventStatus.DELETED:
        return NotFoundError()
    event = found[0]
    refusal = event.refuses_late(now) if seat_request.at_any_time else event.refuses(now)
    return refusal or EnrollmentClosedError()
