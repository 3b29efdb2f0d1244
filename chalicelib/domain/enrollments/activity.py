"""What happened to an event and its people: one entry a change, written with it and never changed (docs/adr/0050)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.enrollments.enrollment import LIVE, EnrollmentChange, EnrollmentKey, EnrollmentStatus, Transition
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import FACTS


class EventStep(StrEnum):
    """What was done to an event. The values are stored: they never change."""

    CREATED = "created"
    PUBLISHED = "published"
    EDITED = "edited"
    CANCELLED = "cancelled"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry:
    """One change of an event. `changed` are names of its facts, `capacity` what it was and is (None: unlimited)."""

    event_id: str
    at: datetime
    version: int
    step: EventStep
    actor: str
    changed: tuple[str, ...] = ()
    capacity: tuple[int | None, int | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """One change of an enrollment: its transitions, nearly always one, and what it did to what is counted.

    No name and no address is in it: whoever may see these is shown what they are now.
    """

    key: EnrollmentKey
    at: datetime
    version: int
    transitions: tuple[Transition, ...]
    was: EnrollmentStatus | None  # None: there was no enrollment
    party_size: int
    capacity: tuple[int, int] | None = None  # what it was and is, of seats that were given to nobody
    people: int = 0  # who are checked in since, less those who no longer are
    came_at: datetime | None = None  # by the scan that let them in, which may be handed in late


def person_entry(change: EnrollmentChange) -> PersonEntry | None:
    """The entry of a change; none for what people are not told in the trail of the enrollment either."""
    before, after = change.before, change.after
    news = _added(before.history if before else (), after.history)
    if not news:
        return None
    arrivals = before.presence.arrivals if before else ()
    came = [one.at for one in after.presence.arrivals if one not in arrivals]
    return PersonEntry(
        key=after.key,
        at=after.updated_at,
        version=after.version,
        transitions=news,
        was=before.status if before else None,
        party_size=after.party_size,
        people=after.counted_in - (before.counted_in if before else 0),
        came_at=came[-1] if came else None,
    )


def _added(known: Sequence[Transition], trail: Sequence[Transition]) -> tuple[Transition, ...]:
    """What a trail has behind what was known, by its place: the same may happen twice. It forgets at its beginning."""
    kept = next(
        number
        for number in range(min(len(known), len(trail)), -1, -1)
        if tuple(trail[:number]) == tuple(known[len(known) - number :])
    )
    return tuple(trail[kept:])


def event_entry(before: Event | None, after: Event, actor: str) -> EventEntry | None:
    """The entry of a new version of an event; none when nothing of it is another."""
    changed = tuple(name for name in FACTS if before and getattr(before.facts, name) != getattr(after.facts, name))
    step = _step(before, after)
    if step is EventStep.EDITED and not changed:
        return None
    sizes = (before.facts.capacity, after.facts.capacity) if before and "capacity" in changed else None
    return EventEntry(
        event_id=after.id,
        at=after.updated_at,
        version=after.version,
        step=step,
        actor=actor,
        changed=changed,
        capacity=sizes,
    )


def _step(before: Event | None, after: Event) -> EventStep:
    if before is None:
        return EventStep.CREATED
    if before.status is after.status:
        return EventStep.EDITED
    return {
        EventStatus.PUBLISHED: EventStep.PUBLISHED,
        EventStatus.CANCELLED: EventStep.CANCELLED,
        EventStatus.DELETED: EventStep.DELETED,
    }.get(after.status, EventStep.EDITED)


class Figure(StrEnum):
    """What is counted of the changes of enrollments. The values are stored: they never change.

    Enrolments less cancellations and expirations are those that are live now, and check-ins less those that were undone
    the people who are checked in.
    """

    ENROLMENTS = "enrolments"
    CANCELLATIONS = "cancellations"
    EXPIRATIONS = "expirations"
    OFFERS_TAKEN = "offers_taken"
    CHECK_INS = "check_ins"
    CHECK_INS_UNDONE = "check_ins_undone"


def counted(entry: PersonEntry) -> Iterator[tuple[datetime, Figure, int]]:
    """What one entry adds, and when: somebody was let in when they were scanned, whenever that was handed in."""
    was, status = entry.was, entry.transitions[-1].status
    if was not in LIVE and status in LIVE:
        yield entry.at, Figure.ENROLMENTS, 1
    if was in LIVE and status is EnrollmentStatus.CANCELLED:
        yield entry.at, Figure.CANCELLATIONS, 1
    if was in LIVE and status is EnrollmentStatus.EXPIRED:
        yield entry.at, Figure.EXPIRATIONS, 1
    if was is EnrollmentStatus.OFFERED and status is EnrollmentStatus.CONFIRMED:
        yield entry.at, Figure.OFFERS_TAKEN, 1
    if entry.people > 0:
        yield entry.came_at or entry.at, Figure.CHECK_INS, entry.people
    if entry.people < 0:
        yield entry.at, Figure.CHECK_INS_UNDONE, -entry.people
