"""Counts what AWS would bill: calls, read units and write units, by operation, table, index and key.

Taken from AWS's documentation where it says so. It does not say what a cancelled transaction costs, nor whether
an index entry written by a transaction counts twice: here the first pays as if it had succeeded, the second once.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

READ_BYTES = 4096
WRITE_BYTES = 1024


def read_units(size: int, *, consistent: bool) -> float:
    """What reading `size` bytes costs; nothing found costs as much as the smallest item."""
    units = max(1, -(-size // READ_BYTES))
    return float(units) if consistent else units / 2


def write_units(size: int) -> int:
    return max(1, -(-size // WRITE_BYTES))


@dataclass(slots=True)
class Units:
    reads: float = 0.0
    writes: float = 0.0


class Line:
    """One entry of a receipt; `source` is a table's name or `table/index`."""

    __slots__ = ("key", "reads", "size", "source", "writes")

    def __init__(self, source: str, key: Any, reads: float, writes: float, size: int) -> None:
        self.source = source
        self.key = key
        self.reads = reads
        self.writes = writes
        self.size = size


class Receipt:
    """What one call costs, item by item."""

    __slots__ = ("lines", "operation")

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.lines: list[Line] = []

    def read(self, source: str, key: Any, units: float) -> None:
        self.lines.append(Line(source, key, units, 0.0, 0))

    def write(self, source: str, key: Any, units: float, size: int = 0) -> None:
        self.lines.append(Line(source, key, 0.0, units, size))

    def capacity(self, mode: str | None) -> list[dict[str, Any]] | None:
        """ConsumedCapacity per table, as `ReturnConsumedCapacity` asks for it."""
        if mode not in {"TOTAL", "INDEXES"}:
            return None
        if mode == "TOTAL" and len(self.lines) == 1:
            (line,) = self.lines
            return [{"TableName": line.source.partition("/")[0], "CapacityUnits": line.reads + line.writes}]
        totals: dict[str, float] = {}
        parts: dict[str, float] = defaultdict(float)
        for line in self.lines:
            name = line.source.partition("/")[0]
            totals[name] = totals.get(name, 0.0) + line.reads + line.writes
            parts[line.source] += line.reads + line.writes
        answers: list[dict[str, Any]] = [{"TableName": name, "CapacityUnits": units} for name, units in totals.items()]
        if mode == "INDEXES":
            for answer in answers:
                answer.update(_by_index(answer["TableName"], parts))
        return answers


def _by_index(table: str, parts: dict[str, float]) -> dict[str, Any]:
    detail: dict[str, Any] = {"Table": {"CapacityUnits": parts.get(table, 0.0)}}
    prefix = table + "/"
    indexes = {
        source.removeprefix(prefix): {"CapacityUnits": units}
        for source, units in parts.items()
        if source.startswith(prefix)
    }
    return {**detail, "GlobalSecondaryIndexes": indexes} if indexes else detail


class Owner(Protocol):
    """The database that fills the meters in this list."""

    meters: "list[Meter]"


@dataclass(slots=True)
class Meter:
    """Counts from `with` to its end: all calls, or those for which `mine` says yes."""

    owner: Owner
    mine: Any = None
    calls: int = 0
    reads: float = 0.0
    writes: float = 0.0
    by_operation: dict[str, Units] = field(default_factory=lambda: defaultdict(Units))
    by_table: dict[str, Units] = field(default_factory=lambda: defaultdict(Units))
    by_key: dict[tuple[str, Any], Units] = field(default_factory=lambda: defaultdict(Units))
    calls_by_operation: Counter[str] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.owner.meters.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # the latest first: nested meters may be equal, and only identity tells them apart
        for position, meter in reversed(list(enumerate(self.owner.meters))):
            if meter is self:
                del self.owner.meters[position]
                return

    def count_call(self, operation: str) -> None:
        if self.mine is None or self.mine():
            self.calls += 1
            self.calls_by_operation[operation] += 1

    def count(self, receipt: Receipt) -> None:
        if self.mine is not None and not self.mine():
            return
        for line in receipt.lines:
            self.reads += line.reads
            self.writes += line.writes
            for units in (
                self.by_operation[receipt.operation],
                self.by_table[line.source],
                self.by_key[line.source, line.key],
            ):
                units.reads += line.reads
                units.writes += line.writes
            if line.size > self.largest.get(line.source, 0):
                self.largest[line.source] = line.size
