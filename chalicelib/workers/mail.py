"""The mail sender: the function behind the mail queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.workers.batches import each_record, of_entries
from chalicelib.workers.function import function

QUEUE = QueueName.MAIL


@function("send_mail")
def handle(event: Mapping[str, Any]) -> dict[str, Any]:
    return each_record(event, QUEUE, of_entries(container.current().notifications.deliver))
