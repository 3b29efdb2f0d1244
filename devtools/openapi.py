"""`python -m devtools.openapi [--check]`: write the OpenAPI document that the API serves, from its routes."""

import json
import sys
import tomllib
from pathlib import Path

from devtools import generated_files

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "chalicelib" / "api" / "documents" / "openapi.json"


def version() -> str:
    """The one place where the version stands."""
    return str(tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def render() -> str:
    """The document as it is stored: one value a line, so that a change is a small difference."""
    from chalicelib.api.openapi import document  # the usage message needs none of it

    return json.dumps(document(version()), indent=1, ensure_ascii=False) + "\n"


def is_current(target: Path = TARGET) -> bool:
    return generated_files.is_current(target, render())


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    return generated_files.keep(
        "devtools.openapi", __doc__, lambda: {target: render()}, arguments, command="make openapi"
    )


if __name__ == "__main__":
    sys.exit(main())
