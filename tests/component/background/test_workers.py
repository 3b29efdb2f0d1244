"""The functions behind the queues and the schedule, fed with AWS's own records."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import container
from chalicelib.domain.outbox.entry import JOB_LEASE, OutboxEntry, OutboxKey, OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.limits import MAX_TRIES
from chalicelib.mail.queue import decode, encode
from chalicelib.services.background.lane import Budget
from chalicelib.services.background.sweeper import Sweeper
from chalicelib.services.notifications.ports import SendLaterError, SendRefusedError, SetUpError
from chalicelib.store.dynamo.tables import OutboxItem
from chalicelib.workers import jobs, mail, tick
from devtools.package.build import MERGED
from devtools.package.template import load
from tests.infra.conftest import PROJECT
from tests.infra.package.test_queues import alarms
from tests.support.builders import Person, cancelled, due_rows, enrolled, live_people
from tests.support.world import World


def records(*bodies: str) -> dict[str, Any]:
    """An SQS batch as Lambda hands it over."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:turnout-mail",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def failed(*numbers: int) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": f"message-{number}"} for number in numbers]}


def pushed(world: World) -> list[OutboxEntry]:
    waiting = list(world.queue.waiting)
    world.queue.waiting.clear()
    return waiting


def three_mails(world: World, olga: Person) -> list[str]:
    for _ in range(3):
        enrolled(world, world.an_event(olga.token), olga)
    return [encode(due.key) for due in pushed(world)]


def test_a_batch_is_sent_and_nothing_comes_back(world: World, olga: Person) -> None:
    assert mail.handle(records(*three_mails(world, olga))) == failed()

    assert len(world.mailer.sent) == 3


def test_only_the_failed_record_comes_back(world: World, olga: Person) -> None:
    """A fault that may pass uses up one of the tries of SQS."""
    bodies = three_mails(world, olga)
    world.mailer.failures.append(ConnectionError("gone"))

    assert mail.handle(records(*bodies)) == failed(0)

    assert len(world.mailer.sent) == 2
    assert [row["state"] for row in due_rows(world)].count("done") == 2


def test_throttling_never_uses_up_the_tries_of_sqs_and_the_tick_brings_the_mail_again(
    world: World, olga: Person
) -> None:
    bodies = three_mails(world, olga)
    for _ in range(20):
        world.mailer.failures.extend(SendLaterError("TooManyRequestsException") for _ in bodies)
        assert mail.handle(records(*bodies)) == failed()
        world.mailer.failures.clear()
        world.clock.advance(timedelta(minutes=1))

        world.tick()
        bodies = [encode(due.key) for due in pushed(world) if due.kind.is_mail] or bodies

    world.clock.advance(timedelta(minutes=15))
    world.tick()
    world.work()
    assert len(world.mailer.sent) == 3
    assert world.dead_letters.letters == []


@pytest.mark.parametrize("body", ["", "junk", "{}", "null", '{"bucket": 1, "place": null}', json.dumps({"x": "y"})])
def test_a_record_that_is_none_does_not_hold_up_the_others(world: World, olga: Person, body: str) -> None:
    first, second, _ = three_mails(world, olga)

    answer = mail.handle(records(first, body, second))

    assert answer == failed()
    assert len(world.mailer.sent) == 2
    [(queue, buried, reason)] = world.dead_letters.letters
    assert (queue, buried) == ("mail", body)
    assert reason == "not the key of a due row"


def test_poison_comes_again_where_there_is_no_place_for_it(world: World) -> None:
    """SQS itself puts it among the dead letters after its tries, without a reason."""
    world.dead_letters.missing = True

    assert mail.handle(records("junk")) == failed(0)


@pytest.mark.parametrize("handle", [mail.handle, jobs.handle])
def test_a_kind_of_a_newer_version_is_put_aside_and_left_to_that_version(
    world: World, olga: Person, handle: Callable[..., dict[str, Any]]
) -> None:
    world.tick()
    body = three_mails(world, olga)[0]
    newer(world, decode(body), "sms")

    assert handle(records(body)) == failed()

    assert len(world.dead_letters.letters) == 1
    assert "does not know" in world.dead_letters.letters[0][2]
    world.clock.advance(timedelta(days=2))
    assert world.container.background.sweeper.tick().pushed["sms"] == 0, "the tick does not push what cannot be handled"
    newer(world, decode(body), "enrollment_confirmed")  # that version again
    world.tick()
    assert decode(body) in [due.key for due in pushed(world)], "and has not passed it"


def newer(world: World, key: OutboxKey, kind: str) -> None:
    """Another version of the program wrote the row."""
    world.container.store.dynamo.update(OutboxItem, (key.bucket, key.place), [OutboxItem.kind.set(kind)], None)


def test_a_record_that_comes_twice_is_sent_once(world: World, olga: Person) -> None:
    body = three_mails(world, olga)[0]

    assert mail.handle(records(body, body)) == failed()
    assert mail.handle(records(body)) == failed()

    assert len(world.mailer.sent) == 1


def test_a_refused_mail_is_finished_and_does_not_come_back(world: World, olga: Person) -> None:
    body = three_mails(world, olga)[0]
    world.mailer.failures.append(SendRefusedError("MessageRejected"))

    assert mail.handle(records(body)) == failed()

    assert "failed" in {row["state"] for row in due_rows(world)}
    assert world.dead_letters.letters == [("mail", body, "refused: MessageRejected")]
    assert mail.handle(records(body)) == failed()
    assert len(world.dead_letters.letters) == 1, "one letter, however often the message comes"


def redriven(*bodies: str) -> dict[str, Any]:
    """Dead letters with their reasons, as SQS moves them back."""
    batch = records(*bodies)
    for record in batch["Records"]:
        record["messageAttributes"] = {"reason": {"stringValue": "refused: MessageRejected", "dataType": "String"}}
    return batch


def come_again(world: World, body: str) -> dict[str, Any]:
    """What the last of five deliveries by SQS is answered, or the first that is content."""
    answer = failed(0)
    for _ in range(5):
        if answer == failed(0):
            world.clock.advance(timedelta(minutes=3))
            answer = mail.handle(redriven(body))
    return answer


def test_a_mail_that_was_refused_is_sent_when_its_letter_is_redriven(world: World, olga: Person) -> None:
    body = three_mails(world, olga)[0]
    world.mailer.failures.append(SendRefusedError("MessageRejected"))
    mail.handle(records(body))
    world.clock.advance(timedelta(days=3))
    for _ in range(5):
        world.tick()  # no tick looks there any more
    world.queue.waiting.clear()

    assert come_again(world, body) == failed()

    assert len(world.mailer.sent) == 1
    assert mail.handle(redriven(body)) == failed()
    assert len(world.mailer.sent) == 1, "what is done is not done again"


def test_a_redriven_mail_that_is_refused_again_is_a_letter_again(world: World, olga: Person) -> None:
    body = three_mails(world, olga)[0]
    for number in (1, 2):
        world.mailer.failures.append(SendRefusedError("MessageRejected"))
        assert mail.handle(redriven(body) if number == 2 else records(body)) == failed()
        assert world.dead_letters.letters == [("mail", body, "refused: MessageRejected")] * number


@pytest.mark.parametrize(
    "answer", [SendLaterError("Throttling"), SetUpError("MessageRejected"), ConnectionError("gone")]
)
def test_a_redriven_mail_that_has_to_wait_stays_in_its_queue(world: World, olga: Person, answer: Exception) -> None:
    """No tick looks at its place any more."""
    body = three_mails(world, olga)[0]
    world.mailer.failures.append(SendRefusedError("MessageRejected"))
    mail.handle(records(body))
    world.clock.advance(timedelta(days=3))
    world.mailer.failures.append(answer)

    assert mail.handle(redriven(body)) == failed(0)
    assert mail.handle(redriven(body)) == failed(0), "also before it may be claimed again"
    world.clock.advance(timedelta(minutes=16))
    assert come_again(world, body) == failed()

    assert len(world.mailer.sent) == 1


def test_a_redriven_job_is_done(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, olga)
    cancelled(world, event, olga)
    [job] = [due for due in pushed(world) if due.kind is OutboxKind.CANCEL_ENROLLMENTS]
    for number in range(MAX_TRIES):
        world.container.store.outbox.claim(job.key, world.clock(), world.clock() + JOB_LEASE, f"run {number}")
        world.clock.advance(JOB_LEASE)
    assert jobs.handle(records(encode(job.key))) == failed()

    assert jobs.handle(redriven(encode(job.key))) == failed()

    assert [row["state"] for row in due_rows(world, "job_cancel_enrollments")] == ["done"]


def test_an_unverified_sender_loses_no_mail_and_is_an_alarm(
    world: World, olga: Person, caplog: pytest.LogCaptureFixture
) -> None:
    bodies = three_mails(world, olga)
    world.mailer.failures.extend([SetUpError("MessageRejected")] * 9)
    caplog.set_level("INFO", logger="turnout")

    assert mail.handle(records(*bodies)) == failed()
    pattern = load(PROJECT / MERGED)["Resources"]["MailSetUpFilter"]["Properties"]["FilterPattern"]
    lines = [json.loads(one.message)["message"] for one in caplog.records]
    assert len([line for line in lines if pattern == f'{{ $.message = "{line}" }}']) == 3
    for _ in range(60):
        world.clock.advance(timedelta(minutes=1))
        world.tick()
        world.work()

    assert [message.subject[:10] for message in world.mailer.sent].count("Confirmed:") == 3
    assert world.dead_letters.letters == []


def test_a_job_whose_runs_keep_vanishing_is_a_dead_letter(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, olga)
    cancelled(world, event, olga)
    [job] = [due for due in pushed(world) if due.kind is OutboxKind.CANCEL_ENROLLMENTS]
    for number in range(MAX_TRIES):
        now = world.clock()
        assert world.container.store.outbox.claim(job.key, now, now + JOB_LEASE, f"run {number}")
        world.clock.advance(JOB_LEASE)

    assert jobs.handle(records(encode(job.key))) == failed()

    assert world.dead_letters.letters == [("jobs", encode(job.key), "too many attempts")]


def test_jobs_are_run_by_their_own_function(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, olga)
    cancelled(world, event, olga)
    world.index()
    [job] = [due for due in pushed(world) if not due.kind.is_mail]

    assert jobs.handle(records(encode(job.key))) == failed()

    assert live_people(world, event) == []


def test_an_empty_batch_is_nothing(world: World) -> None:
    assert mail.handle({"Records": []}) == failed()


def test_a_tick_tells_how_many_it_pushed_of_each_kind(world: World, olga: Person) -> None:
    three_mails(world, olga)
    assert tick.handle({}) == {}

    world.clock.advance(timedelta(minutes=2))

    assert tick.handle({"source": "aws.events"}) == {"enrollment_confirmed": 3}
    assert len(world.queue.waiting) == 3


def test_workers_use_the_container_of_their_process(world: World) -> None:
    assert container.current() is world.container


def test_what_a_tick_had_to_leave_is_a_metric_that_the_alarms_know(
    world: World, olga: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world.tick()
    three_mails(world, olga)
    world.queue.waiting.clear()
    world.clock.advance(timedelta(minutes=10))
    few = dict.fromkeys((QueueName.JOBS, QueueName.MAIL), Budget(pushes=1))
    world.container.background.sweeper = Sweeper(world.container.store.outbox, world.queue, world.clock, few)

    tick.handle({})

    (line,) = (json.loads(one.message) for one in caplog.records if "_aws" in one.message)
    (declared,) = line["_aws"]["CloudWatchMetrics"]
    assert line["MailLag"] == timedelta(minutes=8).total_seconds()
    assert declared["Namespace"] == "Turnout"
    assert declared["Dimensions"] == [["Prefix"]]
    assert line["Prefix"] == world.container.settings.table_prefix
    template = load(PROJECT / MERGED)
    watched = {
        one["MetricName"]: one["Dimensions"] for one in alarms(template).values() if one.get("Namespace") == "Turnout"
    }
    assert {one["Name"] for one in declared["Metrics"]} == {"MailLag", "JobsLag"} <= watched.keys()
    assert {str(one) for one in watched.values()} == {str([{"Name": "Prefix", "Value": {"Ref": "TablePrefix"}}])}


def test_a_tick_that_leaves_nothing_says_nothing(world: World, olga: Person, caplog: pytest.LogCaptureFixture) -> None:
    three_mails(world, olga)
    world.clock.advance(timedelta(minutes=2))

    tick.handle({})

    assert "_aws" not in caplog.text
