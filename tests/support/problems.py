"""What a refusal must look like, whatever refuses."""

from typing import Any

from tests.support.http import Answer

REQUIRED = {"type", "title", "status", "detail", "code", "request_id"}
OPTIONAL = {"errors", "next_step", "enrollment", "preview", "confirm", "taken", "limit", "scopes"}


def problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """The problem document (RFC 9457), checked; fails when the answer is any other."""
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json
    assert set(body) >= REQUIRED
    assert set(body) <= REQUIRED | OPTIONAL
    assert body["code"] == code, answer.text
    assert body["status"] == status
    assert body["type"].endswith(f"/{code}")
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return body


def faults(answer: Answer) -> list[tuple[str, str]]:
    """`(pointer or parameter, code)` of every fault of an invalid request."""
    body = problem(answer, 400, "invalid_request")
    for one in body["errors"]:
        assert set(one) in ({"pointer", "code", "message"}, {"parameter", "code", "message"})
        assert one["message"]
    return [(one.get("pointer", one.get("parameter")), one["code"]) for one in body["errors"]]
