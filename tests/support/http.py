"""Requests to the real application in this process: API Gateway's record in, its response out."""

import base64
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from app import app


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as a client sees it."""

    status: int
    headers: Mapping[str, str]
    text: str
    content: bytes = b""  # of what is no text

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str | None:
        return self.json.get("code") if self.text and self.status >= 400 else None


HOME = "192.0.2.1"


def request(
    method: str,
    url: str,
    body: Any = None,
    *,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    raw: str | bytes | None = None,
    source: str = HOME,
    lines: Mapping[str, list[str]] | None = None,
) -> Answer:
    """One request through the whole edge. `raw` sends bytes as they are; `source` is where the gateway sees it from.

    `lines` are headers that come several times.
    """
    parts = urlsplit(url)
    resource, parameters = _route(parts.path)
    sent = dict(headers or {}) | {name: several[-1] for name, several in (lines or {}).items()}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    if body is not None:
        raw = json.dumps(body)
        sent.setdefault("Content-Type", "application/json")
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    event = {
        "resource": resource,
        "path": parts.path,
        "httpMethod": method,
        "headers": {"Host": "testserver", **sent},
        **({"multiValueHeaders": {name: [value] for name, value in sent.items()} | dict(lines)} if lines else {}),
        "multiValueQueryStringParameters": query or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "isBase64Encoded": bool(raw),
        "body": base64.b64encode(raw.encode() if isinstance(raw, str) else raw).decode("ascii") if raw else raw,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": resource,
            "path": parts.path,
            "requestId": "test-request",
            "domainName": "gateway.test",
            "identity": {"sourceIp": source},
        },
    }
    response = app(event, None)
    body = "" if method == "HEAD" else response["body"] or ""  # which the gateway does not send
    if response.get("isBase64Encoded"):
        return Answer(response["statusCode"], response["headers"], "", base64.b64decode(body))
    return Answer(response["statusCode"], response["headers"], body)


def _route(path: str) -> tuple[str, dict[str, str]]:
    """The resource that API Gateway would choose: literal parts win over variables."""
    wanted = path.strip("/").split("/")
    for template, parts in _templates().get(len(wanted), ()):
        if all(part.startswith("{") or part == given for part, given in zip(parts, wanted, strict=True)):
            values = zip(parts, wanted, strict=True)
            return template, {part[1:-1]: unquote(given) for part, given in values if part.startswith("{")}
    raise LookupError(f"no route for {path}: tests of what is nowhere go through the gateway")


@functools.cache
def _templates() -> dict[int, list[tuple[str, list[str]]]]:
    """The resources and their parts by their number of parts; those with the fewest variables come first."""
    found: dict[int, list[tuple[str, list[str]]]] = {}
    for template in sorted(app.routes, key=lambda one: one.count("{")):
        parts = template.strip("/").split("/")
        found.setdefault(len(parts), []).append((template, parts))
    return found
