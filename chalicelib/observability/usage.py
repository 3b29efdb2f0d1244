"""What one request or one batch asked of DynamoDB, for its log line."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

_READS = frozenset({"GetItem", "BatchGetItem", "TransactGetItems", "Query"})


@dataclass(slots=True)
class Usage:
    """Units as DynamoDB bills them; what it refuses it bills without saying how much."""

    calls: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    conflicts: int = 0

    def facts(self) -> dict[str, float]:
        return {
            "calls": self.calls,
            "read_units": self.read_units,
            "write_units": self.write_units,
            "conflicts": self.conflicts,
        }


_is_first = True


def is_first() -> bool:
    """Whether this is the first request or batch of the process: what it took includes a cold start."""
    global _is_first
    was, _is_first = _is_first, False
    return was


_current: ContextVar[Usage | None] = ContextVar("usage", default=None)


@contextmanager
def counted() -> Iterator[Usage]:
    """Everything until the end of the `with`, in this thread and in those that it hands its context to."""
    usage = Usage()
    token = _current.set(usage)
    try:
        yield usage
    finally:
        _current.reset(token)


def called(operation: str, answer: Mapping[str, Any]) -> None:
    """A call was answered; `answer` says what it cost, if it was asked with `ReturnConsumedCapacity`."""
    usage = _current.get()
    if usage is None:
        return
    usage.calls += 1
    units = _units(answer.get("ConsumedCapacity") or ())
    if operation in _READS:
        usage.read_units += units
    else:
        usage.write_units += units


def refused(*, conflict: bool) -> None:
    """A call failed; `conflict`: because others were at work on the same items, or the table was busy."""
    usage = _current.get()
    if usage is not None:
        usage.calls += 1
        usage.conflicts += conflict


def _units(consumed: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> float:
    tables = [consumed] if isinstance(consumed, Mapping) else consumed
    return sum(float(table.get("CapacityUnits", 0)) for table in tables)
