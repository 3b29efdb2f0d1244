"""SQS batches: one record at a time, and only the failed ones come back."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib import observability
from chalicelib.domain.mail import DueKey
from chalicelib.mail.queue import decode


def each_record(event: Mapping[str, Any], work: Callable[[DueKey], str | None]) -> dict[str, Any]:
    """Lambda's partial batch response: the ids of the records to deliver again.

    A record may come twice and in any order; the due row decides what is left to do.
    """
    failed = []
    for record in event["Records"]:
        message_id = str(record["messageId"])
        try:
            outcome = work(decode(record["body"]))
        except Exception:  # noqa: BLE001 - the edge: one bad record must not hold up the others
            observability.exception("record failed", message_id=message_id)
            failed.append({"itemIdentifier": message_id})
        else:
            observability.info("record", message_id=message_id, outcome=outcome or "nothing to do")
    return {"batchItemFailures": failed}
