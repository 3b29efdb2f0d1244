"""TransactWriteItems and TransactGetItems: all or nothing, with reasons, tokens and conflicts."""

import marshal
from collections.abc import Mapping, Sequence
from typing import Any

from devtools.simdb.errors import (
    NO_REASON,
    InvalidError,
    Reason,
    bad_parameter,
    cancelled,
    check_parameters,
    client_error,
    condition_reason,
    conflict_reason,
)
from devtools.simdb.expressions.paths import project
from devtools.simdb.expressions.request import Expressions
from devtools.simdb.meter import Receipt, read_units
from devtools.simdb.operations.operation import CAPACITY, WITH_CONFLICTS, Answer, Operation
from devtools.simdb.tables import write as writes
from devtools.simdb.tables.storage import Remembered, Storage
from devtools.simdb.tables.write import Write
from devtools.simdb.values import Row, copy_item

MAX_ITEMS = 100
MAX_BYTES = 4 * 1024 * 1024
TOKEN_SECONDS = 600.0
MAX_TOKEN_LENGTH = 36
MARSHAL_WITHOUT_REFERENCES = 2  # so that equal requests give equal bytes
KEYED = frozenset({"TableName", "Key"})
OPTIONAL = frozenset({
    "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
    "ReturnValuesOnConditionCheckFailure",
})  # fmt: skip
PARTS = {
    "Put": (writes.put, frozenset({"TableName", "Item"})),
    "Update": (writes.update, KEYED | {"UpdateExpression"}),
    "Delete": (writes.delete, KEYED),
    "ConditionCheck": (writes.check, KEYED | {"ConditionExpression"}),
}
GET = KEYED | {"ProjectionExpression", "ExpressionAttributeNames"}


def transact_write(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    items = request["TransactItems"]
    _refuse_count(items)
    token = request.get("ClientRequestToken")
    fingerprint = b"" if token is None else marshal.dumps(items, MARSHAL_WITHOUT_REFERENCES)
    if token is not None and _is_repeated(storage, token, fingerprint, receipt):
        return {}
    plan = [_prepared(storage, item, receipt.operation) for item in items]
    _refuse_twice([(write.table.name, write.key) for write in plan])
    if token is None:
        _execute(storage, plan, receipt)
        return {}
    storage.tokens[token] = Remembered(fingerprint, None, plan)
    try:
        _execute(storage, plan, receipt)
    except BaseException:
        # a cancelled transaction leaves no trace: the same token may be used again
        del storage.tokens[token]
        raise
    storage.tokens[token] = Remembered(fingerprint, storage.now + TOKEN_SECONDS, plan)
    return {}


def _refuse_count(items: Sequence[Any]) -> None:
    if not items:
        raise bad_parameter("Invalid length for parameter TransactItems, value: 0, valid min length: 1")
    if len(items) > MAX_ITEMS:
        raise InvalidError(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_ITEMS}"
        )


def _refuse_twice(targets: Sequence[Any]) -> None:
    if len(set(targets)) != len(targets):
        raise InvalidError("Transaction request cannot include multiple operations on one item")


def _prepared(storage: Storage, item: Mapping[str, Any], operation: str) -> Write:
    if len(item) != 1:
        raise InvalidError("TransactItems can only contain one of Check, Put, Update or Delete")
    ((kind, request),) = item.items()
    if kind not in PARTS:
        raise bad_parameter(f'Unknown parameter in TransactItems: "{kind}"')
    prepare, required = PARTS[kind]
    check_parameters(request, required, required | OPTIONAL, kind)
    return prepare(storage.table(request["TableName"], operation), request)


def _is_repeated(storage: Storage, token: str, fingerprint: bytes, receipt: Receipt) -> bool:
    """Whether this very transaction was done already, within the life of its token."""
    if not 0 < len(token) <= MAX_TOKEN_LENGTH:
        raise InvalidError(
            "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_TOKEN_LENGTH}"
        )
    known = storage.tokens.get(token)
    if known is None or (known.until is not None and known.until <= storage.now):
        return False
    # bytes may differ where only the order of the parameters does
    if known.request != fingerprint and marshal.loads(known.request) != marshal.loads(fingerprint):  # noqa: S302
        raise client_error(
            "IdempotentParameterMismatchException",
            "Request token already in use for another request with a different payload",
            receipt.operation,
        )
    if known.until is None:
        raise client_error(
            "TransactionInProgressException",
            "The transaction with the given request token is already in progress",
            receipt.operation,
        )
    for write in known.writes:
        _charge_read(receipt, write.table.name, write.key[0], write.table.get(write.key))
    return True


def _charge_read(receipt: Receipt, table: str, key: Any, row: Row | None) -> None:
    receipt.read(table, key, 2 * read_units(row.size if row else 0, consistent=True))


def _execute(storage: Storage, plan: Sequence[Write], receipt: Receipt) -> None:
    rows = [write.table.get(write.key) for write in plan]
    outcomes = [_outcome(storage, write, old) for write, old in zip(plan, rows, strict=True)]
    if any(reason is not NO_REASON for reason, _ in outcomes):
        for write, old, (_, new) in zip(plan, rows, outcomes, strict=True):
            writes.charge(write, old, new, receipt, factor=2)
        raise cancelled(receipt.operation, [reason.copy() for reason, _ in outcomes])
    sizes = (max(row.size if row else 0 for row in (old, new)) for old, (_, new) in zip(rows, outcomes, strict=True))
    if sum(sizes) > MAX_BYTES:
        raise InvalidError("Transaction request exceeds the 4MB transaction size limit")
    with storage.in_hand(plan):
        for write, old, (_, new) in zip(plan, rows, outcomes, strict=True):
            storage.commit(write, old, new, receipt, factor=2)
            if storage.locks:
                # reads outside of transactions may meet a transaction that is half done
                storage.drift()


def _outcome(storage: Storage, write: Write, old: Row | None) -> tuple[Reason, Row | None]:
    """Why the write cannot be done, or NO_REASON and the row that it leaves."""
    if storage.is_locked(write):
        return conflict_reason(), None
    if not write.allowed(old):
        return condition_reason(write.shown(old)), None
    try:
        return NO_REASON, write.change(old)
    except InvalidError as error:
        return {"Code": "ValidationError", "Message": str(error)}, None


def transact_get(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    """All items as they are at one moment; an item that a transaction has in hand cancels the read."""
    gets = [item["Get"] for item in request["TransactItems"]]
    _refuse_count(gets)
    targets = []
    for get in gets:
        check_parameters(get, KEYED, GET, "Get")
        table = storage.table(get["TableName"], receipt.operation)
        expressions = Expressions(get)
        projection = expressions.projection()
        expressions.done()
        targets.append((table, table.schema.key.of_request(get["Key"])[0], projection))
    _refuse_twice([(table.name, key) for table, key, _ in targets])
    busy = [(table.name, key) in storage.locks for table, key, _ in targets]
    if any(busy):
        raise cancelled(receipt.operation, [conflict_reason() if each else {**NO_REASON} for each in busy])
    responses: list[Answer] = []
    for table, key, projection in targets:
        row = table.get(key)
        _charge_read(receipt, table.name, key[0], row)
        if row is None:
            responses.append({})
            continue
        item = row.attributes if projection is None else project(row.attributes, projection.paths)
        responses.append({"Item": copy_item(item)})
    return {"Responses": responses}


OPERATIONS = (
    Operation(
        "TransactWriteItems",
        transact_write,
        frozenset({"TransactItems"}),
        CAPACITY | {"ClientRequestToken"},
        kinds=WITH_CONFLICTS,
        many_tables=True,
    ),
    Operation(
        "TransactGetItems",
        transact_get,
        frozenset({"TransactItems"}),
        CAPACITY,
        kinds=WITH_CONFLICTS,
        many_tables=True,
    ),
)
