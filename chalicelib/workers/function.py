"""Around every function of a worker: whatever fails is logged by us, without what no log may hold."""

import functools
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from chalicelib import observability
from chalicelib.observability import usage

T = TypeVar("T")


class WorkerError(Exception):
    """A function failed; why is in its own line of the log. Lambda itself would log the exception as it is."""


def function(name: str) -> Callable[[Callable[[Mapping[str, Any]], T]], Callable[..., T]]:
    """What Lambda calls: whatever fails is logged once, and told to Lambda without its message."""

    def wrap(work: Callable[[Mapping[str, Any]], T]) -> Callable[..., T]:
        @functools.wraps(work)
        def handle(event: Mapping[str, Any], context: object = None) -> T:  # noqa: ARG001 - Lambda's signature
            started = time.perf_counter()
            with usage.counted() as used:
                try:
                    return work(event)
                except Exception as error:  # noqa: BLE001 - the edge
                    observability.exception("function failed", error, function=name)
                finally:
                    ms = round((time.perf_counter() - started) * 1000, 1)
                    observability.info("function", function=name, ms=ms, **used.facts(), cold=usage.is_first())
            raise WorkerError(name)

        del handle.__wrapped__  # what is called takes a context too
        return handle

    return wrap
