"""Who acts on one enrollment: somebody who is signed in, or the bearer of a mailed link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts import Claims, Principal, Role
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey
from chalicelib.domain.errors import NotFoundError, UnauthenticatedError
from chalicelib.domain.events import Event
from chalicelib.domain.people import Person
from chalicelib.services.accounts.ports import People
from chalicelib.services.accounts.sessions import principal_of
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.seats.store_port import EnrolReads


@dataclass(frozen=True, slots=True)
class LinkBearer:
    """A link is a credential for this one enrollment (API.md section 8)."""

    key: EnrollmentKey

    @property
    def principal(self) -> Principal:
        """Its person, without a login and without roles."""
        return Principal(self.key.attendee_id, "", (), email_verified=True)


Caller = Claims | LinkBearer


def claims_of(caller: Caller) -> Claims | None:
    return caller if isinstance(caller, Claims) else None


def principal_from(caller: Caller, reads: EnrolReads, now: datetime) -> Principal:
    """The caller as a principal; a link's bearer is its person, with no roles. Raises `UnauthenticatedError`."""
    if isinstance(caller, LinkBearer):
        return caller.principal
    return principal_of(reads.session, now)


def stop_unless_opened(caller: Caller, key: EnrollmentKey, event: Event, now: datetime) -> None:
    """A link opens its own enrollment and no other, and for a time. Raises `NotFoundError`, `UnauthenticatedError`."""
    if isinstance(caller, LinkBearer):
        if caller.key != key:
            raise NotFoundError
        if not Links.is_good(event, now):
            raise UnauthenticatedError


def is_in_charge(principal: Principal, event: Event) -> bool:
    """The organizer of the event, or an admin."""
    signed_in = principal.session_id != ""  # the link of an organizer's own enrollment gives no more than any other
    return signed_in and (principal.user_id == event.organizer_id or principal.has(Role.ADMIN))


def keeps(people: People, principal: Principal, enrollment: Enrollment) -> bool:
    """Whether the caller enrolled this person, or keeps their record."""
    if principal.session_id == "":
        return False
    if enrollment.made_by == principal.user_id:
        return True
    person = people.by_ids([enrollment.key.attendee_id]).get(enrollment.key.attendee_id)
    return person is not None and person.kept_by == principal.user_id


def may_act(people: People, principal: Principal, enrollment: Enrollment, event: Event) -> None:
    """Raises `NotFoundError` unless the caller is the person, their keeper, or in charge of the event."""
    own = principal.user_id == enrollment.key.attendee_id
    if not (own or is_in_charge(principal, event) or keeps(people, principal, enrollment)):
        raise NotFoundError


def sees_addresses(principal: Principal, event: Event) -> bool:
    signed_in = principal.session_id != ""  # a mailed link shows no more than its own enrollment
    return signed_in and (principal.user_id == event.organizer_id or principal.has(Role.ADMIN))


def may_see(principal: Principal, enrollment: Enrollment, event: Event, people: Mapping[str, Person]) -> bool:
    """The person, whoever keeps or enrolled them, and whoever is in charge of the event."""
    person = people.get(enrollment.key.attendee_id)
    concerned = {enrollment.key.attendee_id, enrollment.made_by, person.kept_by if person else None}
    return principal.user_id in concerned or sees_addresses(principal, event)
