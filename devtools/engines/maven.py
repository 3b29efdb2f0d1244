"""Fetches DynamoDB Local from Maven Central: by `mvn` where there is one, else file by file over HTTPS.

`pom.xml` names what is wanted, `dynamodb-local.lock` every file of it with its hash, whichever way it came.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CENTRAL = "https://repo.maven.apache.org/maven2/"
POM = Path(__file__).with_name("pom.xml")
LOCK = Path(__file__).with_name("dynamodb-local.lock")
PARALLEL_DOWNLOADS = 4
MVN_SECONDS = 600
HTTPS_SECONDS = 60
LIBRARIES = frozenset({".jar", ".so", ".dylib", ".dll"})


class FetchError(Exception):
    """Maven Central or a tool is missing; the message is one sentence for the person at the terminal."""


def locked(lock: Path = LOCK) -> dict[str, str]:
    """The path of each file in Maven's repository layout, and its SHA-256."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {path: digest for digest, path in pairs}


def fetch(folder: Path) -> None:
    """Fills `folder` with the locked files, or leaves it as it was. Raises `FetchError`."""
    wanted = locked()
    if all((folder / path).is_file() for path in wanted):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fresh = Path(scratch) / "files"
        if shutil.which("mvn"):
            _copy_by_mvn(fresh)
        else:
            _download(fresh, list(wanted))
        _verify(fresh, wanted)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


def _copy_by_mvn(folder: Path) -> None:
    options = [f"-DoutputDirectory={folder}", "-Dmdep.useRepositoryLayout=true", "-DincludeScope=runtime"]
    command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MVN_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"Maven did not finish within {MVN_SECONDS} s: check the network.") from error
    if done.returncode:
        first = next((line for line in done.stdout.splitlines() if "[ERROR]" in line), "no reason given")
        raise FetchError(f"Maven could not fetch DynamoDB Local: {first.strip()[:300]}")


def _download(folder: Path, paths: list[str]) -> None:
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        try:
            list(pool.map(lambda path: _download_file(folder, path), paths))
        except (urllib.error.URLError, OSError) as error:
            raise FetchError(f"Maven Central could not be reached: {error}") from error


def _download_file(folder: Path, path: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(CENTRAL + path, timeout=HTTPS_SECONDS) as answer:
        target.write_bytes(answer.read())


def _verify(folder: Path, wanted: Mapping[str, str]) -> None:
    for path, digest in wanted.items():
        if not (folder / path).is_file():
            raise FetchError(f"Maven delivered no {path}: run `python -m devtools.engines.maven` and try again.")
        if _digest(folder / path) != digest:
            raise FetchError(f"{path} from Maven Central is not the file that dynamodb-local.lock names.")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_lock() -> int:
    """Writes the lock file anew from the pom; tells how many files it names."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _copy_by_mvn(folder)
        files = sorted(file for file in folder.rglob("*") if file.suffix in LIBRARIES)
        lines = [f"{_digest(file)}  {file.relative_to(folder).as_posix()}\n" for file in files]
    head = "# Written by `python -m devtools.engines.maven` from pom.xml; do not edit.\n"
    LOCK.write_text(head + "".join(lines), encoding="utf-8")
    return len(lines)


if __name__ == "__main__":
    try:
        print(f"{LOCK.name} names {write_lock()} files.")
    except (FetchError, FileNotFoundError) as problem:
        sys.exit(f"The lock file was not written: {problem}")
