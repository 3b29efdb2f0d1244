"""The whole service in this process: DynamoDB, SQS and SES are moto's, and nothing else is running."""

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager

import botocore.session
import moto
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib import container
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail.dead_letters import SqsDeadLetters
from chalicelib.mail.queue import SqsQueue
from chalicelib.mail.ses import SesMailer
from chalicelib.workers import tick
from tests.support.moto_world import MotoWorld

REGION = "us-east-1"
SENDER = "Turnout <no-reply@turnout.example>"
CREDENTIALS = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Cloud(MotoWorld):
    """The API as it is deployed, and its workers as Lambda calls them, with the clock in our hands."""

    def __init__(self) -> None:
        session = botocore.session.get_session()
        super().__init__(session.create_client("dynamodb", REGION))
        self._sqs = session.create_client("sqs", REGION)
        self._queues = {name: self._sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mail", "jobs", "dead")}
        session.create_client("sesv2", REGION).create_email_identity(EmailIdentity="no-reply@turnout.example")
        mail = self.container.mail
        mail.queue = SqsQueue({QueueName.MAIL: self._queues["mail"], QueueName.JOBS: self._queues["jobs"]})
        mail.mailer = SesMailer(SENDER)
        mail.dead_letters = SqsDeadLetters(dict.fromkeys((QueueName.MAIL, QueueName.JOBS), self._queues["dead"]))

    def work(self) -> None:
        """Lambda's part: hand every message to the worker of its queue, and delete what it has not failed."""
        while sum(self._deliver(name) for name in ("mail", "jobs")):
            pass

    def index(self) -> None:
        self.work()

    def tick(self) -> None:
        container.use(self.container)
        tick.handle({})

    def _deliver(self, queue: str) -> int:
        found = self._sqs.receive_message(QueueUrl=self._queues[queue], MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            assert self.handed(queue, message["Body"]) == {"batchItemFailures": []}
            self._sqs.delete_message(QueueUrl=self._queues[queue], ReceiptHandle=message["ReceiptHandle"])
        return len(found)

    def subjects(self, address: str) -> list[str]:
        """Of the mails that SES has sent there, the oldest first."""
        return [str(mail["Subject"]) for mail in self._mails(address)]

    def code_for(self, email: str) -> str:
        self.work()
        body = self._mails(email)[-1].get_body(("plain",))
        assert body
        found = re.search(r"\b\d{6}\b", body.get_content())
        assert found
        return found.group()

    @staticmethod
    def _mails(address: str) -> list[email.message.EmailMessage]:
        sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return [
            email.message_from_string(raw.raw_data, policy=email.policy.default)
            for raw in sent
            if address in raw.destinations
        ]


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A new, empty cloud."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with moto.mock_aws(), Cloud() as cloud:
        yield cloud
