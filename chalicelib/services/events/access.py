"""Who may do what with an event: one table, read by every use case that somebody starts (docs/adr/0016)."""

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.domain.accounts import Principal, Role
from chalicelib.domain.errors import ForbiddenError, NotFoundError
from chalicelib.domain.events import LISTED, Event, EventStatus
from chalicelib.domain.seats import Seats


class EventRelation(StrEnum):
    """What somebody is to an event. The bearer of a mailed link is anybody, whoever it was mailed to."""

    ORGANIZER = "organizer"
    ADMIN = "admin"
    CHECK_IN = "check_in"  # works at its door
    ANYBODY = "anybody"


class EventAction(StrEnum):
    SEE = "see"  # what is listed: published and cancelled events
    SEE_DRAFT = "see_draft"
    CHANGE = "change"  # edit, publish, cancel, delete
    MESSAGE = "message"  # write to its people
    LIST = "list"  # who is enrolled, without their addresses
    LIST_PEOPLE = "list_people"  # with their addresses, and their order in the waitlist
    SCAN = "scan"
    ENROL_OTHERS = "enrol_others"  # by name and address, and people of one's earlier events
    GIVE_DOOR_KEY = "give_door_key"  # an API key for its door, which is good as long as this is so


IN_CHARGE = frozenset({EventRelation.ORGANIZER, EventRelation.ADMIN})
MAY: Mapping[EventAction, frozenset[EventRelation]] = {
    EventAction.SEE: frozenset(EventRelation),
    EventAction.SEE_DRAFT: IN_CHARGE,
    EventAction.CHANGE: IN_CHARGE,
    EventAction.MESSAGE: IN_CHARGE,
    EventAction.LIST: IN_CHARGE | {EventRelation.CHECK_IN},
    EventAction.LIST_PEOPLE: IN_CHARGE,
    EventAction.SCAN: IN_CHARGE | {EventRelation.CHECK_IN},
    EventAction.ENROL_OTHERS: IN_CHARGE,
    EventAction.GIVE_DOOR_KEY: frozenset({EventRelation.ORGANIZER}),
}


def relations_to(event: Event, caller: Principal | None) -> frozenset[EventRelation]:
    """Everything that a caller (None: without a login) is to the event.

    A key for a door is nothing else at its event, whoever made it, and nothing at all at any other.
    """
    if caller is not None and caller.door_of is not None:
        theirs = caller.door_of == event.id and caller.user_id == event.organizer_id
        return frozenset({EventRelation.CHECK_IN}) if theirs else frozenset()
    found = {EventRelation.ANYBODY}
    if caller is not None and not caller.via_link:
        if caller.user_id == event.organizer_id:
            found.add(EventRelation.ORGANIZER)
        if caller.has(Role.ADMIN):
            found.add(EventRelation.ADMIN)
    return frozenset(found)


def may(caller: Principal | None, action: EventAction, event: Event) -> bool:
    return not MAY[action].isdisjoint(relations_to(event, caller))


def acts_as_admin(caller: Principal | None, action: EventAction, event: Event) -> bool:
    """Whether they may do it as an admin only: then it is an act of an admin (`services/shared/acts`)."""
    relations = relations_to(event, caller)
    return EventRelation.ADMIN in relations and MAY[action].isdisjoint(relations - {EventRelation.ADMIN})


def visible(found: Event | None, caller: Principal | None) -> Event:
    """The event, to those who may see it; a deleted one is nobody's. Raises `NotFoundError`."""
    if found is None or found.status is EventStatus.DELETED:
        raise NotFoundError
    action = EventAction.SEE if found.status in LISTED else EventAction.SEE_DRAFT
    if not may(caller, action, found):
        raise NotFoundError
    return found


def visible_with_seats(found: tuple[Event, Seats] | None, caller: Principal | None) -> tuple[Event, Seats]:
    """The same for an event that was read with its seats."""
    if found is None:
        raise NotFoundError
    visible(found[0], caller)
    return found


def stop_unless_may(caller: Principal | None, action: EventAction, event: Event) -> None:
    """Raises `NotFoundError` to whom the event is invisible, `ForbiddenError` to whom it is not theirs to do this."""
    visible(event, caller)
    if not may(caller, action, event):
        raise ForbiddenError
