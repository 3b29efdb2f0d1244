"""A kept-alive connection is never slower than a new one: no 40 ms stall between request and answer."""

import statistics
import time
from collections.abc import Callable

from tests.e2e.client import Client
from tests.e2e.site import Site

REQUESTS = 50


def seconds_of(request: Callable[[], int], status: int) -> float:
    started = time.perf_counter()
    assert request() == status
    return time.perf_counter() - started


def median_on_one_connection(site: Site, send: Callable[[Client], int], status: int) -> float:
    with site.client() as client:
        return statistics.median(seconds_of(lambda: send(client), status) for _ in range(REQUESTS))


def median_on_new_connections(site: Site, send: Callable[[Client], int], status: int) -> float:
    def connect_and_send() -> int:
        with site.client() as client:
            return send(client)

    return statistics.median(seconds_of(connect_and_send, status) for _ in range(REQUESTS))


def test_reading_over_one_connection_is_not_slower_than_over_fifty(site: Site) -> None:
    def send(client: Client) -> int:
        return client.get("/countries/DE").status

    assert median_on_one_connection(site, send, 200) < 2 * median_on_new_connections(site, send, 200)


def test_a_body_after_its_headers_does_not_wait_on_a_kept_connection(site: Site) -> None:
    def send(client: Client) -> int:
        return client.post("/auth/refresh", {"refresh": "x"}).status

    assert median_on_one_connection(site, send, 401) < 2 * median_on_new_connections(site, send, 401)
