"""Undeclared verbs, preflights and origins: what browsers and careless clients meet at the edge."""

from collections.abc import Iterator

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.settings import Settings
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.stories.sample import ABSENT, ENDPOINTS, Sample, name
from tests.support.world import SETTINGS, World

VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
PATHS = sorted({endpoint.path for endpoint in ENDPOINTS})
DECLARED = {path: {endpoint.method for endpoint in ENDPOINTS if endpoint.path == path} for path in PATHS}
ALLOWED = {path: verbs | {"HEAD"} if "GET" in verbs else verbs for path, verbs in DECLARED.items()}
READS = [endpoint for endpoint in ENDPOINTS if endpoint.method == "GET"]
TWO_ORIGINS = Settings(
    key_ring=SETTINGS.key_ring, cors_origins="https://a.example, https://b.example", log_level="ERROR"
)


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


def url(path: str) -> str:
    of_accounts = ("user_id", "session_id", "key_id", "member_id", "letter_id")
    ids = dict.fromkeys(("event_id", "attendee_id", "enrollment_id", *of_accounts), ABSENT)
    words = dict.fromkeys(("asset", "problem", "event", "month", "part", "file"), "x")
    return path.format(**ids, **words, token="g_x", feed="f_x", code="DE")


@pytest.mark.parametrize("path", PATHS)
def test_a_verb_that_a_path_does_not_have_is_405_and_names_those_it_has(sample: Sample, path: str) -> None:
    for verb in VERBS:
        if verb not in ALLOWED[path]:
            answer = sample.world.send(verb, url(path))

            assert answer.status == 405
            if verb != "HEAD":
                problem(answer, 405, "method_not_allowed")
            assert set(answer.headers["Allow"].split(", ")) == ALLOWED[path]
            assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("endpoint", READS, ids=name)
def test_head_is_answered_as_get_without_the_body(sample: Sample, endpoint: Endpoint) -> None:
    """Also where GET is refused: nobody signed in, a parameter that is none, something that is not there."""
    there, absent = sample.url(endpoint), url(endpoint.path)
    for target, token in (
        (there, sample.olga.token),
        (there, None),
        (f"{there}?nope=1", sample.olga.token),
        (absent, None),
    ):
        answer = sample.world.send("HEAD", target, token=token)
        whole = sample.world.send("GET", target, token=token)

        assert (answer.status, answer.text) == (whole.status, "")
        assert answer.headers == whole.headers


def test_head_is_conditional_as_get_is(sample: Sample) -> None:
    etag = sample.world.get("/events").headers["ETag"]

    assert sample.world.send("HEAD", "/events", headers={"If-None-Match": etag}).status == 304


def allowed(answer: Answer) -> set[str]:
    return {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}


@pytest.mark.parametrize(
    "wanted",
    [
        "traceparent", "tracestate", "baggage", "x-request-id", "cache-control", "pragma", "authorization,traceparent",
        "content-type, x-requested-with", "dnt", "sentry-trace", "x-datadog-trace-id", "x-b3-traceid", "newrelic",
        "if-none-match", "range", "priority", "x-client-version", "X-Mixed-Case",
    ],
)  # fmt: skip
def test_any_header_that_a_browser_or_a_client_adds_may_be_sent(sample: Sample, wanted: str) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "PATCH"}

    answer = sample.world.send("OPTIONS", "/events", headers={**asked, "Access-Control-Request-Headers": wanted})

    assert {name.strip().lower() for name in wanted.split(",")} <= allowed(answer)
    assert "authorization" in allowed(answer), "`*` would not stand for it"
    assert "Access-Control-Request-Headers" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_headers_that_are_asked_for_in_several_lines_may_all_be_sent(sample: Sample) -> None:
    """Lines of one field are one list (RFC 9110, 5.3): proxies may write them so."""
    answer = sample.world.send("OPTIONS", "/events", lines={"Access-Control-Request-Headers": ["x-one", "x-two"]})

    assert {"x-one", "x-two"} <= allowed(answer)


@pytest.mark.parametrize("wanted", ["a b", "x\r\nSet-Cookie: a=b", "x: y", "ü", "x" * 65, "", ",,,", "a;b"])
def test_what_is_no_name_of_a_header_is_not_repeated(sample: Sample, wanted: str) -> None:
    plain = sample.world.send("OPTIONS", "/events", headers={"Origin": "https://a.example"})

    answer = sample.world.send("OPTIONS", "/events", headers={"Access-Control-Request-Headers": wanted})

    assert answer.status == 204
    assert allowed(answer) == allowed(plain)


def test_a_preflight_does_not_repeat_thousands_of_names(sample: Sample) -> None:
    many = ",".join(f"x-{number}" for number in range(5_000))

    answer = sample.world.send("OPTIONS", "/events", headers={"Access-Control-Request-Headers": many})

    assert len(allowed(answer)) < 80


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered_without_credentials(sample: Sample, path: str) -> None:
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}

    answer = sample.world.send("OPTIONS", url(path), headers=headers)

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert set(answer.headers["Access-Control-Allow-Methods"].split(", ")) == ALLOWED[path] | {"OPTIONS"}
    assert {"authorization", "content-type", "if-match", "if-none-match", "idempotency-key"} <= allowed(answer)
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_browsers_may_read_the_headers_that_the_contract_names(sample: Sample) -> None:
    exposed = set(sample.world.get("/events").headers["Access-Control-Expose-Headers"].split(", "))

    assert exposed == {
        "ETag", "Location", "Link", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
        "X-Request-Id", "Idempotency-Replayed",
    }  # fmt: skip


@pytest.mark.parametrize("origin", ["https://a.example", "https://b.example"])
@pytest.mark.parametrize(("verb", "path", "status"), [("GET", "/events", 200), ("OPTIONS", "/events", 204),
                                                      ("GET", "/auth/me", 401), ("PUT", "/events", 405)])  # fmt: skip
def test_a_configured_origin_is_echoed(origin: str, verb: str, path: str, status: int) -> None:
    with World(TWO_ORIGINS) as world:
        answer = world.send(verb, path, headers={"Origin": origin})

    assert answer.status == status
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://a.example.evil.example", "http://a.example", "null", "*", "", None]
)
def test_any_other_origin_is_not(origin: str | None) -> None:
    with World(TWO_ORIGINS) as world:
        answer = world.send("GET", "/events", headers={"Origin": origin} if origin is not None else {})

    assert answer.status == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"].split(", "), "a cache must not serve it to another origin"


def test_what_depends_on_the_caller_says_so_beside_the_origin() -> None:
    with World(TWO_ORIGINS) as world:
        answer = world.get("/events", Origin="https://a.example")

    assert set(answer.headers["Vary"].split(", ")) == {"Authorization", "Origin"}
