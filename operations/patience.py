"""Waiting for a table that is busy."""

import time
from collections.abc import Callable

from chalicelib.services.shared.outcomes import TryAgainError

TRIES = 10  # of one piece of work
PAUSE_SECONDS = 1.0


def patiently(work: Callable[[], None], sleep: Callable[[float], None] = time.sleep) -> None:
    """Again and again while the table is busy; raises `TryAgainError` when it stays so."""
    for left in reversed(range(TRIES)):
        try:
            return work()
        except TryAgainError:
            if not left:
                raise
            sleep(PAUSE_SECONDS)
    return None
