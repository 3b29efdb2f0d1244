"""The logical clients of a schedule, and the steps that its trace keeps of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from devtools.simdb.faults import Fault


class Step(NamedTuple):
    """One call in the trace."""

    number: int
    time: float
    client: str
    site: str
    fault: Fault | None


class Client:
    """One logical client; afterwards `result`, `error` or `crashed` says how its function ended."""

    __slots__ = ("calls", "crashed", "daemon", "done", "error", "function", "greenlet", "name", "result")

    def __init__(self, name: str, function: Callable[[], Any], *, daemon: bool) -> None:
        self.name = name
        self.function = function
        self.daemon = daemon
        self.greenlet: Any = None
        self.calls = 0
        self.done = False
        self.crashed = False
        self.result: Any = None
        self.error: Exception | None = None
