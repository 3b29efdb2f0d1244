"""An enrollment as one caller may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal, fold_email
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.deadlines import as_of
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.delivery_report import MailLog
from chalicelib.services.accounts.ports import People
from chalicelib.services.enrollments.access import Action, may, relations_of
from chalicelib.services.shared.handles import Handles


@dataclass(frozen=True, slots=True)
class EnrollmentView:
    """An enrollment with its event and the person; the address only for the event's organizer.

    `view_for` is the one place that makes it: what else of the enrollment's key or person is shown, would betray them.
    """

    enrollment: Enrollment
    event: Event
    id: str  # the handle of the enrollment
    attendee_id: str  # that of its person, as far as the viewer may know it
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


def address_shown(enrollment: Enrollment, person: Person | None, *, hidden: bool) -> str | None:
    """As its person writes it; to whoever may not know who it is, as it was typed, wherever they read mail now."""
    if person is None or person.email is None:
        return None
    return (enrollment.typed_address or fold_email(person.email)) if hidden else person.email


def view_for(
    handles: Handles,
    principal: Principal,
    enrollment: Enrollment,
    event: Event,
    people: Mapping[str, Person],
    *,
    now: datetime,
    position: int | None = None,
) -> EnrollmentView:
    """The enrollment as it is `now`: one whose time is up is shown as expired, whatever is stored.

    The caller's own name is in their session; other people's, and addresses, come from `people`. Of a person who was
    enrolled by their address and has not agreed yet others are shown what was written when that was done, and so is
    always whoever handed a place on to an address, and is nothing to it any more.
    """
    person = people.get(enrollment.key.attendee_id)
    relations = relations_of(principal, enrollment, event, person)
    hidden = not relations or enrollment.hides_its_person_from(principal.user_id)
    called = myself(principal) if is_oneself(principal, enrollment) else person
    shown, letters = as_of(enrollment, event, now), may(relations, Action.SEE_LETTERS)
    return EnrollmentView(
        shown if letters else replace(shown, note=None),
        event,
        id=handles.of(enrollment.key),
        attendee_id=handles.attendee(enrollment.key, hidden=hidden),
        name=enrollment.name_shown(called, hidden=hidden),
        email=address_shown(enrollment, person, hidden=hidden) if may(relations, Action.SEE_ADDRESS) else None,
        position=position,
        shows_letters=letters,
    )
