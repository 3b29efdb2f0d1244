"""`make reindex`: writes the index of all events anew while the system runs, or prints what is wrong with it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from chalicelib import container as containers
from chalicelib.container import Container
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.local import environment, state
from devtools.local.paths import layout
from devtools.reindex.checking import differences
from devtools.reindex.walking import total
from devtools.reindex.writing import reindex

INTERRUPTED = 130
_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m devtools.reindex", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the index with the events and print differences")
    parser.add_argument(
        "--aws",
        action="store_true",
        help="the deployed tables of this shell's credentials and region, by their TABLE_PREFIX",
    )
    options = parser.parse_args(arguments)
    if not options.aws and not _use_local():
        sys.stderr.write("Nothing runs here: start `make run` first, or use --aws.\n")
        return 1
    try:
        return run(containers.current(), _state(), check=options.check)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the same command goes on from here.\n")
        return INTERRUPTED
    except TryAgainError:
        sys.stderr.write("The table is busy: the same command goes on from here later.\n")
        return 1
    except (BotoCoreError, ClientError) as error:  # wrong prefix, region or credentials, or a right that is missing
        sys.stderr.write(f"{error}\n")
        return 1


def _use_local() -> bool:
    """Take the environment of the stack that `make run` has started."""
    stack = state.read(layout()) if state.is_running(layout()) else None
    if stack is None or stack.status != state.READY:
        return False
    environment.apply(stack.environment, os.environ)
    return True


def _state() -> Path:
    """What was done of which tables; it goes with `make reset`."""
    return layout().base / f"reindex-{os.environ.get('TABLE_PREFIX', 'turnout')}.jsonl"


def run(container: Container, path: Path, *, check: bool) -> int:
    """With a progress bar; returns 1 when the check found something."""
    console = Console()
    found = 0
    with Progress(*_COLUMNS, console=console) as bar:
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
