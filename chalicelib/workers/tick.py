"""The minute's tick: hands everything due and unfinished to its worker."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container, observability
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.observability.metrics import Metric
from chalicelib.workers.function import function

_LAGS = {QueueName.JOBS: Metric.JOBS_LAG, QueueName.MAIL: Metric.MAIL_LAG}


@function("tick")
def handle(event: Mapping[str, Any]) -> dict[str, int]:  # noqa: ARG001 - it says only that a minute is over
    made = container.current()
    ticked = made.background.sweeper.tick()
    if any(ticked.lag.values()):
        lags = {_LAGS[lane]: lag.total_seconds() for lane, lag in ticked.lag.items()}
        observability.measure(made.settings.table_prefix, lags)
    pushed = dict(ticked.pushed)
    if pushed:
        observability.info("tick", **pushed)
    return pushed
