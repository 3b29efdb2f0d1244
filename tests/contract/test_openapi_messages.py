"""What the document says about bodies and answers is what the application takes and gives."""

import json
import re

import pytest

from chalicelib.api.http.response import problems
from chalicelib.api.openapi import examples
from tests.support.expected.documented import complaint, document, errors_of, operations, resolved
from tests.support.http import Answer
from tests.support.world import PASSWORD, World

SCHEMAS = document()["components"]["schemas"]


def test_a_patch_requires_nothing_and_null_clears_what_is_optional() -> None:
    assert "required" not in SCHEMAS["EventPatch"]
    assert errors_of(SCHEMAS["EventPatch"], {}) == []
    assert errors_of(SCHEMAS["EventPatch"], {"location": None, "online": None, "tags": None}) == []
    assert errors_of(SCHEMAS["EventPatch"], {"title": None})
    assert errors_of(SCHEMAS["EventPatch"], {"colour": "red"})
    for _, verb, operation in operations():
        if verb == "patch":
            media = set(operation["requestBody"]["content"])
            assert media == {"application/json", "application/merge-patch+json"}


def test_a_put_takes_what_was_read() -> None:
    read = examples.CONTENT["Event"]

    assert errors_of(SCHEMAS["EventRequest"], read) == []
    assert errors_of(SCHEMAS["EventRequest"], {"title": "Only a title"})
    assert errors_of(SCHEMAS["ProfileRequest"], examples.CONTENT["Account"]) == []


def test_whether_people_are_told_is_said_with_an_edit_and_never_shown() -> None:
    for name in ("EventRequest", "EventPatch"):
        field = SCHEMAS[name]["properties"]["notify"]
        assert field["writeOnly"] is True
        assert "mailed" in field["description"]
    assert errors_of(SCHEMAS["EventRequest"], {**examples.CONTENT["EventRequest"], "notify": False}) == []
    assert errors_of(SCHEMAS["EventPatch"], {"notify": "no"})
    for name in ("CreateEventRequest", "Event", "EventSummary", "OwnEvent"):
        assert "notify" not in SCHEMAS[name]["properties"]


def test_a_login_names_either_the_address_or_the_username() -> None:
    schema = SCHEMAS["LoginRequest"]

    assert errors_of(schema, {"email": "a@example.org", "password": "x"}) == []
    assert errors_of(schema, {"email": None, "username": "a", "password": "x"}) == []
    assert errors_of(schema, {"email": "a@example.org", "username": "a", "password": "x"})
    assert errors_of(schema, {"password": "x"})


@pytest.mark.parametrize("name", sorted(examples.CONTENT))
def test_every_example_is_valid(name: str) -> None:
    assert errors_of(SCHEMAS[name], examples.CONTENT[name]) == []


def test_every_body_and_answer_has_an_example() -> None:
    shown = {name for name in SCHEMAS if re.search(r"(Request|Patch|Page)$", name)}

    assert shown <= set(examples.CONTENT)
    assert set(examples.CONTENT) <= set(SCHEMAS)


def test_every_error_example_is_valid_and_fits_its_response() -> None:
    for response in document()["components"]["responses"].values():
        content = response["content"]["application/problem+json"]
        for example in content["examples"].values():
            assert errors_of(content["schema"], resolved(example)["value"]) == []


# The check that other tests use


@pytest.mark.parametrize(
    ("answer", "against"),
    [
        (Answer(418, {}, ""), "not documented"),
        (Answer(200, {"X-Request-Id": "1", "ETag": '"1"', "Content-Type": "application/json"}, "{}"), "required"),
        (Answer(200, {"Content-Type": "application/json"}, json.dumps(examples.CONTENT["Event"])), "ETag is missing"),
        (Answer(200, {"X-Request-Id": "1", "ETag": '"1"', "Content-Type": "text/html"}, "<p>"), "text/html"),
        (
            Answer(
                404,
                {"X-Request-Id": "1", "Content-Type": "application/problem+json"},
                problems.dump(problems.document("event_full", "1")),
            ),
            "event_full",
        ),
    ],
)
def test_an_answer_that_the_document_does_not_promise_is_noticed(answer: Answer, against: str) -> None:
    found = complaint("GET", f"/events/{examples.EVENT_ID}", answer)

    assert found
    assert against in found


def test_a_whole_story_is_answered_as_documented() -> None:
    with World() as world:
        organizer, seeker = world.signed_up("o@example.org"), world.signed_up("s@example.org")
        event = world.an_event(organizer, capacity=1)
        about = f"/events/{event['id']}"
        enrolled = world.post(f"{about}/enrollments", {}, seeker, Idempotency_Key="k")
        tag = world.get(about).headers["ETag"]
        told = [
            ("POST", "/auth/signup", world.post("/auth/signup", {"email": "o@example.org", "password": PASSWORD})),
            ("POST", "/auth/signup", world.post("/auth/signup", {"email": 1})),
            ("POST", "/auth/login", world.post("/auth/login", {"email": "o@example.org", "password": "no"})),
            ("GET", "/auth/me", world.get("/auth/me")),
            ("GET", about, world.get(about, If_None_Match=tag)),
            ("GET", about, world.get("/events/nothing")),
            ("PUT", about, world.put(about, event, organizer, If_Match='"9.9"')),
            ("PUT", about, world.put(about, event, seeker)),
            ("PATCH", about, world.patch(about, {"capacity": 5}, organizer, If_Match=tag)),
            ("DELETE", about, world.delete(about, organizer)),
            ("POST", f"{about}/enrollments", enrolled),
            ("POST", f"{about}/enrollments", world.post(f"{about}/enrollments", {}, seeker, Idempotency_Key="k")),
            ("POST", f"{about}/enrollments", world.post(f"{about}/enrollments", {}, seeker, Idempotency_Key="\u00e9")),
            ("POST", f"{about}/enrollments", world.post(f"{about}/enrollments", {}, seeker)),
            ("GET", "/events", world.get("/events?cursor=forged")),
            ("POST", "/events", world.post("/events", None, organizer, Content_Type="text/plain")),
            ("GET", "/health", world.get("/health")),
            ("GET", "/", world.get("/")),
        ]
    assert [complaint(*one) for one in told] == [None] * len(told)
    assert {answer.status for _, _, answer in told} >= {200, 201, 304, 400, 401, 403, 404, 409, 412}
