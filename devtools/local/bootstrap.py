"""`make setup`: virtual environments from their pinned requirements, touched only when those change.

Runs under the bare system Python, so it uses the standard library only.
"""

import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devtools.local.installers import SetupError, alone, find_uv, install

ROOT = Path(__file__).absolute().parents[2]
RUN, DEVELOPMENT, ENGINE = "requirements-run.txt", "requirements-dev.txt", "requirements-engine.txt"
INFRA = "requirements-infra.txt"
# What is there once a file is installed: whoever has the development tools can run the application, too.
CONTAINS = {DEVELOPMENT: (RUN,)}
STAMP = "requirements.sha256"


def ensure(environment: Path, file: str = ENGINE, python: str = sys.executable) -> bool:
    """Have what the requirements file names in the environment; False when it was there. Raises `SetupError`."""
    if _is_there(environment, file):
        return False
    requirements = environment.parent / file
    uv = find_uv(environment.parent, python)
    with alone(environment):
        if _is_there(environment, file):
            return False
        _say(f"Installing {file} into {environment.name} ({'a few seconds' if uv else 'about a minute'}, once) ...")
        (environment / STAMP).unlink(missing_ok=True)
        install(environment, requirements, python, uv)
        _stamp(environment, [requirements, *(environment.parent / name for name in CONTAINS.get(file, ()))])
    return True


def _fingerprint(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def _is_there(environment: Path, file: str) -> bool:
    return _fingerprint(environment.parent / file) in _stamps(environment)


def _stamps(environment: Path) -> list[str]:
    """Fingerprints of the files whose packages are in the environment."""
    try:
        return (environment / STAMP).read_text(encoding="ascii").split()
    except OSError:
        return []


def _stamp(environment: Path, files: list[Path]) -> None:
    (environment / STAMP).write_text("\n".join(_fingerprint(one) for one in files if one.exists()), encoding="ascii")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _ensure_all(file: str) -> None:
    """The environments of the application, the engine and, for whoever tests, the template tools, side by side."""
    wanted = [(ROOT / ".venv", file), (ROOT / ".venv-engine", ENGINE)]
    wanted += [(ROOT / ".venv-infra", INFRA)] if file == DEVELOPMENT else []
    missing = [one for one in wanted if not _is_there(*one)]
    if missing:
        find_uv(ROOT)  # before both ask for it
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(ensure, *one) for one in missing]:
            done.result()


def main() -> int:
    """Install what `make run` needs (argument `run`) or everything; 1 after one sentence when that is impossible."""
    try:
        _ensure_all(RUN if sys.argv[1:] == ["run"] else DEVELOPMENT)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; `make setup` starts again where it stopped.\n")
        return os.EX_TEMPFAIL
    return 0


if __name__ == "__main__":
    sys.exit(main())
