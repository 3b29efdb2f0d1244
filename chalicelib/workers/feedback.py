"""What SES reports about mails: the function behind the feedback queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail import ses_reports
from chalicelib.workers.batches import each_record
from chalicelib.workers.function import function

QUEUE = QueueName.FEEDBACK


@function("take_feedback")
def handle(event: Mapping[str, Any]) -> dict[str, Any]:
    return each_record(event, QUEUE, _take)


def _take(body: str, redriven: bool) -> str | None:  # noqa: ARG001, FBT001 - the signature of `Work`
    report = ses_reports.parse(body)
    return container.current().notifications.delivery_reports.record(report) if report else None
