"""Background jobs: the function behind the job queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container
from chalicelib.workers.batches import each_record, of_due_rows


def handle(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return each_record(event, "jobs", of_due_rows(container.current().background.jobs.run))
