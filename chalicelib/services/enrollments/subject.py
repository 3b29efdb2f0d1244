"""Whom a request is about: oneself, somebody whose record one keeps, or, for organizers, a person they know."""

from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events import Event
from chalicelib.domain.people import Person
from chalicelib.services.events.access import EventAction, may
from chalicelib.services.seats.seating_ports import SeatingPorts

_PAGES_OF_PAST = 5


def person_by_id(ports: SeatingPorts, principal: Principal, event: Event, person_id: str) -> Person:
    """Raises `NotFoundError` for an attendee that is not the caller's to enrol."""
    if person_id == principal.user_id:
        return Person(id=principal.user_id, name=principal.name, has_account=True)
    kept = ports.people.kept(principal.user_id, person_id) if ids.is_ulid(person_id) else None
    if kept is not None:
        return kept
    if may(principal, EventAction.ENROL_OTHERS, event):
        return _known_to(ports, principal, person_id)
    raise NotFoundError


def person_by_address(ports: SeatingPorts, name: str, email: str, now: datetime) -> Person:
    """Whoever has the address; made at the first contact."""
    return ports.people.guest(name, email, now)


def _known_to(ports: SeatingPorts, caller: Principal, person_id: str) -> Person:
    """Somebody who is or was enrolled in an event that the caller is in charge of; a strange id is not found."""
    start: str | None = None
    for _ in range(_PAGES_OF_PAST):
        part = ports.enrollments.of_attendee(person_id, start=start, forward=False, limit=100, statuses=())
        events = ports.events.by_ids([enrollment.key.event_id for _, enrollment in part.items])
        if any(may(caller, EventAction.ENROL_OTHERS, event) for event in events.values()):
            found = ports.people.by_ids([person_id]).get(person_id)
            if found:
                return found
        start = part.end
        if start is None:
            break
    raise NotFoundError
