"""Around every request: its id, its scope, its headers, one log line, and Chalice's own errors as problems."""

import json
import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice, Request, Response

from chalicelib import container, observability
from chalicelib.api.http.endpoints.routing import ELSEWHERE
from chalicelib.api.http.request.headers import ANY_SERVER, base_url
from chalicelib.api.http.request.scope import Scope, scope
from chalicelib.api.http.response import problems
from chalicelib.observability import usage

ALLOWED_HEADERS = (
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Accept, Accept-Language, Cache-Control, "
    "Pragma, X-Request-Id, traceparent, tracestate, baggage"
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}", re.ASCII)
_MOST_HEADERS = 50  # that a preflight may ask for
EXPOSED_HEADERS = (
    "ETag, Location, Link, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "X-Request-Id, Idempotency-Replayed"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
_NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"


def install(app: Chalice) -> None:
    app.register_middleware(handle, "http")


def handle(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """The first and only middleware. It never raises: Chalice would answer a bare 500 without headers."""
    started = time.perf_counter()
    here = Scope(request, request_id_of(request))
    token = scope.set(here)
    try:
        here.base_url = base_url(here, container.current().settings.public_url)
        with usage.counted() as used:
            response = get_response(request)
        is_nowhere = request.context.get("resourcePath") == ELSEWHERE
        # A browser that asks beforehand is let through, so that its script can read the 404.
        is_asked_before = not is_nowhere or here.header("access-control-request-method")
        if request.method == "OPTIONS" and is_asked_before:
            response = _preflight(response, here.list_header("access-control-request-headers") or "")
        elif response.headers.get("Content-Type") is None and isinstance(response.body, dict):
            response = _from_chalice(here, response, is_nowhere=is_nowhere)
        _finish(here, response)
    finally:
        scope.reset(token)
    observability.info(
        "request",
        request_id=here.request_id,
        operation=here.operation or "none",
        status=response.status_code,
        code=here.status_code or None,
        user=here.user or None,
        ms=round((time.perf_counter() - started) * 1000, 1),
        **used.facts(),
        cold=usage.is_first(),
    )
    return response


def request_id_of(request: Request) -> str:
    """The gateway's id of the request, so that its logs and ours meet."""
    return str(request.context.get("requestId") or uuid.uuid4())


def _from_chalice(here: Scope, response: Response, *, is_nowhere: bool) -> Response:
    """405 for a verb that no endpoint declares, 500 for what even the endpoint did not catch.

    Where nothing is, nothing is with any verb.
    """
    headers = {}
    if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        code = "internal_error"
    elif is_nowhere:
        code = "not_found"
    else:
        code, headers = "method_not_allowed", {"Allow": str(response.headers["Allow"])}
    here.status_code = code
    body = problems.document(code, here.request_id, base_url=here.base_url)
    headers |= {"Content-Type": problems.CONTENT_TYPE, "Cache-Control": "no-store"}
    return Response(problems.dump(body), status_code=body["status"], headers=headers)


def _preflight(response: Response, wanted: str) -> Response:
    """No route declares OPTIONS, so that Chalice's 405 names the verbs that there are.

    Any header may be sent: browsers and their extensions add some by themselves, and none of them gives anybody rights,
    as there are no cookies. `*` would not do: it does not stand for `Authorization`, and older browsers do not know it.
    """
    allowed = str(response.headers.get("Allow", ""))
    headers = {
        "Allow": f"{allowed}, OPTIONS",
        "Access-Control-Allow-Methods": f"{allowed}, OPTIONS",
        "Access-Control-Allow-Headers": allowed_headers(wanted),
        "Access-Control-Max-Age": "600",
        "Vary": "Access-Control-Request-Headers",
    }
    return Response("", status_code=204, headers=headers)


def allowed_headers(wanted: str) -> str:
    """Those that we know, and those that a browser asks for, as far as they are names of headers."""
    known = {name.lower() for name in ALLOWED_HEADERS.split(", ")}
    asked = dict.fromkeys(name.strip().lower() for name in wanted.split(","))
    more = [name for name in asked if name not in known and _HEADER_NAME.fullmatch(name)][:_MOST_HEADERS]
    return ", ".join([ALLOWED_HEADERS, *more])


def _finish(here: Scope, response: Response) -> None:
    headers = response.headers
    headers["X-Request-Id"] = here.request_id
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", _NO_CONTENT_POLICY)
    headers.update(cors(here.header("origin"), container.current().settings.cors_origins, headers.get("Vary")))
    headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def cors(origin: str | None, allowed: str, vary: Any) -> dict[str, str]:
    """`*` by default (there are no cookies); a configured list is echoed."""
    if allowed.strip() == "*":
        return {"Access-Control-Allow-Origin": "*"}
    headers = {"Vary": f"{vary}, Origin" if vary else "Origin"}
    if origin in [allowed_origin.strip() for allowed_origin in allowed.split(",")]:
        headers["Access-Control-Allow-Origin"] = str(origin)
    return headers


def standalone(code: str, request_id: str, extra: dict[str, str]) -> dict[str, Any]:
    """A problem as Lambda would answer it, for what never reaches the application (a gateway's own errors)."""
    headers = {
        **_ALWAYS,
        **extra,
        "Content-Security-Policy": _NO_CONTENT_POLICY,
        "Content-Type": problems.CONTENT_TYPE,
        "Cache-Control": "no-store",
        "X-Request-Id": request_id,
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
    }
    body = problems.document(code, request_id, base_url=container.current().settings.public_url or ANY_SERVER)
    return {
        "statusCode": body["status"],
        "headers": headers,
        "multiValueHeaders": {},
        "body": json.dumps(body, separators=(",", ":")),
    }
