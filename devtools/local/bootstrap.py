"""`make setup`: the two virtual environments from their pinned requirements, rebuilt only when those change.

Runs under the bare system Python, so it uses the standard library only.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).absolute().parents[2]
REQUIREMENTS = {".venv": "requirements-dev.txt", ".venv-engine": "requirements-engine.txt"}
OLDEST = (3, 11)
STAMP = "requirements.sha256"
NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "Max retries exceeded",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "No matching distribution found",
)


class SetupError(Exception):
    """One sentence: what is missing, and what to do about it."""


def ensure(environment: Path, python: str = sys.executable) -> bool:
    """Make the environment match its requirements file; False when it already did. Raises `SetupError`."""
    requirements = environment.parent / REQUIREMENTS[environment.name]
    wanted = _fingerprint(requirements)
    if _stamp(environment) == wanted:
        return False
    with _alone(environment):
        if _stamp(environment) == wanted:
            return False
        sys.stdout.write(f"Installing {requirements.name} into {environment.name} (once, about a minute) ...\n")
        sys.stdout.flush()
        if not _works(environment):
            _create(environment, python)
        _install(environment, requirements)
        (environment / STAMP).write_text(wanted, encoding="ascii")
    return True


def _fingerprint(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def _stamp(environment: Path) -> str:
    try:
        return (environment / STAMP).read_text(encoding="ascii")
    except OSError:
        return ""


@contextlib.contextmanager
def _alone(environment: Path) -> Iterator[None]:
    """Two test processes may find the engine's environment missing at once; one of them makes it."""
    logs = environment.parent / ".local" / "log"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"setup{environment.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _works(environment: Path) -> bool:
    """An environment whose Python was removed, upgraded away or moved is made anew."""
    python = environment / "bin" / "python"
    check = f"import pip, sys; sys.exit(sys.version_info[:2] < {OLDEST})"
    try:
        return subprocess.run([str(python), "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create(environment: Path, python: str) -> None:
    made = subprocess.run(
        [python, "-m", "venv", "--clear", str(environment)], capture_output=True, text=True, check=False
    )
    if made.returncode == 0:
        return
    if "ensurepip" in made.stdout + made.stderr or "No module named venv" in made.stderr:
        raise SetupError(
            f"{python} has no venv module: install it (on Debian and Ubuntu: apt install python3-venv) and try again."
        )
    last = (made.stderr or made.stdout).strip().rpartition("\n")[2]
    raise SetupError(f"{environment.name} could not be made: {last}")


def _install(environment: Path, requirements: Path) -> None:
    command = [
        str(environment / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--retries",
        "2",
    ]
    command += ["--disable-pip-version-check", "-r", str(requirements)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=environment.parent)
    if ran.returncode == 0:
        return
    log = environment.parent / ".local" / "log" / f"setup{environment.name}.txt"
    log.write_text(ran.stdout + ran.stderr, encoding="utf-8")
    if any(sign in ran.stdout + ran.stderr for sign in NO_NETWORK):
        raise SetupError(
            f"{requirements.name} could not be downloaded: check the network or the package index ({log})."
        )
    raise SetupError(f"{requirements.name} could not be installed: the last lines of {log} say why.")


def main() -> int:
    """Both environments; exit code 1 after one sentence when that is impossible here."""
    try:
        for name in REQUIREMENTS:
            ensure(ROOT / name)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; `make setup` starts again where it stopped.\n")
        return os.EX_TEMPFAIL
    return 0


if __name__ == "__main__":
    sys.exit(main())
