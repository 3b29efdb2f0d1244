"""SQS batches: one record at a time, only the failed ones come back, and what can never be handled is put aside."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib import container, observability
from chalicelib.domain.outbox.entry import FINISHED, OutboxKey, OutboxState
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail.dead_letters import REASON
from chalicelib.mail.queue import decode
from chalicelib.services.shared.outcomes import PoisonError, TryAgainError

# The body of a message, and whether it is a dead letter that somebody has put into its queue again.
Work = Callable[[str, bool], str | None]


def each_record(event: Mapping[str, Any], queue: QueueName, work: Work) -> dict[str, Any]:
    """Lambda's partial batch response: the ids of the records to deliver again.

    A record may come twice and in any order; the entry decides what is left to do. A poisonous one goes to the dead
    letters of its queue with the reason; where that fails it comes again, and in the end SQS itself puts it there.
    """
    failed = []
    for record in event["Records"]:
        message_id = str(record["messageId"])
        try:
            outcome = _worked(queue, record, work)
        except Exception as error:  # noqa: BLE001 - the edge: one bad record must not hold up the others
            observability.exception("record failed", error, message_id=message_id)
            failed.append({"itemIdentifier": message_id})
        else:
            observability.info("record", message_id=message_id, outcome=outcome or "nothing to do")
    return {"batchItemFailures": failed}


def _worked(queue: QueueName, record: Mapping[str, Any], work: Work) -> str | None:
    body, redriven = str(record["body"]), REASON in (record.get("messageAttributes") or {})
    try:
        return work(body, redriven)
    except PoisonError as poison:
        observability.warn("poison", queue=queue, message_id=str(record["messageId"]), reason=str(poison))
        if not container.current().mail.dead_letters.bury(queue, body, str(poison)):
            raise
        return "poison"


def of_entries(run: Callable[[OutboxKey], str | None]) -> Work:
    """Work on messages that name an entry of the outbox. One that failed for good is a dead letter with its reason.

    A dead letter with a reason that comes again was redriven: what had failed is tried anew.
    """

    def work(body: str, redriven: bool) -> str | None:  # noqa: FBT001 - the signature of `Work`
        key = decode(body)
        if redriven:
            container.current().store.outbox.revive(key)
        outcome = run(key)
        if redriven and _waits(key):
            raise TryAgainError("a redriven row waits: no tick looks at its place any more, so its message stays")
        if outcome == OutboxState.FAILED:  # a mail's state, or a job's progress
            log = container.current().store.mail_logs.by_keys([key]).get(key)
            raise PoisonError(log.detail if log else "failed")
        return outcome

    return work


def _waits(key: OutboxKey) -> bool:
    log = container.current().store.mail_logs.by_keys([key], follow=False).get(key)
    return log is not None and log.state not in FINISHED
