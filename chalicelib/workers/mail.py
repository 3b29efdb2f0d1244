"""The mail sender: the function behind the mail queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container
from chalicelib.domain.queues import QueueName
from chalicelib.workers.batches import each_record, of_entries

QUEUE = QueueName.MAIL


def handle(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return each_record(event, QUEUE, of_entries(container.current().notifications.deliver))
