"""How often something may happen: GCRA, the leaky bucket that one number remembers.

The number is the theoretical arrival time: when the bucket will be empty again, in milliseconds of the Unix time.
"""

from dataclasses import dataclass

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """`number` at once, and as many in every `seconds`."""

    number: int
    seconds: int

    @property
    def interval(self) -> int:
        """Milliseconds until one more is allowed; rounded up, so that never more than `number` fit."""
        return -(-self.seconds * 1000 // self.number)

    @property
    def tolerance(self) -> int:
        """How far ahead of the present the number may be for one more to be taken."""
        return self.interval * (self.number - 1)

    def allows(self, seen: int | None, now: int) -> bool:
        return seen is None or seen <= now + self.tolerance

    def taken(self, seen: int | None, now: int) -> int:
        """The number after one more was taken."""
        return max(seen or now, now) + self.interval

    def wait(self, seen: int | None, now: int) -> int:
        """Milliseconds until one more is allowed."""
        return max(0, (seen or now) - self.tolerance - now)


@dataclass(frozen=True, slots=True)
class Daily:
    """`number` on a calendar day (UTC), and not one more: a leaky bucket gives some back before it is over."""

    number: int

    @property
    def bucket(self) -> Limit:
        """What one day's own row is counted with: on its day it gives nothing back."""
        return Limit(self.number, self.number * DAY_SECONDS)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often something failed in a row, and until when (milliseconds) nothing more is tried."""

    number: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Backoff:
    """Failures in a row wait longer and longer: after the first `free` ones `first` seconds, doubling to `longest`.

    `forgotten` seconds after the last wait they are nothing any more.
    """

    free: int
    first: int
    longest: int
    forgotten: int

    def known(self, seen: Failures | None, now: int) -> Failures:
        """What is still held against somebody."""
        return seen if seen and now <= seen.until + self.forgotten * 1000 else Failures()

    def failed(self, before: Failures, now: int) -> Failures:
        number = before.number + 1
        doubled = min(number - self.free, self.longest.bit_length())  # beyond it the number only grows
        seconds = min(self.first << doubled, self.longest) if doubled >= 0 else 0
        return Failures(number, now + seconds * 1000)


@dataclass(frozen=True, slots=True)
class Shares:
    """What several take from one thing, so that nobody can use it up for the others.

    `each` is what every one of them may take. All of them together are bounded too, and each one's first is counted
    apart from what they take beyond it: however much others take, who has taken nothing yet gets something.
    """

    each: Limit | Daily
    beyond: Limit
    firsts: Limit
