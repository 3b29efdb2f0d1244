"""The HTTP client of the demo: answers of the API, however busy it is and however often a connection drops."""

import random
import ssl
import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx

from devtools.demo.errors import DemoError

BUSY = {429, 502, 503, 504}
TIMEOUT_SECONDS = 30.0  # longer than the API's own
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0


class StoppedError(DemoError):
    """The run ends; what was under way is not waited for."""


class Api:
    """Keeps connections alive and may be used by several threads at once. `patience` is the longest time, in seconds,
    that one request is repeated while nothing answers or the API asks to wait; every request that is sent must be safe
    to repeat.
    """

    def __init__(self, url: str, *, patience: float = 60.0) -> None:
        self.url = url
        self._patience = patience
        self._stopped = threading.Event()
        self.interrupted = False  # set by a signal's handler, which may take no lock
        self._client = client(url)

    def answers(self) -> bool:
        """Whether anything that looks like the API is there, asked once."""
        try:
            return self._client.get("/health").is_success
        except httpx.TransportError:
            return False

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The first answer that is not "busy"; raises `DemoError` when patience ends."""
        give_up_at = time.monotonic() + self._patience
        wait = FIRST_WAIT_SECONDS
        while True:
            answer, trouble = self._try(method, path, body, headers)
            if answer is not None and answer.status_code not in BUSY:
                return answer
            asked = _retry_after(answer)
            pause = wait * random.uniform(0.5, 1.5) if asked is None else asked + random.uniform(0, wait)
            if time.monotonic() + pause > give_up_at:
                raise DemoError(
                    f"{self.url} {trouble}: look at the output of `make run`, then run `make demo` again; "
                    "it continues where it stopped."
                )
            if self._stopped.wait(pause) or self.interrupted:
                raise StoppedError("stopped")
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    def stop(self) -> None:
        """End every wait of every thread."""
        self._stopped.set()

    def close(self) -> None:
        self._client.close()

    def _try(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None
    ) -> tuple[httpx.Response | None, str]:
        if self._stopped.is_set() or self.interrupted:
            raise StoppedError("stopped")
        try:
            answer = self._client.request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            return None, f"does not answer ({error or type(error).__name__})"
        return answer, f"keeps answering {answer.status_code}"


def client(url: str) -> httpx.Client:
    """Asks directly: the proxies of the environment are for other hosts than this machine."""
    return httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False, verify=_certificates())


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # reads a large file


def refusal(answer: httpx.Response) -> str:
    """What the API says in its problem document, as one piece of text."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    faults = [f"{fault.get('pointer') or fault.get('parameter')}: {fault.get('message')}" for fault in _faults(problem)]
    said = [str(problem[name]) for name in ("code", "detail") if problem.get(name)]
    return f"{answer.status_code} {'; '.join(said + faults)}".strip()


def _faults(problem: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [fault for fault in problem.get("errors") or [] if isinstance(fault, dict)]


def _retry_after(answer: httpx.Response | None) -> float | None:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return float(asked) if asked.isdecimal() else None
