"""The minute's tick: hands everything due and unfinished to its worker."""

from collections.abc import Mapping
from typing import Any

from chalicelib import container, observability


def handle(event: Mapping[str, Any], context: object = None) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    pushed = dict(container.current().background.sweeper.tick())
    if pushed:
        observability.info("tick", **pushed)
    return pushed
