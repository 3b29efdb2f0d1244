"""What the operations see of the database: tables, time, the transactions that are under way, and the bill."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

from devtools.simdb.errors import no_such_table
from devtools.simdb.meter import Receipt
from devtools.simdb.scheduler import EPOCH, Scheduler
from devtools.simdb.tables.indexes import Change
from devtools.simdb.tables.schema import Key, table_schema
from devtools.simdb.tables.table import Table
from devtools.simdb.tables.write import Write, charge
from devtools.simdb.values import Row


class Remembered(NamedTuple):
    """A transaction that its token stands for; `until` is None while it runs."""

    request: bytes
    until: float | None
    writes: Sequence[Write]


class Storage:
    """`conflict_window`, `index_lag` and `read_lag` are seconds of virtual time, the lags at most so many.

    While a transaction has an item in hand (the window), other writes of it are refused; without a scheduler
    there is nobody to refuse. `clock` is the time outside of a scheduler.
    """

    def __init__(
        self,
        scheduler: Scheduler | None = None,
        *,
        conflict_window: float = 0.0,
        index_lag: float = 0.0,
        read_lag: float = 0.0,
    ) -> None:
        self.scheduler = scheduler
        self.conflict_window = conflict_window
        self.index_lag = index_lag
        self.read_lag = read_lag
        self.clock = EPOCH
        self.tables: dict[str, Table] = {}
        self.tokens: dict[str, Remembered] = {}
        self.locks: set[tuple[str, Key]] = set()
        self._own_rng = Random(0)

    @property
    def now(self) -> float:
        return self.clock if self.scheduler is None else self.scheduler.now

    @property
    def rng(self) -> Random:
        return self._own_rng if self.scheduler is None else self.scheduler.rng

    @property
    def is_simulating(self) -> bool:
        """Whether a logical client is calling, so that others may run meanwhile."""
        return self.scheduler is not None and self.scheduler.current is not None

    def create_table(self, definition: Mapping[str, Any]) -> Table:
        """A new empty table from the parameters of CreateTable."""
        schema = table_schema(definition)
        self.tables[schema.name] = table = Table(schema)
        return table

    def table(self, name: str, operation: str) -> Table:
        table = self.tables.get(name)
        if table is None:
            raise no_such_table(operation)
        return table

    def commit(self, write: Write, old: Row | None, new: Row | None, receipt: Receipt, factor: int = 1) -> None:
        """Stores what the write made of the row, in the table and its indexes, and bills it."""
        charge(write, old, new, receipt, factor)
        if old is new:
            return
        for change in self.store(write.table, write.key, old, new):
            place = change.new or change.old
            receipt.write(f"{write.table.name}/{change.index_name}", place and place.hash, change.units)

    def store(self, table: Table, key: Key, old: Row | None, new: Row | None) -> list[Change]:
        """Replaces the row, and tells what that meant for the indexes."""
        if self.read_lag:
            table.remember(key, old, self.now, self.read_lag)
        table.put(key, new)
        changes = table.changes(key, old, new)
        for change in changes:
            index = table.indexes[change.index_name]
            if self.index_lag:
                index.apply_later(change, self.now + self.index_lag * self.rng.random())
            else:
                index.apply(change)
        return changes

    def is_locked(self, write: Write) -> bool:
        return bool(self.locks) and (write.table.name, write.key) in self.locks

    @contextmanager
    def in_hand(self, plan: Sequence[Write]) -> Iterator[None]:
        """The window between a transaction's decision and its end, in which nobody else may write its items."""
        if not self.conflict_window or not self.is_simulating:
            yield
            return
        assert self.scheduler is not None, "somebody is calling"
        keys = {(write.table.name, write.key) for write in plan}
        self.locks |= keys
        try:
            self.scheduler.sleep(self.conflict_window)
            yield
        finally:
            self.locks -= keys

    def drift(self) -> None:
        """A moment between two items, in which others may run."""
        if self.scheduler is not None and self.scheduler.current is not None:
            self.scheduler.drift()

    def shuffle(self, keys: list[Any]) -> None:
        """Batches are served in no particular order; without a scheduler in the order of the request."""
        if self.scheduler is not None:
            self.rng.shuffle(keys)

    def stale_moment(self) -> float | None:
        """The moment as of which an eventually consistent read answers; None is now."""
        return self.now - self.read_lag * self.rng.random() if self.read_lag else None
