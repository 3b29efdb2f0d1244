"""Lint that cannot look at the template fails: nobody reads that it was skipped."""

import json
from pathlib import Path

import pytest

from devtools.local import bootstrap
from devtools.local.installers import SetupError
from devtools.package import __main__ as command
from devtools.package import lint
from devtools.package.build import Package
from devtools.package.errors import PackageError
from devtools.package.findings import Accepted, judge
from devtools.package.infra import Tools
from devtools.package.stages import read
from tests.infra.conftest import PROJECT, Rendered, Translate


def packaged(folder: Path, template: str) -> Package:
    """A package of that template, without parameters."""
    package = Package(folder / "template.json", folder / "deployment.zip")
    if folder.is_dir():
        package.template.write_text(template, encoding="utf-8")
        package.parameters.write_text("{}", encoding="utf-8")
    return package


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bool:
        raise SetupError("requirements-infra.txt could not be downloaded: check the network.")

    monkeypatch.setattr(bootstrap, "ensure", refuse)


@pytest.mark.usefixtures("offline")
def test_tools_that_cannot_be_installed_are_a_failure_with_its_reason() -> None:
    with pytest.raises(PackageError, match=r"Nothing says whether AWS would take the template: .* check the network"):
        Tools(PROJECT)


@pytest.mark.usefixtures("offline")
def test_the_command_ends_with_1_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["package", "lint"])
    monkeypatch.setattr(command, "where", lambda project: packaged(project / "nowhere", "{}"))

    assert command.main() == 1
    assert "check the network" in capsys.readouterr().err


def test_what_the_translator_refuses_is_named(tmp_path: Path) -> None:
    broken = packaged(tmp_path, '{"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {}}}}')

    with pytest.raises(PackageError, match="The SAM translator refuses the template"):
        lint.lint(broken, PROJECT)
    assert not (tmp_path / "translated.json").exists()


def test_what_cfn_lint_finds_is_named(tmp_path: Path) -> None:
    wrong = packaged(tmp_path, '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"Colour": 1}}}}')

    with pytest.raises(PackageError, match=r"(?s)cfn-lint refuses.*template\.json: Q: E3002 .*Colour"):
        lint.lint(wrong, PROJECT)


def test_what_is_no_template_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("no", encoding="utf-8")

    (finding,) = Tools(PROJECT).lint(tmp_path / "t.json")

    assert (finding.rule, finding.resource) == ("E0000", "?")


@pytest.mark.deep  # `make package` does it for one stage, and so does `make pr`
@pytest.mark.parametrize("name", ["dev", "prod"])
def test_cfn_lint_says_nothing_of_a_stage_but_what_is_accepted(
    name: str, tmp_path: Path, rendered: Rendered, translations: Translate
) -> None:
    stage = rendered(name)
    both = {"sam.json": stage, "translated.json": translations(stage, read(PROJECT, name).values)}
    findings = []
    for file, template in both.items():
        (tmp_path / file).write_text(json.dumps(template), encoding="utf-8")
        findings += Tools(PROJECT).lint(tmp_path / file)

    assert judge("cfn-lint", findings, Accepted.read(PROJECT, "cfn-lint"))
