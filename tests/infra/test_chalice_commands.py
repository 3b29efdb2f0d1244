"""Commands of Chalice that would do half of the work say what to run instead; stages of its file differ."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import local
from devtools.package import stages
from devtools.package.template import of_type
from tests.infra.conftest import PROJECT, Rendered

CHALICE = Path(sys.executable).with_name("chalice")
NOWHERE = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


@pytest.mark.parametrize("command", [["deploy", "--stage", "dev"], ["--no-debug", "package", "--stage", "prod", "out"]])
def test_a_command_that_would_deploy_half_of_it_says_what_to_run(command: list[str], tmp_path: Path) -> None:
    """It ends before it asks AWS for anything, and writes nothing."""
    where = [str(tmp_path / one) if one == "out" else one for one in command]
    environ = {**os.environ, **NOWHERE, "AWS_DEFAULT_REGION": "eu-west-1"}

    ran = subprocess.run([CHALICE, *where], capture_output=True, text=True, check=False, cwd=PROJECT, env=environ)

    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "Run `make package STAGE=dev`" in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["local"], ["local", "--stage", "deploy"], ["url"], ["logs", "-n", "tick"], []])
def test_other_commands_are_left_alone(arguments: list[str]) -> None:
    local.refuse_what_cannot_work(arguments)


def test_stages_differ_in_their_parameters_and_in_nothing_else(rendered: Rendered) -> None:
    """So the package that was tried on one is the package of the other."""
    config = json.loads((PROJECT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    files = {one.stem for one in (PROJECT / stages.PARAMS).iterdir()}

    assert set(config["stages"]) == {"local", *files}
    templates = [rendered(name) for name in ("dev", "prod")]
    for function in (one for template in templates for one in of_type(template, "AWS::Serverless::Function").values()):
        del function["Tags"]  # in which Chalice names the stage
    assert templates[0] == templates[1]
    assert stages.read(PROJECT, "dev").values != stages.read(PROJECT, "prod").values
