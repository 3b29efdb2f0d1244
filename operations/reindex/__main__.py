"""`make reindex`: writes the index of all events anew while the system runs, or prints what is wrong with it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from chalicelib.container import Container
from operations import target
from operations.progress import progress_bar
from operations.reindex.checking import differences
from operations.reindex.writing import reindex
from operations.target import Target
from operations.walking import total


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m operations.reindex", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only print what differs (a dry run)")
    return target.run(parser, _work, arguments)


def _work(system: Target, options: argparse.Namespace) -> int:
    return run(system.container, system.journal("reindex"), check=options.check)


def run(container: Container, path: Path, *, check: bool) -> int:
    """With a progress bar; returns 1 when the check found something."""
    console = Console()
    found = 0
    with progress_bar(console) as bar:
        task = bar.add_task("Checking" if check else "Indexing", total=total(container))

        def done(number: int) -> None:
            bar.advance(task, number)

        if check:
            for sentence in differences(container, done):
                found += 1
                bar.console.print(sentence, highlight=False, markup=False, soft_wrap=True)
            summary = f"{found:,} differences."
        else:
            summary = f"{reindex(container, path, done):,} events are indexed anew."
    console.print(summary)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
