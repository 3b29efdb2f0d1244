"""The errors of the simulated DynamoDB, in the shape in which botocore raises them."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

Reason = dict[str, Any]

CONDITION_FAILED = "The conditional request failed"
STATUS = {"InternalServerError": 500}
NO_REASON: Reason = {"Code": "None"}


class InvalidError(Exception):
    """A request or an expression that DynamoDB refuses; becomes a ValidationException at the client's door."""


def client_error(code: str, message: str, operation: str, **fields: Any) -> ClientError:
    """The error with which DynamoDB answers `operation`; `fields` stand beside `Error` as in the real answer."""
    metadata = {
        "HTTPStatusCode": STATUS.get(code, 400),
        "RequestId": "simdb",
        "HTTPHeaders": {"x-amzn-requestid": "simdb"},
        "RetryAttempts": 0,
    }
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata, **fields}
    return ClientError(response, operation)


def validation(message: str, operation: str) -> ClientError:
    return client_error("ValidationException", message, operation)


def condition_failed(operation: str, item: Mapping[str, Any] | None) -> ClientError:
    """`item` is the stored one when the caller asked for ALL_OLD and there is one, else None."""
    fields = {} if item is None else {"Item": item}
    return client_error("ConditionalCheckFailedException", CONDITION_FAILED, operation, **fields)


def no_such_table(operation: str) -> ClientError:
    return client_error("ResourceNotFoundException", "Requested resource not found", operation)


def cancelled(operation: str, reasons: Sequence[Reason]) -> ClientError:
    """A cancelled transaction; `reasons` has one entry per item of the request, in its order."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return client_error(
        "TransactionCanceledException", message, operation, Message=message, CancellationReasons=list(reasons)
    )


def conflict_reason() -> Reason:
    return {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}


def condition_reason(item: Mapping[str, Any] | None) -> Reason:
    reason: Reason = {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED}
    if item is not None:
        reason["Item"] = item
    return reason


def bad_parameter(report: str) -> ParamValidationError:
    """What botocore itself raises before it sends anything."""
    return ParamValidationError(report=report)


def check_parameters(given: Mapping[str, Any], required: frozenset[str], known: frozenset[str], where: str) -> None:
    """Refuses what botocore refuses before it sends anything; legacy parameters count as unknown."""
    names = given.keys()
    if not names >= required:
        raise bad_parameter(f"Missing required parameter in {where}: {sorted(required - names)}")
    if not names <= known:
        raise bad_parameter(f"Parameters of {where} that simdb does not know: {sorted(names - known)}")
