"""The trail of an enrollment as people may read it: what happened, when, why and by whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.deadlines import trail_of
from chalicelib.domain.enrollments.enrollment import SYSTEM, Cause, Enrollment, Transition, key_of, member_of
from chalicelib.domain.events.event import Event
from chalicelib.services.shared.handles import Handles


class ActorKind(StrEnum):
    ATTENDEE = "attendee"
    KEEPER = "keeper"
    ORGANIZER = "organizer"
    TEAM = "team"  # of the event
    KEY = "key"  # an API key for its door
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One transition. `actor_id` is told of those whom the reader knows anyway; that of a keeper to themselves alone.

    Of the team it is that of their entry in it, and of a key that of the key: both say only to the organizer who it is.
    """

    transition: Transition
    actor: ActorKind
    actor_id: str | None


def history_of(
    enrollment: Enrollment, event: Event, person: Person | None, handles: Handles, reader_id: str, *, now: datetime
) -> list[HistoryEntry]:
    """The last transitions as they are `now`, newest last. The person is named as the reader may know them."""
    trail = trail_of(enrollment, event, now)
    return [history_entry_of(one, enrollment, event, person, handles, reader_id) for one in trail]


def history_entry_of(
    transition: Transition,
    enrollment: Enrollment,
    event: Event,
    person: Person | None,
    handles: Handles,
    reader_id: str,
) -> HistoryEntry:
    """One transition with who did it, as the reader may know them."""
    kind = _kind(transition, enrollment, event, person)
    if kind is ActorKind.ATTENDEE:
        hidden = enrollment.hides_its_person_from(reader_id)
        return HistoryEntry(transition, kind, handles.attendee(enrollment.key, hidden=hidden))
    return HistoryEntry(transition, kind, _shown(transition.actor, kind, reader_id))


def _shown(actor: str, kind: ActorKind, reader_id: str) -> str | None:
    if kind in {ActorKind.ADMIN, ActorKind.SYSTEM} or (kind is ActorKind.KEEPER and actor != reader_id):
        return None
    return member_of(actor) or key_of(actor) or actor


def _kind(transition: Transition, enrollment: Enrollment, event: Event, person: Person | None) -> ActorKind:
    actor = transition.actor
    if member_of(actor) is not None:
        return ActorKind.TEAM
    if key_of(actor) is not None:
        return ActorKind.KEY
    named = {
        event.organizer_id: ActorKind.ORGANIZER,
        enrollment.key.attendee_id: ActorKind.ATTENDEE,  # also of the organizer's own place
        SYSTEM: ActorKind.SYSTEM,
    }
    if actor in named:
        return named[actor]
    handed_on = transition.cause is Cause.TAKEN_OVER and enrollment.made_by is None  # by whoever had it, not in charge
    if transition.cause is Cause.BY_KEEPER or handed_on or _is_keeper(actor, enrollment, person):
        return ActorKind.KEEPER
    return ActorKind.ADMIN


def _is_keeper(actor: str, enrollment: Enrollment, person: Person | None) -> bool:
    """Whoever keeps the record; of a record that is gone, whoever made the enrollment."""
    return actor == (person.kept_by if person else enrollment.made_by)
