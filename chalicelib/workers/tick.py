"""The minute's tick: hands everything due and unfinished to its worker."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container, observability
from chalicelib.workers.function import function


@function("tick")
def handle(event: Mapping[str, Any]) -> dict[str, int]:  # noqa: ARG001 - it says only that a minute is over
    pushed = dict(container.current().background.sweeper.tick())
    if pushed:
        observability.info("tick", **pushed)
    return pushed
