"""Dead letters: messages that no worker can handle, put where a person finds them, with the reason beside them."""

import functools
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail.queue import client

REASON = "reason"
_LONGEST = 250


class SqsDeadLetters:
    """`urls` by the queue that the message came from."""

    def __init__(self, urls: Mapping[QueueName, str]) -> None:
        self._urls = urls

    @functools.cached_property
    def _client(self) -> Any:
        return client()

    def bury(self, queue: QueueName, body: str, reason: str) -> bool:
        url = self._urls.get(queue)
        if not url:
            return False
        attribute = {"DataType": "String", "StringValue": printable(reason)}
        self._client.send_message(QueueUrl=url, MessageBody=body or "-", MessageAttributes={REASON: attribute})
        return True


def printable(reason: str) -> str:
    """The reason as SQS takes it: not empty, no control characters, not too long to be read in a list."""
    text = "".join(character if character.isprintable() else " " for character in reason)[:_LONGEST].strip()
    return text or "unknown"
