"""When a hold or an offer ends: as it was said, and never after what it is about, wherever that has been moved since.

What is stored is the deadline that its person was told. The one that counts is worked out from it and from the event
as it is, so that no edit of the event can leave a deadline behind.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.enrollments.enrollment import (
    HISTORY_LENGTH,
    SYSTEM,
    TEMPORARY,
    Cause,
    Enrollment,
    EnrollmentStatus,
    Transition,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import EventFacts

_LEAST = timedelta(minutes=1)  # who is offered a seat in the last moment has that long to take it


def ending(facts: EventFacts, since: datetime, said: datetime, *, offered: bool) -> datetime:
    """When seats that are kept `since` then are free again: at the end that was `said`, or earlier.

    That is when enrolling closes, and when the event starts; for what was kept later, when it ends. Holds are made
    while enrolling is open, so that closing it ends them whatever time that is dated back to.
    """
    last = facts.ends_at
    if facts.starts_at > since:
        last = facts.starts_at
    if facts.closes_at > since or not offered:
        last = min(last, facts.closes_at)
    return min(said, max(last, since + _LEAST))


def next_ending(before: EventFacts, after: EventFacts, now: datetime) -> datetime | None:
    """The first moment to come at which an edit of the event ends what is kept; None: it brings nothing forward."""
    moved = [
        new
        for old, new in ((before.closes_at, after.closes_at), (before.starts_at, after.starts_at))
        if new < old or (new != old and old <= now)
    ]
    return max(min(moved), now) if moved else None


def deadline_of(enrollment: Enrollment, event: Event) -> datetime | None:
    """Until when a pending or offered one keeps its seats; None for every other one."""
    said = enrollment.expires_at
    if said is None or enrollment.status not in TEMPORARY:
        return None
    since = enrollment.kept_since or enrollment.enrolled_at
    return ending(event.facts, since, said, offered=enrollment.status is EnrollmentStatus.OFFERED)


def is_over(enrollment: Enrollment, event: Event, now: datetime) -> bool:
    """Whether the time of a hold or an offer is up, even if nobody has written that down yet."""
    deadline = deadline_of(enrollment, event)
    return deadline is not None and deadline <= now


def lapse_of(enrollment: Enrollment, at: datetime, request_id: str = "") -> Transition:
    """How a hold or an offer ends by itself."""
    cause = Cause.OFFER_EXPIRED if enrollment.status is EnrollmentStatus.OFFERED else Cause.HOLD_EXPIRED
    return Transition(at, EnrollmentStatus.EXPIRED, SYSTEM, cause, request_id)


def trail_of(enrollment: Enrollment, event: Event, now: datetime) -> tuple[Transition, ...]:
    """The last transitions as everybody is to see them: with the end of a time that is up, written down or not.

    The one that is not has the deadline for its time, and no request: taking the seats back writes it with its own.
    """
    deadline = deadline_of(enrollment, event)
    if deadline is None or deadline > now:
        return enrollment.history
    return (*enrollment.history, lapse_of(enrollment, deadline))[-HISTORY_LENGTH:]


def is_live(enrollment: Enrollment, event: Event, now: datetime) -> bool:
    """Whether somebody has a place, or one that is kept for them, or waits."""
    return enrollment.is_live and not is_over(enrollment, event, now)


def stored_as(shown: Collection[EnrollmentStatus]) -> tuple[EnrollmentStatus, ...]:
    """The statuses in which enrollments are stored that are shown in one of these: see `as_of`."""
    more = TEMPORARY if EnrollmentStatus.EXPIRED in shown else ()
    return tuple(sorted({*shown, *more}))


def as_of(enrollment: Enrollment, event: Event, now: datetime) -> Enrollment:
    """The enrollment as everybody is to see it: expired when its time is up, else with the deadline that counts."""
    deadline = deadline_of(enrollment, event)
    if deadline is None:
        return enrollment
    if deadline <= now:
        return replace(enrollment, status=EnrollmentStatus.EXPIRED, expires_at=None, unproven=False, kept_since=None)
    return replace(enrollment, expires_at=deadline)
