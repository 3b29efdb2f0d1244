"""SQS: the prompt way from a commit to its worker. The tick is the sure one, so a lost push costs two minutes."""

import functools
import json
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import observability
from chalicelib.domain.mail import Due, DueKey


def encode(key: DueKey) -> str:
    return json.dumps({"bucket": key.bucket, "place": key.place})


def decode(body: str) -> DueKey:
    """Raises `ValueError` for a body that `encode` did not make."""
    try:
        data = json.loads(body)
        return DueKey(data["bucket"], data["place"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a due row: {body[:100]!r}") from error


class SqsQueue:
    """Mail and jobs have a queue each. The client is made at the first push: reading requests never need it."""

    def __init__(self, mail_queue_url: str, jobs_queue_url: str) -> None:
        self._urls = {False: mail_queue_url, True: jobs_queue_url}

    @functools.cached_property
    def _client(self) -> Any:
        config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
        return botocore.session.get_session().create_client("sqs", config=config)

    def push(self, due: Due) -> None:
        url = self._urls[due.kind.is_job]
        if not url:
            return
        try:
            self._client.send_message(QueueUrl=url, MessageBody=encode(due.key))
        except (BotoCoreError, ClientError) as error:
            observability.warn("push lost, the tick will sweep it", kind=due.kind.value, error=type(error).__name__)
