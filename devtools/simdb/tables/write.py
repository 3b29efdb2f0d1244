"""A checked write of one item, as a call of its own or as a part of a transaction."""

from collections.abc import Callable, Mapping
from typing import Any

from devtools.simdb.errors import InvalidError
from devtools.simdb.expressions.request import Condition, Expressions, Update
from devtools.simdb.meter import Receipt, write_units
from devtools.simdb.tables.schema import NOT_VALID, Key
from devtools.simdb.tables.table import Table
from devtools.simdb.values import MAX_ITEM_BYTES, Item, Row, Value, copy_item, ingest_item

PUT_INDEX_KEY = NOT_VALID + "A value specified for a secondary index key is not supported. "
UPDATED_INDEX_KEY = (
    NOT_VALID + "The update expression attempted to update a secondary index key to a value that is not supported. "
)


class Write:
    """One checked write: what it needs of the stored row, and what it makes of it."""

    __slots__ = ("change", "condition", "key", "returns_old", "table", "update", "values")

    def __init__(self, table: Table, request: Mapping[str, Any]) -> None:
        self.table = table
        self.condition: Condition | None = None
        self.update: Update | None = None
        self.values: dict[str, Value] = {}
        self.returns_old = _on_failure(request) == "ALL_OLD"
        self.key: Key
        self.change: Callable[[Row | None], Row | None]

    def allowed(self, old: Row | None) -> bool:
        return self.condition is None or self.condition.test(old.attributes if old else {}, self.values)

    def shown(self, old: Row | None) -> Item | None:
        """What a failed condition tells of the stored item."""
        return copy_item(old.attributes) if self.returns_old and old is not None else None

    def take_expressions(self, request: Mapping[str, Any]) -> None:
        expressions = Expressions(request)
        self.condition = expressions.condition("ConditionExpression")
        self.update = expressions.update()
        expressions.done()
        self.values = expressions.values


def _on_failure(request: Mapping[str, Any]) -> str:
    chosen: str = request.get("ReturnValuesOnConditionCheckFailure", "NONE")
    if chosen not in {"NONE", "ALL_OLD"}:
        raise InvalidError("ReturnValuesOnConditionCheckFailure set to invalid value")
    return chosen


def put(table: Table, request: Mapping[str, Any]) -> Write:
    write = Write(table, request)
    item = ingest_item(request["Item"])
    write.key = table.schema.key.of_item(item)
    for index in table.schema.indexes.values():
        index.check(item, PUT_INDEX_KEY)
    row = _fitting(item, "Item size has exceeded the maximum allowed size")
    write.take_expressions(request)
    write.change = lambda _: row
    return write


def _fitting(item: Item, message: str) -> Row:
    row = Row(item)
    if row.size > MAX_ITEM_BYTES:
        raise InvalidError(message)
    return row


def delete(table: Table, request: Mapping[str, Any]) -> Write:
    write = Write(table, request)
    write.key, _ = table.schema.key.of_request(request["Key"])
    write.take_expressions(request)
    write.change = lambda _: None
    return write


def check(table: Table, request: Mapping[str, Any]) -> Write:
    """A condition check of a transaction, which changes nothing."""
    write = Write(table, request)
    write.key, _ = table.schema.key.of_request(request["Key"])
    write.take_expressions(request)
    write.change = lambda old: old
    return write


def update(table: Table, request: Mapping[str, Any]) -> Write:
    write = Write(table, request)
    write.key, created = table.schema.key.of_request(request["Key"])
    write.take_expressions(request)

    def change(old: Row | None) -> Row:
        item = old.attributes if old is not None else {}
        if write.update is not None:
            _refuse_key_change(table, write.update)
            item = write.update.change(item, write.values)
        if old is None:
            item = {**created, **item}
        for index in table.schema.indexes.values():
            index.check(item, UPDATED_INDEX_KEY)
        return _fitting(item, "Item size to update has exceeded the maximum allowed size")

    write.change = change
    return write


def _refuse_key_change(table: Table, update: Update) -> None:
    for path in update.paths:
        if path[0] in table.schema.key.names:
            raise InvalidError(
                f"One or more parameter values were invalid: Cannot update attribute {path[0]}. "
                "This attribute is part of the key"
            )


def charge(write: Write, old: Row | None, new: Row | None, receipt: Receipt, factor: int = 1) -> None:
    """The table's part of the bill; indexes are billed when they change."""
    size = max(old.size if old else 0, new.size if new else 0)
    receipt.write(write.table.name, write.key[0], factor * write_units(size), size)
