"""Headers of every answer: a request id, safety, and what caches may keep."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from tests.support.builders import signed_in
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World

DOCUMENT = Path(__file__).resolve().parents[3] / "chalicelib" / "api" / "documents" / "openapi.json"


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
@pytest.mark.parametrize("caller", ["visitor", "signed in", "bad token"])
def test_every_answer_carries_its_request_id_and_is_safe_to_show(
    sample: Sample, endpoint: Endpoint, caller: str
) -> None:
    token = {"visitor": None, "bad token": "junk"}.get(caller)
    if caller == "signed in":
        token = signed_in(sample.world, sample.stranger.account).token
    answer = sample.send(endpoint, {"a": 1} if endpoint.body else None, token=token)

    assert answer.status < 500
    assert answer.headers["X-Request-Id"] == "test-request"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["Content-Security-Policy"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"]
    if answer.status >= 400:
        problem(answer, answer.status, str(answer.code))
    elif answer.text or answer.content:
        assert answer.headers["Content-Type"]
    else:
        assert "Content-Type" not in answer.headers


FINGERPRINTS = ("server", "x-powered-by", "via", "x-runtime", "x-version", "x-chalice", "x-amzn-remapped-server")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_no_answer_tells_what_it_was_made_with(sample: Sample, endpoint: Endpoint) -> None:
    token = signed_in(sample.world, sample.stranger.account).token
    answer = sample.send(endpoint, {"a": 1} if endpoint.body else None, token=token)

    assert not {header.lower() for header in answer.headers} & set(FINGERPRINTS)
    if answer.status >= 400:
        assert not any(word in answer.text.lower() for word in ("chalice", "pydantic", "dynamo", "python/", "lambda"))


PUBLIC = ["/events", "/events/upcoming", "/events/available", "/events/{id}", "/events/{id}/capacity"]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_reads_may_be_kept_for_five_seconds(sample: Sample, path: str) -> None:
    answer = sample.world.get(path.replace("{id}", sample.event["id"]))

    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert answer.headers["Vary"] == "Authorization"


@pytest.mark.parametrize("path", PUBLIC)
def test_the_same_with_a_token_is_private(sample: Sample, path: str) -> None:
    token = signed_in(sample.world, sample.stranger.account).token
    answer = sample.world.get(path.replace("{id}", sample.event["id"]), token)

    assert answer.status == 200
    assert "private" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert answer.headers["Vary"] == "Authorization"


PERSONAL = ["/auth/me", "/me/events", "/me/enrollments", "/enrollments/{row}", "/events/{id}/enrollments"]


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_data_is_never_kept(sample: Sample, path: str) -> None:
    url = path.replace("{id}", sample.event["id"]).replace("{row}", sample.row["id"])
    answer = sample.world.get(url, sample.olga.token)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.method != "GET"], ids=name)
def test_answers_to_writes_are_never_kept(sample: Sample, endpoint: Endpoint) -> None:
    answer = sample.send(endpoint, {"unknown": 1}, signed_in(sample.world, sample.stranger.account).token)

    assert answer.headers["Cache-Control"] == "no-store"


def test_json_is_compact_utf_8(sample: Sample) -> None:
    answer = sample.world.get("/countries/AX")

    assert answer.text.startswith('{"code":"AX","name":"Åland Islands"')
    assert answer.headers["Content-Type"] == "application/json"


# Of wallets there is nothing without certificates, and nothing that is text with them. No picture is text.
PICTURES = {"image/png", "image/x-icon"}
TEXTS = [one for one in ENDPOINTS if one.method == "GET" and one.tag != "wallets" and PICTURES.isdisjoint(one.produces)]


@pytest.mark.parametrize("endpoint", TEXTS, ids=name)
def test_a_text_says_its_charset_and_json_is_json(sample: Sample, endpoint: Endpoint) -> None:
    """RFC 8259 knows no charset of JSON; of every other text clients would have to guess it."""
    media = sample.url(endpoint, asset="swagger.js")
    if endpoint.path == "/oembed":
        media += f"?url={quote(sample.event['html_url'], safe='')}"
    owner = sample.ada if endpoint.path.endswith("ticket.svg") else sample.olga
    for accept in ("text/html", "application/json"):
        owner = sample.admin if endpoint.auth is Auth.ADMIN else owner
        answer = sample.world.get(media, owner.token if endpoint.auth is not Auth.PUBLIC else None, Accept=accept)
        essence, _, parameters = answer.headers["Content-Type"].partition(";")

        assert answer.status == 200
        if essence == "application/json":
            json.loads(answer.text)
        else:
            assert essence.startswith("text/") or essence.endswith("+xml")
            assert "charset=utf-8" in parameters


def test_no_answer_of_an_api_route_sends_a_client_elsewhere() -> None:
    """Only pages lead a browser back to themselves, or to their present address; whoever sends credentials is never
    redirected.
    """
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    leading = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if isinstance(operation, dict)
        and any(status.startswith("3") and status != "304" for status in operation.get("responses", {}))
    }

    assert leading <= {
        "/e/{event}",
        "/e/{event}/mailed",
        "/g/{token}",
        "/g/{token}/google-wallet",  # to Google, without the token
        "/unsubscribe/{token}",
        "/unsubscribe/{token}/undo",
    }
