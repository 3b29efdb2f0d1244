"""Lint that cannot look at the template fails: nobody reads that it was skipped."""

from pathlib import Path

import pytest

from devtools.local import bootstrap
from devtools.local.installers import SetupError
from devtools.package import __main__ as command
from devtools.package import lint
from devtools.package.build import where
from devtools.package.errors import PackageError
from devtools.package.infra import Tools
from tests.infra.conftest import PROJECT


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bool:
        raise SetupError("requirements-infra.txt could not be downloaded: check the network.")

    monkeypatch.setattr(bootstrap, "ensure", refuse)


@pytest.mark.usefixtures("offline")
def test_tools_that_cannot_be_installed_are_a_failure_with_its_reason() -> None:
    with pytest.raises(PackageError, match=r"Nothing says whether AWS would take the template: .* check the network"):
        lint.lint(where(PROJECT).template, PROJECT)


@pytest.mark.usefixtures("offline")
def test_the_command_ends_with_1_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["package", "lint"])

    assert command.main() == 1
    assert "check the network" in capsys.readouterr().err


def test_what_the_translator_refuses_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "template.json"
    broken.write_text('{"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {}}}}', encoding="utf-8")

    with pytest.raises(PackageError, match="The SAM translator refuses the template"):
        lint.lint(broken, PROJECT)
    assert not (tmp_path / "translated.json").exists()


def test_what_cfn_lint_finds_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "template.json"
    wrong.write_text('{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"Colour": 1}}}}', encoding="utf-8")

    with pytest.raises(PackageError, match=r"(?s)cfn-lint refuses template\.json.*Colour"):
        Tools(PROJECT).lint(wrong)
