"""Who installs packages: the uv on PATH, else the pinned release in `.venv-uv`, else pip, which does it more slowly.

Runs under the bare system Python, so it uses the standard library only.
"""

import contextlib
import fcntl
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

UV_PINNED_IN = "requirements-dev.txt"
OLDEST = (3, 11)
NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "Max retries exceeded",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Network is unreachable",
)
# What pip says at last without a network, but also of an index that has everything except uv.
NOT_THERE = "No matching distribution found"


class SetupError(Exception):
    """One sentence: what is missing, and what to do about it."""


def install(environment: Path, requirements: Path, python: str, uv: str | None) -> None:
    """Make the environment, unless it works, and have the packages in it. Raises `SetupError`."""
    if not (uv and _install_with_uv(uv, environment, requirements, python)):
        _install_with_pip(environment, requirements, python)


@functools.cache
def find_uv(root: Path, python: str = sys.executable) -> str | None:
    """The uv on PATH, else our own below the root, installed when it is missing; None when it cannot be had.

    Raises `SetupError` without a network, where pip would have nothing to install either.
    """
    on_path = shutil.which("uv")
    if on_path:
        return on_path
    home, pin = root / ".venv-uv", _uv_pin(root)
    with alone(home):
        program = home / pin / "bin" / "uv"
        if pin and not program.exists():
            shutil.rmtree(home, ignore_errors=True)
            _install_uv(home / pin, pin, python)
        return str(program) if program.exists() else None


def _uv_pin(root: Path) -> str:
    words = (root / UV_PINNED_IN).read_text(encoding="utf-8").split()
    return next((word for word in words if word.startswith("uv==")), "")


def _uv_lock(root: Path) -> str:
    """The entry of uv with its hashes, as it stands in the lock."""
    text = (root / UV_PINNED_IN).read_text(encoding="utf-8").replace("\\\n", " ")
    return next(line for line in text.splitlines() if line.startswith("uv=="))


def _install_uv(folder: Path, pin: str, python: str) -> None:
    """With the pip of the Python that we run under, else with one of its own; the folder appears when all is there."""
    part, own = folder.with_name("part"), folder.with_name("pip")
    if not _ran([python, "-m", "pip", "--version"]) and _ran([python, "-m", "venv", str(own)]):
        python = str(own / "bin" / "python")
    locked = folder.with_name("uv.txt")
    locked.parent.mkdir(parents=True, exist_ok=True)
    locked.write_text(_uv_lock(folder.parent.parent), encoding="utf-8")
    options = ["--only-binary", ":all:", "--require-hashes", "--target", str(part), f"--requirement={locked}"]
    ran = _run(_pip(python, options))
    if ran.returncode and any(sign in ran.stdout + ran.stderr for sign in NO_NETWORK):
        raise _failure(folder.parent, pin, ran)
    if (part / "bin" / "uv").exists():
        part.rename(folder)


@contextlib.contextmanager
def alone(environment: Path) -> Iterator[None]:
    """Two test processes may find the engine's environment missing at once; one of them makes it."""
    with (_logs(environment) / f"setup{environment.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _logs(environment: Path) -> Path:
    logs = environment.parent / ".local" / "log"
    logs.mkdir(parents=True, exist_ok=True)
    return logs


def _works(environment: Path, check: str) -> bool:
    """An environment whose Python was removed, upgraded away or moved is made anew."""
    return _ran([str(environment / "bin" / "python"), "-c", f"import {check}; sys.exit(sys.version_info < {OLDEST})"])


def _run(command: list[str], environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A program that is not there has failed, too."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def _ran(command: list[str], environ: dict[str, str] | None = None) -> bool:
    return _run(command, environ).returncode == 0


def _install_with_uv(uv: str, environment: Path, requirements: Path, python: str) -> bool:
    """False when uv cannot do it; pip may know an index or a certificate that uv does not."""
    if not _works(environment, "sys") and not _ran([uv, "venv", "--clear", "--python", python, str(environment)]):
        return False
    inside = str(environment / "bin" / "python")
    command = [uv, "pip", "install", "--quiet", "--python", inside, "--require-hashes", "-r", str(requirements)]
    index = {"UV_DEFAULT_INDEX": os.environ["PIP_INDEX_URL"]} if os.environ.get("PIP_INDEX_URL") else {}
    return _ran(command, {**index, **os.environ})


def _install_with_pip(environment: Path, requirements: Path, python: str) -> None:
    if not _works(environment, "pip, sys"):
        _create(environment, python)
    ran = _run(_pip(str(environment / "bin" / "python"), ["--require-hashes", "-r", str(requirements)]))
    if ran.returncode:
        raise _failure(environment, requirements.name, ran)


def _failure(environment: Path, wanted: str, ran: subprocess.CompletedProcess[str]) -> SetupError:
    said = ran.stdout + ran.stderr
    log = _logs(environment) / f"setup{environment.name}.txt"
    log.write_text(said, encoding="utf-8")
    if any(sign in said for sign in (*NO_NETWORK, NOT_THERE)):
        return SetupError(f"{wanted} could not be downloaded: check the network or the package index ({log}).")
    return SetupError(f"{wanted} could not be installed: the last lines of {log} say why.")


def _create(environment: Path, python: str) -> None:
    made = _run([python, "-m", "venv", "--clear", str(environment)])
    if made.returncode == 0:
        return
    if "ensurepip" in made.stdout + made.stderr or "No module named venv" in made.stderr:
        raise SetupError(
            f"{python} has no venv module: install it (on Debian and Ubuntu: apt install python3-venv) and try again."
        )
    last = (made.stderr or made.stdout).strip().rpartition("\n")[2]
    raise SetupError(f"{environment.name} could not be made: {last}")


def _pip(python: str, options: list[str]) -> list[str]:
    """Nothing is compiled: of all the modules that come along, few are ever imported."""
    command = [python, "-m", "pip", "install", "--quiet", "--no-input", "--no-compile", "--retries", "2"]
    return [*command, "--disable-pip-version-check", *options]
