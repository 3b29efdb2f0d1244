"""The problem responses of an operation: what it declares, and what the machinery around it can answer."""

from collections.abc import Iterable
from http import HTTPStatus

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.response import problems
from chalicelib.api.openapi import examples
from chalicelib.api.openapi.references import REF, Schema
from chalicelib.domain import errors

_TEXT: Schema = {"type": "string"}
EXAMPLE_ID = "5f6c1f0a-3f0b-4a53-9d3f-0d7f4f2f7c11"
HEADERS: dict[str, Schema] = {
    "WWW-Authenticate": {
        "description": "Always `Bearer`. API Gateway sends it as `x-amzn-Remapped-WWW-Authenticate`.",
        "schema": {"type": "string", "const": "Bearer"},
        "example": "Bearer",
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "example": "2",
    },
    **{
        f"RateLimit-{name}": {
            "description": f"{meaning} Not with what the gateway itself refuses.",
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
            "example": example,
        }
        for name, meaning, example in (
            ("Limit", "How many are allowed at once.", "10"),
            ("Remaining", "How many are left now.", "0"),
            ("Reset", "Seconds until the next one is allowed.", "2"),
        )
    },
    "Allow": {
        "description": "The verbs that there are.",
        "required": True,
        "schema": {"type": "string"},
        "example": "GET, HEAD, OPTIONS",
    },
}
_WITH_HEADERS: dict[HTTPStatus, tuple[str, ...]] = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.METHOD_NOT_ALLOWED: ("Allow",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}


def codes(endpoint: Endpoint) -> list[str]:
    """Every problem code that the operation can answer, in the order of `errors.PROBLEMS`."""
    found = {error.code for error in endpoint.raises}
    found |= {errors.InvalidRequestError.code, "internal_error", "too_many_requests", errors.BusyError.code}
    found.add(errors.PreconditionFailedError.code)
    if endpoint.auth is not Auth.PUBLIC:
        found |= {errors.UnauthenticatedError.code, errors.ScopeMissingError.code}
    if endpoint.any_body:
        found.add(errors.BodyTooLargeError.code)
    elif endpoint.method not in {"GET", "DELETE"}:
        found |= {
            errors.MalformedJsonError.code,
            errors.UnsupportedMediaTypeError.code,
            errors.UnsupportedEncodingError.code,
            errors.BodyTooLargeError.code,
        }
    if endpoint.keyed:
        found |= {errors.IdempotencyKeyInvalidError.code, errors.IdempotencyMismatchError.code}
    return [code for code in errors.PROBLEMS if code in found] + sorted(found - errors.PROBLEMS.keys())


def responses(endpoint: Endpoint) -> dict[str, Schema]:
    """The operation's problem responses by status."""
    by_status: dict[HTTPStatus, list[str]] = {}
    for code in codes(endpoint):
        by_status.setdefault(errors.PROBLEMS[code].status, []).append(code)
    made = _shared if endpoint.refusal_page is None else _as_page_too
    return {str(int(status)): made(status, some) for status, some in sorted(by_status.items())}


def _as_page_too(status: HTTPStatus, some: list[str]) -> Schema:
    """A browser, which asks for text/html, sees a sentence."""
    refusal = response(status, some)
    page = {"schema": {"type": "string"}, "example": examples.MEDIA["text/html"]}
    return {**refusal, "content": {**refusal["content"], "text/html": page}}


def _shared(status: HTTPStatus, some: list[str]) -> Schema:
    if len(some) == 1:
        return {"$ref": f"#/components/responses/{some[0]}"}
    return response(status, some)


def response(status: HTTPStatus, some: Iterable[str]) -> Schema:
    """One status with the codes that it can mean, each with its example."""
    listed = list(some)
    lines = [f"- `{code}`: {errors.PROBLEMS[code].detail}" for code in listed]
    headers: Schema = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    for name in _WITH_HEADERS.get(status, ()):
        headers[name] = {"$ref": f"#/components/headers/{name}"}
    return {
        "description": f"{status.phrase}\n\n" + "\n".join(lines),
        "headers": headers,
        "content": {
            problems.CONTENT_TYPE: {
                "schema": {"$ref": REF.format(model="Problem")},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in listed},
            }
        },
        "x-codes": listed,
    }


def shared_responses() -> dict[str, Schema]:
    """One response for every code, also for what only the gateway answers."""
    return {code: response(problem.status, [code]) for code, problem in errors.PROBLEMS.items()}


def shared_examples() -> dict[str, Schema]:
    """One example for every code, as the application would answer it."""
    return {
        code: {"summary": problem.title, "value": problems.document(code, EXAMPLE_ID, **problem.example)}
        for code, problem in errors.PROBLEMS.items()
    }


def _counts(names: tuple[str, ...]) -> Schema:
    properties = {name: {"type": "integer", "minimum": 0} for name in names}
    return {"type": "object", "properties": properties, "required": list(names)}


def _fault() -> Schema:
    """One thing that is wrong with a request, and where."""
    pointer, parameter = ({"properties": {name: _TEXT}, "required": [name]} for name in ("pointer", "parameter"))
    return {
        "type": "object",
        "properties": {
            "pointer": {**_TEXT, "description": "JSON pointer into the body."},
            "parameter": {**_TEXT, "description": "Name of the query parameter."},
            "code": _TEXT,
            "message": _TEXT,
        },
        "required": ["code", "message"],
        "if": pointer,
        "then": {"not": parameter},
        "else": parameter,
    }


def _members() -> Schema:
    """What some codes add to the document."""
    return {
        "errors": {
            "type": "array",
            "items": _ref("Fault"),
            "description": "invalid_request: everything that is wrong.",
        },
        "next_step": {**_ref("NextStep"), "description": "What to do about it."},
        "enrollment": {**_ref("EnrolledBefore"), "description": "already_enrolled: one's own enrollment."},
        "preview": {
            "anyOf": [_ref("CancellationPreview"), _ref("MessagePreview")],
            "description": "confirmation_required: who would be cancelled, or how many would get a message.",
        },
        "confirm": {**_TEXT, "description": "confirmation_required: repeat with `?confirm=` and this value."},
        "limit": {"type": "integer", "description": "too_many_for_others: how many seats one account may take."},
        "scopes": {
            "type": "array",
            "items": {"type": "string"},
            "description": "scope_missing: the scopes of an API key that are enough; none where only a login is.",
        },
        "taken": {"type": "integer", "description": "capacity_below_taken: how many seats are taken."},
    }


def schemas() -> dict[str, Schema]:
    """The schemas of errors by name."""
    enrollment = {"id": _TEXT, "status": _TEXT, "expires_at": {"type": ["string", "null"], "format": "date-time"}}
    return {
        "Problem": problem_schema(),
        "Fault": _fault(),
        "CancellationPreview": _counts(("people", "holds", "offers", "waiting")),
        "MessagePreview": _counts(("recipients",)),
        "EnrolledBefore": {"type": "object", "properties": enrollment, "required": list(enrollment)},
    }


def _ref(name: str) -> Schema:
    return {"$ref": REF.format(model=name)}


def problem_schema() -> Schema:
    """The form of every error (RFC 9457); docs/errors.md describes the codes."""
    return {
        "type": "object",
        "description": "An error (RFC 9457). `code` is stable and is what programs should look at.",
        "properties": {
            "type": {**_TEXT, "format": "uri", "description": "Identifies the kind of problem; ends with the code."},
            "title": {**_TEXT, "description": "The kind of problem in a few words."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "detail": {**_TEXT, "description": "What happened this time, for a person to read."},
            "code": {**_TEXT, "enum": list(errors.PROBLEMS)},
            "request_id": {**_TEXT, "description": "Quote it when asking for help; also in X-Request-Id."},
            **_members(),
        },
        "required": ["type", "title", "status", "detail", "code", "request_id"],
    }
