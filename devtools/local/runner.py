"""Runs queue and schedule handlers as Lambda would: batches, partial failures, the very functions that are deployed."""

import importlib
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalice.app import Chalice, ScheduledEventConfig, SQSEventConfig
from chalice.local import LambdaContext
from chalice.utils import to_cfn_resource_name

from devtools.local import environment, lambda_events, provision, state
from devtools.local.errors import LocalError
from devtools.local.paths import PROJECT, Layout, layout
from devtools.local.processes import say, when_starter_is_gone
from devtools.local.template import Template

Handler = Callable[[dict[str, Any], Any], Any]
# Short, so that stopping never leaves a message with a reader that is gone; it would stay invisible for minutes.
WAIT_SECONDS = 1
RETRY_SECONDS = 2.0
LOOK_SECONDS = 0.05
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
    except Exception:  # noqa: BLE001 - whatever a function raises, Lambda goes on with the next event
        say(f"{name}: failed\n{traceback.format_exc().rstrip()}")
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


class Runner:
    """A thread for every queue and schedule, until it is told to stop; what is being handled is finished first."""

    def __init__(self, queues: list[QueueSource], schedules: list[Schedule], endpoint_url: str) -> None:
        self._stop = threading.Event()
        self._schedules = schedules
        sqs = provision.client("sqs", endpoint_url)
        self._threads = [self._thread(one.name, self._read, one, sqs) for one in queues]
        self._threads += [self._thread(one.name, self._repeat, one) for one in schedules]

    @staticmethod
    def _thread(name: str, target: Callable[..., None], *arguments: Any) -> threading.Thread:
        return threading.Thread(target=target, args=arguments, name=name, daemon=True)

    def start(self) -> None:
        """The schedules run once before anything else: what the application makes at first is made by one thread."""
        for schedule in self._schedules:
            schedule.tick()
        for one in self._threads:
            one.start()

    def stop(self, seconds: float) -> None:
        self._stop.set()
        end = time.monotonic() + seconds
        for one in self._threads:
            one.join(max(0.0, end - time.monotonic()))

    def _read(self, source: QueueSource, sqs: Any) -> None:
        url = arn = ""
        while not self._stop.is_set():
            try:
                url = url or sqs.get_queue_url(QueueName=source.queue)["QueueUrl"]
                arn = (
                    arn or sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
                )
                source.poll(sqs, url, arn)
            except Exception as error:  # noqa: BLE001 - an engine that is busy or stopping must not end the thread
                if not self._stop.wait(RETRY_SECONDS):
                    say(f"{source.name}: the queue could not be read, trying again: {error}")

    def _repeat(self, schedule: Schedule) -> None:
        while not self._stop.wait(schedule.every):
            schedule.tick()


def main() -> int:
    """Started by the supervisor beside the engine: the code is imported while that starts."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
    sys.path.insert(0, str(PROJECT))
    where, stop = layout(), threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    when_starter_is_gone(stop.set)
    try:
        queues, schedules = sources(importlib.import_module("app").app, Template.read({}).handlers())
        while not _is_ready(where) and not stop.wait(LOOK_SECONDS):
            pass
        if stop.is_set():
            return 0
        runner = Runner(queues, schedules, os.environ["AWS_ENDPOINT_URL"])
        runner.start()
    except LocalError as error:
        say(str(error))
        return 1
    finally:
        where.handlers.touch()
    stop.wait()
    runner.stop(10)
    return 0


def _is_ready(where: Layout) -> bool:
    """Whether the tables and queues are there; this process then has the environment of the functions."""
    stack = state.read(where)
    if stack is None or stack.status != state.READY:
        return False
    environment.apply(stack.environment, os.environ)
    return True


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # A thread may still wait for messages; it holds nothing that has to be put away.
    os._exit(code)
