"""How many mails others may cause to one mailbox (docs/adr/0027).

What was let through is written down for a day, mail by mail. So a mail counts once, however often its sending is
tried again, and hours and days are bounded by what truly went out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Budget:
    """So many mails in any hour, and so many in any day."""

    hour: int
    day: int


@dataclass(frozen=True, slots=True)
class SharedBudget:
    """What several cause at one mailbox, so that none of them can use it up for the others.

    `each` is what every one of them may cause. Each one's first mail of a day counts among the `firsts`, and what
    they cause `beyond` it apart from those: whoever has caused nothing yet is not held up by those who cause much.
    """

    each: Budget
    beyond: Budget
    firsts: Budget


class Line(StrEnum):
    """Which budget of a mailbox a mail is charged to."""

    UNASKED = "unasked"  # about what its reader never asked for nor agreed to
    REPEATED = "repeated"  # about a place of the reader's own, but others cause such mails as often as they like


@dataclass(frozen=True, slots=True)
class Charge:
    """A mail that somebody else has caused, and who: a person, a network, or a place at an event. What its reader
    caused, or what concerns a place of their own once, is charged to nobody.
    """

    line: Line
    actor: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail that was let through: when (seconds of the Unix time), which, and by whom it was caused."""

    at: int
    mail: str
    actor: str
    first: bool  # of this actor on that day


def is_counted(sent: Sequence[Sent], mail: str, now: int) -> bool:
    """Whether this mail was let through already, and only its sending is tried again."""
    return any(one.mail == mail for one in _of_a_day(sent, now))


def free_at(sent: Sequence[Sent], actor: str, budget: Budget | SharedBudget, now: int) -> int:
    """The first second, from now on, at which one more mail of this actor fits."""
    known = _of_a_day(sent, now)
    if isinstance(budget, Budget):
        return _fits_at(known, budget, now)
    theirs = [one for one in known if one.actor == actor]
    firsts, beyond = ([one for one in known if one.first is is_first] for is_first in (True, False))
    if not theirs:
        return _fits_at(firsts, budget.firsts, now)
    at = max(_fits_at(theirs, budget.each, now), _fits_at(beyond, budget.beyond, now))
    return min(at, _fits_at(firsts, budget.firsts, theirs[-1].at + DAY))  # when the next one is their first again


def counting(sent: Sequence[Sent], mail: str, actor: str, now: int) -> tuple[Sent, ...]:
    """With one more; what is older than a day counts no longer and is forgotten."""
    known = _of_a_day(sent, now)
    is_first = all(one.actor != actor for one in known)
    return (*known, Sent(now, mail, actor, is_first))


def in_seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _of_a_day(sent: Sequence[Sent], now: int) -> list[Sent]:
    return sorted((one for one in sent if one.at + DAY > now), key=lambda one: one.at)


def _fits_at(sent: Sequence[Sent], budget: Budget, now: int) -> int:
    """When so few are left in every window that one more fits: as soon as the last but `number` has left it."""
    at = now
    for span, number in ((HOUR, budget.hour), (DAY, budget.day)):
        if len(sent) >= number:
            at = max(at, sent[-number].at + span)
    return at
