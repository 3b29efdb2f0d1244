"""Every function's role allows exactly what its code does: a long story is recorded and held against the template."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.settings import Settings
from devtools.package import access
from devtools.package.render import render
from devtools.package.template import Template
from devtools.simdb.client import SimClient
from tests.support.fakes import MemoryDeadLetters, MemoryQueue
from tests.support.stories.story import known_address, story
from tests.support.world import SETTINGS, World

PROJECT = Path(__file__).resolve().parents[2]
Calls = dict[str, list[access.Call]]
# The job reads a row again where somebody else was faster; the story has no such race, the simulation has.
AFTER_A_LOST_RACE: access.Call = ("GetItem", {"TableName": "turnout-enrollments"})
FUNCTIONS = ["APIHandler", "SendMail", "RunJob", "TakeFeedback", "Tick"]


class WatchedClient(SimClient):
    """Writes down who called what."""

    def __init__(self, world: "WatchedWorld") -> None:
        super().__init__(world.db)
        self._world = world

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        self._world.note(operation_name, api_params)
        return super()._make_api_call(operation_name, api_params)


class WatchedQueue(MemoryQueue):
    def __init__(self, world: "WatchedWorld") -> None:
        super().__init__()
        self._world = world

    def push(self, *entries: OutboxEntry) -> None:
        for due in entries:
            self._world.note("SendMessageBatch", {"QueueUrl": f"https://sqs.invalid/turnout-{due.kind.queue}"})
        super().push(*entries)


class WatchedDeadLetters(MemoryDeadLetters):
    def __init__(self, world: "WatchedWorld") -> None:
        super().__init__()
        self._world = world

    def bury(self, queue: QueueName, body: str, reason: str) -> bool:
        self._world.note("SendMessage", {"QueueUrl": f"https://sqs.invalid/turnout-{queue}-dead"})
        return super().bury(queue, body, reason)


class WatchedReturns(MemoryDeadLetters):
    """What goes back into its queue."""

    def __init__(self, world: "WatchedWorld") -> None:
        super().__init__()
        self._world = world

    def bury(self, queue: QueueName, body: str, reason: str) -> bool:
        self._world.note("SendMessage", {"QueueUrl": f"https://sqs.invalid/turnout-{queue}"})
        return super().bury(queue, body, reason)


class WatchedWorld(World):
    """A world that knows which function is at work."""

    def __init__(self, settings: Settings = SETTINGS) -> None:
        super().__init__(settings)
        self.calls: Calls = defaultdict(list)
        self._function = "APIHandler"
        self.queue = self.container.mail.queue = WatchedQueue(self)
        self.dead_letters = self.container.mail.dead_letters = WatchedDeadLetters(self)
        self.redriven = self.container.mail.redriven = WatchedReturns(self)
        self.container.store.dynamo.connection._client = WatchedClient(self)  # type: ignore[assignment]

    def note(self, operation: str, arguments: Mapping[str, Any]) -> None:
        self.calls[self._function].append((operation, arguments))

    def run_entry(self, key: OutboxKey, *, job: bool) -> None:
        self._function = "RunJob" if job else "SendMail"
        super().run_entry(key, job=job)
        self._function = "APIHandler"

    def handed(self, queue: str, *bodies: str) -> dict[str, Any]:
        self._function = {"mail": "SendMail", "jobs": "RunJob", "feedback": "TakeFeedback"}[queue]
        answer = super().handed(queue, *bodies)
        self._function = "APIHandler"
        return answer

    def tick(self) -> None:
        self._function = "Tick"
        self.container.background.sweeper.tick()
        self._function = "APIHandler"


@pytest.fixture(scope="module")
def calls() -> Calls:
    world = WatchedWorld()
    with world:
        story(world)
    world.calls["RunJob"].append(AFTER_A_LOST_RACE)
    with WatchedWorld(replace(SETTINGS, sign_up_profile="strict")) as strict:
        known_address(strict)
    for function, more in strict.calls.items():
        world.calls[function] += more
    return world.calls


@pytest.fixture(scope="module")
def template() -> Template:
    return render(app, PROJECT)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_aws_would_deny_nothing_that_the_code_does(template: Template, calls: Calls, function: str) -> None:
    assert calls[function]
    assert access.refused(template, function, calls[function]) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_touch_a_table_in_a_way_that_its_code_never_does(
    template: Template, calls: Calls, function: str
) -> None:
    assert access.unused(template, function, calls[function]) == []
