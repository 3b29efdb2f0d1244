"""Makes ministack's DynamoDB `Query` cost what it answers, not what the partition holds: runs beside it, without ours.

Ministack takes all items of the partition, sorts them, and evaluates the key condition for each one, reading the
expression anew every time. Here every partition that was once asked for is kept in order, and `Query` is shown only the
stretch of it that the sort condition, the start key and the limit leave. What is right or wrong in a request, and what
becomes of the items shown, stays with ministack: a condition that is not understood here is shown the whole partition.

What we would offer upstream: `_index_item` is where ministack already keeps the members of its indexes up to date. A
sorted list of each partition beside them, kept there too, would let `_query` begin with a bisection; and the two
functions that only read an expression, `_tokenize` and `_condition_syntax_error`, could remember what they have read.
"""

import bisect
import functools
import importlib
import threading
from collections.abc import Callable, Mapping
from typing import Any

ranges, release = importlib.import_module("engine_ranges"), importlib.import_module("engine_release")

EXPRESSIONS = 1024  # the application has some dozens; tests write their own

Table = dict[str, Any]
Request = Mapping[str, Any]
Place = tuple[Any, Any]


class Members(dict[str, Any]):
    """Ministack's record of what is in which index; when it drops the record as no longer true, ours goes with it."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.ordered: dict[tuple[str | None, Any], list[Any]] = {}


class Partitions:
    """Stands where `Query` looks up a partition, when it has found the request to be valid."""

    def __init__(self, look_up: Callable[[Any], Any]) -> None:
        self._look_up = look_up

    def get(self, partition: Any, default: Any = None) -> Any:
        del default
        return self._look_up(partition)


class Queries:
    """Takes the place of two functions of `ministack.services.dynamodb`, and decides which table a `Query` sees."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self._query = dynamodb._query
        self._index_item = dynamodb._index_item
        self._lock = threading.RLock()  # expired items are removed in a thread of their own
        self._asked = threading.local()

    def query(self, request: Request) -> Any:
        self._asked.request = request
        try:
            return self._query(request)
        finally:
            self._asked.request = None

    def shown(self, table: Table) -> Table:
        """The table as the `Query` of this thread is to see it; as it is to everything else."""
        request = getattr(self._asked, "request", None)
        if request is None:
            return table
        if request.get("IndexName"):
            partitions = Partitions(lambda partition: self._stretch(table, request, partition))
            return {**table, self._dynamodb._INDEX_MEMBERS: {request["IndexName"]: partitions}}
        return {**table, "items": Partitions(lambda partition: self._items(table, request, partition))}

    def index_item(self, table: Table, base_pk: Any, base_sk: Any, item: Mapping[str, Any], add: bool) -> None:  # noqa: FBT001 - ministack's
        """Called by ministack for every item that comes into a table or leaves it."""
        with self._lock:
            self._index_item(table, base_pk, base_sk, item, add)
            members = table.get(self._dynamodb._INDEX_MEMBERS)
            if isinstance(members, Members) and members.ordered:
                self._keep_in_order(members, table, (base_pk, base_sk), item, add=add)

    def _keep_in_order(
        self, members: Members, table: Table, place: Place, item: Mapping[str, Any], *, add: bool
    ) -> None:
        schemas = self._dynamodb._index_key_schemas(table)
        partitions = [(name, self._dynamodb._index_partition(item, *keys)) for name, *keys in schemas]
        for key in [(None, place[0]), *partitions]:
            ordered = members.ordered.get(key)
            if ordered is None:
                continue
            entry = (self._order(table, key[0], item), place)
            at = bisect.bisect_left(ordered, entry)
            if add:
                ordered.insert(at, entry)
            elif ordered[at : at + 1] == [entry]:
                del ordered[at]
            else:
                del members.ordered[key]

    def _items(self, table: Table, request: Request, partition: Any) -> dict[Any, Any]:
        items = table["items"].get(partition, {})
        return {key: items[key] for _, key in self._stretch(table, request, partition) if key in items}

    def _stretch(self, table: Table, request: Request, partition: Any) -> list[Place]:
        """Where in the table the items are that the request leaves of the partition."""
        index = request.get("IndexName") or None
        with self._lock:
            ordered = self._ordered(table, index, partition)
            return [place for _, place in self._cut(table, index, request, ordered)]

    def _ordered(self, table: Table, index: str | None, partition: Any) -> list[Any]:
        members, items = self._members(table), table["items"]
        if (index, partition) not in members.ordered:
            own = [(partition, key) for key in items.get(partition, ())]
            places = own if index is None else members[index].get(partition, ())
            members.ordered[index, partition] = sorted(
                (self._order(table, index, items[place[0]][place[1]]), place)
                for place in places
                if place[1] in items.get(place[0], ())
            )
        return members.ordered[index, partition]

    def _members(self, table: Table) -> Members:
        members = self._dynamodb._index_members(table)
        if not isinstance(members, Members):
            members = table[self._dynamodb._INDEX_MEMBERS] = Members(members)
        return members

    def _sort_keys(self, table: Table, index: str | None) -> list[str]:
        if index is None:
            return [table["sk_name"]] if table["sk_name"] else []
        sort_keys: list[str] = self._dynamodb._index_key_lists(self._dynamodb._index_def(table, index))[1]
        return sort_keys

    def _order(self, table: Table, index: str | None, item: Mapping[str, Any]) -> tuple[Any, ...]:
        keys = self._dynamodb._index_order_keys(table, self._sort_keys(table, index))
        return tuple(self._dynamodb._index_order_value(item, *key) for key in keys)

    def _cut(self, table: Table, index: str | None, request: Request, ordered: list[Any]) -> Any:
        sort_keys, tokens = (
            self._sort_keys(table, index),
            self._dynamodb._tokenize(request.get("KeyConditionExpression", "")),
        )
        conditions = ranges.read(tokens, request.get("ExpressionAttributeNames", {}), next(iter(sort_keys), None))
        if conditions is None or len(sort_keys) > 1:
            return ordered
        start, limit = request.get("ExclusiveStartKey"), request.get("Limit")
        page = ranges.Page(
            after=self._order(table, index, start) if start else None,
            limit=None if limit is None else int(limit),
            forward=request.get("ScanIndexForward", True),
        )
        return ranges.cut(ordered, self._values(table, sort_keys, conditions, request), page)

    def _values(self, table: Table, sort_keys: list[str], conditions: list[Any], request: Request) -> Any:
        """Operator and values as the items are ordered by them; None without a condition."""
        for condition in conditions:
            given = [request["ExpressionAttributeValues"][name] for name in condition.values]
            kind = self._dynamodb._get_attr_type(table, sort_keys[0])
            return condition.operator, [self._dynamodb._sort_key_value(value, kind) for value in given]
        return None


def install(dynamodb: Any) -> None:
    """Let `ministack.services.dynamodb` answer queries this way. Raises `engine_release.ChangedError`."""
    release.require_known(dynamodb)
    for name in ("_tokenize", "_condition_syntax_error"):
        setattr(dynamodb, name, remember(getattr(dynamodb, name)))
    queries = Queries(dynamodb)
    dynamodb._query, dynamodb._index_item = queries.query, queries.index_item
    kind = type(dynamodb._tables)

    def get(tables: Any, name: Any, default: Any = None) -> Any:
        table = kind.get(tables, name, default)
        return queries.shown(table) if table else table

    dynamodb._tables.__class__ = type(kind.__name__, (kind,), {"__slots__": (), "get": get})


def remember(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of texts; a list that it answers is a new one for everybody who asks."""
    known = functools.lru_cache(EXPRESSIONS)(function)

    def answer(*texts: str) -> Any:
        found = known(*texts)
        return list(found) if isinstance(found, list) else found

    return answer
