"""An enrollment as one caller may see it."""

from dataclasses import dataclass

from chalicelib.domain.accounts import Account, Principal, Role
from chalicelib.domain.enrollments import Enrollment
from chalicelib.domain.events import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """An enrollment with its event and the person; the address only for the event's organizer."""

    enrollment: Enrollment
    event: Event
    name: str
    email: str | None = None


def sees_addresses(principal: Principal, event: Event) -> bool:
    return principal.user_id == event.organizer_id or principal.has(Role.ADMIN)


def may_see(principal: Principal, enrollment: Enrollment, event: Event) -> bool:
    return principal.user_id == enrollment.key.attendee_id or sees_addresses(principal, event)


def entry_for(principal: Principal, enrollment: Enrollment, event: Event, people: dict[str, Account]) -> Entry:
    """The caller's own name is in their session; other people's, and addresses, come from `people`."""
    person = people.get(enrollment.key.attendee_id)
    own = principal.user_id == enrollment.key.attendee_id
    name = principal.name if own else person.display_name if person else ""
    email = person.email if person and sees_addresses(principal, event) else None
    return Entry(enrollment, event, name, email)
