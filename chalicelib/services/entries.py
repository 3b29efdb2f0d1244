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
    """The caller's own name is in their session; other people's come from `people`."""
    if principal.user_id == enrollment.key.attendee_id:
        return Entry(enrollment, event, principal.name)
    person = people.get(enrollment.key.attendee_id)
    if person is None:
        return Entry(enrollment, event, "")
    return Entry(enrollment, event, person.display_name, person.email if sees_addresses(principal, event) else None)
