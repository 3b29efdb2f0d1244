"""A kept-alive connection is not slower than new ones: no 40 ms stall between a request and its answer."""

import statistics
import time
from collections.abc import Callable

from tests.e2e.client import Client
from tests.e2e.site import Site

REQUESTS = 50
# The stall made the kept connection ten times slower than a new one; a busy machine doubles a time at most.
TOLERATED = 3


def seconds_of(request: Callable[[], int], status: int) -> float:
    started = time.perf_counter()
    assert request() == status
    return time.perf_counter() - started


def slowdown_by_keeping_the_connection(site: Site, send: Callable[[Client], int], status: int) -> float:
    """The ratio of two medians; both kinds of requests take turns, so that the machine is equally busy with both."""

    def connect_and_send() -> int:
        with site.client() as client:
            return send(client)

    kept, new = [], []
    with site.client() as client:
        for _ in range(REQUESTS):
            kept.append(seconds_of(lambda: send(client), status))
            new.append(seconds_of(connect_and_send, status))
    return statistics.median(kept) / statistics.median(new)


def test_reading_over_one_connection_is_not_slower_than_over_fifty(site: Site) -> None:
    assert slowdown_by_keeping_the_connection(site, lambda client: client.get("/countries/DE").status, 200) < TOLERATED


def test_a_body_after_its_headers_does_not_wait_on_a_kept_connection(site: Site) -> None:
    def send(client: Client) -> int:
        return client.post("/auth/refresh", {"refresh": "x"}).status

    assert slowdown_by_keeping_the_connection(site, send, 401) < TOLERATED
