"""The holds and offers of an event in the order in which they end, and the figures without those that are over."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.enrollments.deadlines import is_over
from chalicelib.domain.enrollments.enrollment import TEMPORARY, Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats
from chalicelib.services.seats.enrollment_store import Enrollments, Hold
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.shared.paging import Slice

_OF_PERSON = 100
MANY = 1000  # holds of one event; they are read as they are stored, by the deadline that was said


def first_holds(enrollments: Enrollments, event: Event, now: datetime, number: int) -> list[Hold]:
    """The holds and offers that end first, consistently; of those, the ones that are over come first.

    Until enrolling closes or the event starts nothing ends but by its own deadline, so that the first ones do. After
    that all of them have to be looked at.
    """
    if now < min(event.facts.closes_at, event.facts.starts_at):
        return enrollments.holds(event.id, number)
    found = _dated(enrollments, enrollments.holds(event.id, MANY))
    return sorted(found, key=lambda hold: hold.deadline(event))[:number]


def over_holds(enrollments: Enrollments, event: Event, now: datetime, number: int) -> list[Hold]:
    """Those of the first whose time is up."""
    return [hold for hold in first_holds(enrollments, event, now, number) if hold.deadline(event) <= now]


def over_enrollments(enrollments: Enrollments, event: Event, now: datetime, number: int) -> list[Enrollment]:
    """Their enrollments, as far as nobody has taken them back meanwhile."""
    keys = [hold.key for hold in over_holds(enrollments, event, now, number)]
    found = enrollments.by_keys(keys) if keys else {}
    rows = [found[key.id] for key in keys if key.id in found]
    return [enrollment for enrollment in rows if is_over(enrollment, event, now)]


def over_of_person(
    read: Callable[..., Slice[Enrollment]], events: Events, person_id: str, now: datetime
) -> list[Enrollment]:
    """What is over of one person's holds and offers, of the first hundred; `read` lists their enrollments."""
    part = read(person_id, start=None, forward=True, limit=_OF_PERSON, statuses=tuple(sorted(TEMPORARY)))
    kept = [enrollment for _, enrollment in part.items]
    found = events.by_ids([one.key.event_id for one in kept]) if kept else {}
    return [one for one in kept if one.key.event_id in found and is_over(one, found[one.key.event_id], now)]


def _dated(enrollments: Enrollments, holds: Sequence[Hold]) -> list[Hold]:
    """Holds that were written without the time since when they are kept get it from their enrollments."""
    keys = [hold.key for hold in holds if hold.kept_since is None]
    found = enrollments.by_keys(keys) if keys else {}

    def dated(hold: Hold) -> Hold:
        row = found.get(hold.key.id)
        if row is None:
            return hold
        return replace(hold, kept_since=row.kept_since, offered=row.status is EnrollmentStatus.OFFERED)

    return [dated(hold) for hold in holds]


def seats_now(reads: SeatReads, event: Event, seats: Seats, now: datetime) -> Seats:
    """The figures as they are to be shown: a hold or an offer that is over keeps no seat, and counts as expired."""
    return without_over(seats, reads.over_holds(event, now)) if seats.kept > 0 else seats


def without_over(seats: Seats, over: Sequence[Hold]) -> Seats:
    """`seats` without these; never more of them than are counted, for the two may have been read apart."""
    counts = dict(seats.counts)
    free = seats.free
    for hold in over:
        name = EnrollmentStatus.OFFERED.value if hold.offered else EnrollmentStatus.PENDING.value
        if counts.get(name, 0) > 0:
            counts[name] -= 1
            counts[EnrollmentStatus.EXPIRED.value] = counts.get(EnrollmentStatus.EXPIRED.value, 0) + 1
            free += hold.seats
    return replace(seats, counts=counts, free=free)
