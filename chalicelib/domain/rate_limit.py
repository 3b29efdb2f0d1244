"""How often something may happen: GCRA, the leaky bucket that one number remembers.

The number is the theoretical arrival time: when the bucket will be empty again, in milliseconds of the Unix time.
"""

from dataclasses import dataclass


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
