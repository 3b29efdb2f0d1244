"""`make setup` works only when it must, and says in one sentence what is missing."""

import os
import subprocess
from pathlib import Path

import pytest

from devtools.local import bootstrap
from devtools.local.installers import SetupError

SCRIPT = Path(bootstrap.__file__)
RUN, DEVELOPMENT = bootstrap.RUN, bootstrap.DEVELOPMENT


def program(path: Path, text: str) -> Path:
    """A small shell script that stands in for a Python."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Below a root of its own, on a machine without uv; the programs that stand in for it go into `bin`."""
    (tmp_path / "requirements-run.txt").write_text("six==1.17.0\n", encoding="utf-8")
    locked = "six==1.17.0\nuv==9.9.9 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    (tmp_path / "requirements-dev.txt").write_text(locked, encoding="utf-8")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path / ".venv"


@pytest.fixture
def bare(environment: Path) -> str:
    """A Python that can neither install uv nor make an environment."""
    return str(program(environment.parent / "python3", "exit 1"))


def pip(environment: Path, text: str) -> None:
    """An environment that exists; its pip does what the shell text says."""
    program(environment / "bin" / "python", f'case "$1" in -c) exit 0;; esac\n{text}')


def uv(environment: Path, said: str = "$@") -> str:
    """The text of a uv that makes the folder of an environment, and writes down what it was asked."""
    return f'echo "{said}" >> {environment.parent}/calls\n[ "$1" != venv ] || mkdir -p "$5"'


def calls(environment: Path) -> list[str]:
    return (environment.parent / "calls").read_text(encoding="utf-8").splitlines()


def test_it_installs_once_and_again_only_when_the_requirements_change(environment: Path, bare: str) -> None:
    pip(environment, f'echo "$@" >> {environment.parent}/calls')

    made = [bootstrap.ensure(environment, RUN, bare), bootstrap.ensure(environment, RUN, bare)]
    (environment.parent / RUN).write_text("six==1.17.0\nidna==3.20\n", encoding="utf-8")
    made.append(bootstrap.ensure(environment, RUN, bare))

    assert made == [True, False, True]
    assert len(calls(environment)) == 2
    assert all("pip install" in one and RUN in one and "--no-compile" in one for one in calls(environment))
    assert all("--require-hashes" in one for one in calls(environment))


def test_who_has_the_development_tools_can_run_the_application_without_another_installation(
    environment: Path, bare: str
) -> None:
    pip(environment, "exit 0")

    made = [bootstrap.ensure(environment, file, bare) for file in (RUN, DEVELOPMENT, RUN, DEVELOPMENT)]

    assert made == [True, True, False, False]


def test_another_version_of_what_runs_the_application_is_not_taken_for_the_development_tools(
    environment: Path, bare: str
) -> None:
    pip(environment, "exit 0")
    bootstrap.ensure(environment, DEVELOPMENT, bare)
    (environment.parent / RUN).write_text("six==1.16.0\n", encoding="utf-8")

    assert bootstrap.ensure(environment, RUN, bare)
    assert bootstrap.ensure(environment, DEVELOPMENT, bare)


def test_the_uv_on_the_path_makes_the_environment_and_installs_into_it(environment: Path, bare: str) -> None:
    program(environment.parent / "bin" / "uv", uv(environment))

    assert bootstrap.ensure(environment, RUN, bare)

    made, installed = calls(environment)
    assert made == f"venv --clear --python {bare} {environment}"
    assert installed.startswith(f"pip install --quiet --python {environment}/bin/python --require-hashes")
    assert not (environment.parent / ".venv-uv").exists()


def test_without_one_the_pinned_uv_is_installed_once(environment: Path) -> None:
    ready = program(environment.parent / "uv", uv(environment))
    # Its pip puts uv below what --target names, the last but one of its arguments.
    python = program(
        environment.parent / "python3",
        f'echo "$@" >> {environment.parent}/calls\n[ "$3" = install ] || exit 0\nwhile [ $# -gt 2 ]; do shift; done\n'
        f'mkdir -p "$1/bin" && cp {ready} "$1/bin/uv"',
    )

    assert bootstrap.ensure(environment, RUN, str(python))
    assert bootstrap.ensure(environment, DEVELOPMENT, str(python))

    [installing] = [one for one in calls(environment) if one.startswith("-m pip install")]
    assert "--require-hashes" in installing
    locked = Path(installing.rpartition("--requirement=")[2]).read_text(encoding="utf-8")
    assert locked.split() == ["uv==9.9.9", "--hash=sha256:aa", "--hash=sha256:bb"], "and nothing else of the lock"
    assert sum(one.startswith("pip install") for one in calls(environment)) == 2


def test_pip_installs_what_uv_cannot(environment: Path, bare: str) -> None:
    program(environment.parent / "bin" / "uv", "exit 2")
    pip(environment, f'echo "$@" >> {environment.parent}/calls')

    assert bootstrap.ensure(environment, RUN, bare)

    assert len(calls(environment)) == 1


def test_uv_takes_packages_from_the_index_that_pip_was_given(
    environment: Path, bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    program(environment.parent / "bin" / "uv", uv(environment, "$UV_DEFAULT_INDEX"))

    assert bootstrap.ensure(environment, RUN, bare)

    assert calls(environment)[-1] == "https://index.example/simple"


def test_a_failed_installation_is_tried_again(environment: Path, bare: str) -> None:
    pip(environment, "exit 1")
    with pytest.raises(SetupError):
        bootstrap.ensure(environment, RUN, bare)

    pip(environment, "exit 0")

    assert bootstrap.ensure(environment, RUN, bare)


def test_a_missing_network_is_named(environment: Path, bare: str) -> None:
    pip(environment, 'echo "NewConnectionError: Failed to establish a new connection" >&2; exit 1')

    with pytest.raises(SetupError, match="could not be downloaded: check the network") as raised:
        bootstrap.ensure(environment, RUN, bare)
    assert "\n" not in str(raised.value)


def test_without_a_network_nothing_else_is_tried_once_uv_could_not_be_downloaded(environment: Path) -> None:
    pip(environment, f'echo "$@" >> {environment.parent}/calls')
    python = program(environment.parent / "python3", 'echo "NewConnectionError: no route" >&2; exit 1')

    with pytest.raises(SetupError, match=r"uv==9\.9\.9 could not be downloaded: check the network"):
        bootstrap.ensure(environment, RUN, str(python))
    assert not (environment.parent / "calls").exists()


def test_any_other_failure_points_to_its_log(environment: Path, bare: str) -> None:
    pip(environment, 'echo "error: metadata-generation-failed" >&2; exit 1')

    with pytest.raises(SetupError, match="could not be installed: the last lines of"):
        bootstrap.ensure(environment, RUN, bare)
    log = environment.parent / ".local" / "log" / "setup.venv.txt"
    assert "metadata-generation-failed" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "said", ["No module named venv", "The virtual environment was not created: ensurepip is not available"]
)
def test_a_python_without_venv_is_named_with_the_package_that_brings_it(environment: Path, said: str) -> None:
    python = program(environment.parent / "python3", f'echo "{said}" >&2; exit 1')

    with pytest.raises(SetupError, match=r"has no venv module: install it .* python3-venv") as raised:
        bootstrap.ensure(environment, RUN, str(python))
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
