"""Every field of every request gets everything wrong, and says in our words what to send."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.request import messages, parsing
from chalicelib.api.http.request.list_values import is_list
from chalicelib.domain.errors import InvalidRequestError
from tests.support.builders import Person
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS
from tests.support.world import World

LONG = "x" * 6000
TEXTS = ("", " ", "x", LONG, "12", "x@y", "a@b@c", "\xe4@example.org", "2026-02-30", "2026-02-30T25:00:00Z", "-P1X")
WRONG: tuple[Any, ...] = (None, True, False, 0, -1, 12.5, 10**20, *TEXTS, [], [1], [None], ["", LONG], {}, {"x": 1})
ASKED = ("2026-02-30", "2026-02-30T09:00:00Z", "x@y", "", "-1", "x", "1.5", "x" * 2000, "true", "9" * 30, "\x00")
# How pydantic, Python and email_validator speak of themselves or of their types.
FOREIGN = re.compile(
    r"\b(Input|should|must be in \d|out of range|isoformat|address is|pydantic|unable"
    r"|valid (string|integer|boolean|list|dictionary|number|date))\b"
)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside of a type."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def bodies() -> list[type[BaseModel]]:
    """The body of every route, and whatever stands in one."""
    found: list[type[BaseModel]] = []
    wanted = [endpoint.body for endpoint in ENDPOINTS if endpoint.body]
    while wanted:
        model = wanted.pop()
        if model not in found:
            found.append(model)
            for field in model.model_fields.values():
                wanted += models_in(field.annotation)
    return sorted(found, key=lambda model: model.__qualname__)


QUERIES: list[Endpoint] = [endpoint for endpoint in ENDPOINTS if endpoint.query]


def check(sentence: str) -> None:
    assert not FOREIGN.search(sentence), sentence
    assert sentence != messages.UNKNOWN
    assert not sentence[0].isupper(), sentence
    assert not sentence.endswith("."), sentence


@pytest.mark.parametrize("model", bodies(), ids=lambda model: model.__qualname__)
def test_every_field_of_every_body_speaks_our_language(model: type[BaseModel]) -> None:
    kinds = set()
    for name in model.model_fields:
        for value in WRONG:
            try:
                parsing.validate_object(model, {name: value})
            except InvalidRequestError as refused:
                for fault in refused.errors:
                    check(fault.message)
            try:
                model.model_validate_json(json.dumps({name: value}))
            except ValidationError as error:
                kinds |= {fault["type"] for fault in error.errors()}

    assert kinds <= messages._SENTENCES.keys()


@pytest.mark.parametrize("endpoint", QUERIES, ids=lambda endpoint: endpoint.name)
def test_every_parameter_of_every_query_speaks_our_language(endpoint: Endpoint) -> None:
    assert endpoint.query
    for name, field in endpoint.query.model_fields.items():
        for value in ASKED:
            for values in ([value], [value, value]):
                try:
                    parsing.parse_query(endpoint.query, {field.alias or name: values})
                except InvalidRequestError as refused:
                    for fault in refused.errors:
                        check(fault.message)
                        assert fault.in_query
                else:
                    assert len(values) == 1 or is_list(field)


SAID = [
    ({"title": 5}, "/title", 'must be a text in quotes, such as "5"'),
    ({"price": 12.5}, "/price", 'must be a text in quotes, such as "12.5"'),
    ({"price": []}, "/price", "must be a text in quotes"),
    ({"price": float("inf")}, "/price", "must be a text in quotes"),
    ({"title": None}, "/title", "must be a text in quotes, and not null"),
    ({"capacity": "5"}, "/capacity", "must be a whole number"),
    ({"capacity": 5.5}, "/capacity", "must be a whole number"),
    ({"capacity": -1}, "/capacity", "must be at least 0"),
    ({"party_max": 21}, "/party_max", "must be at most 20"),
    ({"online": "yes"}, "/online", "must be true or false, without quotes"),
    ({"tags": "python"}, "/tags", "must be a list, in square brackets"),
    ({"tags": [5]}, "/tags/0", 'must be a text in quotes, such as "5"'),
    ({"waitlist_mode": "on"}, "/waitlist_mode", "must be 'auto', 'offer' or 'off'"),
]


@pytest.mark.parametrize(("fields", "pointer", "message"), SAID)
def test_a_sentence_says_what_to_send(
    world: World, olga: Person, fields: dict[str, Any], pointer: str, message: str
) -> None:
    body = {"title": "Talk", "starts_at": "2026-07-01T09:00:00Z", **fields}

    refused = problem(world.post("/events", body, olga.token), 400, "invalid_request")

    assert refused["errors"] == [{"pointer": pointer, "code": "invalid", "message": message}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page_size=-1", "must be at least 1"),
        ("page_size=0", "must be at least 1"),
        ("page_size=101", "must be at most 100"),
        ("page_size=x", "must be a whole number"),
        ("page_size=1.5", "must be a whole number"),
        ("page_size=%2B5", "must be a whole number"),
        ("page_size=99999999999", "must be at most 100"),
        ("page_size=1e9", "must be a whole number"),
    ],
)
def test_a_page_size_that_is_none_says_so(world: World, query: str, message: str) -> None:
    refused = problem(world.get(f"/events?{query}"), 400, "invalid_request")

    assert refused["errors"] == [{"parameter": "page_size", "code": "invalid", "message": message}]


MALFORMED = {
    b'{"title": ': "The body is not JSON: it ends too early, at line 1, column 10.",
    b'{"title": "x",}': "The body is not JSON: there is a comma too many, at line 1, column 15.",
    b"{}{}": "The body is not JSON: something follows after its end, at line 1, column 3.",
    b"{\n'title': 1}": "The body is not JSON: a name stands without quotes, at line 2, column 1.",
    b'{"title": "a\x01b"}': "The body is not JSON: a text has a control character that is not escaped, at line 1, "
    "column 13.",
    b"hello": "The body is not JSON: a value cannot be read, at line 1, column 1.",
    b'\xef\xbb\xbf{"title": "x"}': "The body begins with a byte order mark: send UTF-8 without it.",
    b"[" * 5000: "The body is not JSON: it is nested too deeply, at line 1, column 20",
}


@pytest.mark.parametrize("raw", MALFORMED, ids=lambda raw: raw[:20].decode(errors="replace"))
def test_what_is_no_json_says_where(world: World, olga: Person, raw: bytes) -> None:
    event = world.an_event(olga.token)
    for method, url in (("POST", "/events"), ("PATCH", f"/events/{event['id']}")):
        answer = world.send(method, url, raw=raw, token=olga.token, headers={"Content-Type": "application/json"})
        detail = problem(answer, 400, "malformed_json")["detail"]
        assert detail.startswith(MALFORMED[raw]), "the parser of merges counts from zero"


# Names that stand twice

TWICE = {
    b'{"title": "a", "starts_at": "2026-07-01T09:00:00Z", "title": "b"}': ["/title"],
    b'{"title": "a", "starts_at": "2026-07-01T09:00:00Z", "t\\u0069tle": "b"}': ["/title"],
    b'{"title": "a", "starts_at": "2026-07-01T09:00:00Z", "tags": [{"a/b": 1, "a/b": 2}]}': ["/tags/0/a~1b"],
    b'{"nope": 1, "nope": 2}': ["/nope"],
    b'{"title": 1, "title": "a", "x": {"y": 1, "y": 1}, "title": 2}': ["/title", "/x/y"],
}


@pytest.mark.parametrize("raw", TWICE)
def test_a_name_that_stands_twice_is_refused(world: World, olga: Person, raw: bytes) -> None:
    event = world.an_event(olga.token)
    for method, url in (("POST", "/events"), ("PATCH", f"/events/{event['id']}"), ("PUT", f"/events/{event['id']}")):
        answer = world.send(method, url, raw=raw, token=olga.token, headers={"Content-Type": "application/json"})
        refused = problem(answer, 400, "invalid_request")
        assert [(fault["pointer"], fault["code"]) for fault in refused["errors"]] == [
            (where, "repeated_name") for where in TWICE[raw]
        ]


# How a body is packed


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP", "deflate, gzip", "x-unknown", "identity, gzip"])
def test_a_packed_body_is_refused(world: World, olga: Person, encoding: str) -> None:
    event = world.an_event(olga.token)
    for method, url in (("POST", "/events"), ("PATCH", f"/events/{event['id']}"), ("POST", "/auth/login")):
        answer = world.send(method, url, {}, token=olga.token, headers={"Content-Encoding": encoding})
        problem(answer, 415, "unsupported_content_encoding")
        assert answer.headers["Accept-Encoding"] == "identity"


def test_a_body_as_it_is_may_say_so(world: World, olga: Person) -> None:
    body = {"title": "Talk", "starts_at": "2026-07-01T09:00:00Z"}
    for encoding in ("identity", "Identity"):
        assert (
            world.send("POST", "/events", body, token=olga.token, headers={"Content-Encoding": encoding}).status == 201
        )
    assert world.send("GET", "/events", headers={"Content-Encoding": "gzip"}).status == 200, "nothing is packed"


# Times


@pytest.mark.parametrize("fraction", [".1234", ".0001", ".123456", ".123456789", ".9999999", ".0000001"])
def test_a_time_that_is_finer_than_stored_is_refused(world: World, olga: Person, fraction: str) -> None:
    time = f"2026-07-01T09:00:00{fraction}Z"

    refused = problem(world.post("/events", {"title": "Talk", "starts_at": time}, olga.token), 400, "invalid_request")

    assert [fault["pointer"] for fault in refused["errors"]] == ["/starts_at"]
    assert "millisecond" in refused["errors"][0]["message"]
    asked = problem(world.get(f"/events?starts_after={time}"), 400, "invalid_request")
    assert "millisecond" in asked["errors"][0]["message"]
    event = world.an_event(olga.token)
    rows = {"rows": [{"code": "x", "checked_in_at": time}]}
    problem(world.post(f"/events/{event['id']}/check-ins", rows, olga.token), 400, "invalid_request")


@pytest.mark.parametrize(
    ("fraction", "shown"), [(".1", ".100"), (".12", ".120"), (".123", ".123"), (".123000000", ".123"), (".0", "")]
)
def test_a_time_comes_back_as_it_was_sent(world: World, olga: Person, fraction: str, shown: str) -> None:
    event = world.an_event(olga.token, starts_at=f"2026-07-01T09:00:00{fraction}Z")

    assert event["starts_at"] == f"2026-07-01T09:00:00{shown}Z"
    assert world.get(f"/events?starts_after=2026-07-01T09:00:00{fraction}Z").json["count"] == 1
