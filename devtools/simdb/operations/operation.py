"""What an API operation is: its parameters, who answers it, and how it goes wrong."""

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from devtools.simdb.errors import NO_REASON, Reason, cancelled, client_error, conflict_reason
from devtools.simdb.faults import EVERYWHERE, Fault

Answer = dict[str, Any]

THROTTLED = "The level of configured provisioned throughput for the table was exceeded."
THROTTLED_CODES = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
# Parameters that several operations know, and the faults of those that meet transactions.
TABLE = frozenset({"TableName"})
CAPACITY = frozenset({"ReturnConsumedCapacity", "ReturnItemCollectionMetrics"})
PLACEHOLDERS = frozenset({"ExpressionAttributeNames", "ExpressionAttributeValues"})
READ = CAPACITY | {"ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"}
WRITE = CAPACITY | PLACEHOLDERS | {
    "ConditionExpression", "ReturnValues", "ReturnValuesOnConditionCheckFailure",
}  # fmt: skip
WITH_CONFLICTS = EVERYWHERE | {Fault.CONFLICT}


@dataclass(frozen=True, slots=True)
class Operation:
    """`handle` takes the storage, the checked request and the receipt of the call.

    An operation that is not `scheduled` is no point where others run; the bill of `many_tables` is a list.
    """

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

    def failure(self, fault: Fault, request: Mapping[str, Any], rng: Random) -> ClientError:
        """The error of a fault whose shape is DynamoDB's own: a conflict, an error of the server, or throttling."""
        if fault is Fault.CONFLICT and "TransactItems" not in request:
            return client_error("TransactionConflictException", conflict_reason()["Message"], self.name)
        if fault is Fault.CONFLICT:
            return self._cancelled(request, conflict_reason(), rng)
        if fault is Fault.SERVER_ERROR:
            return client_error("InternalServerError", "Internal server error", self.name)
        if "TransactItems" in request and rng.random() < 1 / 2:
            return self._cancelled(request, {"Code": "ThrottlingError", "Message": THROTTLED}, rng)
        return client_error(rng.choice(THROTTLED_CODES), THROTTLED, self.name)

    def _cancelled(self, request: Mapping[str, Any], reason: Reason, rng: Random) -> ClientError:
        reasons = [NO_REASON.copy() for _ in request["TransactItems"]]
        reasons[rng.randrange(len(reasons))] = reason
        return cancelled(self.name, reasons)
