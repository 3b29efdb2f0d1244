"""One table in memory, with its indexes and, when reads may be stale, what its items were before."""

from typing import Any

from devtools.simdb.tables.indexes import Change, Index
from devtools.simdb.tables.partitions import Partition, Span, Token
from devtools.simdb.tables.schema import Key, TableSchema
from devtools.simdb.values import Row


class Table:
    def __init__(self, schema: TableSchema) -> None:
        self.schema = schema
        self.name = schema.name
        self.ttl_attribute: str | None = None
        self.partitions: dict[Any, Partition] = {}
        self.indexes = {name: Index(index) for name, index in schema.indexes.items()}
        self._past: dict[Key, list[tuple[float, Row | None]]] = {}

    def get(self, key: Key) -> Row | None:
        partition = self.partitions.get(key[0])
        return None if partition is None else partition.rows.get((key[1],))

    def get_as_of(self, key: Key, moment: float) -> Row | None:
        """The row as a replica that has seen nothing since `moment` answers it."""
        for replaced_at, row in self._past.get(key, ()):
            if replaced_at > moment:
                return row
        return self.get(key)

    def put(self, key: Key, row: Row | None) -> None:
        """Stores the row, or removes it; the indexes are not touched."""
        partition = self.partitions.get(key[0])
        if row is None:
            if partition is not None:
                partition.remove((key[1],))
            return
        if partition is None:
            partition = self.partitions[key[0]] = Partition()
        partition.put((key[1],), row)

    def changes(self, key: Key, old: Row | None, new: Row | None) -> list[Change]:
        """What replacing `old` by `new` means for the indexes."""
        found = (index.change(key, old, new) for index in self.indexes.values())
        return [change for change in found if change is not None]

    def remember(self, key: Key, row: Row | None, now: float, horizon: float) -> None:
        """Keeps what is replaced now, and forgets what no replica can answer any more."""
        past = [entry for entry in self._past.get(key, ()) if entry[0] > now - horizon]
        self._past[key] = [*past, (now, row)]

    def following(
        self, hash_value: Any, last: Token | None, span: Span, *, forward: bool, moment: float | None
    ) -> tuple[Token, Row] | None:
        """The next row of a partition, now or as of an earlier moment."""
        if moment is not None and self._past:
            return self._past_following(hash_value, last, span, forward=forward, moment=moment)
        partition = self.partitions.get(hash_value)
        token = None if partition is None else partition.following(last, span, forward=forward)
        return None if partition is None or token is None else (token, partition.rows[token])

    def _past_following(
        self, hash_value: Any, last: Token | None, span: Span, *, forward: bool, moment: float
    ) -> tuple[Token, Row] | None:
        then = Partition()
        current = self.partitions.get(hash_value)
        keys = {(hash_value, token[0]) for token in (current.tokens if current else ())}
        keys.update(key for key in self._past if key[0] == hash_value)
        for key in keys:
            row = self.get_as_of(key, moment)
            if row is not None:
                then.put((key[1],), row)
        token = then.following(last, span, forward=forward)
        return None if token is None else (token, then.rows[token])

    def rows(self) -> list[Row]:
        """All rows, ordered by partition as first written and by sort key within."""
        return [partition.rows[token] for partition in self.partitions.values() for token in partition.tokens]

    def copy(self) -> "Table":
        twin = Table(self.schema)
        twin.ttl_attribute = self.ttl_attribute
        twin.partitions = {key: partition.copy() for key, partition in self.partitions.items()}
        twin.indexes = {name: index.copy() for name, index in self.indexes.items()}
        twin._past = self._past.copy()
        return twin

    def emptied(self) -> "Table":
        twin = Table(self.schema)
        twin.ttl_attribute = self.ttl_attribute
        return twin
