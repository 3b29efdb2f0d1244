"""Files that are made from the code: the command that writes them, and with `--check` says which are out of date."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

Texts = Mapping[Path, str]  # what each file is to hold


def keep(
    module: str, about: str | None, texts: Callable[[], Texts], arguments: Sequence[str] | None = None, *, command: str
) -> int:
    """Write what differs and say so; with `--check` write nothing, name it on stderr with the `command` to run, and
    return 1. Files that are as they should be are not touched.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    checks = parser.parse_args(arguments).check
    stale = outdated(texts())
    for path, text in stale.items():
        if checks:
            print(f"{_name(path)} is out of date; run `{command}` and commit the result.", file=sys.stderr)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {_name(path)}")
    return 1 if checks and stale else 0


def outdated(texts: Texts) -> Texts:
    """Those that are not there, or hold something else."""
    return {path: text for path, text in texts.items() if not is_current(path, text)}


def is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _name(path: Path) -> str:
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else path.name
