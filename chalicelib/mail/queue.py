"""SQS: the prompt way from a commit to its worker. The tick is the sure one, so a lost push costs two minutes."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import observability
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.shared.outcomes import PoisonError

_BATCH = 10  # of SQS


def encode(key: OutboxKey) -> str:
    return json.dumps({"bucket": key.bucket, "place": key.place})


def decode(body: str) -> OutboxKey:
    """Raises `PoisonError` for a body that `encode` did not make."""
    try:
        data = json.loads(body)
        bucket, place = data["bucket"], data["place"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise PoisonError("not the key of a due row") from error  # what it is is in the letter, and not in a log
    if not (isinstance(bucket, str) and isinstance(place, str) and bucket and place):
        raise PoisonError("not the key of a due row")
    return OutboxKey(bucket, place)


def client() -> Any:
    """SQS with time-outs shorter than any function's own."""
    import boto3  # the first push of a process needs it; reading requests never do

    config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
    return boto3.client("sqs", config=config)


class SqsQueue:
    """What has no address waits for the tick. The client is made at the first push: reading requests never need it."""

    def __init__(self, urls: Mapping[QueueName, str]) -> None:
        self._urls = urls

    @functools.cached_property
    def _client(self) -> Any:
        return client()

    def push(self, *entries: OutboxEntry) -> None:
        """One call a queue for every ten rows."""
        for queue, url in self._urls.items():
            mine = [entry for entry in entries if entry.kind.queue is queue]
            for first in range(0, len(mine), _BATCH):
                self._send(url, mine[first : first + _BATCH])

    def _send(self, url: str, entries: list[OutboxEntry]) -> None:
        records = [{"Id": str(number), "MessageBody": encode(entry.key)} for number, entry in enumerate(entries)]
        lost = records
        reason = "refused by SQS"
        try:
            lost = self._client.send_message_batch(QueueUrl=url, Entries=records).get("Failed", [])
        except (BotoCoreError, ClientError) as error:
            reason = type(error).__name__
        for entry in lost:
            kind = entries[int(entry["Id"])].kind.value
            observability.warn("push lost, the tick will sweep it", kind=kind, error=reason)
