"""cfn-lint on the SAM template and on what CloudFormation makes of it."""

from pathlib import Path

from devtools.package.infra import Tools

ACCOUNT = Path("template-infra") / "account.yaml"


def lint(template: Path, project: Path) -> str:
    """One line that says what was linted; raises PackageError with the findings, or why there is no lint.

    What all stages of an account share is linted as well: nothing else ever looks at it.
    """
    tools = Tools(project)
    translated = template.with_name("translated.json")
    try:
        tools.translate(template, translated)
        for path in (template, translated, project / ACCOUNT):
            tools.lint(path)
    finally:
        translated.unlink(missing_ok=True)
    return f"lint: cfn-lint finds nothing in the SAM template, its translation and {ACCOUNT.name}."
