"""The stand-in for API Gateway: which path a request is for, what the function gets, what becomes of its answer."""

import base64
import json
from http import HTTPStatus

import pytest

from devtools.local.gateway.gateway import Request, Routes, answer, event, problem

ROUTES = Routes(["/", "/events", "/events/upcoming", "/events/{event_id}", "/events/{event_id}/capacity", "/g/{token}"])


def request(target: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b"") -> Request:
    return Request(method, target, list(headers), body, "203.0.113.9", "request-1")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ("/", {})),
        ("/events", ("/events", {})),
        ("/events/", ("/events", {})),
        ("/events/upcoming", ("/events/upcoming", {})),
        ("/events/01ABC", ("/events/{event_id}", {"event_id": "01ABC"})),
        ("/events/a%2Fb/capacity", ("/events/{event_id}/capacity", {"event_id": "a%2Fb"})),
    ],
)
def test_a_path_finds_its_route_and_undecoded_variables(path: str, expected: tuple[str, dict[str, str]]) -> None:
    assert ROUTES.match(path) == expected


@pytest.mark.parametrize("path", ["/nothing", "/events//", "/events//capacity", "/events/a/b/c", "", "*"])
def test_a_path_without_a_route_or_with_an_empty_variable_is_no_match(path: str) -> None:
    assert ROUTES.match(path) is None


def test_a_route_that_fits_in_part_leaves_nothing_behind_in_the_variables_of_another() -> None:
    routes = Routes(["/{a}/x/y", "/{b}/x/{c}"])

    assert routes.match("/1/x/2") == ("/{b}/x/{c}", {"b": "1", "c": "2"})


@pytest.mark.parametrize(
    ("target", "path"),
    [("/events?a=1", "/events"), ("http://host:8000/events?a=1", "/events"), ("//evil/x", "//evil/x"), ("*", "*")],
)
def test_the_path_is_taken_from_every_form_of_target(target: str, path: str) -> None:
    assert request(target).path == path


def test_the_event_repeats_every_value_of_a_parameter_and_of_a_header() -> None:
    made = event(request("/events?tag=a&tag=b&q=", ("X-A", "1"), ("X-A", "2")), "/events", {})

    assert made["multiValueQueryStringParameters"] == {"tag": ["a", "b"], "q": [""]}
    assert made["queryStringParameters"] == {"tag": "b", "q": ""}
    assert made["multiValueHeaders"] == {"X-A": ["1", "2"]}
    assert made["headers"] == {"X-A": "2"}


def test_the_event_says_none_where_lambda_says_none() -> None:
    made = event(request("/events"), "/events", {})

    names = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body")
    assert [made[name] for name in names] == [None] * 4


def test_the_address_of_the_caller_is_the_sockets_whatever_a_header_says() -> None:
    made = event(request("/events", ("X-Forwarded-For", "198.51.100.1")), "/events", {})

    assert made["requestContext"]["identity"]["sourceIp"] == "203.0.113.9"
    assert made["requestContext"]["requestId"] == "request-1"


@pytest.mark.parametrize(
    ("media", "body"),
    [("application/json", "{ö}".encode()), ("image/png", b"\x89\xff"), ("text/plain", b'{"a": "\xff"}')],
)
def test_a_body_reaches_the_function_byte_by_byte(media: str, body: bytes) -> None:
    made = event(request("/x", ("Content-Type", media), body=body), "/x", {})

    assert (base64.b64decode(made["body"]), made["isBase64Encoded"]) == (body, True)


def test_an_answer_keeps_repeated_headers_and_gets_a_type() -> None:
    made = answer({"statusCode": 200, "headers": {"A": "1"}, "multiValueHeaders": {"Link": ["x", "y"]}, "body": "{}"})

    assert made.headers == [("A", "1"), ("Link", "x"), ("Link", "y"), ("Content-Type", "application/json")]
    assert made.body == b"{}"


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_that_has_no_body_sends_none(status: int) -> None:
    assert answer({"statusCode": status, "body": "null"}).body == b""


def test_a_base64_answer_is_sent_as_bytes() -> None:
    made = answer({"statusCode": 200, "isBase64Encoded": True, "body": base64.b64encode(b"\x00\xff").decode()})

    assert made.body == b"\x00\xff"


@pytest.mark.parametrize("name", ["WWW-Authenticate", "Server", "Date", "www-authenticate"])
def test_a_header_that_the_gateway_keeps_for_itself_is_renamed(name: str) -> None:
    made = answer({"statusCode": 401, "headers": {name: "x", "ETag": "y"}, "body": "{}"})

    assert [one for one, _ in made.headers][:2] == [f"x-amzn-Remapped-{name}", "ETag"]


def test_a_problem_of_the_gateway_names_its_request_and_is_readable_across_origins() -> None:
    made = problem(HTTPStatus.LENGTH_REQUIRED, "length_required", "Say how long.", "request-7")

    document = json.loads(made.body)
    assert document["request_id"] == "request-7"
    assert (document["status"], document["code"], document["detail"]) == (411, "length_required", "Say how long.")
    assert dict(made.headers)["Access-Control-Allow-Origin"] == "*"
    assert dict(made.headers)["Content-Type"] == "application/problem+json"


SIGNED = "g_2026a.AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "/"),
        ("/events/", "/events/"),
        (f"/events/{ULID}/capacity", f"/events/{ULID}/capacity"),
        (f"/enrollments/{'aB3_-' * 10}", "/enrollments/***"),  # no route here: what it is, nobody knows
        ("/event", "/event"),
        ("/wp-login.php", "/wp-login.php"),
        ("/g/s3cret", "/g/***"),
        ("/g/secret/x", "/g/***/***"),
        ("/g/secret/", "/g/***/***"),
        (f"/g/{SIGNED}/x", "/g/***/***"),
        (f"/feeds/{SIGNED}.ics", "/feeds/***"),
        ("/feeds/secret.ics", "/feeds/***"),
        ("/unsubscribe/secret", "/unsubscribe/***"),
        ("/G/secret", "/G/***"),
        ("/%67/secret", "/***/***"),
        ("/api/g/secret", "/api/g/***"),
        (f"/{SIGNED}", "/***"),
        (f"/{SIGNED}/events", "/***/events"),
        (f"/events/{SIGNED}", "/events/***"),
        (f"/events/{JWT}", "/events/***"),
        ("/events/ada@example.org", "/events/***"),
        ("/ada%40example.org", "/***"),
        ("/events/a\x1b[31m\n", "/events/***"),
        ("/reset/123456", "/reset/***"),
        ("//g//secret", "//g/***/***"),
        ("g/secret", "/g/***"),
    ],
)
def test_a_shown_path_has_words_and_ids_and_nothing_that_may_be_a_credential(path: str, shown: str) -> None:
    assert ROUTES.printable(path) == shown


def test_a_shown_path_is_short() -> None:
    assert len(ROUTES.printable("/events" * 500)) == 200


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/events?q=caf%C3%A9&tag=%25zz", True),
        ("/events/%F0%9F%8E%89?a=100%25", True),
        ("/events?q=%zz", False),
        ("/events?q=%C3", False),
        ("/events?q=%", False),
        ("/events?q=%c", False),
        ("/events?%ff=a", False),
        ("/events?q=caf\xe9", False),
    ],
)
def test_what_is_no_text_in_a_query_reaches_the_function_as_replacement_characters(
    target: str, *, expected: bool
) -> None:
    sent = event(request(target), "/events", {})["multiValueQueryStringParameters"]

    assert ("\ufffd" not in str(sent)) is expected


@pytest.mark.parametrize(("value", "expected"), [("%ff", "\ufffd"), ("a%zz", "a\ufffdzz"), ("a%2Fb", "a%2Fb")])
def test_so_does_a_variable_of_the_path(value: str, expected: str) -> None:
    sent = event(request(f"/events/{value}"), "/events/{event_id}", {"event_id": value})

    assert sent["pathParameters"] == {"event_id": expected}
