"""What goes with a mail about a place: the event for its reader's calendar, in an order that calendars understand."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.enrollments import Enrollment, EnrollmentStatus
from chalicelib.domain.events import Event
from chalicelib.domain.outbox import DueKind
from chalicelib.domain.people import Person
from chalicelib.services.calendars.ports import Invitation
from chalicelib.services.notifications.contexts import CANCEL, REQUEST, Attachment, invitation

_PUTS_IN = frozenset(
    {DueKind.ENROLLMENT_CONFIRMED, DueKind.ENROLLMENT_PROMOTED, DueKind.EVENT_CHANGED, DueKind.GUEST_LINK}
)
_TAKES_OUT = frozenset({DueKind.ENROLLMENT_CANCELLED, DueKind.EVENT_CANCELLED})


def sequence_of(row: Enrollment, event: Event) -> int:
    """Higher with every material edit, higher when the place is lost, and higher still after enrolling again.

    Calendars drop what is older than what they have (RFC 5546, 2.1.4).
    """
    return event.sequence + 2 * (row.generation - 1) + (0 if row.is_live else 1)


def was_confirmed(row: Enrollment) -> bool:
    """Whether an enrollment that is over had a confirmed place, and with it an entry in somebody's calendar."""
    before = (one.status for one in reversed(row.history) if one.status is not row.status)
    return next(before, None) is EnrollmentStatus.CONFIRMED


def method_of(kind: DueKind, row: Enrollment | None) -> str | None:
    """What the mail is to do to a calendar; None: nothing, for there is no place, or nothing to take out."""
    if row is None:
        return None
    if kind in _PUTS_IN and row.status is EnrollmentStatus.CONFIRMED:
        return REQUEST
    return CANCEL if kind in _TAKES_OUT and not row.is_live and was_confirmed(row) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Who has the place, who reads the mail, and under which names."""

    person: Person
    reader: Person
    name: str
    organizer: str


def attached(
    render: Callable[[Invitation], str], kind: DueKind, row: Enrollment | None, event: Event, people: Concerned
) -> tuple[Attachment, ...]:
    """The invitation or its end that goes with a mail of this kind, if any does."""
    method = method_of(kind, row)
    if row is None or method is None:
        return ()
    person, reader = people.person, people.reader
    made = Invitation(
        event=event,
        organizer=people.organizer,
        name=people.name,
        email=str(reader.email),
        method=method,
        sequence=sequence_of(row, event),
        at=max(event.updated_at, row.updated_at),
        instead_of=(person.id, person.name) if person.id != reader.id else None,
    )
    return (invitation(render(made), method),)
