"""PutItem, UpdateItem and DeleteItem."""

from collections.abc import Mapping
from typing import Any

from devtools.simdb.errors import InvalidError, client_error, condition_failed, conflict_reason
from devtools.simdb.expressions.paths import project
from devtools.simdb.meter import Receipt
from devtools.simdb.operations.operation import TABLE, WITH_CONFLICTS, WRITE, Answer, Operation
from devtools.simdb.tables.storage import Storage
from devtools.simdb.tables.write import Write, charge, delete, put, update
from devtools.simdb.values import Item, Row, copy_item

RETURN_VALUES = {
    "PutItem": frozenset({"NONE", "ALL_OLD"}),
    "DeleteItem": frozenset({"NONE", "ALL_OLD"}),
    "UpdateItem": frozenset({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}),
}
PREPARE = {"PutItem": put, "UpdateItem": update, "DeleteItem": delete}


def write_item(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    """One write outside of a transaction."""
    operation = receipt.operation
    returned = request.get("ReturnValues", "NONE")
    if returned not in RETURN_VALUES[operation]:
        raise InvalidError("Return values set to invalid value")
    write = PREPARE[operation](storage.table(request["TableName"], operation), request)
    if storage.is_locked(write):
        raise client_error("TransactionConflictException", conflict_reason()["Message"], operation)
    old = write.table.get(write.key)
    if not write.allowed(old):
        # AWS bills a refused write by the larger of the two items, and an update by the stored one
        new = write.change(old) if operation == "PutItem" else None
        charge(write, old, new, receipt)
        raise condition_failed(operation, write.shown(old))
    new = write.change(old)
    storage.commit(write, old, new, receipt)
    answer: Answer = {}
    attributes = _returned(returned, write, old, new)
    if attributes:
        answer["Attributes"] = copy_item(attributes)
    return answer


def _returned(wanted: str, write: Write, old: Row | None, new: Row | None) -> Item | None:
    row = old if wanted.endswith("OLD") else new
    if wanted == "NONE" or row is None:
        return None
    if wanted.startswith("UPDATED"):
        return project(row.attributes, write.update.paths) if write.update else None
    return row.attributes


OPERATIONS = (
    Operation("PutItem", write_item, TABLE | {"Item"}, WRITE, kinds=WITH_CONFLICTS),
    Operation("UpdateItem", write_item, TABLE | {"Key"}, WRITE | {"UpdateExpression"}, kinds=WITH_CONFLICTS),
    Operation("DeleteItem", write_item, TABLE | {"Key"}, WRITE, kinds=WITH_CONFLICTS),
)
