"""When a call is tried again, and how long to wait: full jitter, at most five tries and two seconds."""

import random
from collections.abc import Callable, Iterator
from typing import TypeVar

from chalicelib.services.shared.outcomes import TryAgainError

T = TypeVar("T")

TRIES = 5
TOTAL_SECONDS = 2.0
_FIRST_CAP_SECONDS = 0.05


class Retries:
    """Sleeps and randomness are given, so that a simulation owns both."""

    def __init__(self, sleep: Callable[[float], None], rng: random.Random) -> None:
        self._sleep = sleep
        self._rng = rng

    def tries(self) -> Iterator[int]:
        """Yield try numbers; between two of them wait a random part of a doubling cap (AWS's `full jitter`)."""
        spent = 0.0
        for number in range(TRIES):
            if number:
                wait = self._rng.uniform(0, _FIRST_CAP_SECONDS * 2**number)
                if spent + wait > TOTAL_SECONDS:
                    return
                spent += wait
                self._sleep(wait)
            yield number

    def run(self, action: Callable[[], T]) -> T:
        """Run until it does not raise `TryAgainError`; the last one is raised when the tries are used up."""
        last = TryAgainError("no try was made")
        for _ in self.tries():
            try:
                return action()
            except TryAgainError as error:
                last = error
        raise last
