"""Addresses that no route has, as the gateway passes them on: a page for people, a problem for programs."""

import json

import pytest

from app import app
from chalicelib.api.http.endpoints.routing import ELSEWHERE
from devtools.local.gateway.chalice_api import ChaliceApi
from devtools.local.gateway.gateway import Answer, Request, Routes
from tests.support.mails.mailed import BROWSER
from tests.support.world import World


@pytest.fixture
def gateway(world: World) -> ChaliceApi:
    def never(code: str, *_: object) -> dict[str, object]:
        raise AssertionError(f"{code} without the application")

    return ChaliceApi(app, never)


def asked(gateway: ChaliceApi, target: str, method: str = "GET", **headers: str) -> tuple[Answer, dict[str, str]]:
    given = [(name.replace("_", "-"), value) for name, value in headers.items()]
    answer = gateway.answer(Request(method, target, given, b"", "192.0.2.1"))
    return answer, dict(answer.headers)


@pytest.mark.parametrize(
    "target", ["/nothing", "/wp-login.php", "/events/x/y/z", "/e/", "/%ff", "/e/x/embed/y?lang=xx&utm_source=x&x=%zz"]
)
def test_people_see_a_page_that_leads_on(gateway: ChaliceApi, target: str) -> None:
    answer, headers = asked(gateway, target, Accept=BROWSER, Accept_Language="en")

    text = answer.body.decode()
    assert (answer.status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Page not found</h1>" in text
    assert 'href="/search"' in text
    assert headers["X-Robots-Tag"] == "noindex"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_programs_are_told_in_json_whatever_they_want(gateway: ChaliceApi, method: str) -> None:
    answer, headers = asked(gateway, "/nothing?a=&a=", method)

    assert (answer.status, headers["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(answer.body)["code"] == "not_found"
    assert headers["Cache-Control"] == "no-store"


def test_routes_are_preferred_to_it_and_a_verb_that_one_has_not_is_still_told(gateway: ChaliceApi) -> None:
    assert Routes(app.routes).match("/e/x") == ("/e/{event}", {"event": "x"})
    assert Routes(app.routes).match("/events/available") == ("/events/available", {})
    assert Routes(app.routes).match("/a/b") == (ELSEWHERE, {"proxy": "a/b"})
    assert asked(gateway, "/health", "DELETE")[0].status == 405


PREFLIGHT = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}


def test_a_preflight_for_it_is_answered_so_that_scripts_read_the_404(gateway: ChaliceApi) -> None:
    answer, headers = asked(gateway, "/nothing", "OPTIONS", **PREFLIGHT)

    assert (answer.status, headers["Access-Control-Allow-Origin"]) == (204, "*")
