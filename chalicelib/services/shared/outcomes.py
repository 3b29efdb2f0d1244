"""Outcomes that use cases and adapters tell each other, and no client is told."""


class TryAgainError(Exception):
    """A conflict, a throttle or a lost response: asking again is right. It never means that nothing was done."""


class OutcomeUnknownError(TryAgainError):
    """The request was sent and its answer lost: it happened, did not happen, or will still happen."""


class StaleError(Exception):
    """The stored version is not the one that was read: read again and decide again."""


class OutdatedError(Exception):
    """The facts no longer call for this mail or job; the reason is kept on its row."""


class ContradictionError(Exception):
    """What is stored contradicts itself, so that a job can never be done: it is given up, and an operator is told."""


class AwaitTickError(Exception):
    """What was written is due in the past: its writer stays unfinished until no tick can miss it (docs/adr/0012)."""


class PoisonError(ValueError):
    """A message that can never be handled, however often it is tried; the text says why."""
