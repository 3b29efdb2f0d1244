"""Processes and ports: start a child that cannot outlive its starter, tell whether a process or a port is in use."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from chalicelib.observability.redaction import redact

LOOPBACK = "127.0.0.1"


def say(text: str) -> None:
    """Print a line, without what no log may hold; a terminal that is gone is no reason to stop what must be done."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{redact(text)}\n")
        sys.stdout.flush()


def alive(pid: int) -> bool:
    """Whether the process still runs; one that has ended but was not waited for (a zombie) does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2]
    except OSError:
        shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        after_name = shown.stdout
    return not after_name.strip().startswith("Z")


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Wait for the condition; False when it did not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int, host: str = LOOPBACK) -> bool:
    """Whether another program listens on the port, on this address or on all of them."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((LOOPBACK if host in {"", "0.0.0.0"} else host, port)) == 0:  # noqa: S104 - compared, not bound
            return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


class Child:
    """A process that holds our end of its standard input: when we are gone, it reads the end and stops by itself."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        output: IO[bytes] | None = None,
        session: bool = False,
    ) -> None:
        self._process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            start_new_session=session,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def stop(self, seconds: float) -> int | None:
        """Ask it to end and wait; the exit code, or None when it had to be killed."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return None
        finally:
            if self._process.stdin:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()


def when_starter_is_gone(act: Callable[[], None]) -> None:
    """In a `Child`: run `act` in a thread as soon as the process that started us no longer exists."""

    def watch() -> None:
        with contextlib.suppress(OSError, ValueError):
            while os.read(0, 1024):
                pass
        act()

    threading.Thread(target=watch, daemon=True, name="starter").start()
