"""One table in memory, with its indexes and, when reads may be stale, what its items were before."""

from dataclasses import dataclass, field
from typing import Any

from devtools.simdb.tables.indexes import Change, Index
from devtools.simdb.tables.partitions import Partition, Span, Token
from devtools.simdb.tables.schema import Key, TableSchema
from devtools.simdb.values import Row


@dataclass(slots=True)
class Past:
    """What the rows of one partition were before, by range value, and when one was replaced last."""

    rows: dict[Any, list[tuple[float, Row | None]]] = field(default_factory=dict)
    changed_at: float = float("-inf")


class Table:
    def __init__(self, schema: TableSchema) -> None:
        self.schema = schema
        self.name = schema.name
        self.ttl_attribute: str | None = None
        self.partitions: dict[Any, Partition] = {}
        self.indexes = {name: Index(index) for name, index in schema.indexes.items()}
        self._past: dict[Any, Past] = {}  # by the hash value

    def get(self, key: Key) -> Row | None:
        partition = self.partitions.get(key[0])
        return None if partition is None else partition.rows.get((key[1],))

    def get_as_of(self, key: Key, moment: float) -> Row | None:
        """The row as a replica that has seen nothing since `moment` answers it."""
        past = self._past.get(key[0])
        if past is not None and past.changed_at > moment:
            for replaced_at, row in past.rows.get(key[1], ()):
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
        past = self._past.get(key[0])
        if past is None:
            past = self._past[key[0]] = Past()
        past.changed_at = now
        kept = [entry for entry in past.rows.get(key[1], ()) if entry[0] > now - horizon]
        past.rows[key[1]] = [*kept, (now, row)]

    def following(
        self, hash_value: Any, last: Token | None, span: Span, *, forward: bool, moment: float | None
    ) -> tuple[Token, Row] | None:
        """The next row of a partition, now or as of an earlier moment."""
        if moment is not None and (past := self._past.get(hash_value)) and past.changed_at > moment:
            return self._past_following(hash_value, last, span, forward=forward, moment=moment)
        partition = self.partitions.get(hash_value)
        token = None if partition is None else partition.following(last, span, forward=forward)
        return None if partition is None or token is None else (token, partition.rows[token])

    def _past_following(
        self, hash_value: Any, last: Token | None, span: Span, *, forward: bool, moment: float
    ) -> tuple[Token, Row] | None:
        then = Partition()
        current = self.partitions.get(hash_value)
        for value in {*(token[0] for token in (current.tokens if current else ())), *self._past[hash_value].rows}:
            row = self.get_as_of((hash_value, value), moment)
            if row is not None:
                then.put((value,), row)
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
        twin._past = {key: Past(past.rows.copy(), past.changed_at) for key, past in self._past.items()}
        return twin

    def emptied(self) -> "Table":
        twin = Table(self.schema)
        twin.ttl_attribute = self.ttl_attribute
        return twin
