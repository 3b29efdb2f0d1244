"""What a command asks of DynamoDB, written down."""

from collections.abc import Mapping
from typing import Any

from devtools.package.access import Call
from devtools.simdb.client import SimClient
from tests.support.world import World


class Watched(SimClient):
    """The tables of a world, whose calls are kept from now on."""

    def __init__(self, world: World) -> None:
        super().__init__(world.db)
        self.calls: list[Call] = []
        world.container.store.dynamo.connection._client = self  # type: ignore[assignment]

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((operation_name, api_params))
        return super()._make_api_call(operation_name, api_params)
