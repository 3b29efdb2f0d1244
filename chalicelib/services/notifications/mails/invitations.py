"""What goes with a mail about a place: the event for its reader's calendar, in an order that calendars understand."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.services.calendars.ports import Invitation
from chalicelib.services.calendars.versions import changed_at, sequence_of
from chalicelib.services.notifications.contexts import CANCEL, REQUEST, Attachment, invitation


def was_confirmed(enrollment: Enrollment) -> bool:
    """Whether an enrollment that is over had a confirmed place, and with it an entry in somebody's calendar."""
    return enrollment.was is EnrollmentStatus.CONFIRMED


def method_of(calendar: str | None, enrollment: Enrollment | None) -> str | None:
    """What the mail does to a calendar, by its `MailKind.calendar`; None: there is no place, or nothing to take out."""
    if enrollment is None:
        return None
    if calendar == REQUEST and enrollment.status is EnrollmentStatus.CONFIRMED:
        return REQUEST
    return CANCEL if calendar == CANCEL and not enrollment.is_live and was_confirmed(enrollment) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Who has the place, who reads the mail, and under which names."""

    person: Person
    reader: Person
    name: str
    organizer: str


def attached(
    render: Callable[[Invitation], str],
    calendar: str | None,
    enrollment: Enrollment | None,
    event: Event,
    people: Concerned,
) -> tuple[Attachment, ...]:
    """The invitation or its end that goes with a mail, if any does."""
    method = method_of(calendar, enrollment)
    if enrollment is None or method is None:
        return ()
    person, reader = people.person, people.reader
    other = person if person.id != reader.id else None
    made = Invitation(
        event=event,
        organizer=people.organizer,
        name=people.name,
        email=str(reader.email),
        method=method,
        sequence=sequence_of(enrollment, event),
        at=changed_at(enrollment, event, named=other),
        instead_of=(other.id, other.name) if other else None,
    )
    return (invitation(render(made), method),)
