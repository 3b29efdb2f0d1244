"""Start the supervisor of this project, or join the one that already serves the same program."""

import contextlib
import os
import signal
import subprocess
import sys

from devtools.local import state
from devtools.local.errors import LocalError
from devtools.local.paths import PROJECT, Layout
from devtools.local.processes import alive, say, wait_until

READY_SECONDS = 180
STOP_SECONDS = 60
OWNER_VARIABLE = "TURNOUT_OWNER"


def start(where: Layout, *, owner: int, api_url: str, mailbox_port: int, ephemeral: bool = False) -> None:
    """Start a supervisor for the owner unless it has one. Raises `LocalError` when another program has one."""
    if state.is_running(where):
        stack = state.read(where)
        if stack and stack.owner == owner and stack.status != state.STOPPING:
            return
        if stack and stack.status != state.STOPPING and alive(stack.owner):
            raise LocalError(f"Turnout already runs on {stack.api_url}: use it, or stop it with Ctrl-C where it runs.")
        say("Waiting for the last run, which still saves its data ...")
        if not wait_until(lambda: not state.is_running(where), STOP_SECONDS):
            raise LocalError("The last run does not end: stop the process `devtools.local.supervisor` and start again.")
    where.prepare()
    state.remove(where)
    command = [sys.executable, "-m", "devtools.local.supervisor", "--owner", str(owner), "--api-url", api_url]
    command += ["--mailbox-port", str(mailbox_port), *(["--ephemeral"] if ephemeral else [])]
    # A session of its own: Ctrl-C in the terminal is for those who serve, not for the one who saves what they did.
    started = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, start_new_session=True)
    # Published by the supervisor as soon as it holds the lock; until then nobody else may start one.
    wait_until(lambda: state.read(where) is not None or started.poll() is not None, 20)


def wait(where: Layout, owner: int) -> state.Stack | None:
    """The stack once it is ready; None when it could not start, and has said why."""

    def settled() -> bool:
        stack = state.read(where)
        if stack is None or stack.status == state.STARTING:
            return not state.is_running(where)
        return stack.status != state.READY or where.handlers.exists()

    if not wait_until(settled, READY_SECONDS):
        raise LocalError(f"The local cloud is not ready after {READY_SECONDS} seconds: see {where.logs}.")
    stack = state.read(where)
    return stack if stack and stack.status == state.READY and stack.owner == owner else None


def serves(where: Layout, owner: int) -> bool:
    """Whether the owner's supervisor is still there."""
    stack = state.read(where)
    return (
        stack is not None
        and stack.owner == owner
        and stack.status in {state.STARTING, state.READY}
        and alive(stack.pid)
    )


def stop(where: Layout) -> bool:
    """Tell the supervisor to stop, and wait until it has; False when it did not in time."""
    stack = state.read(where)
    if stack and state.is_running(where):
        with contextlib.suppress(ProcessLookupError):
            os.kill(stack.pid, signal.SIGTERM)
    return wait_until(lambda: not state.is_running(where), STOP_SECONDS)
