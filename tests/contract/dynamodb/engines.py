"""The four DynamoDBs that must give the same answers, each behind a client's `_make_api_call`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import botocore.session
from botocore.config import Config

from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB

REGION = "us-east-1"


class Client(Protocol):
    """What PynamoDB and this suite call."""

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> dict[str, Any]: ...


def _client(endpoint_url: str | None) -> Client:
    client: Client = botocore.session.Session().create_client(
        "dynamodb",
        REGION,
        endpoint_url=endpoint_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, read_timeout=120),
    )
    return client


@contextmanager
def _simdb() -> Iterator[Client]:
    yield SimClient(SimDB())


class _Moto:
    """Stands between botocore and the network during its own calls only: other tests have it as it is."""

    def __init__(self) -> None:
        from moto.core.models import botocore_stubber  # slow to import, and needed by this engine only

        self._stubber = botocore_stubber
        self._client = _client(None)

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> dict[str, Any]:
        before, self._stubber.enabled = self._stubber.enabled, True
        try:
            return self._client._make_api_call(operation_name, api_params)
        finally:
            self._stubber.enabled = before


@contextmanager
def _moto() -> Iterator[Client]:
    yield _Moto()


@contextmanager
def _ministack() -> Iterator[Client]:
    from devtools.local.engine import engine

    running = engine.start(None)
    try:
        yield _client(running.endpoint_url)
    finally:
        running.stop()


@contextmanager
def _dynamodb_local() -> Iterator[Client]:
    from devtools.engines import dynamodb_local

    running = dynamodb_local.start()
    try:
        yield _client(running.endpoint_url)
    finally:
        running.stop()


ENGINES: dict[str, Callable[[], Any]] = {
    "simdb": _simdb,
    "moto": _moto,
    "ministack": _ministack,
    "dynamodb_local": _dynamodb_local,
}
