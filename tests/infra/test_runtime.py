"""A package is for the Python and the machine that were asked for, or there is none."""

import platform
import shutil
import sys
from pathlib import Path

import pytest

from devtools.package import __main__ as command
from devtools.package import build, runtime
from devtools.package.errors import PackageError
from devtools.package.runtime import HOST, Runtime

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any other Python."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv(runtime.PYTHON_VARIABLE, raising=False)
    return tmp_path


def test_without_a_wish_it_is_python_3_13_on_arm64() -> None:
    assert (Runtime().name, Runtime().architecture) == ("python3.13", "arm64")


def test_host_is_this_python_and_this_machine() -> None:
    assert Runtime.parse(HOST, HOST) == Runtime(OWN, runtime.MACHINES[platform.machine().lower()])


@pytest.mark.parametrize(("text", "version"), [("3.12", "3.12"), ("python3.13", "3.13")])
def test_a_version_may_be_named_as_lambda_names_it(text: str, version: str) -> None:
    assert Runtime.parse(text, "x86_64") == Runtime(version, "x86_64")


@pytest.mark.parametrize(
    ("version", "architecture", "named"),
    [("3.9", "arm64", "RUNTIME=3.9"), ("", "arm64", "RUNTIME="), ("3.13", "mips", "ARCH=mips"), ("3.13", "", "ARCH=")],
)
def test_what_lambda_does_not_have_is_refused(version: str, architecture: str, named: str) -> None:
    with pytest.raises(PackageError, match=named):
        Runtime.parse(version, architecture)


def another() -> str:
    return next(one for one in runtime.VERSIONS if one != OWN)


def test_a_python_that_is_not_there_is_one_sentence_and_nothing_else_is_taken(nowhere: Path) -> None:
    with pytest.raises(PackageError, match=f"needs python{another()}: install it") as raised:
        runtime.python_of(nowhere, another())
    assert "\n" not in str(raised.value)


def test_a_program_of_that_name_must_be_of_that_version(nowhere: Path) -> None:
    """Shims of version managers are on the path, and fail; links may lead to another version."""
    program(nowhere / "bin" / f"python{another()}", "echo not installed >&2; exit 127")
    program(nowhere / "home" / ".pyenv" / "versions" / f"{another()}.1" / "bin" / f"python{another()}", "echo 3.1")

    with pytest.raises(PackageError, match="install it"):
        runtime.python_of(nowhere, another())


def test_the_python_that_runs_this_is_taken_as_it_is(tmp_path: Path) -> None:
    assert runtime.python_of(tmp_path, OWN) == Path(sys.executable)


def test_the_command_fails_with_the_sentence(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(command.PROJECT / "template-infra", nowhere / "template-infra")
    monkeypatch.setattr(command, "PROJECT", nowhere)
    monkeypatch.setattr("sys.argv", ["package", "build", "--runtime", another()])

    assert command.main() == 1
    assert f"needs python{another()}" in capsys.readouterr().err
    assert not (nowhere / "build").exists()


@pytest.mark.parametrize("wrong", [{"Runtime": "python3.11"}, {"Architectures": ["x86_64"]}, {"Architectures": None}])
def test_what_was_packed_for_something_else_is_refused(wrong: dict[str, object]) -> None:
    good = {"Runtime": "python3.13", "Architectures": ["arm64"]}
    template = {
        "Resources": {
            name: {"Type": "AWS::Serverless::Function", "Properties": one}
            for name, one in {"Tick": good | wrong, "RunJob": good}.items()
        }
    }

    with pytest.raises(PackageError, match="packed Tick for something else"):
        build._must_be_for(template, Runtime())


def test_chalice_sees_a_copy_with_the_machine_and_without_the_development_stack(tmp_path: Path) -> None:
    copy = build._copy(command.PROJECT, tmp_path / "copy", Runtime("3.13", "x86_64"))

    assert sorted(path.name for path in copy.iterdir()) == [".chalice", "app.py", "chalicelib", "requirements.txt"]
    assert '"lambda_architecture": "x86_64"' in (copy / ".chalice" / "config.json").read_text(encoding="utf-8")
    assert list(copy.rglob("__pycache__")) == []
