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

    def push(self, *dues: Due) -> None:
        """One call a queue, for at most ten rows."""
        for is_job, url in self._urls.items():
            mine = [due for due in dues if due.kind.is_job is is_job]
            if mine and url:
                self._send(url, mine)

    def _send(self, url: str, dues: list[Due]) -> None:
        entries = [{"Id": str(number), "MessageBody": encode(due.key)} for number, due in enumerate(dues)]
        lost = entries
        reason = "refused by SQS"
        try:
            lost = self._client.send_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
        except (BotoCoreError, ClientError) as error:
            reason = type(error).__name__
        for entry in lost:
            kind = dues[int(entry["Id"])].kind.value
            observability.warn("push lost, the tick will sweep it", kind=kind, error=reason)
