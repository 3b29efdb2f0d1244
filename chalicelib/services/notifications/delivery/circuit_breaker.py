"""When mail is tried again: one row by its age, and all of it, while the provider has paused the account."""

import random
import threading
from datetime import datetime, timedelta

from chalicelib.domain.outbox.entry import OutboxEntry

PAUSE = timedelta(minutes=5)
SHORTEST = timedelta(seconds=30)
LONGEST = timedelta(minutes=15)
_JITTER = 2 / 3  # the shortest part of a wait, so that what failed together does not come back together


def back_off(intent: OutboxEntry, now: datetime, rng: random.Random) -> timedelta:
    """How long a mail waits that the provider could not take now: half its age, from 30 seconds to 15 minutes."""
    base = min(max((now - intent.at) / 2, SHORTEST / _JITTER), LONGEST)
    return base * rng.uniform(_JITTER, 1)


class Breaker:
    """Open, nothing is asked of the provider; after five minutes one mail tries, and what it hears decides.

    One for each process: a shared one would have to be read before every mail.
    """

    def __init__(self) -> None:
        self._until: datetime | None = None  # None: closed
        self._tries = False  # one mail is on its way to the provider
        self._lock = threading.Lock()  # the local runner has threads

    def lets_through(self, now: datetime) -> bool:
        """Whether a mail may be claimed. Of all that ask after the pause the first one tries, and the others wait."""
        with self._lock:
            if self._until is None:
                return True
            if self._tries or now < self._until:
                return False
            self._tries = True
            return True

    def open(self, now: datetime) -> None:
        """The provider takes nothing."""
        with self._lock:
            self._until, self._tries = now + PAUSE, False

    def close(self) -> None:
        """The provider has answered a mail, whatever it said about that one."""
        with self._lock:
            self._until, self._tries = None, False

    def rest(self) -> None:
        """A mail is done. If it tried and did not need the provider, the next one tries."""
        with self._lock:
            self._tries = False
