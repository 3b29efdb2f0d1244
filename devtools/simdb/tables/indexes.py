"""A global secondary index: sparse, sorted, with its own projection, and behind the table when told to be."""

from heapq import heappop, heappush
from typing import Any, NamedTuple
from zlib import crc32

from devtools.simdb.meter import write_units
from devtools.simdb.tables.partitions import Partition, Span, Token
from devtools.simdb.tables.schema import IndexSchema, Key
from devtools.simdb.values import Item, Row


class Place(NamedTuple):
    """Where an entry stands in the index."""

    hash: Any
    token: Token


class Change(NamedTuple):
    """What one write of the table means for the index."""

    index_name: str
    key: Key
    old: Place | None
    new: Place | None
    row: Row | None
    units: int


class Index:
    def __init__(self, schema: IndexSchema) -> None:
        self.schema = schema
        self.partitions: dict[Any, Partition] = {}
        self._pending: list[tuple[float, int, Change]] = []
        self._latest: dict[Key, float] = {}
        self._sequence = 0

    def change(self, key: Key, old: Row | None, new: Row | None) -> Change | None:
        """None when the index does not notice the write; then it costs nothing either."""
        before = None if old is None else self.schema.entry(old.attributes)
        after = None if new is None else self.schema.entry(new.attributes)
        if before == after:
            return None
        source = None if before is None else self.place(key, before)
        target = None if after is None else self.place(key, after)
        row = None if after is None else Row(after)
        units = _units(None if before is None else Row(before), row, moved=source != target)
        return Change(self.schema.name, key, source, target, row, units)

    def place(self, key: Key, attributes: Item) -> Place:
        """Where the entry of the table's item `key` belongs."""
        hash_value, range_value = self.schema.key.key(attributes)
        # DynamoDB does not say in which order entries with the same key come: neither the table's nor arrival
        tie = crc32(repr(key).encode())
        return Place(hash_value, (range_value, tie, *key))

    def apply(self, change: Change) -> None:
        if change.old is not None and change.old != change.new and change.old.hash in self.partitions:
            self.partitions[change.old.hash].remove(change.old.token)
        if change.new is not None and change.row is not None:
            partition = self.partitions.get(change.new.hash)
            if partition is None:
                partition = self.partitions[change.new.hash] = Partition()
            partition.put(change.new.token, change.row)

    def apply_later(self, change: Change, due: float) -> None:
        """Changes of one item stay in order; those of different items overtake each other."""
        due = max(due, self._latest.get(change.key, due))
        self._latest[change.key] = due
        self._sequence += 1
        heappush(self._pending, (due, self._sequence, change))

    def following(self, hash_value: Any, last: Token | None, span: Span, *, forward: bool) -> tuple[Token, Row] | None:
        """The next entry of a partition."""
        partition = self.partitions.get(hash_value)
        token = None if partition is None else partition.following(last, span, forward=forward)
        return None if partition is None or token is None else (token, partition.rows[token])

    def catch_up(self, now: float) -> None:
        while self._pending and self._pending[0][0] <= now:
            self.apply(heappop(self._pending)[2])

    def copy(self) -> "Index":
        twin = Index(self.schema)
        twin.partitions = {key: partition.copy() for key, partition in self.partitions.items()}
        twin._pending = self._pending.copy()
        twin._latest = self._latest.copy()
        twin._sequence = self._sequence
        return twin


def _units(before: Row | None, after: Row | None, *, moved: bool) -> int:
    """An entry that moves is deleted and put; one that stays is written once."""
    sizes = [row.size for row in (before, after) if row is not None]
    return sum(map(write_units, sizes)) if moved else write_units(max(sizes))
