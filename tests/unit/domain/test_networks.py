"""Networks of client addresses: neighbours count together, and nothing that a client writes counts at all."""

from typing import Any

import pytest
from chalice.app import Request

from chalicelib import container
from chalicelib.api.http.call import Call, Reply
from chalicelib.api.http.endpoint import Endpoint
from chalicelib.api.http.scope import Scope, scope
from chalicelib.domain.networks import network_of
from tests.support.world import World


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.0/24"),
        ("192.0.2.254", "192.0.2.0/24"),
        (" 198.51.100.7 ", "198.51.100.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("2001:DB8:1:ffff::1", "2001:db8:1::/48"),
        ("::ffff:192.0.2.9", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("test-invoke-source-ip", "unknown"),
        ("192.0.2.1, 10.0.0.1", "unknown"),
        ("999.0.0.1", "unknown"),
    ],
)
def test_an_address_belongs_to_a_network(address: str, network: str) -> None:
    assert network_of(address) == network


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
