"""`make backfill`: writes what is stored in an earlier shape in that of today, while everything runs."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from chalicelib.container import Container
from operations import target
from operations.backfill.migrations import MIGRATIONS, Migration
from operations.patience import patiently
from operations.progress import progress_bar
from operations.target import Target
from operations.walking import Progress, pages, total


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m operations.backfill", description=__doc__)
    parser.add_argument("shape", choices=sorted(MIGRATIONS), help="what is written anew")
    parser.add_argument("--write", action="store_true", help="write; without it they are only counted (a dry run)")
    return target.run(parser, _work, arguments)


def _work(system: Target, options: argparse.Namespace) -> int:
    shape = str(options.shape)
    return run(system.container, shape, system.journal(f"backfill-{shape}"), Console(), write=options.write)


def run(container: Container, shape: str, path: Path, console: Console, *, write: bool) -> int:
    """With a progress bar. A dry run looks at everything and returns 1 when something is of an earlier shape."""
    found = 0
    with progress_bar(console) as bar:
        start = Progress.read(path) if write else None
        task = bar.add_task(shape, total=total(container), completed=start.number if start else 0)
        for number in backfill(container, MIGRATIONS[shape], path, lambda: bar.advance(task), write=write):
            found += number
    done = "written anew" if write else "of an earlier shape; --write writes them anew"
    console.print(f"{shape}: {found:,} {done}.")
    return 1 if found and not write else 0


def backfill(
    container: Container, migration: Migration, path: Path, done: Callable[[], None], *, write: bool
) -> list[int]:
    """How many items of each event were of an earlier shape; one that writes goes on where an earlier one stopped.

    Raises `TryAgainError` when a table stays busy; how far it has come is remembered then too.
    """
    found: list[int] = []
    for events, progress in pages(container, Progress.read(path) if write else None):
        for event in events:
            rewrites = list(migration(container, event))
            for rewrite in rewrites if write else []:
                patiently(rewrite.write)
            found.append(len(rewrites))
            done()
        if write:
            progress.write(path)
    path.unlink(missing_ok=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
