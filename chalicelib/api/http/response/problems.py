"""Errors as clients see them: RFC 9457 documents with stable codes, made from the declarations of the domain."""

import json
from http import HTTPStatus
from typing import Any

from chalicelib.api.http.request.headers import ANY_SERVER
from chalicelib.domain.errors import PROBLEMS, BusyError, TooManyRequestsError, TurnoutError, UnsupportedEncodingError

CONTENT_TYPE = "application/problem+json"


def type_of(code: str, base_url: str) -> str:
    """Where the problem is explained: an address of the service itself, that of `show_problem`."""
    return f"{base_url}/problems/{code}"


def document(
    code: str, request_id: str, *, base_url: str = ANY_SERVER, detail: str = "", **members: Any
) -> dict[str, Any]:
    """The body of a problem response. `base_url` is where clients reach us; without it, an address of nobody."""
    problem = PROBLEMS[code]
    body: dict[str, Any] = {
        "type": type_of(code, base_url),
        "title": problem.title,
        "status": int(problem.status),
        "detail": detail or problem.detail,
        "code": code,
        "request_id": request_id,
    }
    if problem.next_step is not None:
        body["next_step"] = problem.next_step.as_dict()
    return body | members


def of_error(
    error: TurnoutError, request_id: str, base_url: str = ANY_SERVER
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """`(status, body, headers)` of a refusal."""
    body = document(error.code, request_id, base_url=base_url, detail=error.detail, **error.members())
    return int(error.problem.status), body, _headers(error)


def _headers(error: TurnoutError) -> dict[str, str]:
    if isinstance(error, TooManyRequestsError):
        return _used_up(error)
    if isinstance(error, BusyError):
        return {"Retry-After": str(BusyError.retry_after_seconds)}
    if isinstance(error, UnsupportedEncodingError):
        return {"Accept-Encoding": "identity"}  # RFC 9110, 15.5.16
    return {"WWW-Authenticate": "Bearer"} if error.problem.status is HTTPStatus.UNAUTHORIZED else {}


def _used_up(error: TooManyRequestsError) -> dict[str, str]:
    """The fields of draft-ietf-httpapi-ratelimit-headers-06, the last version that has one for each number."""
    wait = str(error.retry_after)
    return {
        "Retry-After": wait,
        "RateLimit-Limit": str(error.limit),
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": wait,
    }


def dump(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
