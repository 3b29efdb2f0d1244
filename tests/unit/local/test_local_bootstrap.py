"""`make setup` works only when it must, and says in one sentence what is missing."""

import os
import subprocess
from pathlib import Path

import pytest

from devtools.local import bootstrap

SCRIPT = Path(bootstrap.__file__)


def program(path: Path, text: str) -> Path:
    """A small shell script that stands in for a Python."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    (tmp_path / "requirements-dev.txt").write_text("six==1.17.0\n", encoding="utf-8")
    return tmp_path / ".venv"


def pip(environment: Path, text: str) -> None:
    """An environment that exists; its pip does what the shell text says."""
    program(environment / "bin" / "python", f'case "$1" in -c) exit 0;; esac\n{text}')


def test_it_installs_once_and_again_only_when_the_requirements_change(environment: Path) -> None:
    pip(environment, f'echo "$@" >> {environment.parent}/calls')

    made = [bootstrap.ensure(environment), bootstrap.ensure(environment)]
    (environment.parent / "requirements-dev.txt").write_text("six==1.17.0\nidna==3.20\n", encoding="utf-8")
    made.append(bootstrap.ensure(environment))

    assert made == [True, False, True]
    calls = (environment.parent / "calls").read_text(encoding="utf-8").splitlines()
    assert len(calls) == 2
    assert all("pip install" in one and "requirements-dev.txt" in one for one in calls)


def test_a_failed_installation_is_tried_again(environment: Path) -> None:
    pip(environment, "exit 1")
    with pytest.raises(bootstrap.SetupError):
        bootstrap.ensure(environment)

    pip(environment, "exit 0")

    assert bootstrap.ensure(environment)


def test_a_missing_network_is_named(environment: Path) -> None:
    pip(environment, 'echo "NewConnectionError: Failed to establish a new connection" >&2; exit 1')

    with pytest.raises(bootstrap.SetupError, match="could not be downloaded: check the network") as raised:
        bootstrap.ensure(environment)
    assert "\n" not in str(raised.value)


def test_any_other_failure_points_to_its_log(environment: Path) -> None:
    pip(environment, 'echo "error: metadata-generation-failed" >&2; exit 1')

    with pytest.raises(bootstrap.SetupError, match="could not be installed: the last lines of"):
        bootstrap.ensure(environment)
    log = environment.parent / ".local" / "log" / "setup.venv.txt"
    assert "metadata-generation-failed" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "said", ["No module named venv", "The virtual environment was not created: ensurepip is not available"]
)
def test_a_python_without_venv_is_named_with_the_package_that_brings_it(environment: Path, said: str) -> None:
    python = program(environment.parent / "python3", f'echo "{said}" >&2; exit 1')

    with pytest.raises(bootstrap.SetupError, match=r"has no venv module: install it .* python3-venv") as raised:
        bootstrap.ensure(environment, str(python))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["exit 1", "exit 127", None])
def test_make_with_too_old_a_python_or_none_says_what_is_needed(tmp_path: Path, text: str | None) -> None:
    python = program(tmp_path / "python3", text) if text else ""
    command = ["make", "-C", str(SCRIPT.parents[2]), "--no-print-directory", "setup", f"PYTHON={python}"]

    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})

    assert ran.returncode != 0
    assert ran.stderr.splitlines()[0] == (
        "Turnout needs Python 3.11 or newer: install one, or name it with `make PYTHON=/path/to/python3`."
    )
