"""`python -m devtools.locks [--check]`: resolve each requirements*.in into its requirements*.txt, with hashes."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
# In this order: what runs the application contains what the functions import, and the test tools contain both.
NAMES = (
    "requirements",
    "requirements-wallets",
    "requirements-run",
    "requirements-dev",
    "requirements-engine",
    "requirements-infra",
    "requirements-checkov",
    "requirements-clients",
    "requirements-mcp",
)
OLDEST_PYTHON = "3.11"
_UNREACHABLE = ("error sending request", "dns error", "Failed to fetch", "Could not connect", "network connectivity")


class LockError(Exception):
    """A file could not be resolved; the message is for the developer."""


class UnreachableError(LockError):
    """The package index cannot be asked now."""


def resolve(name: str, target: Path, *, upgrade: bool = False) -> None:
    """Write the pins for `name`.in to `target`; pins that are there already stay, unless `upgrade`."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "compile", f"{name}.in", "--output-file", str(target), "--universal", "--quiet"]
    command += ["--python-version", OLDEST_PYTHON, "--no-header", "--no-annotate", "--generate-hashes"]
    command += ["--upgrade"] if upgrade else []
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=PROJECT, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError as error:
        raise LockError("uv is not installed in this environment; run `make setup`.") from error
    if done.returncode:
        kind = UnreachableError if any(sign in done.stderr for sign in _UNREACHABLE) else LockError
        raise kind(f"{name}.in cannot be resolved: {done.stderr.strip().splitlines()[-1].strip()}")


def outdated() -> list[str]:
    """Names of the pinned files that their sources no longer resolve to."""
    stale = []
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            written, fresh = PROJECT / f"{name}.txt", Path(folder) / f"{name}.txt"
            if written.is_file():
                shutil.copy(written, fresh)
            resolve(name, fresh)
            if not written.is_file() or fresh.read_bytes() != written.read_bytes():
                stale.append(written.name)
    return stale


def _check() -> int:
    try:
        stale = outdated()
    except UnreachableError as error:
        print(f"lock check skipped: the package index cannot be reached ({error}).")
        return 0
    if stale:
        print(
            f"{', '.join(stale)} do not match their .in files; run `make lock` and commit the result.", file=sys.stderr
        )
    return 1 if stale else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.locks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    parser.add_argument("--upgrade", action="store_true", help="take the newest releases that the sources allow")
    chosen = parser.parse_args()
    try:
        if chosen.check:
            return _check()
        for name in NAMES:
            resolve(name, PROJECT / f"{name}.txt", upgrade=chosen.upgrade)
            print(f"resolved {name}.txt")
    except LockError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
