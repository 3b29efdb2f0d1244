"""SQS batches: one record at a time, only the failed ones come back, and what can never be handled is put aside."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib import container, observability
from chalicelib.domain.outbox import OutboxKey, OutboxState
from chalicelib.domain.queues import QueueName
from chalicelib.mail.queue import decode
from chalicelib.services.shared.outcomes import PoisonError

Work = Callable[[str], str | None]


def each_record(event: Mapping[str, Any], queue: QueueName, work: Work) -> dict[str, Any]:
    """Lambda's partial batch response: the ids of the records to deliver again.

    A record may come twice and in any order; the entry decides what is left to do. A poisonous one goes to the dead
    letters of its queue with the reason; where that fails it comes again, and in the end SQS itself puts it there.
    """
    failed = []
    for record in event["Records"]:
        message_id = str(record["messageId"])
        try:
            outcome = _worked(queue, str(record["body"]), message_id, work)
        except Exception as error:  # noqa: BLE001 - the edge: one bad record must not hold up the others
            observability.exception("record failed", error, message_id=message_id)
            failed.append({"itemIdentifier": message_id})
        else:
            observability.info("record", message_id=message_id, outcome=outcome or "nothing to do")
    return {"batchItemFailures": failed}


def _worked(queue: QueueName, body: str, message_id: str, work: Work) -> str | None:
    try:
        return work(body)
    except PoisonError as poison:
        observability.warn("poison", queue=queue, message_id=message_id, reason=str(poison))
        if not container.current().mail.dead_letters.bury(queue, body, str(poison)):
            raise
        return "poison"


def of_entries(run: Callable[[OutboxKey], str | None]) -> Work:
    """Work on messages that name an entry of the outbox. One that failed for good is a dead letter with its reason."""

    def work(body: str) -> str | None:
        key = decode(body)
        outcome = run(key)
        if outcome == OutboxState.FAILED:  # a mail's state, or a job's progress
            log = container.current().store.mail_logs.by_keys([key]).get(key)
            raise PoisonError(log.detail if log else "failed")
        return outcome

    return work
