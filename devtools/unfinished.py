"""`python -m devtools.unfinished`: fail when a file keeps a note about work that somebody should do later."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SUFFIXES = {".css", ".html", ".in", ".j2", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}
NAMES = {"Makefile", "run"}
# Made by tools, or other people's work.
SKIPPED = {"build", "vendor", "node_modules", "static"}
SHOWN_HIDDEN = {".ci", ".github"}
_NOTE = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")


def notes(root: Path) -> list[str]:
    """`path:line: text` of every note below `root`."""
    found = []
    for path in _texts(root):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if _NOTE.search(line):
                found.append(f"{path.relative_to(root)}:{number}: {line.strip()[:100]}")
    return found


def _texts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in SKIPPED or (path.name.startswith(".") and path.name not in SHOWN_HIDDEN):
            continue
        if path.is_dir():
            yield from _texts(path)
        elif path.suffix in SUFFIXES or path.name in NAMES:
            yield path


def main() -> int:
    found = notes(PROJECT)
    if found:
        print("Do it now, or write an issue, and delete the note:\n" + "\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
