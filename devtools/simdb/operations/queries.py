"""Query: pages of one partition of a table or of an index, in key order."""

from collections.abc import Callable, Mapping
from typing import Any

from devtools.simdb.errors import InvalidError, bad_parameter
from devtools.simdb.expressions.request import Condition, Expressions, Projection
from devtools.simdb.meter import Receipt, read_units
from devtools.simdb.operations import key_conditions
from devtools.simdb.operations.operation import PLACEHOLDERS, READ, TABLE, Answer, Operation
from devtools.simdb.operations.reads import shown
from devtools.simdb.tables.indexes import Index
from devtools.simdb.tables.partitions import Token
from devtools.simdb.tables.schema import KeySchema
from devtools.simdb.tables.storage import Storage
from devtools.simdb.tables.table import Table
from devtools.simdb.values import Item, Row, copy_value, ingest, kind_of

MAX_BYTES = 1024 * 1024
OUTSIDE = "The provided starting key does not match the range key predicate"


class _Query:
    """One checked request."""

    def __init__(self, storage: Storage, request: Mapping[str, Any], operation: str) -> None:
        self.table: Table = storage.table(request["TableName"], operation)
        self.index: Index | None = None
        self.consistent = bool(request.get("ConsistentRead"))
        self.forward = bool(request.get("ScanIndexForward", True))
        self.limit = request.get("Limit")
        if self.limit is not None and self.limit < 1:
            raise bad_parameter(f"Invalid value for parameter Limit, value: {self.limit}, valid min value: 1")
        if "IndexName" in request:
            self.table.schema.index(request["IndexName"])
            self.index = self.table.indexes[request["IndexName"]]
            if self.consistent:
                raise InvalidError("Consistent reads are not supported on global secondary indexes")
        self.key: KeySchema = self.table.schema.key if self.index is None else self.index.schema.key
        self._take_expressions(request)
        self.counts_only = _check_select(request, self)
        self.start = self._start(request.get("ExclusiveStartKey"))

    def _take_expressions(self, request: Mapping[str, Any]) -> None:
        expressions = Expressions(request)
        condition = expressions.condition("KeyConditionExpression")
        if condition is None:
            raise InvalidError(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            )
        self.filter: Condition | None = expressions.condition("FilterExpression")
        self.projection: Projection | None = expressions.projection()
        expressions.done()
        self.values = expressions.values
        self.hash, self.span = key_conditions.read(condition.tree, self.key, self.values)
        if self.filter is not None:
            self._check_filter(self.filter.attributes)
        if self.projection is not None:
            named = {str(path[0]) for path in self.projection.paths}
            self._check_projected(named, "Global secondary index {} does not project {}")

    def _check_filter(self, attributes: frozenset[str]) -> None:
        for name in self.key.names:
            if name in attributes:
                raise InvalidError(
                    f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
                )
        self._check_projected(attributes, "Secondary index {} does not project one or more filter attributes: {}")

    def _check_projected(self, attributes: frozenset[str] | set[str], message: str) -> None:
        projected = self.index.schema.projected if self.index else None
        missing = sorted(attributes - projected) if projected is not None else []
        if self.index is not None and missing:
            fault = message.format(self.index.schema.name, f"[{', '.join(missing)}]")
            raise InvalidError(f"One or more parameter values were invalid: {fault}")

    def _start(self, raw: Mapping[str, Any] | None) -> Token | None:
        if raw is None:
            return None
        names = {*self.key.names, *self.table.schema.key.names}
        types = {**self.table.schema.key.types, **self.key.types}
        item = {name: ingest(value) for name, value in raw.items()}
        if item.keys() != names or any(kind_of(item[name]) != types[name] for name in names):
            raise InvalidError("The provided starting key is invalid")
        hash_value, range_value = self.key.key(item)
        if hash_value != self.hash or not self.span.contains(range_value):
            raise InvalidError(OUTSIDE)
        if self.index is None:
            return (range_value,)
        return self.index.place(self.table.schema.key.key(item), item).token

    def last_key(self, row: Row) -> Item:
        """Where the next page begins."""
        names = dict.fromkeys((*self.table.schema.key.names, *self.key.names))
        return {name: copy_value(row.attributes[name]) for name in names}

    def following(self, moment: float | None) -> Callable[[Token | None], tuple[Token, Row] | None]:
        if self.index is None:
            return lambda last: self.table.following(self.hash, last, self.span, forward=self.forward, moment=moment)
        index = self.index
        return lambda last: index.following(self.hash, last, self.span, forward=self.forward)


def _check_select(request: Mapping[str, Any], query: _Query) -> bool:
    """Whether only the count is wanted."""
    select = request.get("Select")
    if select == "COUNT" and query.projection is not None:
        raise InvalidError("Cannot specify the ProjectionExpression when choosing to get only the Count")
    if select == "SPECIFIC_ATTRIBUTES" and query.projection is None:
        raise InvalidError(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        )
    if select == "ALL_ATTRIBUTES" and query.index and query.index.schema.projected is not None:
        raise InvalidError(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
            f"secondary index {query.index.schema.name} because its projection type is not ALL"
        )
    return bool(select == "COUNT")


def query(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    """One page; limit, size and bill count what was looked at, before the filter.

    The item that crosses one megabyte is the last of its page: AWS bills such pages with 128.5 units.
    """
    asked = _Query(storage, request, receipt.operation)
    if asked.index is not None:
        asked.index.catch_up(storage.now)
    following = asked.following(None if asked.consistent else storage.stale_moment())
    looked_at: list[Row] = []
    size = 0
    found = following(asked.start)
    while found is not None:
        token, row = found
        size += row.size
        looked_at.append(row)
        if len(looked_at) == asked.limit:
            return _page(asked, looked_at, size, receipt, stopped=True)
        storage.drift()
        found = following(token)
        if size >= MAX_BYTES:
            break
    return _page(asked, looked_at, size, receipt, stopped=found is not None)


def _page(asked: _Query, looked_at: list[Row], size: int, receipt: Receipt, *, stopped: bool) -> Answer:
    source = asked.table.name if asked.index is None else f"{asked.table.name}/{asked.index.schema.name}"
    receipt.read(source, asked.hash, read_units(size, consistent=asked.consistent))
    test = asked.filter
    kept = [row for row in looked_at if test is None or test.test(row.attributes, asked.values)]
    answer: Answer = {"Count": len(kept), "ScannedCount": len(looked_at)}
    if not asked.counts_only:
        answer["Items"] = [shown(row, asked.projection) for row in kept]
    if stopped:
        answer["LastEvaluatedKey"] = asked.last_key(looked_at[-1])
    return answer


OPERATIONS = (
    Operation(
        "Query",
        query,
        TABLE,
        READ
        | PLACEHOLDERS
        | {"IndexName", "Select", "Limit", "ScanIndexForward", "ExclusiveStartKey"}
        | {"FilterExpression", "KeyConditionExpression"},
    ),
)
