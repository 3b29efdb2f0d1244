"""HTTP as clients speak it: one keep-alive connection each, or many of them at once."""

import http.client
import json
import select
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from tests.support.http import Answer

T = TypeVar("T")
CONNECTIONS = 32
# Much longer than the API's own time-out, on a machine that does much else: whoever waits that long has found a fault.
TIMEOUT_SECONDS = 120


class Client:
    """One connection that is kept alive, as a browser or a phone has it; not for several threads.

    One that the server has closed because nothing was asked for a while is opened again.
    """

    def __init__(self, base_url: str, token: str | None = None) -> None:
        self.base_url = base_url
        self.token = token
        self.connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request; `raw` sends bytes as they are, `token` is used instead of the client's own."""
        sent = dict(headers or {})
        bearer = token or self.token
        if bearer:
            sent.setdefault("Authorization", f"Bearer {bearer}")
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        if self.connection.sock is not None and _is_closed(self.connection.sock):
            self.connection.close()
        self.connection.request(method, url.removeprefix(self.base_url), raw, sent)
        response = self.connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read().decode())

    def get(self, url: str, **options: Any) -> Answer:
        return self.send("GET", url, **options)

    def post(self, url: str, body: Any = None, **options: Any) -> Answer:
        return self.send("POST", url, body, **options)

    def put(self, url: str, body: Any, **options: Any) -> Answer:
        return self.send("PUT", url, body, **options)

    def patch(self, url: str, body: Any, **options: Any) -> Answer:
        return self.send("PATCH", url, body, **options)

    def delete(self, url: str, **options: Any) -> Answer:
        return self.send("DELETE", url, **options)

    def walk(self, url: str, **options: Any) -> list[dict[str, Any]]:
        """Every result of a list, page by page."""
        found: list[dict[str, Any]] = []
        following: str | None = url
        while following:
            page = self.get(following, **options)
            assert page.status == 200, page.text
            found += page.json["results"]
            following = page.json["next"]
        return found


def _is_closed(connection: socket.socket) -> bool:
    """Between an answer and the next request, the only thing that can be read is the end."""
    return bool(select.select([connection], [], [], 0)[0])


def at_once(base_url: str, work: Sequence[Callable[[Client], T]], connections: int = CONNECTIONS) -> list[T]:
    """Do all of the work over so many open connections, which begin together; the results in the order of `work`.

    The first failure is raised when everybody has finished.
    """
    connections = min(connections, len(work))
    results: dict[int, T] = {}
    failures: list[BaseException] = []
    together = threading.Barrier(connections)

    def one_connection(first: int) -> None:
        with Client(base_url) as client:
            try:
                client.connection.connect()
                together.wait(TIMEOUT_SECONDS)
                for number in range(first, len(work), connections):
                    results[number] = work[number](client)
            except BaseException as failure:  # noqa: BLE001 - raised below, in the thread of the test
                together.abort()
                failures.append(failure)

    threads = [threading.Thread(target=one_connection, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise next((one for one in failures if not isinstance(one, threading.BrokenBarrierError)), failures[0])
    return [results[number] for number in range(len(work))]
