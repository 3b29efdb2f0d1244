"""Who changes many people of an event at once."""

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.errors import FreshLoginRequiredError
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared import ids
from chalicelib.services.events.access import EventAction, acts_as_admin, stop_unless_may, visible_with_seats
from chalicelib.services.seats.seating_ports import SeatingPorts


def admitted(ports: SeatingPorts, caller: Principal, event_id: str) -> tuple[Event, Seats]:
    """The event, if the caller is in charge of it. An admin needs a fresh login; each change is an act of its own.

    Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`.
    """
    found = ports.events.with_seats(event_id) if ids.is_ulid(event_id) else None
    event, seats = visible_with_seats(found, caller)
    stop_unless_may(caller, EventAction.CHANGE_PEOPLE, event)
    if acts_as_admin(caller, EventAction.CHANGE_PEOPLE, event) and not caller.is_fresh(ports.clock()):
        raise FreshLoginRequiredError
    return event, seats
