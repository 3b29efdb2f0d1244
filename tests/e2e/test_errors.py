"""Whatever is sent over the wire, the answer is a clear 4xx with its request id, readable by scripts of any origin."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.site import Site, in_days
from tests.e2e.tables import Tables
from tests.support.http import Answer
from tests.support.problems import faults, problem

MEGABYTE = 1024 * 1024
DEEP = 20_000
ULID = "01JZ3V5E9GQ7M2X4T6R8W0YABC"
EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*"}


@pytest.fixture(scope="module")
def client(site: Site, tables: Tables) -> Iterator[Client]:
    """One connection for all of this: each answer leaves it usable for the next request."""
    with site.client(tables.people(1)[0].token) as made:
        yield made


def refused(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """A problem with everything that a browser's script needs to read it."""
    assert EVERYWHERE.items() <= answer.headers.items()
    assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
    return problem(answer, status, code)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/nowhere", "/events/a/b/c", "/%00", "/..%2f..%2fetc/passwd", "/events//"])
def test_an_unknown_path_is_not_found_whatever_the_verb(client: Client, method: str, path: str) -> None:
    refused(client.send(method, path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/events", {"GET", "HEAD", "POST"}),
        ("DELETE", "/auth/login", {"POST"}),
        ("GET", "/auth/login", {"POST"}),
        ("TRACE", "/events", {"GET", "HEAD", "POST"}),
        ("BREW", "/events", {"GET", "HEAD", "POST"}),
        ("POST", f"/events/{ULID}", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("POST", "/health", {"GET", "HEAD"}),
    ],
)
def test_a_verb_that_a_path_does_not_have_is_refused_with_those_it_has(
    client: Client, method: str, path: str, allowed: set[str]
) -> None:
    answer = client.send(method, path)
    refused(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/events", "/health", "/auth/me", f"/events/{ULID}", "/nothing"])
def test_head_is_answered_as_get_without_a_body(client: Client, path: str) -> None:
    answer, whole = client.send("HEAD", path), client.send("GET", path)
    assert (answer.status, answer.text) == (whole.status, "")
    assert answer.headers["X-Request-Id"]
    for name in ("Content-Type", "Content-Length", "Cache-Control"):
        assert answer.headers[name] == whole.headers[name]


def test_a_preflight_is_told_verbs_and_headers(client: Client) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PATCH"}
    answer = client.send("OPTIONS", f"/events/{ULID}", headers=asked)
    assert (answer.status, answer.text) == (204, "")
    assert set(answer.headers["Access-Control-Allow-Methods"].split(", ")) == {
        "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS",
    }  # fmt: skip
    for name in ("Authorization", "Content-Type", "If-Match", "Idempotency-Key"):
        assert name in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("size", [256 * 1024 + 1, 5 * MEGABYTE, 7 * MEGABYTE])
@pytest.mark.parametrize(("method", "path"), [("POST", "/events"), ("PATCH", "/auth/me"), ("POST", "/auth/login")])
def test_a_body_beyond_the_limit_is_too_large(site: Site, client: Client, method: str, path: str, size: int) -> None:
    body = b'{"title": "' + b"x" * (size - 13) + b'"}'
    with site.client(client.token) as other:
        refused(other.send(method, path, raw=body), 413, "body_too_large")


BODIES = [
    (b"{", "malformed_json"),
    (b"{'title': 1}", "malformed_json"),
    (b'{"title": "a" "b"}', "malformed_json"),
    (b'{"title": "\x00"}', "malformed_json"),
    (b"\x00", "malformed_json"),
    (b'{"title": "\xff\xfe"}', "malformed_json"),
    (b"[" * DEEP, "malformed_json"),
    (b'{"a":' * DEEP, "malformed_json"),
    (b"[" * DEEP + b"]" * DEEP, "malformed_json"),
    (b"null", "invalid_request"),
    (b"[]", "invalid_request"),
    (b"[{}]", "invalid_request"),
    (b"7", "invalid_request"),
    (b'"text"', "invalid_request"),
    (b"true", "invalid_request"),
    (b"NaN", "invalid_request"),
    (b"", "invalid_request"),
]
WRITERS = [("POST", "/events"), ("POST", "/auth/signup"), ("POST", "/auth/refresh")]


@pytest.mark.parametrize(("method", "path"), WRITERS)
@pytest.mark.parametrize(("body", "code"), BODIES, ids=[repr(body[:12]) + str(len(body)) for body, _ in BODIES])
def test_a_body_that_is_no_such_object_is_a_bad_request(
    client: Client, method: str, path: str, body: bytes, code: str
) -> None:
    refused(client.send(method, path, raw=body), 400, code)


@pytest.mark.parametrize(
    "body", [body for body, _ in BODIES if body], ids=lambda body: repr(body[:12]) + str(len(body))
)
def test_a_patch_that_is_no_object_is_a_bad_request(client: Client, body: bytes) -> None:
    answer = client.send("PATCH", "/auth/me", raw=body)
    assert answer.code in {"malformed_json", "invalid_request"}
    refused(answer, 400, str(answer.code))


FIELDS = [
    ("title", "\x00", "invalid"),
    ("title", "\ud800", "malformed_json"),
    ("title", "two\nlines", "invalid"),
    ("title", "", "invalid"),
    ("title", "   ", "invalid"),
    ("title", "x" * 201, "invalid"),
    ("title", None, "invalid"),
    ("title", {"a": 1}, "invalid"),
    ("capacity", 10**400, "invalid"),
    ("capacity", -1, "invalid"),
    ("capacity", 1.5, "invalid"),
    ("capacity", "5", "invalid"),
    ("capacity", math.nan, "invalid"),
    ("capacity", math.inf, "invalid"),
    ("capacity", True, "invalid"),
    ("starts_at", "junk", "invalid"),
    ("starts_at", "2026-02-30T09:00:00Z", "invalid"),
    ("starts_at", "9999-12-31T23:59:59-23:59", "invalid"),
    ("starts_at", "0001-01-01T00:00:00+14:00", "invalid"),
    ("starts_at", 1782900000, "invalid"),
    ("timezone", "../../etc/passwd", "invalid"),
    ("timezone", "Europe/Nowhere", "invalid"),
    ("country", "ZZ", "invalid"),
    ("price", "1e999", "invalid"),
    ("price", 5, "invalid"),
    ("url", "javascript:alert(1)", "invalid"),
    ("tags", ["a"] * 11, "invalid"),
    ("tags", "a", "invalid"),
    ("status", "cancelled", "invalid"),
    ("surprise", 1, "unknown_field"),
]


@pytest.mark.parametrize(
    ("name", "value", "code"), FIELDS, ids=[f"{name}={str(value)[:20]!a}" for name, value, _ in FIELDS]
)
def test_a_wrong_field_is_named(client: Client, name: str, value: object, code: str) -> None:
    body = {"title": "A title", "starts_at": in_days(1), name: value}
    answer = client.post("/events", body)
    refused(answer, 400, "malformed_json" if code == "malformed_json" else "invalid_request")
    if code != "malformed_json":
        [(pointer, found)] = faults(answer)
        assert pointer.startswith(f"/{name}")
        assert found == code


JUNK_IDS = [
    "x",
    "0",
    ULID.lower(),
    ULID[:-1],
    ULID + "A",
    "8" * 26,
    "%00",
    "%F0%9F%8E%89",
    "a" * 2000,
    "'--",
    "%2e%2e",
]


@pytest.mark.parametrize("junk", JUNK_IDS, ids=[junk[:30] for junk in JUNK_IDS])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/events/{}"),
        ("PATCH", "/events/{}"),
        ("GET", "/events/{}/capacity"),
        ("POST", "/events/{}/enrollments"),
        ("GET", "/events/{}/enrollments"),
        ("POST", "/events/{}/cancel"),
        ("DELETE", "/events/{}"),
        ("GET", "/enrollments/{}"),
        ("DELETE", "/enrollments/{}"),
        ("POST", "/enrollments/{}/cancel"),
        ("GET", "/countries/{}"),
    ],
)
def test_a_junk_id_is_not_found(client: Client, method: str, path: str, junk: str) -> None:
    refused(client.send(method, path.format(junk)), 404, "not_found")


QUERIES = [
    ("page_size=0", "page_size", "invalid"),
    ("page_size=101", "page_size", "invalid"),
    ("page_size=-1", "page_size", "invalid"),
    ("page_size=1e1", "page_size", "invalid"),
    ("page_size=%D9%A1", "page_size", "invalid"),
    ("page_size=" + "9" * 5000, "page_size", "invalid"),
    ("page_size=%00", "page_size", "invalid"),
    ("page_size=", "page_size", "empty_parameter"),
    ("page_size=1&page_size=2", "page_size", "repeated_parameter"),
    ("nonsense=1", "nonsense", "unknown_parameter"),
    ("search=python", "search", "unknown_parameter"),
    ("a%00b=1", "a\x00b", "unknown_parameter"),
    ("cursor=" + "x" * 1501, "cursor", "invalid"),
]
FILTERS = [
    ("q=%00", "q", "invalid"),
    ("q=%FF%FE", "q", "undecodable"),
    ("q=%", "q", "undecodable"),
    ("q=" + "a" * 5000, "q", "invalid"),
    ("q=python&q=django", "q", "repeated_parameter"),
    ("title=%EF%BF%BF", "title", "invalid"),
    ("location=%20", "location", "invalid"),
    ("country=Atlantis", "country", "invalid"),
    ("tag=" + "%F0%9F%8E%89" * 41, "tag", "invalid"),
    ("online=maybe", "online", "invalid"),
    ("date=2027-02-29", "date", "invalid"),
    ("starts_after=2027-07-01T09:00+02:00", "starts_after", "invalid"),
    ("tz=..%2F..%2Fetc%2Fpasswd", "tz", "invalid"),
    ("status=deleted", "status", "invalid"),
    ("ordering=", "ordering", "empty_parameter"),
    ("page=26", "page", "page_too_deep"),
    ("page=1&cursor=x", "page", "contradiction"),
]


@pytest.mark.parametrize(("query", "parameter", "code"), QUERIES, ids=[query[:30] for query, _, _ in QUERIES])
@pytest.mark.parametrize("path", ["/events", "/events/upcoming", "/me/events", "/me/enrollments"])
def test_a_junk_parameter_is_named(client: Client, path: str, query: str, parameter: str, code: str) -> None:
    answer = client.get(f"{path}?{query}")
    refused(answer, 400, "invalid_request")
    assert faults(answer) == [(parameter, code)]


@pytest.mark.parametrize(("query", "parameter", "code"), FILTERS, ids=[query[:30] for query, _, _ in FILTERS])
@pytest.mark.parametrize("path", ["/events", "/events/upcoming", "/events/available", "/me/events"])
def test_a_junk_filter_is_named(client: Client, path: str, query: str, parameter: str, code: str) -> None:
    answer = client.get(f"{path}?{query}")
    refused(answer, 400, "invalid_request")
    assert faults(answer) == [(parameter, code)]


@pytest.mark.parametrize(
    "cursor", ["x", "local.x.y", "%00", "%F0%9F%8E%89", "bnVsbA.bnVsbA", "local.W10.AAAA", "..", "a" * 1500]
)
@pytest.mark.parametrize("path", ["/events", "/events/available", "/me/events", "/me/enrollments"])
def test_a_junk_cursor_is_a_bad_request(client: Client, path: str, cursor: str) -> None:
    refused(client.get(f"{path}?cursor={cursor}"), 400, "invalid_cursor")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer a.b.c", "Bearer " + "x" * 5000, "Bearer \xff"]
)
@pytest.mark.parametrize("path", ["/auth/me", "/me/events", "/events"])
def test_a_bad_token_is_refused_even_where_none_is_needed(site: Site, path: str, header: str) -> None:
    with site.client() as anonymous:
        answer = anonymous.get(path, headers={"Authorization": header})
        refused(answer, 401, "unauthenticated")
        assert answer.headers["x-amzn-Remapped-WWW-Authenticate"] == "Bearer", "as API Gateway sends it"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/json; charset=latin-1", "junk", ""]
)
def test_another_content_type_is_unsupported(client: Client, content_type: str) -> None:
    answer = client.send("POST", "/events", raw=b"{}", headers={"Content-Type": content_type})
    refused(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("key", ["", "with blank", "x" * 256, "\u00fc"])
def test_an_idempotency_key_of_other_than_visible_letters_is_a_bad_request(client: Client, key: str) -> None:
    answer = client.post("/events", {}, headers={"Idempotency-Key": key})
    assert answer.code in {"idempotency_key_invalid", "invalid_request"}
    refused(answer, 400, str(answer.code))


@pytest.mark.parametrize("match", ['"0"', '"x"', "junk", '"99.0"', '"' + "9" * 400 + '"', '"-1"'])
def test_an_if_match_of_another_version_changes_nothing(client: Client, match: str) -> None:
    event = Site.an_event(client)
    answer = client.patch(f"/events/{event['id']}", {"title": "Other"}, headers={"If-Match": match})
    refused(answer, 412, "precondition_failed")
    assert client.get(f"/events/{event['id']}").json["title"] == event["title"]


def test_after_all_of_this_the_connection_and_the_service_are_well(client: Client) -> None:
    answer = client.get("/health")
    assert (answer.status, answer.text) == (200, json.dumps({"status": "ok"}, separators=(",", ":")))
