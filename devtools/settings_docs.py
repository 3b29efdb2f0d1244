"""`python -m devtools.settings_docs [--check]`: write docs/settings.md and .env.example from the settings class."""

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.settings import Settings, Variable, variables_of
from devtools.generated_files import keep

PROJECT = Path(__file__).resolve().parents[1]
_PAGE = """\
# Settings

Generated from `chalicelib/settings.py` by `make docs`; change it there.

The service is configured by environment variables only. An empty variable counts as absent. `make run` sets what a
laptop needs; on AWS the template sets them from its parameters (`template-infra/resources.yaml`). The AWS SDK reads its
own variables besides, such as `AWS_DEFAULT_REGION` and `AWS_ENDPOINT_URL`.

| variable | default | meaning |
|---|---|---|
"""
_EXAMPLE = """\
# Generated from chalicelib/settings.py by `make docs`; docs/settings.md is the long form.
# Copy to .env, take the # off what you change, then: set -a; . ./.env; set +a
"""


def settings_page(variables: Sequence[Variable]) -> str:
    """The Markdown page: one row a setting, in the order of the class."""
    return _PAGE + "".join(_row(variable) for variable in variables)


def env_example(variables: Sequence[Variable]) -> str:
    """A file of commented-out assignments; only required settings are live lines, and no secret has a value to copy."""
    return _EXAMPLE + "".join(_assignment(variable) for variable in variables)


def _row(variable: Variable) -> str:
    meaning = variable.text
    if variable.example:
        meaning += f" Example: `{variable.example}`."
    if variable.secret:
        meaning += " **Secret:** never written to a log."
    return f"| `{variable.env}` | {_default(variable)} | {meaning.replace('|', chr(92) + '|')} |\n"


def _default(variable: Variable) -> str:
    if variable.default is dataclasses.MISSING:
        return "required"
    return f"`{variable.default}`".replace("|", "\\|") if variable.default != "" else "none"


def _assignment(variable: Variable) -> str:
    required = variable.default is dataclasses.MISSING
    value = "" if variable.secret else str(variable.example or ("" if required else variable.default))
    shown = f'"{value}"' if set(value) & set(" <>*$&;|#'`") else value  # quoted where a shell would take it apart
    return f"\n# {variable.text}\n{'' if required else '# '}{variable.env}={shown}\n"


def main(arguments: list[str] | None = None) -> int:
    def texts() -> dict[Path, str]:
        variables = variables_of(Settings)
        return {
            PROJECT / "docs" / "settings.md": settings_page(variables),
            PROJECT / ".env.example": env_example(variables),
        }

    return keep("devtools.settings_docs", __doc__, texts, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
