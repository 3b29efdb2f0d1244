"""Who is next: the rule by which a waitlist gives seats, without any clock or storage."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.enrollments import Enrollment
from chalicelib.domain.events import EventFacts, PartyPolicy

LOOK_DOWN = 20  # places; further down nobody is looked for under best_fit


@dataclass(frozen=True, slots=True)
class Next:
    """The one to be seated, and the head that a smaller party goes past (None: it is the head itself)."""

    chosen: Enrollment
    passed: Enrollment | None = None


def depth(facts: EventFacts) -> int:
    """How many places of the waitlist the rule needs to see."""
    return LOOK_DOWN + 1 if facts.party_policy is PartyPolicy.BEST_FIT else 1


def choose(waiting: Sequence[Enrollment], room: int, facts: EventFacts) -> Next | None:
    """Whom `room` free seats are for; `waiting` is in the order of the waitlist numbers.

    strict: the head or nobody. best_fit: while the head does not fit, the first who does within 20 places, as long as
    at most `max_skips` seats in all have gone past this head.
    """
    if not waiting:
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
