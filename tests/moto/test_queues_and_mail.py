"""Our own clients of SQS and SES on moto: what is pushed, sent and buried arrives as it was meant."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import moto
import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail.dead_letters import SqsDeadLetters
from chalicelib.mail.queue import SqsQueue, decode
from chalicelib.mail.ses import SesMailer
from chalicelib.services.notifications.ports import RenderedEmail, SetUpError
from tests.support.fakes import START

REGION = "us-east-1"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Moto's SQS and SES, and the environment that our own clients read."""
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    with moto.mock_aws():
        session = botocore.session.get_session()
        yield lambda service: session.create_client(service, REGION)


def test_a_push_reaches_the_queue_of_its_kind(cloud: Any) -> None:
    sqs = cloud("sqs")
    mail, jobs = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mail", "jobs"))
    queue = SqsQueue({QueueName.MAIL: mail, QueueName.JOBS: jobs})
    entries = [
        new_entry(kind, "01KT16JKM0BYQW47Q7HP26MZD3", {}, now=START, entry_id=f"row-{kind.value}")
        for kind in (OutboxKind.VERIFY_EMAIL, OutboxKind.CANCEL_ENROLLMENTS)
    ]

    for due in entries:
        queue.push(due)

    arrived = [decode(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"]) for url in (mail, jobs)]
    assert arrived == [due.key for due in entries]


def test_a_tick_pushes_more_rows_at_once_than_sqs_takes_in_one_call(cloud: Any) -> None:
    sqs = cloud("sqs")
    url = sqs.create_queue(QueueName="mail")["QueueUrl"]
    entries = [
        new_entry(OutboxKind.REMINDER, "person", {}, now=START, entry_id=f"row-{number}") for number in range(23)
    ]

    SqsQueue({QueueName.MAIL: url}).push(*entries)

    arrived = set()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        arrived |= {decode(message["Body"]) for message in messages}
    assert arrived == {due.key for due in entries}


def test_a_push_to_a_queue_that_is_gone_is_left_to_the_tick(cloud: Any) -> None:
    sqs = cloud("sqs")
    url = sqs.create_queue(QueueName="mail")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)
    due = new_entry(OutboxKind.VERIFY_EMAIL, "01KT16JKM0BYQW47Q7HP26MZD3", {}, now=START, entry_id="row")

    SqsQueue({QueueName.MAIL: url}).push(due)

    assert sqs.list_queues().get("QueueUrls", []) == []


def test_ses_takes_a_raw_mail_and_one_of_an_unverified_sender_waits(cloud: Any) -> None:
    cloud("sesv2").create_email_identity(EmailIdentity="no-reply@turnout.example")
    message = RenderedEmail(to="ada@example.org", subject="Grüße", text="Hallo", html="<p>Hallo</p>", headers={})

    assert SesMailer("Turnout <no-reply@turnout.example>").send(message)
    with pytest.raises(SetUpError):
        SesMailer("nobody@elsewhere.example").send(message)


def test_a_dead_letter_is_the_message_with_its_reason(cloud: Any) -> None:
    sqs = cloud("sqs")
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    letters = SqsDeadLetters({QueueName.MAIL: url})

    assert letters.bury(QueueName.MAIL, "junk", "not\x00 a key " + "x" * 1000)

    [letter] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert letter["Body"] == "junk"
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("not  a key xxx")
    assert not letters.bury(QueueName.JOBS, "junk", "nowhere to put it")


def test_where_the_dead_letters_are_gone_it_is_known(cloud: Any) -> None:
    sqs = cloud("sqs")
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)

    with pytest.raises(ClientError):
        SqsDeadLetters({QueueName.MAIL: url}).bury(QueueName.MAIL, "junk", "reason")
