"""Dead letters as messages of SQS: looked at without a trace, and put back into the queue that they came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.mail.dead_letters import REASON
from chalicelib.observability.redaction import redact

NO_REASON = "put aside by SQS after its tries; the log of the function says why"
_BATCH = 10  # of SQS
_HIDDEN_SECONDS = 300  # longer than a run looks at what it found
_SENT = "SentTimestamp"
_IN_VAIN = 3  # looks that find nothing: SQS asks only some of its servers each time


class Sqs(Protocol):
    """The part of SQS that is needed."""

    def receive_message(self, **arguments: Any) -> Any: ...
    def send_message(self, **arguments: Any) -> Any: ...
    def delete_message(self, **arguments: Any) -> Any: ...
    def change_message_visibility(self, **arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """One message among the dead letters."""

    body: str
    reason: str | None  # without an address; None: SQS put it there
    attributes: dict[str, Any]
    receipt: str


class DeadQueue:
    """The dead letters of one queue."""

    def __init__(self, sqs: Sqs, dead_url: str, url: str) -> None:
        self._sqs = sqs
        self._dead_url = dead_url
        self._url = url

    def until(self, moment: datetime) -> Iterator[DeadMessage]:
        """Every message that was put there before, once; those of later stay hidden for some minutes."""
        in_vain = 0
        while in_vain < _IN_VAIN:
            found = self._received()
            old = [message for sent, message in found if sent <= moment.timestamp() * 1000]
            in_vain = 0 if found else in_vain + 1
            yield from old

    def _received(self) -> list[tuple[int, DeadMessage]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._dead_url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=_HIDDEN_SECONDS,
            MessageAttributeNames=["All"],
            AttributeNames=[_SENT],
        )
        return [(int(one["Attributes"][_SENT]), _dead_message(one)) for one in answer.get("Messages", [])]

    def put_back(self, message: DeadMessage) -> None:
        """Into the queue that it came from, and then gone: stopped in between it comes twice, and is done once."""
        self._sqs.send_message(QueueUrl=self._url, MessageBody=message.body, MessageAttributes=message.attributes)
        self.drop(message)

    def drop(self, message: DeadMessage) -> None:
        self._sqs.delete_message(QueueUrl=self._dead_url, ReceiptHandle=message.receipt)

    def leave(self, message: DeadMessage) -> None:
        """As it was, for whoever looks next."""
        self._sqs.change_message_visibility(QueueUrl=self._dead_url, ReceiptHandle=message.receipt, VisibilityTimeout=0)


def _dead_message(raw: dict[str, Any]) -> DeadMessage:
    attributes = raw.get("MessageAttributes") or {}
    attribute = attributes.get(REASON)
    sent = {
        name: {"DataType": one["DataType"], "StringValue": one["StringValue"]}
        for name, one in attributes.items()
        if "StringValue" in one
    }
    reason = redact(str(attribute["StringValue"])) if attribute else None
    return DeadMessage(raw["Body"], reason, sent, raw["ReceiptHandle"])
