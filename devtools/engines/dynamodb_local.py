"""Amazon's DynamoDB Local, in memory, on a free port, for as long as a test run needs it."""

import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from devtools.engines.maven import FetchError, fetch
from devtools.local.paths import PROJECT
from devtools.local.processes import LOOPBACK, Child, free_port, wait_until

FOLDER = PROJECT / ".local" / "dynamodb-local"
MAIN = "software.amazon.dynamodb.services.local.main.ServerRunner"
OLDEST_JAVA = 17
START_SECONDS = 60
STOP_SECONDS = 10


class UnavailableError(Exception):
    """DynamoDB Local cannot run here; the message is one sentence that says why."""


@dataclass
class DynamoDBLocal:
    """A running server. It knows no address to bind to, so that it listens on all of them."""

    endpoint_url: str
    _child: Child
    _log: IO[bytes]

    def stop(self) -> None:
        self._child.stop(STOP_SECONDS)
        self._log.close()


def start(folder: Path = FOLDER) -> DynamoDBLocal:
    """Fetches it if need be, starts it, and returns when it answers. Raises `UnavailableError`."""
    java = _java()
    try:
        fetch(folder)
    except FetchError as error:
        raise UnavailableError(f"DynamoDB Local was skipped: {error}") from error
    port = free_port()
    log = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `stop`
    child = Child(_command(java, folder, port), cwd=folder, env=_environment(), output=log)
    server = DynamoDBLocal(f"http://{LOOPBACK}:{port}", child, log)
    wait_until(lambda: child.exit_code is not None or _answers(server.endpoint_url), START_SECONDS)
    if not _answers(server.endpoint_url):
        said = _first_error(log)
        server.stop()
        raise UnavailableError(f"DynamoDB Local was skipped: it did not start. {said}")
    return server


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if java is None:
        raise UnavailableError(f"DynamoDB Local was skipped: it needs Java {OLDEST_JAVA}, and there is none.")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < OLDEST_JAVA:
        version = found[1] if found else "an unknown version"
        raise UnavailableError(
            f"DynamoDB Local was skipped: it needs Java {OLDEST_JAVA} or newer, and {java} is {version}."
        )
    return java


def _command(java: str, folder: Path, port: int) -> list[str]:
    jars = sorted(str(jar) for jar in folder.rglob("*.jar"))
    natives = {str(file.parent) for kind in ("so", "dylib", "dll") for file in folder.rglob(f"*.{kind}")}
    libraries = os.pathsep.join(sorted(natives))
    options = ["-Xmx512m", f"-Djava.library.path={libraries}", "-cp", os.pathsep.join(jars)]
    return [java, *options, MAIN, "-inMemory", "-disableTelemetry", "-port", str(port)]


def _environment() -> dict[str, str]:
    return {**os.environ, "DDB_LOCAL_TELEMETRY": "0"}


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=1).close()
    except urllib.error.HTTPError:
        return True  # it refuses what is not an API call, and so it runs
    except OSError:
        return False
    return True


def _first_error(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").splitlines()
    return next((line for line in lines if "Exception" in line or "Error" in line), "It did not say why.")[:300]
