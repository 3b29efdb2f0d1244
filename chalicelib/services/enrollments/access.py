"""Who may do what with one enrollment: one table, read by every use case that shows or changes one (docs/adr/0016)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.accounts.account import Claims, Principal
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from chalicelib.domain.events.event import Event
from chalicelib.services.accounts.ports import People
from chalicelib.services.accounts.sessions import principal_of
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.events.access import EventRelation, relations_to
from chalicelib.services.seats.enrollment_store import EnrolReads


class Relation(StrEnum):
    """What a caller is to an enrollment. The bearer of its mailed link is nothing else, whoever they are."""

    ORGANIZER = "organizer"  # of its event
    ADMIN = "admin"
    MANAGER = "manager"  # of the team of its event, as is the next
    VIEWER = "viewer"
    CHECK_IN = "check_in"  # works at the door of its event: a member of its team, or an API key
    KEEPER = "keeper"  # keeps the record of its person, or enrolled them
    PERSON = "person"
    LINK = "link"


class Action(StrEnum):
    SEE = "see"
    SEE_ADDRESS = "see_address"
    SHOW_TICKET = "show_ticket"
    SEE_LETTERS = "see_letters"  # the organizer's note, and what became of mails
    CONFIRM = "confirm"
    CANCEL = "cancel"
    EDIT = "edit"
    WRITE_NOTE = "write_note"
    CORRECT_NAME = "correct_name"
    CHECK_IN = "check_in"  # and undo
    PROMOTE = "promote"
    TRANSFER = "transfer"
    TRANSFER_TO_ANYBODY = "transfer_to_anybody"  # by address, also where no guests are taken
    RESEND = "resend"


IN_CHARGE = frozenset({Relation.ORGANIZER, Relation.ADMIN, Relation.MANAGER})
_EVERY = frozenset(Relation) - {Relation.VIEWER, Relation.CHECK_IN}
_SIGNED_IN = _EVERY - {Relation.LINK}
MAY: Mapping[Action, frozenset[Relation]] = {
    Action.SEE: frozenset(Relation),
    Action.SEE_ADDRESS: IN_CHARGE,
    Action.SHOW_TICKET: _EVERY,
    Action.SEE_LETTERS: _EVERY,
    Action.CONFIRM: _EVERY,
    Action.CANCEL: _EVERY,
    Action.EDIT: _SIGNED_IN,
    Action.WRITE_NOTE: IN_CHARGE,
    Action.CORRECT_NAME: IN_CHARGE | {Relation.KEEPER},
    Action.CHECK_IN: IN_CHARGE | {Relation.CHECK_IN},
    Action.PROMOTE: IN_CHARGE,
    Action.TRANSFER: _SIGNED_IN,
    Action.TRANSFER_TO_ANYBODY: IN_CHARGE,
    Action.RESEND: _EVERY,
}
_WHY_NOT = {
    Action.WRITE_NOTE: "Only the organizer of the event writes the note.",
    Action.CORRECT_NAME: "The organizer of the event corrects a name, or who enrolled somebody else. "
    "Your own is that of your account: PATCH /auth/me changes it.",
    Action.PROMOTE: "Only the organizer of the event does this.",
}
_TO_EVENT = {
    EventRelation.ORGANIZER: Relation.ORGANIZER,
    EventRelation.ADMIN: Relation.ADMIN,
    EventRelation.MANAGER: Relation.MANAGER,
    EventRelation.VIEWER: Relation.VIEWER,
    EventRelation.CHECK_IN: Relation.CHECK_IN,
}


@dataclass(frozen=True, slots=True)
class LinkBearer:
    """A link is a credential for this one enrollment (docs/contract.md#guests-and-links)."""

    key: EnrollmentKey

    @property
    def principal(self) -> Principal:
        """Its person, without a login and without roles."""
        return Principal(self.key.attendee_id, "", (), email_verified=True, via_link=True)


SignedIn = Claims | Principal  # whose session is still to be read, or who is known already
Caller = SignedIn | LinkBearer


def claims_of(caller: Caller) -> Claims | None:
    return caller if isinstance(caller, Claims) else None


def principal_from(caller: Caller, reads: EnrolReads, now: datetime) -> Principal:
    """The caller as a principal; a link's bearer is its person, with no roles. Raises `UnauthenticatedError`."""
    if isinstance(caller, LinkBearer):
        return caller.principal
    return caller if isinstance(caller, Principal) else principal_of(reads.session, now)


def stop_unless_opened(caller: Caller, key: EnrollmentKey, event: Event, now: datetime) -> None:
    """A link opens its own enrollment and no other, and for a time. Raises `NotFoundError`, `UnauthenticatedError`."""
    if isinstance(caller, LinkBearer):
        if caller.key != key:
            raise NotFoundError
        if not Links.is_good(event, now):
            raise UnauthenticatedError


def relations_of(
    caller: Principal, enrollment: Enrollment, event: Event, person: Person | None = None
) -> frozenset[Relation]:
    """Everything that a caller is to an enrollment. Without the record of its `person` a keeper may be missing.

    An admin is to their own enrollments what everybody is to theirs: nobody is in charge of their own case.
    """
    own = caller.user_id == enrollment.key.attendee_id
    if caller.via_link:
        return frozenset({Relation.LINK}) if own else frozenset()
    found = {_TO_EVENT[relation] for relation in relations_to(event, caller) if relation in _TO_EVENT}
    if caller.door_of is not None:
        return frozenset(found)  # what its account is besides, a key for a door is not
    if own:
        found.discard(Relation.ADMIN)
        found.add(Relation.PERSON)
    if caller.user_id in {enrollment.made_by, person.kept_by if person else None}:
        found.add(Relation.KEEPER)
    return frozenset(found)


def relations_of_enrolling(caller: Principal, event: Event, *, for_others: bool) -> frozenset[Relation]:
    """The same before there is an enrollment: who enrols themselves does so as anybody does, in charge or not."""
    if not for_others:
        return frozenset({Relation.PERSON})
    found = {_TO_EVENT[relation] for relation in relations_to(event, caller) if relation in _TO_EVENT}
    return frozenset({*found, Relation.KEEPER})


def acts_as_admin(relations: frozenset[Relation], action: Action) -> bool:
    """Whether an admin acts as one: also who keeps the record, as being in charge lifts a keeper's limits."""
    others = relations - {Relation.ADMIN, Relation.KEEPER}
    return Relation.ADMIN in relations and not may(others, action)


def may(relations: frozenset[Relation], action: Action) -> bool:
    return not MAY[action].isdisjoint(relations)


def stop_unless_may(relations: frozenset[Relation], action: Action) -> None:
    """Raises `NotFoundError` to whoever may not even see the enrollment, `ForbiddenError` to whom it is not theirs."""
    if not may(relations, Action.SEE):
        raise NotFoundError
    if not may(relations, action):
        raise ForbiddenError(_WHY_NOT.get(action, ""))


def admitted(
    people: People, caller: Principal, enrollment: Enrollment, event: Event, action: Action
) -> frozenset[Relation]:
    """What a caller is who may do this; the person's record is read only if it could decide. Raises as above."""
    found = relations_of(caller, enrollment, event)
    undecided = Action.SEE if may(found, Action.SEE) and Relation.KEEPER not in MAY[action] else action
    if not may(found, undecided) and not caller.via_link:
        person = people.by_ids([enrollment.key.attendee_id]).get(enrollment.key.attendee_id)
        found = relations_of(caller, enrollment, event, person)
    stop_unless_may(found, action)
    return found
