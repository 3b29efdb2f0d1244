"""The process that reads the queues and keeps the schedules, with the very functions that are deployed."""

import importlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from chalicelib.observability.redaction import of_records
from chalicelib.settings import Settings, SettingsError
from devtools.local import environment, provision, state
from devtools.local.errors import LocalError
from devtools.local.functions.event_sources import QueueSource, Schedule, sources
from devtools.local.paths import PROJECT, Layout, layout
from devtools.local.processes import say, when_starter_is_gone
from devtools.local.template import Template

RETRY_SECONDS = 2.0
LOOK_SECONDS = 0.05
AT_A_TIME = 3  # copies of a function that takes one message each: deployed there are more, here one engine serves all


class Runner:
    """A thread for every queue and schedule, until it is told to stop; what is being handled is finished first."""

    def __init__(
        self, queues: list[QueueSource], schedules: list[Schedule], endpoint_url: str, *, speed: float = 1.0
    ) -> None:
        self._stop = threading.Event()
        self._speed = speed
        self._schedules = schedules
        sqs = provision.client("sqs", endpoint_url)
        self._threads = [self._thread(one.name, self._read, one, sqs) for one in queues for _ in range(readers(one))]
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
        while not self._stop.wait(pause(schedule.every, self._speed)):
            schedule.tick()


def pause(every: float, speed: float) -> float:
    """Seconds between two runs of a schedule: fewer where reminders are speeded up, or they would all be late."""
    return max(1.0, every / max(1.0, speed))


def readers(source: QueueSource) -> int:
    """How many threads read a queue: one where it gives batches, so that mails stay in their order."""
    return AT_A_TIME if source.batch_size == 1 else 1


def main() -> int:
    """Started by the supervisor beside the engine: the code is imported while that starts."""
    of_records()
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
        speed = Settings.from_env(os.environ).reminder_speed
        runner = Runner(queues, schedules, os.environ["AWS_ENDPOINT_URL"], speed=speed)
        runner.start()
    except (LocalError, SettingsError) as error:
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
