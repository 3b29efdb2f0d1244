"""`python -m devtools.openapi [--check]`: write the OpenAPI document that the API serves, from its routes."""

import argparse
import json
import sys
import tomllib
from pathlib import Path

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
    return target.is_file() and target.read_text(encoding="utf-8") == render()


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")
    current = is_current(target)
    if parser.parse_args(arguments).check:
        if not current:
            print(f"{target.name} differs from the routes; run `make openapi` and commit the result.", file=sys.stderr)
        return 0 if current else 1
    if not current:
        target.write_text(render(), encoding="utf-8")
        print(f"wrote {target.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
