"""GetItem and BatchGetItem."""

from collections.abc import Mapping
from typing import Any

from devtools.simdb.errors import InvalidError, bad_parameter, check_parameters
from devtools.simdb.expressions.paths import project
from devtools.simdb.expressions.request import Expressions, Projection
from devtools.simdb.faults import EVERYWHERE, Fault
from devtools.simdb.meter import Receipt, read_units
from devtools.simdb.operations.operation import CAPACITY, READ, TABLE, Answer, Operation
from devtools.simdb.tables.schema import Key
from devtools.simdb.tables.storage import Storage
from devtools.simdb.tables.table import Table
from devtools.simdb.values import Item, Row, copy_item

MAX_KEYS = 100
KEYS = frozenset({"Keys"})
KEYS_AND_ATTRIBUTES = KEYS | {"ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"}
MAX_BYTES = 16 * 1024 * 1024


def _projection(request: Mapping[str, Any]) -> Projection | None:
    expressions = Expressions(request)
    projection = expressions.projection()
    expressions.done()
    return projection


def shown(row: Row, projection: Projection | None) -> Item:
    """The caller's own copy of what it asked for."""
    return copy_item(row.attributes if projection is None else project(row.attributes, projection.paths))


def get_item(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    table = storage.table(request["TableName"], receipt.operation)
    key, _ = table.schema.key.of_request(request["Key"])
    projection = _projection(request)
    row = _read(storage, table, key, receipt, consistent=bool(request.get("ConsistentRead")))
    return {} if row is None else {"Item": shown(row, projection)}


def _read(storage: Storage, table: Table, key: Key, receipt: Receipt, *, consistent: bool) -> Row | None:
    moment = None if consistent else storage.stale_moment()
    row = table.get(key) if moment is None else table.get_as_of(key, moment)
    receipt.read(table.name, key[0], read_units(row.size if row else 0, consistent=consistent))
    return row


class _Wanted:
    """The keys that a batch asks of one table."""

    def __init__(self, storage: Storage, name: str, request: Mapping[str, Any], operation: str) -> None:
        check_parameters(request, KEYS, KEYS_AND_ATTRIBUTES, f"RequestItems.{name}")
        self.request = request
        self.table = storage.table(name, operation)
        self.projection = _projection(request)
        self.consistent = bool(request.get("ConsistentRead"))
        if not request["Keys"]:
            raise bad_parameter(f"Invalid length for parameter RequestItems.{name}.Keys, value: 0, valid min length: 1")
        self.keys = [(self.table.schema.key.of_request(raw)[0], raw) for raw in request["Keys"]]
        if len({key for key, _ in self.keys}) != len(self.keys):
            raise InvalidError("Provided list of item keys contains duplicates")


def batch_get(storage: Storage, request: Mapping[str, Any], receipt: Receipt, *, limit: int | None = None) -> Answer:
    """Item by item, in no order that a caller could rely on: others may write between two of them.

    `limit` is a fault: so many keys at most are served, the others come back as unprocessed.
    """
    wanted = [_Wanted(storage, name, each, receipt.operation) for name, each in request["RequestItems"].items()]
    keys = [(each, key, raw) for each in wanted for key, raw in each.keys]
    _refuse_count(len(keys))
    storage.shuffle(keys)
    responses: dict[str, list[Item]] = {each.table.name: [] for each in wanted}
    left: dict[str, Any] = {}
    total = 0
    for position, (each, key, _) in enumerate(keys):
        if position == limit or total > MAX_BYTES:
            left = _unprocessed(keys[position:])
            break
        if position:
            storage.drift()
        row = _read(storage, each.table, key, receipt, consistent=each.consistent)
        if row is not None:
            total += row.size
            responses[each.table.name].append(shown(row, each.projection))
    return {"Responses": responses, "UnprocessedKeys": left}


def _refuse_count(count: int) -> None:
    if not count:
        raise InvalidError("BatchGetItem must have some requests set")
    if count > MAX_KEYS:
        raise InvalidError("Too many items requested for the BatchGetItem call")


def _unprocessed(keys: list[tuple[_Wanted, Key, Any]]) -> dict[str, Any]:
    """A request for what is left, in the form in which it can be sent again."""
    left: dict[str, Any] = {}
    for each, _, raw in keys:
        again = left.setdefault(each.table.name, {**each.request, "Keys": []})
        again["Keys"].append(raw)
    return left


OPERATIONS = (
    Operation("GetItem", get_item, TABLE | {"Key"}, READ),
    Operation(
        "BatchGetItem",
        batch_get,
        frozenset({"RequestItems"}),
        CAPACITY,
        kinds=EVERYWHERE | {Fault.PARTIAL},
        many_tables=True,
    ),
)
