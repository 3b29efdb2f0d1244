"""The application on moto: real table definitions, and a client that answers in this process."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from tests.contract.dynamodb.engines import Client
from tests.support.tables import create_table_requests
from tests.support.world import SETTINGS, World

PREFIX = "story"  # moto is one a process: other tests have the usual tables in it


class MotoWorld(World):
    """A world whose tables are moto's."""

    def __init__(self, client: Client) -> None:
        super().__init__(replace(SETTINGS, table_prefix=PREFIX))
        for name in client._make_api_call("ListTables", {})["TableNames"]:
            if name.startswith(f"{PREFIX}-"):  # of a test before this one, in the same process
                client._make_api_call("DeleteTable", {"TableName": name})
        for table in create_table_requests(PREFIX):
            client._make_api_call("CreateTable", table)
        stand_in = SimpleNamespace(
            _make_api_call=client._make_api_call,
            _request_signer=SimpleNamespace(_credentials=True),  # or PynamoDB makes a client of its own
        )
        self.container.store.dynamo.connection._client = stand_in  # type: ignore[assignment]


def rows(client: Client, table: str) -> list[dict[str, Any]]:
    return list(client._make_api_call("Scan", {"TableName": f"{PREFIX}-{table}"})["Items"])
