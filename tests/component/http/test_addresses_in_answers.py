"""Addresses in answers begin with a setting or the gateway's own name; nothing that a client writes gets into them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.request.headers import base_url
from chalicelib.api.http.request.scope import Scope
from tests.support.builders import signed_in
from tests.support.http import Answer
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import SETTINGS, World

EVIL = "evil.example"
HEADERS = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": f"/{EVIL}",
    "X-Forwarded-Server": EVIL,
    "X-Original-Host": EVIL,
    "X-Original-URL": f"/{EVIL}",
    "X-Rewrite-URL": f"/{EVIL}",
    "Forwarded": f"host={EVIL};proto=http",
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
}


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World(replace(SETTINGS, public_url="")) as world:
        made = Sample(world)
        for number in range(3):
            world.an_event(made.olga.token, title=f"More {number}")
        yield made


def seen(answer: Answer) -> str:
    return answer.text + "".join(f"{key}: {value};" for key, value in answer.headers.items())


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.method == "GET"], ids=name)
@pytest.mark.parametrize("signed", [False, True])
def test_headers_change_no_address_in_any_answer(sample: Sample, endpoint: Endpoint, *, signed: bool) -> None:
    token = signed_in(sample.world, sample.olga.account).token if signed else None
    paged = endpoint.query is not None and "page_size" in endpoint.query.model_fields
    url = sample.url(endpoint) + ("?page_size=1" if paged else "")

    plain = sample.world.send("GET", url, token=token)
    hostile = sample.world.send("GET", url, token=token, headers=HEADERS)

    assert seen(hostile) == seen(plain)
    assert EVIL not in seen(hostile)
    assert "http://gateway" not in seen(hostile)


def test_a_page_that_everybody_may_keep_leads_on_at_the_gateway(sample: Sample) -> None:
    page = sample.world.send("GET", "/events?page_size=1", headers=HEADERS)

    assert page.headers["Cache-Control"].startswith("public")
    assert page.json["next"].startswith("https://gateway.test/events?")


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("abc.execute-api.eu-west-1.amazonaws.com", "https://abc.execute-api.eu-west-1.amazonaws.com"),
        ("api.example.org", "https://api.example.org"),
        (None, "https://localhost"),
        ("", "https://localhost"),
        ("evil.example/x?", "https://localhost"),
        ("user@evil.example", "https://localhost"),
        ("a b", "https://localhost"),
    ],
)
def test_the_gateways_name_is_taken_only_if_it_is_one(domain: str | None, expected: str) -> None:
    from chalice.app import Request

    event = {"headers": {"host": EVIL}, "multiValueQueryStringParameters": None, "pathParameters": None,
             "path": "/here", "requestContext": {"httpMethod": "GET", "resourcePath": "/here", "path": "/here"},
             "stageVariables": None, "isBase64Encoded": False, "body": None}  # fmt: skip
    if domain is not None:
        event["requestContext"]["domainName"] = domain  # type: ignore[index]

    assert base_url(Scope(Request(event, None), "1"), "") == expected
    assert base_url(Scope(Request(event, None), "1"), "https://set.example") == "https://set.example"
