"""Stands in for botocore's DynamoDB client, also inside PynamoDB: `connection._client = SimClient(db)`."""

import itertools
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from devtools.simdb.database import SimDB
from devtools.simdb.faults import ENDPOINT

RETRIED = frozenset({
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
    "InternalServerError",
})  # fmt: skip
BACKOFF_SECONDS = 0.05
_tokens = itertools.count()


class SimClient:
    """`attempts` above 1 simulates botocore's own retries: the same call is sent again, unknown to its caller.

    `db` may be exchanged at any time, so that one PynamoDB connection serves many databases.
    """

    def __init__(self, db: SimDB, *, attempts: int = 1) -> None:
        self.db = db
        self.attempts = attempts
        # PynamoDB makes a client of its own as long as these are not truthy
        self._request_signer = SimpleNamespace(_credentials=True)
        self.meta = SimpleNamespace(endpoint_url=ENDPOINT, region_name="us-east-1")

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        if self.attempts == 1:
            return self.db.call(operation_name, api_params)
        if operation_name == "TransactWriteItems" and "ClientRequestToken" not in api_params:
            # as botocore does, so that its own retries are harmless
            api_params = {**api_params, "ClientRequestToken": f"simulated-{next(_tokens)}"}
        for attempt in range(1, self.attempts):
            try:
                return self.db.call(operation_name, api_params)
            except (ConnectTimeoutError, ReadTimeoutError):
                pass
            except ClientError as error:
                if error.response["Error"]["Code"] not in RETRIED:
                    raise
            self._back_off(attempt)
        return self.db.call(operation_name, api_params)

    def _back_off(self, attempt: int) -> None:
        scheduler = self.db.scheduler
        if scheduler is not None:
            scheduler.sleep(BACKOFF_SECONDS * 2**attempt * scheduler.rng.random())
