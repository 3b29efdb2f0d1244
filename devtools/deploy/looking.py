"""Look at a deployed stage from outside: what only a real gateway shows, one line each."""

import http.client
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from devtools.deploy.errors import DeployError

PROBLEM = "application/problem+json"
SECONDS = 30  # longer than the gateway waits
OK, NO_CONTENT, UNAUTHORIZED, NOT_FOUND, WRONG_METHOD = 200, 204, 401, 404, 405


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def is_problem(self, status: int, code: str) -> bool:
        """A problem document of that status and code, which says so in its content type."""
        if self.status != status or self.headers.get("content-type", "").partition(";")[0] != PROBLEM:
            return False
        try:
            return bool(json.loads(self.body)["code"] == code)
        except (ValueError, KeyError, TypeError):
            return False


class Outside:
    """Whoever has nothing but the address. Raises `DeployError` for an address that cannot be asked."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DeployError(f"URL={url} is no address; `make deploy` prints it as ApiUrl.")
        self._parts = parts

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, base: str | None = None) -> Answer:
        """Raises `DeployError` when nobody answers."""
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._parts.netloc, timeout=SECONDS)
        try:
            connection.request(
                method, (self._parts.path if base is None else base).rstrip("/") + path, headers=headers or {}
            )
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise DeployError(f"{self._parts.netloc} does not answer: {error}") from None
        finally:
            connection.close()

    @property
    def is_gateway(self) -> bool:
        """Whether the address is the gateway's own, which names its stage."""
        return ".execute-api." in (self._parts.hostname or "")


def checks(api: Outside) -> Iterator[tuple[str, bool]]:
    """What is to be so, and whether it is."""
    yield "it answers", api.ask("GET", "/health").status == OK
    if api.is_gateway:
        yield "no second stage is public", api.ask("GET", "/health", base="/Stage").status != OK
    document = api.ask("GET", "/openapi.json", {"Accept-Encoding": "gzip"})
    yield "long answers are compressed", document.headers.get("content-encoding") == "gzip"
    me = api.ask("GET", "/auth/me")
    yield "a refusal of the application is a problem document", me.is_problem(UNAUTHORIZED, "unauthenticated")
    yield "it says how to authenticate", "x-amzn-remapped-www-authenticate" in me.headers
    yield "a refusal of the gateway is one, too", api.ask("GET", "/no/such/path").is_problem(NOT_FOUND, "not_found")
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    preflight = api.ask("OPTIONS", "/events", asked)
    yield (
        "a preflight reaches the application",
        preflight.status in {OK, NO_CONTENT} and "access-control-allow-methods" in preflight.headers,
    )
    wrong = api.ask("PUT", "/events")
    yield "an undeclared verb does", wrong.is_problem(WRONG_METHOD, "method_not_allowed") and "allow" in wrong.headers


def look(url: str) -> None:
    """Print a line for each check. Raises `DeployError` when one of them is not as it has to be."""
    failed = 0
    for what, holds in checks(Outside(url)):
        failed += not holds
        sys.stdout.write(f"{'yes' if holds else 'NO ':<4}{what}\n")
    if failed:
        raise DeployError(f"{failed} of these are not as they have to be: docs/deploy.md.")
