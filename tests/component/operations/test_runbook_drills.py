"""Conditions of alarms, produced: what the alarm or the runbook looks at is there, and goes as the runbook says."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import container
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail.queue import encode
from chalicelib.services.background.lane import Budget
from chalicelib.services.background.sweeper import Sweeper
from chalicelib.workers import feedback, jobs, mail, tick
from chalicelib.workers.function import WorkerError
from devtools.simdb.faults import Fault, Faults
from tests.component.http.test_failures import in_trouble
from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.mails.notices import delivery
from tests.support.world import World

Handle = Callable[..., Any]
FUNCTIONS = {"send_mail": mail.handle, "run_job": jobs.handle, "take_feedback": feedback.handle, "tick": tick.handle}


@pytest.fixture(autouse=True)
def _all_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="turnout")


def lines(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    """The lines of the log that a query for this message finds."""
    found = [json.loads(one.message) for one in caplog.records if one.name == "turnout"]
    return [one for one in found if one.get("message") == message]


@contextmanager
def without_tables(world: World) -> Iterator[None]:
    """Nothing can be read or written meanwhile."""
    tables, world.db.tables = world.db.tables, type(world.db.tables)()
    try:
        yield
    finally:
        world.db.tables = tables


def waiting(world: World, olga: Person) -> dict[str, list[str]]:
    """Messages that wait in each queue."""
    event = world.an_event(olga.token)
    enrolled(world, event, olga)
    confirmation = [due for due in world.queue.waiting if due.kind is OutboxKind.ENROLLMENT_CONFIRMED][-1]
    cancelled(world, event, olga)
    job = [due for due in world.queue.waiting if due.kind is OutboxKind.CANCEL_ENROLLMENTS][-1]
    return {
        "mail": [encode(confirmation.key)],
        "jobs": [encode(job.key)],
        "feedback": [delivery(olga.email, confirmation.key)],
    }


@pytest.mark.parametrize("queue", ["mail", "jobs", "feedback"])
def test_messages_stay_in_their_queue_while_their_function_fails_at_them(
    world: World, olga: Person, caplog: pytest.LogCaptureFixture, queue: str
) -> None:
    """What stays grows old: the age of the oldest message is SQS's own figure."""
    bodies = waiting(world, olga)[queue]

    with without_tables(world):
        answer = world.handed(queue, *bodies)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    [line] = lines(caplog, "record failed")
    assert line["message_id"] == "message-0"
    assert line["traceback"]
    world.clock.advance(timedelta(minutes=3))
    assert world.handed(queue, *bodies) == {"batchItemFailures": []}, "they go by themselves once the fault is gone"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_fails_says_why_in_a_line_of_its_own(
    world: World, caplog: pytest.LogCaptureFixture, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the function: Lambda counts every exception that it raises."""

    def broken() -> None:
        raise RuntimeError("no settings for ada@example.org")

    with monkeypatch.context() as patched:
        patched.setattr(container, "current", broken)
        batch = {"Records": [{"messageId": "message-0"}]}  # not even a body
        with pytest.raises(WorkerError, match=name):
            FUNCTIONS[name](batch if name == "run_job" else {})

    [line] = lines(caplog, "function failed")
    assert line["function"] == name
    assert line["traceback"]
    assert "ada@example.org" not in caplog.text
    FUNCTIONS[name]({"Records": []})
    assert len(lines(caplog, "function failed")) == 1


@pytest.mark.parametrize(("metric", "queue"), [("JobsLag", QueueName.JOBS), ("MailLag", QueueName.MAIL)])
def test_a_backlog_is_a_metric_until_ticks_have_worked_it_off(
    world: World, olga: Person, caplog: pytest.LogCaptureFixture, metric: str, queue: QueueName
) -> None:
    world.tick()
    for _ in range(3):
        waiting(world, olga)
    world.queue.waiting.clear()
    world.clock.advance(timedelta(hours=2))
    background, real = world.container.background, world.container.background.sweeper
    few = dict.fromkeys((QueueName.JOBS, QueueName.MAIL), Budget(pushes=1))
    background.sweeper = Sweeper(world.container.store.outbox, world.queue, world.clock, few)

    tick.handle({})

    [first] = lags(caplog)
    assert first[metric] > 3600
    background.sweeper = real
    for _ in range(6):
        world.work()
        world.clock.advance(timedelta(minutes=1))
        caplog.clear()
        tick.handle({})
    assert [one[metric] for one in lags(caplog) if one[metric] > 60] == []
    assert not [due for due in world.queue.waiting if due.kind.queue is queue]


def lags(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(one.message) for one in caplog.records if "_aws" in one.message and "Lag" in one.message]


@pytest.mark.parametrize("fault", [Fault.THROTTLE, Fault.CONFLICT])
def test_a_busy_table_is_counted_in_the_line_of_the_request(
    world: World, olga: Person, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    event = world.an_event(olga.token, capacity=3)
    url = f"/events/{event['id']}/enrollments"
    caplog.clear()

    answer = in_trouble(world, Faults(rates={fault: 1.0}), lambda: world.post(url, {}, olga.token))

    assert answer.status == 503
    [line] = lines(caplog, "request")
    assert (line["operation"], line["code"]) == ("enrol_in_event", "busy")
    assert line["conflicts"] > 0
    caplog.clear()
    assert world.post(url, {}, a_person(world).token).status == 201
    assert lines(caplog, "request")[0]["conflicts"] == 0


def test_a_fault_of_ours_is_a_5xx_that_its_request_id_finds(
    world: World, olga: Person, caplog: pytest.LogCaptureFixture
) -> None:
    event = world.an_event(olga.token)
    caplog.clear()
    with without_tables(world):
        assert world.get(f"/events/{event['id']}").status == 500

    [why], [request] = lines(caplog, "unhandled error"), lines(caplog, "request")
    assert (request["status"], request["code"]) == (500, "internal_error")
    assert why["request_id"] == request["request_id"]
    assert why["traceback"]
    assert world.get(f"/events/{event['id']}").status == 200
