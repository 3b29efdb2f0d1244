"""Many changes in one request, one after the other: each is decided for itself, until the time is over."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from chalicelib.domain.errors import BusyError, TooManyRequestsError, TurnoutError
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.services.shared.ports import Clock

BUDGET = timedelta(seconds=15)  # of one request, well before the gateway gives up: what is left is not tried
_SOON = 1  # second, after which what was not tried can be sent again

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult(Generic[T, R]):
    """What became of one of them: a result, or why not; neither where there was no time for it."""

    what: T
    result: R | None = None
    error: TurnoutError | None = None

    @property
    def retry_after(self) -> int | None:
        """In how many seconds it is worth to send it again; None: it is done, or refused as it is."""
        if isinstance(self.error, TooManyRequestsError):
            return self.error.retry_after
        is_open = self.result is None and (self.error is None or isinstance(self.error, BusyError))
        return _SOON if is_open else None


def in_turn(clock: Clock, things: Iterable[T], change: Callable[[T], R]) -> list[RowResult[T, R]]:
    """One answer to each, in their order; what one of them raises is its own."""
    until = clock() + BUDGET
    return [RowResult(what=thing) if clock() > until else _try(thing, change) for thing in things]


def _try(thing: T, change: Callable[[T], R]) -> RowResult[T, R]:
    try:
        return RowResult(what=thing, result=change(thing))
    except TurnoutError as error:
        return RowResult(what=thing, error=error)
    except TryAgainError:
        return RowResult(what=thing, error=BusyError())
