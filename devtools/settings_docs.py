"""`python -m devtools.settings_docs [--check]`: write docs/settings.md and .env.example from the settings class."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any

from chalicelib.settings import Settings

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


def settings_page(fields: tuple[dataclasses.Field[Any], ...]) -> str:
    """The Markdown page: one row a setting, in the order of the class."""
    return _PAGE + "".join(_row(one) for one in fields)


def env_example(fields: tuple[dataclasses.Field[Any], ...]) -> str:
    """A file of commented-out assignments; only required settings are live lines, and no secret has a value to copy."""
    return _EXAMPLE + "".join(_assignment(one) for one in fields)


def _row(one: dataclasses.Field[Any]) -> str:
    meaning = one.metadata["help"]
    if one.metadata["example"]:
        meaning += f" Example: `{one.metadata['example']}`."
    if one.metadata["secret"]:
        meaning += " **Secret:** never written to a log."
    return f"| `{one.metadata['env']}` | {_default(one)} | {meaning.replace('|', chr(92) + '|')} |\n"


def _default(one: dataclasses.Field[Any]) -> str:
    if one.default is dataclasses.MISSING:
        return "required"
    return f"`{one.default}`".replace("|", "\\|") if one.default != "" else "none"


def _assignment(one: dataclasses.Field[Any]) -> str:
    required = one.default is dataclasses.MISSING
    value = "" if one.metadata["secret"] else str(one.metadata["example"] or ("" if required else one.default))
    shown = f'"{value}"' if set(value) & set(" <>*$&;|#'`") else value  # quoted where a shell would take it apart
    return f"\n# {one.metadata['help']}\n{'' if required else '# '}{one.metadata['env']}={shown}\n"


def outdated(written: dict[Path, str]) -> list[Path]:
    """The files that are missing or say something else."""
    return [path for path, text in written.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.settings_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    fields = dataclasses.fields(Settings)
    written = {PROJECT / "docs" / "settings.md": settings_page(fields), PROJECT / ".env.example": env_example(fields)}
    stale = outdated(written)
    if parser.parse_args().check:
        names = " and ".join(str(path.relative_to(PROJECT)) for path in stale)
        if stale:
            print(
                f"{names} differ from chalicelib/settings.py; run `make docs` and commit the result.", file=sys.stderr
            )
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written[path], encoding="utf-8")
        print(f"wrote {path.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
