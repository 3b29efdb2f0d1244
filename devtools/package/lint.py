"""cfn-lint on the SAM template and on what CloudFormation makes of it."""

from pathlib import Path

from devtools.package.infra import Tools


def lint(template: Path, project: Path) -> str:
    """One line that says what was linted; raises PackageError with the findings, or why there is no lint."""
    tools = Tools(project)
    translated = template.with_name("translated.json")
    try:
        tools.translate(template, translated)
        for path in (template, translated):
            tools.lint(path)
    finally:
        translated.unlink(missing_ok=True)
    return "lint: cfn-lint finds nothing in the SAM template nor in its translation."
