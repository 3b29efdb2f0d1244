"""The queue runner does with batches what Lambda does: shape, partial failures, nothing deleted that failed."""

from collections.abc import Callable
from typing import Any

import pytest
from chalice.app import Chalice, Rate

from devtools.local.errors import LocalError
from devtools.local.functions import lambda_events
from devtools.local.functions.event_sources import QueueSource, Schedule, sources
from devtools.local.functions.runner import AT_A_TIME, pause, readers

ARN = "arn:aws:sqs:us-east-1:000000000000:turnout-mail"


class FakeSqs:
    """Hands out one batch and remembers what was deleted."""

    def __init__(self, count: int) -> None:
        self.messages = [
            {
                "MessageId": f"m{n}",
                "ReceiptHandle": f"r{n}",
                "Body": str(n),
                "Attributes": {"ApproximateReceiveCount": "2"},
            }
            for n in range(count)
        ]
        self.asked: dict[str, Any] = {}
        self.deleted: list[str] = []

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        return {"Messages": self.messages} if self.messages else {}

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> None:  # noqa: N803 - SQS's names
        assert QueueUrl == "http://queue"
        self.deleted += [one["ReceiptHandle"] for one in Entries]


def poll(sqs: FakeSqs, handle: Callable[[dict[str, Any], Any], Any]) -> int:
    return QueueSource("send_mail", "turnout-mail", 10, handle).poll(sqs, "http://queue", ARN)


def test_a_batch_reaches_the_function_as_lambda_would_hand_it_over() -> None:
    seen: list[dict[str, Any]] = []
    sqs = FakeSqs(2)

    assert poll(sqs, lambda event, _: seen.append(event)) == 2

    assert sqs.asked["MaxNumberOfMessages"] == 10
    record = seen[0]["Records"][0]
    assert (record["messageId"], record["body"], record["receiptHandle"]) == ("m0", "0", "r0")
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", ARN)
    assert record["attributes"]["ApproximateReceiveCount"] == "2"
    assert sqs.deleted == ["r0", "r1"]


def test_only_what_succeeded_is_deleted() -> None:
    sqs = FakeSqs(3)

    poll(sqs, lambda *_: {"batchItemFailures": [{"itemIdentifier": "m1"}]})

    assert sqs.deleted == ["r0", "r2"]


def test_nothing_is_deleted_when_the_function_raises(capsys: pytest.CaptureFixture[str]) -> None:
    sqs = FakeSqs(2)

    def handle(*_: Any) -> None:
        raise ValueError("broken on purpose")

    poll(sqs, handle)

    assert sqs.deleted == []
    assert "broken on purpose" in capsys.readouterr().out


def test_an_answer_that_names_a_stranger_fails_the_whole_batch() -> None:
    sqs = FakeSqs(2)

    poll(sqs, lambda *_: {"batchItemFailures": [{"itemIdentifier": "somebody-else"}]})

    assert sqs.deleted == []


def test_a_batch_is_one_line_and_an_empty_poll_none(capsys: pytest.CaptureFixture[str]) -> None:
    poll(FakeSqs(3), lambda *_: {"batchItemFailures": [{"itemIdentifier": "m1"}]})
    poll(FakeSqs(0), lambda *_: None)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("send_mail: 3 message(s), 1 failed, ")


def test_a_schedule_hands_over_a_scheduled_event_and_survives_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[dict[str, Any]] = []

    Schedule("tick", 60, lambda event, _: seen.append(event)).tick()
    Schedule("tick", 60, lambda *_: 1 / 0).tick()

    assert (seen[0]["source"], seen[0]["detail-type"]) == ("aws.events", "Scheduled Event")
    assert "tick: failed" in capsys.readouterr().out


def declared() -> Chalice:
    def must_not_run(event: Any) -> None:
        pytest.fail(f"the deployed function must run, not the declared one: {event}")

    app = Chalice(app_name="small", configure_logs=False)
    app.on_sqs_message(queue="mail", batch_size=7, name="send_mail")(must_not_run)
    app.schedule(Rate(2, unit=Rate.MINUTES), name="tick")(must_not_run)
    return app


def test_declared_sources_run_the_functions_that_the_template_names() -> None:
    handlers = {
        "SendMail": "devtools.local.functions.lambda_events.of_schedule",
        "Tick": "devtools.local.functions.lambda_events.failed",
    }

    queues, schedules = sources(declared(), handlers)

    assert [(one.name, one.queue, one.batch_size) for one in queues] == [("send_mail", "mail", 7)]
    handle: Any = queues[0].handle
    assert handle is lambda_events.of_schedule
    assert [(one.name, one.every) for one in schedules] == [("tick", 120)]


def test_single_messages_are_worked_on_several_at_a_time_and_batches_one_after_another() -> None:
    def source(batch_size: int) -> QueueSource:
        return QueueSource("any", "queue", batch_size, lambda *_: None)

    assert [readers(source(1)), readers(source(10))] == [AT_A_TIME, 1]


def test_a_source_without_a_deployed_function_is_named() -> None:
    with pytest.raises(LocalError, match="no Handler for SendMail"):
        sources(declared(), {})


@pytest.mark.parametrize(
    ("expression", "seconds"), [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(1 hour)", 3600)]
)
def test_rates_are_understood(expression: str, seconds: int) -> None:
    assert lambda_events.seconds_between(expression) == seconds


def test_other_schedules_are_refused_by_name() -> None:
    with pytest.raises(LocalError, match=r"cron\(0 12"):
        lambda_events.seconds_between("cron(0 12 * * ? *)")


@pytest.mark.parametrize(("speed", "seconds"), [(1.0, 60), (2.0, 30), (60.0, 1), (3600.0, 1), (0.5, 60)])
def test_where_reminders_are_speeded_up_the_schedules_run_more_often(speed: float, seconds: float) -> None:
    assert pause(60, speed) == seconds
