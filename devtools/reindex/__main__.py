"""`make reindex`: writes the index of all events anew while the system runs, or prints what is wrong with it."""

import argparse
import os
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress as Bar

from chalicelib import container as containers
from chalicelib.container import Container
from devtools.local import environment, state
from devtools.local.paths import layout
from devtools.reindex.walking import differences, reindex, total

INTERRUPTED = 130
STATE = "reindex.jsonl"  # goes with `make reset`


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m devtools.reindex", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the index with the events and print differences")
    parser.add_argument(
        "--aws",
        action="store_true",
        help="the deployed system of this shell's credentials: TABLE_PREFIX, JOBS_QUEUE_URL and KEY_RING_PARAMETER",
    )
    options = parser.parse_args(arguments)
    if not options.aws and not _use_local():
        sys.stderr.write("Nothing runs here: start `make run` first, or use --aws.\n")
        return 1
    try:
        return run(containers.current(), check=options.check)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the same command goes on from here.\n")
        return INTERRUPTED


def _use_local() -> bool:
    """Take the environment of the stack that `make run` has started."""
    stack = state.read(layout()) if state.is_running(layout()) else None
    if stack is None or stack.status != state.READY:
        return False
    environment.apply(stack.environment, os.environ)
    return True


def run(container: Container, *, check: bool) -> int:
    """With a progress bar; returns 1 when the check found something."""
    console = Console()
    found = 0
    with Bar(console=console) as bar:
        task = bar.add_task("Checking" if check else "Jobs", total=total(container))

        def done(number: int) -> None:
            bar.advance(task, number)

        if check:
            for sentence in differences(container, done):
                found += 1
                bar.console.print(sentence, highlight=False, markup=False)
            summary = f"{found} differences."
        else:
            number = reindex(container, layout().base / STATE, done)
            summary = f"{number} events will be indexed anew by the job queue; `make reindex ARGS=--check` compares."
    console.print(summary)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
