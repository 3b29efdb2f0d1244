"""The same world on two engines: the simulated DynamoDB and moto, with the real table definitions."""

from collections.abc import Iterator

import pytest

from tests.contract.dynamodb.engines import ENGINES, Client
from tests.support.moto_world import MotoWorld
from tests.support.world import World


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Client]:
    with ENGINES["moto"]() as client:
        yield client


@pytest.fixture(params=["simdb", "moto"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Whatever a test of the store proves, it proves on both."""
    if request.param == "simdb":
        with World() as made:
            yield made
        return
    client: Client = request.getfixturevalue("moto_client")
    with MotoWorld(client) as made:
        yield made
