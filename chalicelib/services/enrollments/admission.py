"""Whether somebody may enrol at an event now: themselves, others, or a guest."""

from datetime import datetime

from chalicelib.domain.accounts.account import Principal, Role
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.errors import EmailNotVerifiedError, RoleRequiredError, UnauthenticatedError
from chalicelib.domain.events.event import Event
from chalicelib.services.enrollments.access import relations_of_enrolling
from chalicelib.services.enrollments.rules import Case, ChangeKind, stop_if_refused
from chalicelib.services.events.access import EventAction, may, visible
from chalicelib.services.shared.ports import Clock


def proves(principal: Principal, enrollment: Enrollment, party_size: int, *, confirm: bool = True) -> bool:
    """Whether enrolling oneself confirms the hold that somebody made as a guest with one's address.

    A party of another size is not what the caller asks for: they are told of the hold, which they can confirm.
    """
    mine = enrollment.unproven and principal.user_id == enrollment.key.attendee_id
    return mine and confirm and enrollment.party_size == party_size


def open_to(
    found: Event | None,
    principal: Principal,
    now: datetime,
    *,
    kind: ChangeKind = ChangeKind.ENROL,
    party_size: int = 1,
    for_others: bool = False,
) -> Event:
    """The event, if this caller may enrol in it now: 404 before 403 before 409 before 400."""
    found = visible(found, principal)
    if not principal.email_verified:
        raise EmailNotVerifiedError
    if not principal.has(Role.SEEKER) and not (for_others and may(principal, EventAction.ENROL_OTHERS, found)):
        raise RoleRequiredError(Role.SEEKER)
    relations = relations_of_enrolling(principal, found, for_others=for_others)
    stop_if_refused(kind, Case(event=found, now=now, by=relations, party_size=party_size))
    return found


def open_to_guests(found: Event | None, party_size: int, clock: Clock) -> Event:
    """The event, if it takes guests now: what anybody may know about it is told, 404 before 409 before 400 and 401."""
    found = visible(found, None)
    stop_if_refused(ChangeKind.ASK_AS_GUEST, Case(event=found, now=clock(), party_size=party_size))
    if not found.facts.guests_allowed:
        raise UnauthenticatedError("This event takes no guests: sign in to enrol.")
    return found
