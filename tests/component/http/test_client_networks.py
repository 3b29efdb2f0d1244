"""The network of a client is the one that the gateway saw, whatever headers say."""

from typing import Any

import pytest
from chalice.app import Request

from chalicelib import container
from chalicelib.api.http.call import Call, Reply
from chalicelib.api.http.endpoint import Endpoint
from chalicelib.api.http.scope import Scope, scope
from tests.support.world import World


@pytest.mark.parametrize(
    ("identity", "network"),
    [
        ({"sourceIp": "203.0.113.9"}, "203.0.113.0/24"),
        ({}, "unknown"),
        ({"sourceIp": None}, "unknown"),
        (None, "unknown"),
    ],
)
def test_a_call_knows_the_network_that_the_gateway_saw(world: World, identity: Any, network: str) -> None:
    seen: list[str] = []

    def watching(call: Call) -> Reply:
        seen.append(call.client_network)
        return Reply(status=204)

    event = {
        "path": "/here",
        "headers": {"Host": "testserver", "X-Forwarded-For": "10.9.8.7", "Forwarded": "for=10.9.8.7"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": "/here", "path": "/here", "identity": identity},
    }
    endpoint = Endpoint(method="GET", path="/here", name="here", summary="Here", tag="tests", view=watching)
    container.use(world.container)
    scope.set(Scope(Request(event, None), "test-request"))

    assert endpoint().status_code == 204
    assert seen == [network]
