"""What every answer of a simulated run means: something that was true between the request and the answer."""

from collections.abc import Callable
from datetime import UTC, datetime

from chalicelib.domain.enrollments.deadlines import is_over
from chalicelib.domain.enrollments.enrollment import SEATED, Cause, Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event, EventStatus
from tests.simulation.actors.seekers import MAKING, UNKNOWN, Told
from tests.simulation.world import SimWorld

_ENROLLING = frozenset({"enrol", "hold", "join"})
_NOT_SEATED = frozenset(set(EnrollmentStatus) - SEATED)
# Refusals that need one row of the person in one of these states; no row at all is one too, where it says so.
_NEEDS: dict[str, Callable[[Enrollment, Told, list[Event]], bool]] = {
    "not_confirmed": lambda row, *_: row.status is not EnrollmentStatus.CONFIRMED,
    "checked_in": lambda row, *_: row.checked_in_at is not None,
    "not_waitlisted": lambda row, *_: row.status is not EnrollmentStatus.WAITLISTED,
    "nothing_to_confirm": lambda row, *_: row.status in _NOT_SEATED,
    "enrollment_over": lambda row, told, events: not row.is_live or _is_late(row, told, events),
    "hold_expired": lambda row, told, events: row.status is EnrollmentStatus.EXPIRED or _is_late(row, told, events),
    "offer_expired": lambda row, told, events: row.status is EnrollmentStatus.EXPIRED or _is_late(row, told, events),
    "party_waits": lambda row, *_: row.status is EnrollmentStatus.WAITLISTED,
}


def told_wrongly(world: SimWorld, event: Event, told: Told) -> list[str]:
    """What is wrong with one answer: nothing, or one sentence."""
    if told.answer in UNKNOWN:
        return []
    if told.answer == "already_enrolled":
        return [] if _is_enrolled(world, event, told) else ["a winner was told already_enrolled"]
    if _is_true(world, event, told):
        return []
    return [f"{told.action} was told {told.answer} and it was never so"]


def _is_true(world: SimWorld, event: Event, told: Told) -> bool:
    if told.answer == "event_full":
        return _was_full(world, event, told)
    if told.answer in set(EnrollmentStatus):
        events = _events(world, event, told)
        return any(_shows(row, told, events) for row in _states(world, event, told, told.other or told.person))
    if told.answer in _NEEDS:
        events = _events(world, event, told)
        return any(_NEEDS[told.answer](row, told, events) for row in _states(world, event, told, told.person))
    return _fits_event(world, event, told)


def _fits_event(world: SimWorld, event: Event, told: Told) -> bool:
    """Refusals that are about the event; those that need nothing are true."""
    found = world.container.store.events.with_seats(event.id)
    status = found[0].status if found else EventStatus.DELETED
    if told.answer == "capacity_below_taken":
        return world.witness.held_more_than(event.id, told.start, told.end, told.capacity)
    if told.answer == "event_cancelled":
        return status is not EventStatus.PUBLISHED
    if told.answer == "not_found":
        return status is EventStatus.DELETED or not _was_there(world, event, told)
    return True


def _events(world: SimWorld, event: Event, told: Told) -> list[Event]:
    """The event as the request may have found it."""
    return world.witness.log(event.id).events_since(told.start)


def _states(world: SimWorld, event: Event, told: Told, person: str) -> list[Enrollment]:
    return world.witness.states_of(event.id, person, told.start, told.end)


def _was_full(world: SimWorld, event: Event, told: Told) -> bool:
    """For a newcomer; for a chosen one, whom no waitlist keeps out; for a party that grows."""
    witness, span = world.witness, (event.id, told.start, told.end)
    if told.action == "promote":
        return any(witness.was_short(*span, row.party_size) for row in _states(world, event, told, told.person))
    if told.action == "resize":
        more = [told.party - row.party_size for row in _states(world, event, told, told.person)]
        return any(one > 0 and witness.was_full(*span, one) for one in more)
    if told.action == "prove":
        return witness.was_full(*span, event.facts.party_max)  # the party is the link's: at most that many
    return witness.was_full(*span, told.party)


def _is_enrolled(world: SimWorld, event: Event, told: Told) -> bool:
    """Whom it is about has an enrollment that another request made."""
    states = _states(world, event, told, told.other or told.person)
    return any(row.is_live and _made_by_another(row, told) for row in states)


def _shows(row: Enrollment, told: Told, events: list[Event]) -> bool:
    """Whether this row is what the answer shows; one whose time is up is shown as expired."""
    if told.answer == EnrollmentStatus.EXPIRED and _is_late(row, told, events):
        return True
    if row.status.value != told.answer:
        return False
    if told.action in _ENROLLING:
        mine = not _made_by_another(row, told) or _proved_by(row, told)
        return mine and row.party_size == told.party
    if told.action == "resize":
        return row.party_size == told.party
    if told.action in {"check", "undo"}:
        return (row.checked_in_at is None) == (told.action == "undo")
    return True


def _made_by_another(row: Enrollment, told: Told) -> bool:
    """Whether the request is not the one that enrolled this row (its trail may have forgotten by now)."""
    made = [one.request_id for one in row.history if one.cause in MAKING]
    return not made or made[-1] != told.request_id


def _proved_by(row: Enrollment, told: Told) -> bool:
    """Whether the request confirmed the hold that a guest made with its sender's address."""
    return any(one.cause is Cause.HOLD_CONFIRMED and one.request_id == told.request_id for one in row.history)


def _is_late(row: Enrollment, told: Told, events: list[Event]) -> bool:
    return any(is_over(row, event, datetime.fromtimestamp(told.end, UTC)) for event in events)


def _was_there(world: SimWorld, event: Event, told: Told) -> bool:
    """Whether the person had a row during the whole request."""
    return any(at <= told.start for at, _ in world.witness.log(event.id).seen.get(told.person, []))
