"""Background jobs: the function behind the job queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container
from chalicelib.domain.queues import QueueName
from chalicelib.workers.batches import each_record, of_entries

QUEUE = QueueName.JOBS


def handle(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return each_record(event, QUEUE, of_entries(container.current().background.jobs.run))
