"""Who may do what with an event: one table, read by every use case that somebody starts (docs/adr/0016)."""

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.domain.accounts.account import Principal, Role
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.enrollments.enrollment import key_actor, team_actor
from chalicelib.domain.errors import EmailNotVerifiedError, ForbiddenError, NotFoundError, RoleRequiredError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.seats import Seats


class EventRelation(StrEnum):
    """What somebody is to an event. The bearer of a mailed link is anybody, whoever it was mailed to."""

    ORGANIZER = "organizer"
    ADMIN = "admin"
    MANAGER = "manager"  # of its team, as is the next
    VIEWER = "viewer"
    CHECK_IN = "check_in"  # works at its door: a member of its team, or an API key
    ANYBODY = "anybody"


class EventAction(StrEnum):
    SEE = "see"  # what is public: published and cancelled events
    SEE_DRAFT = "see_draft"
    CHANGE = "change"  # edit, publish, cancel
    COPY = "copy"  # make a draft of one's own from it
    DELETE = "delete"
    SEE_TEAM = "see_team"
    CHANGE_TEAM = "change_team"  # invite, change a role, remove
    MESSAGE = "message"  # write to its people
    SEE_MESSAGES = "see_messages"  # what its people were told, and what became of the mails
    SEE_ACTIVITY = "see_activity"  # what happened to it and its people, and figures of that
    LIST = "list"  # who is enrolled and who waits, without their addresses
    LIST_PEOPLE = "list_people"  # with their addresses, and find them by these
    SCAN = "scan"
    ENROL_OTHERS = "enrol_others"  # by name and address, and people of one's earlier events
    ENROL_AT_DOOR = "enrol_at_door"  # who stands there: where the event allows it, or one is in charge
    CHANGE_PEOPLE = "change_people"  # enrol, cancel and write to many at once
    GIVE_DOOR_KEY = "give_door_key"  # an API key for its door, which is good as long as this is so


_OWNING = frozenset({EventRelation.ORGANIZER, EventRelation.ADMIN})
IN_CHARGE = _OWNING | {EventRelation.MANAGER}
_STAFF = frozenset({EventRelation.MANAGER, EventRelation.CHECK_IN})  # who enrols others without owning the event
_OF_ITS_TEAM = IN_CHARGE | {EventRelation.VIEWER, EventRelation.CHECK_IN}
MAY: Mapping[EventAction, frozenset[EventRelation]] = {
    EventAction.SEE: frozenset(EventRelation),
    EventAction.SEE_DRAFT: _OF_ITS_TEAM,
    EventAction.CHANGE: IN_CHARGE,
    EventAction.COPY: frozenset({EventRelation.ORGANIZER, EventRelation.MANAGER}),
    EventAction.DELETE: _OWNING,
    EventAction.SEE_TEAM: frozenset({EventRelation.ORGANIZER, EventRelation.MANAGER}),
    EventAction.CHANGE_TEAM: frozenset({EventRelation.ORGANIZER}),
    EventAction.MESSAGE: IN_CHARGE,
    EventAction.SEE_MESSAGES: IN_CHARGE | {EventRelation.VIEWER},
    EventAction.SEE_ACTIVITY: IN_CHARGE | {EventRelation.VIEWER},
    EventAction.LIST: _OF_ITS_TEAM,
    EventAction.LIST_PEOPLE: IN_CHARGE,
    EventAction.SCAN: IN_CHARGE | {EventRelation.CHECK_IN},
    EventAction.ENROL_OTHERS: IN_CHARGE,
    EventAction.ENROL_AT_DOOR: IN_CHARGE | {EventRelation.CHECK_IN},
    EventAction.CHANGE_PEOPLE: IN_CHARGE,
    EventAction.GIVE_DOOR_KEY: frozenset({EventRelation.ORGANIZER}),
}
_OF_ROLE = {
    TeamRole.MANAGER: EventRelation.MANAGER,
    TeamRole.VIEWER: EventRelation.VIEWER,
    TeamRole.CHECK_IN: EventRelation.CHECK_IN,
}


def relations_to(event: Event, caller: Principal | None) -> frozenset[EventRelation]:
    """Everything that a caller (None: without a login) is to the event.

    Memberships come with the session, which every request reads consistently (docs/adr/0030): nothing else is read,
    and nobody can forget to. A key for a door is nothing else at its event, whoever made it, and nothing at all at any
    other.
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
        found.update(_OF_ROLE[one.role] for one in caller.teams if one.scope in {event.id, event.organizer_id})
    return frozenset(found)


def in_whose_name(event: Event, caller: Principal) -> str:
    """Whose doing it is that somebody of the event enrols others: its team acts for the organizer.

    So what a member has made does not stay theirs when they leave the team.
    """
    found = relations_to(event, caller)
    is_team = not found.isdisjoint(_STAFF) and EventRelation.ORGANIZER not in found
    return event.organizer_id if is_team else caller.user_id


def acting_as(event: Event, caller: Principal, action: EventAction) -> str:
    """What trails note of a caller who does this as somebody of the event: their account, their entry in its team, or
    the key for its door.

    The id of an entry says nothing of the account, and is what the organizer sees in the team; that of a key is what
    its owner sees among their keys.
    """
    if caller.door_of is not None:
        return key_actor(caller.key_id)
    if caller.via_link or caller.user_id == event.organizer_id:
        return caller.user_id
    found = (one for one in caller.teams if one.scope in {event.id, event.organizer_id})
    member = next((one for one in found if _OF_ROLE[one.role] in MAY[action]), None)
    return team_actor(member.member_id) if member else caller.user_id


def may(caller: Principal | None, action: EventAction, event: Event) -> bool:
    return not MAY[action].isdisjoint(relations_to(event, caller))


def acts_as_admin(caller: Principal | None, action: EventAction, event: Event) -> bool:
    """Whether they may do it as an admin only: then it is an act of an admin (`services/shared/acts`)."""
    relations = relations_to(event, caller)
    return EventRelation.ADMIN in relations and MAY[action].isdisjoint(relations - {EventRelation.ADMIN})


def stop_unless_organizer(principal: Principal) -> None:
    """Whoever creates events and presents themselves with them. Raises `EmailNotVerifiedError`, `RoleRequiredError`."""
    if not principal.email_verified:
        raise EmailNotVerifiedError
    if not principal.has(Role.FACILITATOR):
        raise RoleRequiredError(Role.FACILITATOR)


def visible(found: Event | None, caller: Principal | None) -> Event:
    """The event, to those who may see it; a deleted one is nobody's. Raises `NotFoundError`."""
    if found is None or found.status is EventStatus.DELETED:
        raise NotFoundError
    action = EventAction.SEE if found.is_public else EventAction.SEE_DRAFT
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
