"""Bodies that no client should send: always a clear 4xx, never a 5xx, on every endpoint that takes one."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from tests.support.builders import a_person
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import SETTINGS, World

LIMITED = [endpoint for endpoint in ENDPOINTS if endpoint.method in {"POST", "PUT", "PATCH"}]
WITH_BODY = [endpoint for endpoint in LIMITED if not endpoint.any_body]  # the others look at none
STRICT = [endpoint for endpoint in WITH_BODY if endpoint.body is not None]
MALFORMED = {
    "nothing but space": b" ",
    "words": b"hello",
    "form": b"title=x&starts_at=y",
    "truncated": b'{"title": "x"',
    "trailing comma": b'{"title": "x",}',
    "two documents": b"{}{}",
    "single quotes": b"{'title': 'x'}",
    "NUL": b"\x00",
    "NUL in a text": b'{"title": "a\x00b"}',
    "invalid UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"title": "x"}',
    "lone surrogate": b'{"title": "\\ud800"}',
    "deep arrays": b"[" * 20_000 + b"]" * 20_000,
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "deep and open": b"[" * 20_000,
    "deep in a field": b'{"title": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "a very long number": b'{"capacity": ' + b"9" * 5_000 + b"}",
}
NO_OBJECTS = {"null": b"null", "true": b"true", "number": b"1", "text": b'"x"', "array": b"[]", "objects": b"[{}]"}


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


def send(sample: Sample, endpoint: Endpoint, raw: bytes, content_type: str | None = "application/json") -> Answer:
    headers = {} if content_type is None else {"Content-Type": content_type}
    return sample.send(endpoint, raw=raw, token=sample.olga.token, headers=headers)


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name)
def test_what_is_no_json_is_a_400_that_says_so(sample: Sample, endpoint: Endpoint) -> None:
    before = [sample.world.db.snapshot_all(table) for table in sample.world.db.tables]

    for kind, raw in MALFORMED.items():
        answer = send(sample, endpoint, raw)
        assert answer.status == 400, (kind, answer.text)
        assert answer.code in {"malformed_json", "invalid_request"}, (kind, answer.text)
        problem(answer, 400, str(answer.code))

    assert [sample.world.db.snapshot_all(table) for table in sample.world.db.tables] == before


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name)
def test_what_is_no_object_is_refused_as_such(sample: Sample, endpoint: Endpoint) -> None:
    for kind, raw in NO_OBJECTS.items():
        assert faults(send(sample, endpoint, raw)) == [("", "object_required")], kind


@pytest.mark.parametrize("endpoint", LIMITED, ids=name)
def test_a_body_beyond_256_kb_is_413_and_is_not_read(sample: Sample, endpoint: Endpoint) -> None:
    for raw in (b"x" * 262_145, b'{"title": "' + b"x" * 600_000 + b'"}', b"[" * 300_000):
        problem(send(sample, endpoint, raw), 413, "body_too_large")


@pytest.mark.parametrize(("setting", "sentence"), [(2048, "Send at most 2 KB."), (1500, "Send at most 1500 bytes.")])
def test_the_refusal_of_a_large_body_says_what_the_setting_allows(setting: int, sentence: str) -> None:
    with World(replace(SETTINGS, max_body_bytes=setting)) as world:
        body = {"email": "x" * setting, "password": ""}

        assert problem(world.post("/auth/login", body), 413, "body_too_large")["detail"] == sentence


def test_a_body_of_256_kb_is_read(sample: Sample) -> None:
    text = json.dumps({"title": "x", "starts_at": "2026-07-01T09:00:00Z", "description": ""})
    raw = (text[:-2] + "x" * (262_144 - len(text)) + '"}').encode()
    create = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "create_event")
    assert len(raw) == 262_144

    assert faults(send(sample, create, raw)) == [("/description", "invalid")]


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name)
def test_any_other_type_than_json_is_415(sample: Sample, endpoint: Endpoint) -> None:
    for content_type in (
        "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
        "application/json; charset=latin-1", "application/jsonx", "json", "", ";", "*/*", "\x00",
        "application/json; charset=utf-8; charset=latin-1", "application/json; charset='utf-8'",
        "application/json; charset=", 'application/json; charset="utf-8', "application/json, text/plain",
    ):  # fmt: skip
        if endpoint.form and content_type == "application/x-www-form-urlencoded":
            continue  # the buttons of a page
        problem(send(sample, endpoint, b"{}", content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"',
     " application/json ", "application/json; charset = utf-8", 'application/json; profile="a;charset=latin-1"',
     "application/json; xcharset=latin-1", "application/json;", None],
)  # fmt: skip
def test_json_is_accepted_however_it_is_written(sample: Sample, content_type: str | None) -> None:
    login = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "log_in")

    problem(
        send(sample, login, b'{"email":"nobody@example.org","password":"x"}', content_type), 401, "credentials_wrong"
    )


def test_merge_patch_is_for_patch_only(sample: Sample) -> None:
    for endpoint in STRICT:
        answer = send(sample, endpoint, b'{"unknown": 1}', "application/merge-patch+json")
        if endpoint.method == "PATCH":
            assert ("/unknown", "unknown_field") in faults(answer)
        else:
            problem(answer, 415, "unsupported_media_type")


BODILESS = ["log_out", "publish_event", "cancel_event", "enrol_in_event", "cancel_enrollment"]
BODILESS_DELETES = ["delete_event", "delete_enrollment"]


@pytest.mark.parametrize("operation", BODILESS + BODILESS_DELETES)
@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}], ids=str)
def test_where_no_body_is_needed_none_is_and_no_type_either(operation: str, headers: dict[str, str]) -> None:
    endpoint = next(endpoint for endpoint in ENDPOINTS if endpoint.name == operation)
    with World() as world:
        sample = Sample(world)
        person = sample.ada if "enrol" in operation else sample.olga
        if operation in {"cancel_event", "delete_event"}:
            world.delete(f"/enrollments/{sample.row['id']}", sample.ada.token)
        if operation == "enrol_in_event":
            person = a_person(world)

        answer = sample.send(endpoint, token=person.token, headers=headers)

    assert answer.status in {200, 201, 204}, answer.text


@pytest.mark.parametrize("endpoint", [one for one in WITH_BODY if one.body is None], ids=name)
def test_where_no_body_is_known_any_field_is_refused(sample: Sample, endpoint: Endpoint) -> None:
    assert faults(send(sample, endpoint, b'{"force": true}')) == [("/force", "unknown_field")]


def test_field_names_of_any_kind_come_back_as_json_pointers(sample: Sample) -> None:
    create = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "create_event")
    names = ["", " ", "a/b", "m~n", "ключ", "\u0000", "__proto__", "x" * 5000]

    answer = send(sample, create, json.dumps(dict.fromkeys(names, 1)).encode())

    pointers = {pointer for pointer, code in faults(answer) if code == "unknown_field"}
    assert pointers == {f"/{one.replace('~', '~0').replace('/', '~1')}" for one in names}
