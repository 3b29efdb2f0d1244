"""Stands in for API Gateway's REST API: an HTTP request becomes a Lambda event, what it returns an HTTP answer."""

import base64
import json
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from chalicelib.observability.redaction import CREDENTIAL_PATHS, HIDDEN, redact

STAGE = "local"
DOMAIN = "localhost"  # of a gateway is its own, whatever a client writes into `Host`
_WORD = re.compile(r"[A-Za-z][A-Za-z_.-]{0,29}|[0-9A-HJKMNP-TV-Z]{26}|", re.ASCII)  # a word, or a ULID
_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)  # of what a route asks for that is no credential
_NAMED = re.compile(r"\{(\w+_id|code|asset)\}")
# What a Lambda function takes in one call, in base64. The application has a smaller limit of its own, which it answers.
LARGEST_BODY = 6 * 1024 * 1024 * 3 // 4
REMAPPED = {"connection", "content-length", "date", "server", "www-authenticate"}
WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


@dataclass(frozen=True, slots=True)
class Request:
    """What came over the wire; repeated headers are kept in `headers`, in their order."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    client: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def path(self) -> str:
        # "http://host/path" is a valid target; "//x" is a path, which urlsplit would take for a host.
        return (urlsplit(self.target).path if "://" in self.target[:8] else self.target.partition("?")[0]) or "/"

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(_marked(self.target.partition("?")[2].partition("#")[0]), keep_blank_values=True)

    def single_headers(self) -> dict[str, str]:
        """The last of repeated ones, as API Gateway does."""
        return dict(self.headers)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


class Routes:
    """Which declared path a request is for; a literal segment wins over a variable one at the same place.

    A variable with a plus (`{proxy+}`) takes all that is left, after every other path.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        split = [(pattern, pattern.split("/")[1:]) for pattern in patterns]
        plain = [one for one in split if not one[0].endswith("+}")]
        self._patterns = sorted(plain, key=lambda one: [part.startswith("{") for part in one[1]])
        self._greedy = [pattern for pattern, _ in split if pattern.endswith("+}")]

    def match(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The pattern and its variables, undecoded; one trailing slash is ignored, an empty variable is no match."""
        given = (path[:-1] if len(path) > 1 and path.endswith("/") else path).split("/")[1:]
        for pattern, parts in self._patterns:
            if len(parts) != len(given):
                continue
            captured = {part[1:-1]: value for part, value in zip(parts, given, strict=True) if part.startswith("{")}
            fits = all(part.startswith("{") or part == value for part, value in zip(parts, given, strict=True))
            if fits and all(captured.values()):
                return pattern, captured
        for pattern in self._greedy:
            before, _, name = pattern.partition("{")
            if path.startswith(before) and path != before:
                return pattern, {name.removesuffix("+}"): path.removeprefix(before)}
        return None

    def printable(self, path: str) -> str:
        """The path for a log line: words of routes, ids and short words; whatever may be a credential is not shown.

        So is everything below a path whose next part is one, also where no route is so long or spelled like that.
        """
        found = self.match(path) if path.startswith("/") else None
        names = [] if found is None else found[0].split("/")[1:]
        shown, hidden = [], False
        for position, part in enumerate(path.removeprefix("/").split("/")):
            name = names[position] if position < len(names) else ""
            fits = _NAME if _NAMED.fullmatch(name) else _WORD
            shown.append(part if not hidden and fits.fullmatch(part) else HIDDEN)
            hidden = hidden or unquote(part).casefold() in CREDENTIAL_PATHS
        return redact("/" + "/".join(shown))[:200]


def _marked(text: str) -> str:
    """With U+FFFD, percent-encoded, for what encodes no byte: the application then says where it stands."""
    return re.sub("%(?![0-9A-Fa-f]{2})|[^\\x00-\\x7f]", "%EF%BF%BD", text)


def _variable(value: str) -> str:
    """As it came, unless it is no text."""
    text = unquote(_marked(value))
    return text if "\ufffd" in text else value


def event(request: Request, resource: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """The proxy event, version 1.0, with the caller's address taken from the socket and from nowhere else.

    Every body is in base64: to the template's gateway all media types are binary (`*/*`).
    """
    headers = request.single_headers()
    lower = {name.lower(): value for name, value in headers.items()}
    multi: dict[str, list[str]] = {}
    for name, value in request.headers:
        multi.setdefault(name, []).append(value)
    query = request.query
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": multi,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {name: _variable(value) for name, value in variables.items()} or None,
        "stageVariables": None,
        "requestContext": {
            "requestId": request.id,
            "extendedRequestId": request.id,
            "resourcePath": resource,
            "httpMethod": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "stage": STAGE,
            "domainName": DOMAIN,
            "requestTimeEpoch": time.time_ns() // 1_000_000,
            "identity": {"sourceIp": request.client, "userAgent": lower.get("user-agent")},
        },
        "body": base64.b64encode(request.body).decode("ascii") if request.body else None,
        "isBase64Encoded": bool(request.body),
    }


def answer(response: Mapping[str, Any]) -> Answer:
    """What the function returned, as HTTP; raises on anything that API Gateway would call a malformed answer."""
    headers = {str(name): [str(value)] for name, value in (response.get("headers") or {}).items()}
    headers |= {name: [str(one) for one in many] for name, many in (response.get("multiValueHeaders") or {}).items()}
    body = response.get("body") or ""
    if response.get("isBase64Encoded"):
        content = base64.b64decode(body)
    else:
        content = body if isinstance(body, bytes) else body.encode()
    status = int(response["statusCode"])
    if status in WITHOUT_BODY:
        content = b""
    elif not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = ["application/json"]
    return Answer(status, [(_sent_as(name), one) for name, many in headers.items() for one in many], content)


def _sent_as(name: str) -> str:
    """Headers that API Gateway keeps for itself reach the client under another name."""
    return f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name


def problem(status: HTTPStatus, code: str, detail: str, request_id: str = "") -> Answer:
    """An error of the gateway's own: the same form as the application's, readable by scripts of any origin."""
    known = request_id or str(uuid.uuid4())
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
    }
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Access-Control-Allow-Origin", "*"),
        ("Cache-Control", "no-store"),
        ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Request-Id", known),
    ]
    return Answer(int(status), headers, json.dumps(body | {"request_id": known}).encode())
