"""The events that Lambda hands to functions behind SQS and behind a schedule, and what it makes of their answers."""

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from devtools.local.errors import LocalError
from devtools.local.template import ACCOUNT, REGION

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def of_messages(messages: Sequence[Mapping[str, Any]], queue_arn: str) -> dict[str, Any]:
    """The event for one batch, from what ReceiveMessage returned."""
    records = [
        {
            "messageId": one["MessageId"],
            "receiptHandle": one["ReceiptHandle"],
            "body": one["Body"],
            "attributes": dict(one.get("Attributes", {})),
            "messageAttributes": {
                name: {
                    "stringValue": value.get("StringValue"),
                    "binaryValue": value.get("BinaryValue"),
                    "dataType": value["DataType"],
                }
                for name, value in one.get("MessageAttributes", {}).items()
            },
            "md5OfBody": one.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": queue_arn,
            "awsRegion": REGION,
        }
        for one in messages
    ]
    return {"Records": records}


def of_schedule(name: str) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"],
        "detail": {},
    }


def failed(answer: Any, message_ids: set[str]) -> set[str]:
    """Which messages of the batch are to be tried again; all of them when the answer names none of ours properly."""
    if not isinstance(answer, Mapping) or not answer.get("batchItemFailures"):
        return set()
    named = {one.get("itemIdentifier") for one in answer["batchItemFailures"]}
    return named if named.issubset(message_ids) else message_ids


def seconds_between(expression: str) -> int:
    """`rate(5 minutes)` is 300. Raises `LocalError` for anything else."""
    found = re.fullmatch(r"rate\((\d+) (second|minute|hour|day)s?\)", expression)
    if found is None:
        raise LocalError(f"The schedule {expression!r} cannot run locally: write it as rate(n minutes).")
    return int(found[1]) * UNITS[found[2]]
