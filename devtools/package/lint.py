"""cfn-lint and checkov on the SAM template and on what CloudFormation makes of it."""

import json
from pathlib import Path

from devtools.package import checkov
from devtools.package.build import Package
from devtools.package.findings import Accepted, judge
from devtools.package.infra import Tools

ACCOUNT = Path("template-infra") / "account.yaml"


def lint(package: Package, project: Path) -> str:
    """Lines that say what was looked at; raises PackageError with the findings, or why there is no lint.

    What all stages of an account share is looked at as well: nothing else ever does.
    """
    tools = Tools(project)
    translated = package.template.with_name("translated.json")
    parameters = json.loads(package.parameters.read_text(encoding="utf-8"))
    every = (package.template, translated, project / ACCOUNT)
    try:
        tools.translate(package.template, translated, parameters)
        findings = [one for path in every for one in tools.lint(path)]
        judge("cfn-lint", findings, Accepted.read(project, "cfn-lint"))
        checked = checkov.check(project, every)
    finally:
        translated.unlink(missing_ok=True)
    said = f"lint: cfn-lint takes the SAM template, its translation and {ACCOUNT.name}."
    return f"{said}\n{checked}"
