"""Notices that the code changed, looking only at the files that make a difference."""

import os
from collections.abc import Iterator
from pathlib import Path

WATCHED = ("app.py", "chalicelib", "devtools/local", ".chalice/config.json")


class Watch:
    """Compares the watched files of a project with how they were when it was made or last asked."""

    def __init__(self, project: Path, names: tuple[str, ...] = WATCHED) -> None:
        self._project = project
        self._names = names
        self._before = self._snapshot()

    def changed(self) -> str | None:
        """A file that was changed, added or removed since the last call, relative to the project."""
        now = self._snapshot()
        differing = dict(set(now.items()) ^ set(self._before.items()))
        self._before = now
        return min(differing, default=None)

    def _snapshot(self) -> dict[str, int]:
        return dict(self._files())

    def _files(self) -> Iterator[tuple[str, int]]:
        for name in self._names:
            start = self._project / name
            for path in _below(start) if start.is_dir() else [start]:
                try:
                    yield str(path.relative_to(self._project)), path.stat().st_mtime_ns
                except FileNotFoundError:
                    continue


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one != "__pycache__"]
        for name in names:
            # Editors write their own files beside the one that is edited.
            if not name.startswith(".") and not name.endswith(("~", ".pyc", ".swp")):
                yield Path(root, name)
