"""The event sources that app.py declares, bound to the deployed functions and called as Lambda calls them."""

import importlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalice.app import Chalice, ScheduledEventConfig, SQSEventConfig
from chalice.local import LambdaContext
from chalice.utils import to_cfn_resource_name

from chalicelib.observability.redaction import describe
from devtools.local.errors import LocalError
from devtools.local.functions import lambda_events
from devtools.local.processes import say

Handler = Callable[[dict[str, Any], Any], Any]
# Short, so that stopping never leaves a message with a reader that is gone; it would stay invisible for minutes.
WAIT_SECONDS = 1
FUNCTION_MS = 60_000


@dataclass(frozen=True, slots=True)
class QueueSource:
    """One queue and the function that reads it."""

    name: str
    queue: str
    batch_size: int
    handle: Handler

    def poll(self, sqs: Any, url: str, arn: str) -> int:
        """Wait for messages and handle one batch of them; how many there were."""
        received = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(self.batch_size, 10),
            WaitTimeSeconds=WAIT_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = received.get("Messages", [])
        if messages:
            self._handle(sqs, url, messages, arn)
        return len(messages)

    def _handle(self, sqs: Any, url: str, messages: list[dict[str, Any]], arn: str) -> None:
        started, ids = time.monotonic(), {one["MessageId"] for one in messages}
        answered, answer = call(self.name, self.handle, lambda_events.of_messages(messages, arn))
        again = lambda_events.failed(answer, ids) if answered else ids
        done = [one for one in messages if one["MessageId"] not in again]
        if done:
            entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(done)]
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        took = (time.monotonic() - started) * 1000
        say(f"{self.name}: {len(messages)} message(s), {len(again)} failed, {took:.0f} ms")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function that runs every so many seconds."""

    name: str
    every: int
    handle: Handler

    def tick(self) -> None:
        """Once; only a failure is worth a line, and the next tick catches up."""
        call(self.name, self.handle, lambda_events.of_schedule(self.name))


def call(name: str, handle: Handler, event: dict[str, Any]) -> tuple[bool, Any]:
    """Whether the function returned, and what; an exception is printed, as it would be logged."""
    try:
        return True, handle(event, LambdaContext(name, 512, FUNCTION_MS))
    except Exception as error:  # noqa: BLE001 - whatever a function raises, Lambda goes on with the next event
        say(f"{name}: failed\n{describe(error)}")
        return False, None


def sources(app: Chalice, handlers: Mapping[str, str]) -> tuple[list[QueueSource], list[Schedule]]:
    """The event sources that the application declares, bound to the functions that the template deploys for them."""
    queues, schedules = [], []
    for config in app.event_sources:
        handle = _function(config.name, handlers)
        if isinstance(config, SQSEventConfig):
            queue = config.queue or config.queue_arn.rpartition(":")[2]
            queues.append(QueueSource(config.name, queue, config.batch_size, handle))
        elif isinstance(config, ScheduledEventConfig):
            expression = config.schedule_expression
            text = expression if isinstance(expression, str) else expression.to_string()
            every = lambda_events.seconds_between(text)
            schedules.append(Schedule(config.name, every, handle))
        else:
            raise LocalError(f"The event source {config.name} is of a kind that the local stack cannot run.")
    return queues, schedules


def _function(name: str, handlers: Mapping[str, str]) -> Handler:
    resource = to_cfn_resource_name(name)
    if resource not in handlers:
        raise LocalError(
            f"template-infra/resources.yaml names no Handler for {resource}: add the function that runs {name}."
        )
    module, _, function = handlers[resource].rpartition(".")
    found: Handler = getattr(importlib.import_module(module), function)
    return found
