"""The complete stack for end-to-end tests: free ports, nothing kept, everything gone afterwards."""

import contextlib
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from devtools.local import state
from devtools.local.errors import LocalError
from devtools.local.paths import BASE_VARIABLE, PROJECT, Layout
from devtools.local.processes import Child, wait_until

READY_SECONDS = 180
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Running:
    """Where the parts of a running stack answer; `log` is what a person would see in the terminal."""

    api_url: str
    mailbox_url: str
    endpoint_url: str
    environment: Mapping[str, str]
    log: Path


@contextlib.contextmanager
def running(
    tmp_dir: Path,
    *,
    port: int = 0,
    mailbox_port: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """Start `make run` without memory, in a process of its own; `environment` is added to ours. Raises `LocalError`."""
    tmp_dir.mkdir(parents=True, exist_ok=True)
    where, log = Layout(tmp_dir.absolute()), tmp_dir.absolute() / "run.txt"
    environ = {**os.environ, **(environment or {}), BASE_VARIABLE: str(where.base)}
    command = [sys.executable, "-m", "devtools.local", "run", "--ephemeral", "--no-autoreload"]
    command += ["--port", str(port), "--mailbox-port", str(mailbox_port)]
    with log.open("wb") as output:
        child = Child(command, cwd=PROJECT, env=environ, output=output, session=True)
        try:
            yield _when_ready(child, where, log)
        finally:
            child.stop(STOP_SECONDS)


def _when_ready(child: Child, where: Layout, log: Path) -> Running:
    settled = wait_until(lambda: child.exit_code is not None or _answers(state.read(where)), READY_SECONDS)
    stack = state.read(where)
    if not settled or child.exit_code is not None or stack is None:
        raise LocalError(f"The local stack did not start: {log.read_text(encoding='utf-8')[-2000:]}")
    return Running(stack.api_url, stack.mailbox_url, stack.endpoint_url, stack.environment, log)


def _answers(stack: state.Stack | None) -> bool:
    if stack is None or stack.status != state.READY:
        return False
    try:
        with urllib.request.urlopen(f"{stack.api_url}/health", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
