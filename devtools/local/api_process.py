"""The `chalice local` of `make run`: started again when the code changes, also when it could not even be imported."""

import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from devtools.local import attach
from devtools.local.errors import LocalError
from devtools.local.paths import PROJECT
from devtools.local.processes import LOOPBACK, say
from devtools.local.reload import Watch

# Exit codes of the process that serves. The first is also what chalice's own parent takes as the wish to start again.
RESTART, GIVE_UP = 3, 4
RELOAD_VARIABLE = "TURNOUT_RELOAD"


class ApiProcess:
    """One `chalice local` after the other; its own parent process would only cost another second at each start."""

    def __init__(self, port: int, *, reloads: bool) -> None:
        self._port = port
        self._reloads = reloads
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = Watch(PROJECT)
        self._waits = False

    def start(self) -> None:
        """Raises `LocalError` when the environment is not complete."""
        chalice = Path(sys.executable).with_name("chalice")
        command = [str(chalice), "local", "--stage", "local", "--port", str(self._port), "--no-autoreload"]
        environ = {**os.environ, attach.OWNER_VARIABLE: str(os.getpid())}
        environ |= {RELOAD_VARIABLE: "1"} if self._reloads else {}
        self._watch.changed()
        self._waits = False
        try:
            # A session of its own: Ctrl-C is for the one who started it, who stops things in their order.
            self._process = subprocess.Popen(command, cwd=PROJECT, env=environ, start_new_session=True)
        except OSError as error:
            raise LocalError(f"{chalice} could not be started ({error.strerror}): run `make setup`.") from None

    def goes_on(self) -> bool:
        """Look after it: False when it has ended for good."""
        code = self._process.poll() if self._process else GIVE_UP
        if code is None:
            return True
        if not self._reloads or code == GIVE_UP:
            return False
        if code == RESTART or self._watch.changed():
            self.start()
        elif not self._waits:
            self._waits = True
            say("The API does not start; it is tried again when the code changes.")
        return True

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self._port}/health", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()
