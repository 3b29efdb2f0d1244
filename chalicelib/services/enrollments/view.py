"""An enrollment as one caller may see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.accounts import Principal
from chalicelib.domain.delivery_report import MailLog
from chalicelib.domain.enrollments import Enrollment
from chalicelib.domain.events import Event
from chalicelib.domain.people import Person
from chalicelib.services.enrollments.access import sees_addresses


@dataclass(frozen=True, slots=True)
class EnrollmentView:
    """An enrollment with its event and the person; the address only for the event's organizer."""

    enrollment: Enrollment
    event: Event
    name: str
    email: str | None = None
    position: int | None = None  # in the waitlist; None beyond what is counted
    mail: MailLog | None = None  # the last one about it, where that is asked for


def view_for(
    principal: Principal,
    enrollment: Enrollment,
    event: Event,
    people: Mapping[str, Person],
    *,
    position: int | None = None,
) -> EnrollmentView:
    """The caller's own name is in their session; other people's, and addresses, come from `people`."""
    person = people.get(enrollment.key.attendee_id)
    own = principal.user_id == enrollment.key.attendee_id and principal.session_id != ""
    name = principal.name if own else person.name if person else ""
    email = person.email if person and sees_addresses(principal, event) else None
    return EnrollmentView(enrollment, event, name, email, position)
