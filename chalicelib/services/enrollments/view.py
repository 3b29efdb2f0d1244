"""An enrollment as one caller may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts import Principal
from chalicelib.domain.deadlines import as_of
from chalicelib.domain.delivery_report import MailLog
from chalicelib.domain.enrollments import Enrollment
from chalicelib.domain.events import Event
from chalicelib.domain.people import Person
from chalicelib.services.accounts.ports import People
from chalicelib.services.enrollments.access import Action, may, relations_of


@dataclass(frozen=True, slots=True)
class EnrollmentView:
    """An enrollment with its event and the person; the address only for the event's organizer."""

    enrollment: Enrollment
    event: Event
    name: str
    email: str | None = None
    position: int | None = None  # in the waitlist; None beyond what is counted
    mail: MailLog | None = None  # the last one about it, where that is asked for
    shows_letters: bool = True  # whether the note and what became of mails are the viewer's to see
    already_at: datetime | None = None  # since when somebody has been here who is checked in once more


def is_oneself(principal: Principal, enrollment: Enrollment) -> bool:
    """Whether the viewer's own session has the name of the enrollment's person."""
    return principal.user_id == enrollment.key.attendee_id and not principal.via_link


def myself(principal: Principal) -> Person:
    """Who is signed in, as far as their session tells."""
    return Person(id=principal.user_id, name=principal.name, has_account=True, has_own_name=bool(principal.name))


def people_for(people: People, principal: Principal, enrollment: Enrollment) -> Mapping[str, Person]:
    """The person of an enrollment, where the viewer's session does not say already what is shown of them."""
    return {} if is_oneself(principal, enrollment) else people.by_ids([enrollment.key.attendee_id])


def view_for(
    principal: Principal,
    enrollment: Enrollment,
    event: Event,
    people: Mapping[str, Person],
    *,
    now: datetime,
    position: int | None = None,
) -> EnrollmentView:
    """The enrollment as it is `now`: one whose time is up is shown as expired, whatever is stored.

    The caller's own name is in their session; other people's, and addresses, come from `people`.
    """
    person = people.get(enrollment.key.attendee_id)
    name = enrollment.name_of(myself(principal) if is_oneself(principal, enrollment) else person)
    relations = relations_of(principal, enrollment, event, person)
    email = person.email if person and may(relations, Action.SEE_ADDRESS) else None
    shown = as_of(enrollment, event, now)
    letters = may(relations, Action.SEE_LETTERS)
    if not letters:
        shown = replace(shown, note=None)
    return EnrollmentView(shown, event, name, email, position, shows_letters=letters)
