"""The API operations: which parameters each knows, who answers it, and how it goes wrong."""

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from devtools.simdb import admin, queries, reads, transactions, writes
from devtools.simdb.errors import NO_REASON, Reason, cancelled, check_parameters, client_error, conflict_reason
from devtools.simdb.faults import EVERYWHERE, Fault

if TYPE_CHECKING:
    from devtools.simdb.database import SimDB

Answer = dict[str, Any]

THROTTLED = "The level of configured provisioned throughput for the table was exceeded."
CAPACITY = frozenset({"ReturnConsumedCapacity", "ReturnItemCollectionMetrics"})
PLACEHOLDERS = frozenset({"ExpressionAttributeNames", "ExpressionAttributeValues"})
READ = CAPACITY | {"ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"}
WRITE = CAPACITY | PLACEHOLDERS | {
    "ConditionExpression", "ReturnValues", "ReturnValuesOnConditionCheckFailure",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    handle: Callable[..., Answer]
    required: frozenset[str]
    optional: InitVar[frozenset[str]] = frozenset()
    kinds: frozenset[Fault] = EVERYWHERE
    scheduled: bool = True
    many_tables: bool = False

    site: str = field(init=False)
    known: frozenset[str] = field(init=False)

    def __post_init__(self, optional: frozenset[str]) -> None:
        object.__setattr__(self, "site", f"dynamodb:{self.name}")
        object.__setattr__(self, "known", self.required | optional)

    def strike(self, fault: Fault, db: "SimDB", request: Mapping[str, Any]) -> Answer:
        """The faults whose shape is DynamoDB's own."""
        if fault is Fault.PARTIAL:
            wanted = sum(len(each["Keys"]) for each in request["RequestItems"].values())
            return db.perform(self, request, limit=db.rng.randrange(wanted))
        if fault is Fault.CONFLICT and "TransactItems" not in request:
            raise client_error("TransactionConflictException", conflict_reason()["Message"], self.name)
        if fault is Fault.CONFLICT:
            self._cancel(db, request, conflict_reason())
        if fault is Fault.SERVER_ERROR:
            raise client_error("InternalServerError", "Internal server error", self.name)
        if "TransactItems" in request and db.rng.random() < 1 / 2:
            self._cancel(db, request, {"Code": "ThrottlingError", "Message": THROTTLED})
        codes = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
        raise client_error(db.rng.choice(codes), THROTTLED, self.name)

    def _cancel(self, db: "SimDB", request: Mapping[str, Any], reason: Reason) -> NoReturn:
        reasons = [NO_REASON.copy() for _ in request["TransactItems"]]
        reasons[db.rng.randrange(len(reasons))] = reason
        raise cancelled(self.name, reasons)


def _named(*operations: Operation) -> dict[str, Operation]:
    return {operation.name: operation for operation in operations}


TABLE = frozenset({"TableName"})
WITH_CONFLICTS = EVERYWHERE | {Fault.CONFLICT}

OPERATIONS = _named(
    Operation("GetItem", reads.get_item, TABLE | {"Key"}, READ),
    Operation(
        "BatchGetItem",
        reads.batch_get,
        frozenset({"RequestItems"}),
        CAPACITY,
        kinds=EVERYWHERE | {Fault.PARTIAL},
        many_tables=True,
    ),
    Operation(
        "Query",
        queries.query,
        TABLE,
        READ
        | PLACEHOLDERS
        | {"IndexName", "Select", "Limit", "ScanIndexForward", "ExclusiveStartKey"}
        | {"FilterExpression", "KeyConditionExpression"},
    ),
    Operation("PutItem", writes.write_item, TABLE | {"Item"}, WRITE, kinds=WITH_CONFLICTS),
    Operation("UpdateItem", writes.write_item, TABLE | {"Key"}, WRITE | {"UpdateExpression"}, kinds=WITH_CONFLICTS),
    Operation("DeleteItem", writes.write_item, TABLE | {"Key"}, WRITE, kinds=WITH_CONFLICTS),
    Operation(
        "TransactWriteItems",
        transactions.transact_write,
        frozenset({"TransactItems"}),
        CAPACITY | {"ClientRequestToken"},
        kinds=WITH_CONFLICTS,
        many_tables=True,
    ),
    Operation(
        "TransactGetItems",
        transactions.transact_get,
        frozenset({"TransactItems"}),
        CAPACITY,
        kinds=WITH_CONFLICTS,
        many_tables=True,
    ),
    Operation("CreateTable", admin.create_table, admin.DEFINITION, admin.MORE_DEFINITION, scheduled=False),
    Operation("DeleteTable", admin.delete_table, TABLE, scheduled=False),
    Operation("DescribeTable", admin.describe_table, TABLE, scheduled=False),
    Operation("ListTables", admin.list_tables, frozenset(), frozenset({"Limit"}), scheduled=False),
    Operation(
        "UpdateTimeToLive",
        admin.update_time_to_live,
        TABLE | {"TimeToLiveSpecification"},
        scheduled=False,
    ),
    Operation("DescribeTimeToLive", admin.describe_time_to_live, TABLE, scheduled=False),
)


def find(name: str, request: Mapping[str, Any]) -> Operation:
    """The operation of a call whose parameters it knows."""
    operation = OPERATIONS.get(name)
    if operation is None:
        raise NotImplementedError(f"simdb does not simulate {name}; Turnout uses {', '.join(OPERATIONS)}")
    check_parameters(request, operation.required, operation.known, name)
    return operation
