"""Whom a request is about: oneself, somebody whose record one keeps, or, for organizers, a person they know."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal, fold_email
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared import ids
from chalicelib.services.enrollments.view import address_shown, myself
from chalicelib.services.events.access import EventAction, may
from chalicelib.services.seats.seating_ports import SeatingPorts

_PAGES_OF_PAST = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody, and whether it was found by an address that others typed: then it is not told whose that is."""

    person: Person
    veiled: bool = False
    typed_address: str | None = None  # which one that was

    def name_to_note(self, given: str | None) -> str | None:
        """What the enrollment notes as their name: what is given, else what others called them before."""
        return given or (None if self.person.has_own_name else self.person.name or None)


def subject_by_id(ports: SeatingPorts, principal: Principal, event: Event, person_id: str) -> Subject:
    """Raises `NotFoundError` for an attendee that is not the caller's to enrol."""
    if person_id == principal.user_id:
        return Subject(myself(principal))
    if not ids.is_ulid(person_id):
        raise NotFoundError
    kept = ports.people.kept(principal.user_id, person_id)
    if kept is not None:
        return Subject(kept)
    if may(principal, EventAction.ENROL_OTHERS, event):
        return _behind(ports, principal, event, person_id) or _known_to(ports, principal, person_id)
    raise NotFoundError


def subject_by_address(ports: SeatingPorts, principal: Principal, email: str, now: datetime) -> Subject:
    """Whoever has the address; made at the first contact."""
    person = ports.people.guest(email, now)
    return Subject(person, veiled=person.id != principal.user_id, typed_address=fold_email(email))


def _behind(ports: SeatingPorts, caller: Principal, event: Event, handle: str) -> Subject | None:
    """Who is or was enrolled in this very event, by the id that others see of them."""
    keys = [EnrollmentKey.of(event.id, event.buckets, one) for one in ports.handles.attendees_behind(event.id, handle)]
    for enrollment in ports.enrollments.by_keys(keys).values():
        person = ports.people.by_ids([enrollment.key.attendee_id]).get(enrollment.key.attendee_id)
        if person:
            hidden = enrollment.hides_its_person_from(caller.user_id)
            name, own = enrollment.name_shown(person, hidden=hidden), person.has_own_name and not hidden
            typed = address_shown(enrollment, person, hidden=hidden)
            return Subject(replace(person, name=name, has_own_name=own), veiled=True, typed_address=typed)
    return None


def _known_to(ports: SeatingPorts, caller: Principal, person_id: str) -> Subject:
    """Somebody who is or was enrolled in an event that the caller is in charge of, and as they are called there.

    A strange id is not found, and neither is that of somebody whom the caller knows by an address only.
    """
    start: str | None = None
    for _ in range(_PAGES_OF_PAST):
        part = ports.enrollments.of_attendee(person_id, start=start, forward=False, limit=100, statuses=())
        events = ports.events.by_ids([enrollment.key.event_id for _, enrollment in part.items])
        theirs = {event_id for event_id, event in events.items() if may(caller, EventAction.ENROL_OTHERS, event)}
        known = next(
            (
                enrollment
                for _, enrollment in part.items
                if enrollment.key.event_id in theirs and not enrollment.hides_its_person_from(caller.user_id)
            ),
            None,
        )
        found = ports.people.by_ids([person_id]).get(person_id) if known else None
        if known and found:
            return Subject(replace(found, name=known.name_of(found)))
        start = part.end
        if start is None:
            break
    raise NotFoundError
