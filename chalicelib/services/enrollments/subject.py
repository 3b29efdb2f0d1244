"""Whom a request is about: oneself, somebody whose record one keeps, or, for organizers, a person they know."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events import Event
from chalicelib.domain.people import Person
from chalicelib.services.enrollments.view import myself
from chalicelib.services.events.access import EventAction, may
from chalicelib.services.seats.seating_ports import SeatingPorts

_PAGES_OF_PAST = 5


def person_by_id(ports: SeatingPorts, principal: Principal, event: Event, person_id: str) -> Person:
    """Raises `NotFoundError` for an attendee that is not the caller's to enrol."""
    if person_id == principal.user_id:
        return myself(principal)
    if not ids.is_ulid(person_id):
        raise NotFoundError
    kept = ports.people.kept(principal.user_id, person_id)
    if kept is not None:
        return kept
    if may(principal, EventAction.ENROL_OTHERS, event):
        return _known_to(ports, principal, person_id)
    raise NotFoundError


def person_by_address(ports: SeatingPorts, email: str, now: datetime) -> Person:
    """Whoever has the address; made at the first contact."""
    return ports.people.guest(email, now)


def name_to_note(person: Person, given: str | None) -> str | None:
    """What the enrollment notes as the name of its person: what is given, else what others called them before."""
    return given or (None if person.has_own_name else person.name or None)


def _known_to(ports: SeatingPorts, caller: Principal, person_id: str) -> Person:
    """Somebody who is or was enrolled in an event that the caller is in charge of, and as they are called there.

    A strange id is not found.
    """
    start: str | None = None
    for _ in range(_PAGES_OF_PAST):
        part = ports.enrollments.of_attendee(person_id, start=start, forward=False, limit=100, statuses=())
        events = ports.events.by_ids([enrollment.key.event_id for _, enrollment in part.items])
        theirs = {event_id for event_id, event in events.items() if may(caller, EventAction.ENROL_OTHERS, event)}
        known = next((enrollment for _, enrollment in part.items if enrollment.key.event_id in theirs), None)
        found = ports.people.by_ids([person_id]).get(person_id) if known else None
        if known and found:
            return replace(found, name=known.name_of(found))
        start = part.end
        if start is None:
            break
    raise NotFoundError
