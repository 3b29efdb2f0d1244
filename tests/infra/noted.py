"""Calls of commands, written down: those of the tables of a world, and those of other clients of AWS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from chalicelib.security.keyring import StoredRing
from devtools.package.access import Call
from operations.rights import BETWEEN
from tests.support.watched import Watched
from tests.support.world import KEY_RING, World

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
RING = "/turnout/key-ring"
RESTORED_PREFIX = f"turnout{BETWEEN}b"


def console() -> Console:
    return Console(file=StringIO(), width=200)


class Noted:
    """A client of AWS whose calls are written down; `answers` says what it answers to some of them."""

    def __init__(self, **answers: Callable[[dict[str, Any]], Any]) -> None:
        self.calls: list[Call] = []
        self._answers = answers

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append(("".join(part.title() for part in method.split("_")), arguments))
            return self._answers[method](arguments) if method in self._answers else {}

        return call


@contextmanager
def watched(world: World) -> Iterator[list[Call]]:
    """The calls of the world's tables from here on, and whether its keys are read."""
    world.container.security.ring._read = None  # as in a process that has just begun
    client = Watched(world)

    def fetched(_: StoredRing) -> str:
        client.calls.append(("GetParameter", {"Name": RING}))
        return KEY_RING

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StoredRing, "_fetch", fetched)
        yield client.calls
