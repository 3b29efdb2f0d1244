"""What all commands of operators have in common, so that whoever knows one of them knows them all."""

import re
from importlib import import_module

import pytest

from operations.rights import ROLES, OperatorsRole
from tests.infra.typed import run_by
from tests.support.citations import PROJECT


@pytest.mark.parametrize("role", ROLES, ids=lambda role: str(role.command))
def test_a_command_knows_stages_has_a_dry_run_and_is_called_by_make(
    role: OperatorsRole, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        import_module(f"operations.{role.command}.__main__").main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    commands = (PROJECT / "README.md").read_text(encoding="utf-8").split("## Commands")[1].split("## Documents")[0]

    assert "--stage NAME" in said
    assert re.search(r"--dry-run|\(a dry run\)", said)
    assert run_by(role.called)[0] == f"operations.{role.command}"
    assert re.search(rf"^\|.*`{role.called}\b.*\|", commands, re.MULTILINE)
