"""Commands as documents have them: what `make` would run for each, and whether its parser takes the arguments."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module

import pytest

from tests.infra.conftest import PROJECT

# What each kind of command calls once its arguments are parsed: here the work ends, and nothing is done.
WORK = {
    "operations": "operations.target.exit_code",
    "devtools.deploy": "devtools.deploy.__main__.exit_code",
    "devtools.package": "devtools.package.__main__.run",
}


def typed(page: str) -> Iterator[str]:
    """Every command of `make` or `python -m` in a block, and in sentences those that name a value."""
    for block in re.findall(r"^ *```\w*\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL):
        lines = re.findall(r"^ *((?:make|python -m) .+)$", block, re.MULTILINE)
        yield from (line.split(" #")[0].strip() for line in lines)
    bare = re.sub(r"^ *```.*?^ *```$", "", page, flags=re.MULTILINE | re.DOTALL)
    for found in re.findall(r"`((?:make|python -m) [^`]+)`", bare):
        command = " ".join(found.split())
        if "=" in command and "..." not in command:
            yield command


@cache
def run_by(command: str) -> tuple[str, list[str]]:
    """The module and the arguments that a command ends in; no module where `make` has no such target."""
    words = shlex.split(command)
    if words[0] == "make":
        dry = ["make", "-n", "PYTHON=python3", *words[1:]]  # a search for a Python would take longer than all else
        listed = subprocess.run(dry, check=False, cwd=PROJECT, capture_output=True, text=True)
        lines = [line for line in listed.stdout.splitlines() if re.match(r"\.venv/bin/python -m ", line)]
        if listed.returncode or not lines:
            return "", []
        words = shlex.split(lines[0])
    return words[2], words[3:]


def is_known(module: str) -> bool:
    """Whether there is a way to parse its arguments and do nothing."""
    return any(module == name or module.startswith(f"{name}.") for name in WORK)


def refused(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What its parser says against the command; empty when it takes it."""
    module, arguments = run_by(command)
    if not is_known(module):
        return f"nothing parses {module or command}"
    with monkeypatch.context() as patch:
        for name in WORK.values():
            patch.setattr(name, lambda *_, **__: 0)
        try:
            return "" if import_module(f"{module}.__main__").main(arguments) == 0 else "it failed"
        except SystemExit:
            return capsys.readouterr().err.strip().splitlines()[-1]
