"""The local cloud: ministack in a process of its own, on loopback, with its data in a folder or in memory only."""

import fcntl
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from devtools.local import bootstrap
from devtools.local.errors import LocalError
from devtools.local.installers import SetupError
from devtools.local.paths import PROJECT
from devtools.local.processes import LOOPBACK, Child, free_port, is_taken, wait_until

USUAL_PORT = 4566
START_SECONDS = 60
MARKER = "unsaved"


@dataclass
class Engine:
    """A running engine; `lost` says that an earlier one was killed before it had saved what it held."""

    endpoint_url: str
    lost: bool
    _child: Child
    _log: IO[bytes]

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._child.exit_code

    def stop(self, seconds: float = 50) -> bool:
        """Let it save and end; False when that failed and the data since the last clean stop is lost."""
        code = self._child.stop(seconds)
        self._log.close()
        return code == 0


def start(
    state_dir: Path | None,
    port: int | None = None,
    *,
    spool: Path | None = None,
    log: Path | None = None,
) -> Engine:
    """Start the engine and return when it answers; with no state folder nothing is read or kept.

    Without a port a free one is taken. Mail goes to the spool folder as one file each, if one is given.
    Raises `LocalError`.
    """
    try:
        bootstrap.ensure(PROJECT / ".venv-engine")
    except SetupError as error:
        raise LocalError(str(error)) from None
    marker = None
    if state_dir is not None:
        state_dir.mkdir(parents=True, exist_ok=True)
        marker = state_dir / MARKER
        _wait_for_predecessor(state_dir)
    lost = marker is not None and marker.exists()
    chosen = free_port() if port is None else port
    if is_taken(chosen):
        raise LocalError(
            f"Port {chosen}, meant for the local engine, is taken: stop what listens there or name another."
        )
    output: IO[bytes] = log.open("wb") if log else tempfile.TemporaryFile()  # noqa: SIM115 - closed when the engine stops
    child = Child(_command(chosen, marker, spool), cwd=PROJECT, env=_environment(chosen, state_dir), output=output)
    engine = Engine(f"http://{LOOPBACK}:{chosen}", lost, child, output)
    try:
        _wait(engine)
    except LocalError as error:
        engine.stop(5)
        raise LocalError(f"{error} See {log}." if log else str(error)) from None
    except BaseException:
        engine.stop(5)
        raise
    return engine


def _wait_for_predecessor(state_dir: Path) -> None:
    """An engine whose starter was killed saves by itself, and may not be done yet."""
    with (state_dir / "lock").open("w") as lock:

        def is_free() -> bool:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            return True

        if not wait_until(is_free, START_SECONDS):
            raise LocalError(f"Another engine uses {state_dir}: stop the process `engine_main.py` and start again.")


def choose_port() -> int:
    """The usual port of such engines, or a free one where it is taken."""
    return free_port() if is_taken(USUAL_PORT) else USUAL_PORT


def _command(port: int, marker: Path | None, spool: Path | None) -> list[str]:
    python = PROJECT / ".venv-engine" / "bin" / "python"
    command = [str(python), "-P", str(Path(__file__).with_name("engine_main.py")), "--port", str(port)]
    command += ["--marker", str(marker)] if marker else []
    command += ["--spool", str(spool)] if spool else []
    return command


def _environment(port: int, state_dir: Path | None) -> dict[str, str]:
    """Only what the engine needs: neither credentials nor Docker of the person who starts it."""
    names = {
        "PATH": "/usr/bin:/bin",
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
        "LOG_LEVEL": "WARNING",
    }
    if state_dir is not None:
        names |= {"PERSIST_STATE": "1", "STATE_DIR": str(state_dir)}
    return names


def _wait(engine: Engine) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if engine.exit_code is not None:
            raise LocalError(f"The local engine ended while it started (exit code {engine.exit_code}).")
        try:
            with urllib.request.urlopen(f"{engine.endpoint_url}/_ministack/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.03)
    raise LocalError(f"The local engine did not answer within {START_SECONDS} seconds.")
