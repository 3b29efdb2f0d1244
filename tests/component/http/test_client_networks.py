"""The network of a client is the one that the gateway or a proxy of the operator's saw, whatever other headers say."""

from typing import Any

import pytest
from chalice.app import Request

from chalicelib import container
from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.scope import Scope, scope
from chalicelib.domain.shared.networks import Proxies
from chalicelib.settings import Settings
from tests.support.world import SETTINGS, World


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


PROXIED = Settings(
    key_ring=SETTINGS.key_ring,
    limits="production",
    log_level="ERROR",
    trusted_proxies="203.0.113.0/24, 2001:db8:7::/48",
)
CDN, CDN_V6, CLIENT, FORGED = "203.0.113.7", "2001:db8:7::1", "198.51.100.5", "192.0.2.99"


@pytest.mark.parametrize(
    ("source", "forwarded", "client"),
    [
        (CDN, CLIENT, CLIENT),
        (CDN, f"{FORGED}, {CLIENT}", CLIENT),
        (CDN, f"{FORGED}, {CLIENT}, {CDN}", CLIENT),
        (CDN, f"{CDN}, {CLIENT}", CLIENT),
        (CDN_V6, f"{FORGED}, {CLIENT}, {CDN}", CLIENT),
        (f"::ffff:{CDN}", CLIENT, CLIENT),
        (CDN, f"{FORGED}, {CLIENT}:51234", f"{CLIENT}:51234"),
        (CDN, f"{FORGED}, [2001:db8:9::5]:443, {CDN}:80", "[2001:db8:9::5]:443"),
        (CDN, "", CDN),
        (CDN, "unknown", CDN),
        (CDN, f"{FORGED}, nonsense", CDN),
        (CDN, f"{FORGED},", CDN),
        (CDN, f"{CDN}, {CDN}", CDN),
        (CLIENT, FORGED, CLIENT),
        (CLIENT, f"{FORGED}, {CDN}", CLIENT),
        ("", FORGED, ""),
    ],
)
def test_an_address_is_read_as_far_as_its_writers_are_trusted(source: str, forwarded: str, client: str) -> None:
    assert Proxies.parse(PROXIED.trusted_proxies).client_of(source, forwarded) == client
    assert Proxies.parse("").client_of(source, forwarded) == source


def test_only_proxies_that_the_operator_names_say_who_asks() -> None:
    """Five failures are free: whoever gets a sixth refusal was counted as the same network all along."""

    def sixth(source: str, *forwarded: str) -> int:
        with World(PROXIED) as world:
            world.source = source
            body = {"email": "nobody@example.org", "password": "a wrong password"}
            answers = [world.post("/auth/login", body, X_Forwarded_For=one).status for one in forwarded]
        assert answers[:5] == [401] * 5
        return answers[5]

    another_each_time = [f"198.51.{number}.5" for number in range(6)]
    assert sixth(CDN, *another_each_time) == 401
    assert sixth(CDN, *(f"{one}, {CLIENT}" for one in another_each_time)) == 429
    assert sixth(CDN, *(f"{one}:4711" for one in another_each_time)) == 401, "some proxies write a port"
    assert sixth(CDN, *(f"{one}, {CLIENT}:{port}" for port, one in enumerate(another_each_time))) == 429
    assert sixth(CLIENT, *another_each_time) == 429
