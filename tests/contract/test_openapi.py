"""The OpenAPI document is current and valid, and says exactly what the application does."""

import json
import re
import sys
import sysconfig
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest

from app import app
from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.routing import ELSEWHERE
from chalicelib.api.pages import frame
from chalicelib.api.resources import RESOURCES
from chalicelib.domain import errors
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.events.slugs import slug
from chalicelib.domain.outbox.entry import row_id_of
from chalicelib.domain.shared import ids
from chalicelib.security.keyring import KeyRing, RingMacs
from chalicelib.services.calendars.feeds import FeedTokens
from chalicelib.services.enrollments.link_token import Links
from chalicelib.store.dynamo import keys
from devtools import openapi
from devtools.package import bare
from tests.support.expected.documented import document, errors_of, operations, resolved
from tests.support.world import KEY_RING

PROJECT = Path(__file__).resolve().parents[2]
ENDPOINTS = [endpoint for resource in RESOURCES for endpoint in resource.endpoints]
KEYS = {"read": "readKey", "write": "writeKey", "check-in": "checkInKey"}
SCHEMAS = document()["components"]["schemas"]


def operation_of(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][endpoint.path][endpoint.method.lower()]
    return found


def codes_of(operation: dict[str, Any]) -> dict[str, set[str]]:
    """The documented problem codes by status."""
    statuses = {status: resolved(response) for status, response in operation["responses"].items()}
    return {status: set(response["x-codes"]) for status, response in statuses.items() if "x-codes" in response}


# The file


def test_the_committed_document_is_what_the_routes_make() -> None:
    assert openapi.is_current(), "run `make openapi`"


def test_drift_is_one_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = tmp_path / "openapi.json"
    stale.write_text("{}", encoding="utf-8")

    assert openapi.main(["--check"], stale) == 1
    assert capsys.readouterr().err == "openapi.json is out of date; run `make openapi` and commit the result.\n"

    assert openapi.main([], stale) == 0
    assert openapi.main(["--check"], stale) == 0
    assert stale.read_text(encoding="utf-8") == openapi.TARGET.read_text(encoding="utf-8")


def test_the_document_is_valid_openapi_3_1() -> None:
    openapi_spec_validator.validate(document())

    assert document()["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    text = json.dumps(document())
    targets = set(re.findall(r'"\$ref": "([^"]+)"', text))

    for target in targets:
        assert resolved({"$ref": target})
    assert {target.rpartition("/")[2] for target in targets if "/schemas/" in target} == set(SCHEMAS)


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert document()["info"]["version"] == project["version"]


# Operations


def test_the_document_covers_exactly_the_routes_of_the_application() -> None:
    """HEAD is wherever GET is, and documented in the introduction."""
    documented = {path: {verb.upper() for verb in verbs} for path, verbs in document()["paths"].items()}

    routes = {path: set(verbs) - {"HEAD"} for path, verbs in app.routes.items() if path != ELSEWHERE}
    assert documented == routes


def test_operations_are_named_like_their_views_and_tagged() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    tags = {tag["name"] for tag in document()["tags"]}

    assert sorted(names) == sorted(endpoint.name for endpoint in ENDPOINTS)
    assert len(set(names)) == len(names)
    for _, _, operation in operations():
        assert set(operation["tags"]) <= tags
        assert operation["summary"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_declared_error_is_documented_under_its_status(endpoint: Endpoint) -> None:
    documented = codes_of(operation_of(endpoint))

    for error in endpoint.raises:
        assert error.code in documented[str(int(errors.PROBLEMS[error.code].status))]
    for status, codes in documented.items():
        for code in codes:
            assert int(errors.PROBLEMS[code].status) == int(status)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_what_the_machinery_answers_is_documented_too(endpoint: Endpoint) -> None:
    operation = operation_of(endpoint)
    found = {code for codes in codes_of(operation).values() for code in codes}
    parameters = {resolved(parameter)["name"] for parameter in operation["parameters"]}

    assert {"invalid_request", "internal_error", "too_many_requests", "busy"} <= found
    assert ({"unauthenticated", "scope_missing"} <= found) is (endpoint.auth is not Auth.PUBLIC)
    takes_body = {"malformed_json", "unsupported_media_type", "unsupported_content_encoding", "body_too_large"}
    assert (takes_body <= found) is (endpoint.method in {"POST", "PUT", "PATCH"} and not endpoint.any_body)
    assert ("body_too_large" in found) is (endpoint.method in {"POST", "PUT", "PATCH"})
    assert ({"idempotency_key_invalid", "idempotency_key_reused"} <= found) is endpoint.keyed
    assert ("Idempotency-Key" in parameters) is endpoint.keyed
    assert "precondition_failed" in found
    assert ("If-Match" in parameters) is endpoint.conditional
    assert ("If-None-Match" in parameters) is (endpoint.conditional or endpoint.method == "GET")
    assert ("304" in operation["responses"]) is (endpoint.method == "GET")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_security_says_who_may_call(endpoint: Endpoint) -> None:
    bearer: dict[str, list[str]] = {"bearerAuth": []}
    optional: list[dict[str, list[str]]] = [{}, bearer]
    expected = {
        Auth.PUBLIC: [],
        Auth.OPTIONAL: optional,
        Auth.USER: [bearer],
        Auth.ADMIN: [bearer],
        Auth.DEFERRED: [bearer],
        Auth.GUEST: optional,
    }

    keys: list[Any] = [{KEYS[scope.value]: []} for scope in endpoint.keys.scopes]
    links: list[Any] = [{"linkAuth": []}] if endpoint.links else []
    assert operation_of(endpoint)["security"] == expected[endpoint.auth] + keys + links


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_parameter_is_listed_as_a_client_sends_it(endpoint: Endpoint) -> None:
    parameters = [resolved(parameter) for parameter in operation_of(endpoint)["parameters"]]
    query = {one["name"]: one for one in parameters if one["in"] == "query"}

    declared = endpoint.query.model_fields if endpoint.query else {}
    assert set(query) == {field.alias or name for name, field in declared.items()}
    for one in query.values():
        assert "null" not in json.dumps(one["schema"])
    in_path = {one["name"] for one in parameters if one["in"] == "path" and one["required"]}
    assert in_path == set(re.findall(r"{(\w+)}", endpoint.path))


def test_ids_of_ours_fit_their_patterns() -> None:
    event = ids.new_ulid(datetime(2026, 6, 1, tzinfo=UTC))
    enrollment = ids.enrollment_id(event, 3, event)
    given = {"event_id": event, "attendee_id": event, "enrollment_id": enrollment, "code": "de", "asset": "swagger.js"}
    given["user_id"] = given["session_id"] = given["key_id"] = given["member_id"] = event
    given["letter_id"] = keys.letter_id(datetime(2026, 6, 1, tzinfo=UTC), row_id_of("mail", event))
    given |= {"event": f"{event}-{slug('Grüße aus Köln')}", "month": "2026-07", "part": "2026-07-31"}
    given["file"] = frame.asset_name("css")
    given["feed"] = FeedTokens(RingMacs(lambda: KeyRing.parse(KEY_RING))).token(event, 2**32 - 1)
    given["token"] = Links(RingMacs(lambda: KeyRing.parse(KEY_RING)), "").token(EnrollmentKey(event, 255, event))

    given["problem"] = "event_full"

    for _, _, operation in operations():
        for parameter in operation["parameters"]:
            if parameter.get("in") == "path":
                assert errors_of(parameter["schema"], given[parameter["name"]]) == []
                assert errors_of(parameter["schema"], "no such thing!")


def test_nothing_that_serves_requests_imports_the_generator() -> None:
    libraries = f"sys.path.append({sysconfig.get_path('purelib')!r})"
    loaded = bare.probe(
        bare.Unpacked(PROJECT, Path(sys.executable)), f"{libraries}; import app; import chalicelib.api.resources"
    )["modules"]

    assert "chalicelib.api.documents.routes" in loaded
    assert [name for name in loaded if name.startswith("chalicelib.api.openapi")] == []
