"""Who is next: the rule by which a waitlist gives seats, without any clock or storage."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.enrollments.enrollment import Cause, Enrollment
from chalicelib.domain.events.event_facts import EventFacts, PartyPolicy, WaitlistMode
from chalicelib.domain.shared.limits import MAX_PARTY

_SERVED_BY = ("waitlist_mode", "party_policy", "max_skips", "capacity", "ends_at")
LOOK_DOWN = 20  # places; further down nobody is looked for under best_fit


@dataclass(frozen=True, slots=True)
class Next:
    """The one to be seated, and the head that a smaller party goes past (None: it is the head itself)."""

    chosen: Enrollment
    passed: Enrollment | None = None


def ending_of(waiting: Enrollment, facts: EventFacts) -> Cause | None:
    """Why this one waits in vain and is to be told so; None: their turn may come.

    With a capacity of 0 the waitlist is a list of those who are interested, whatever the size of their party.
    """
    if facts.waitlist_mode is WaitlistMode.OFF:
        return Cause.WAITLIST_CLOSED
    if facts.capacity is not None and 0 < facts.capacity < waiting.party_size:
        return Cause.NEVER_FITS
    return None


def is_served_otherwise(before: EventFacts, after: EventFacts) -> bool:
    """Whether an edit may make it somebody else's turn, or nobody's."""
    return any(getattr(before, name) != getattr(after, name) for name in _SERVED_BY)


def may_be_in_vain(before: EventFacts, after: EventFacts) -> bool:
    """Whether somebody who had a turn to wait for may have none after an edit, wherever in the waitlist they are."""
    if after.waitlist_mode is WaitlistMode.OFF:
        return before.waitlist_mode is not WaitlistMode.OFF
    return after.capacity is not None and 0 < after.capacity < min(before.capacity or MAX_PARTY, MAX_PARTY)


def depth(facts: EventFacts) -> int:
    """How many places of the waitlist the rule needs to see."""
    return LOOK_DOWN + 1 if facts.party_policy is PartyPolicy.BEST_FIT else 1


def choose(waiting: Sequence[Enrollment], room: int, facts: EventFacts) -> Next | None:
    """Whom `room` free seats are for; `waiting` is in the order of the waitlist numbers.

    strict: the head or nobody. best_fit: while the head does not fit, the first who does within 20 places, as long as
    at most `max_skips` seats in all have gone past this head. Nobody is served whose head is to be told that it waits
    in vain, and nobody of a waitlist that is closed.
    """
    if not waiting or ending_of(waiting[0], facts):
        return None
    head, *others = waiting
    if head.party_size <= room:
        return Next(head)
    if facts.party_policy is not PartyPolicy.BEST_FIT:
        return None
    most = min(room, facts.max_skips - head.skipped)
    for other in others[:LOOK_DOWN]:
        if other.party_size <= most:
            return Next(other, head)
    return None
