"""`make after-restore`: erasures since then, seats and the search index of tables that were put back to a second."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console

from chalicelib.container import Container
from operations import target
from operations.after_restore.erasures import done_again, hours, missing
from operations.moments import moment
from operations.prefixes import prefix, stop_unless_restored
from operations.progress import progress_bar
from operations.reindex import __main__ as reindexing
from operations.seat_audit import __main__ as auditing
from operations.target import Target

Journal = Callable[[str], Path]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 when something is left to be done."""
    parser = argparse.ArgumentParser(prog="python -m operations.after_restore", description=__doc__)
    restored = "of the restored tables, as `make restore` had it"
    parser.add_argument("--to", metavar="PREFIX", required=True, type=prefix, help=restored)
    parser.add_argument("--at", metavar="TIME", required=True, type=moment, help="the second that they are of")
    parser.add_argument(
        "--write", action="store_true", help="do it; without it everything is only compared (a dry run)"
    )
    return target.run(parser, _work, arguments)


def _work(system: Target, options: argparse.Namespace) -> int:
    """Before a stage takes the tables: its first tick would do what was due then, erasures too."""
    settings, to = system.container.settings, options.to
    stop_unless_restored(settings.table_prefix, to)
    restored = Container(replace(settings, table_prefix=to, queue_urls={}))  # what is due waits for the first tick
    return run(
        restored,
        system.container,
        options.at,
        lambda command: system.journal(f"{command}-of-{to}"),
        Console(),
        write=options.write,
    )


def run(
    restored: Container, before: Container, since: datetime, journal: Journal, console: Console, *, write: bool
) -> int:
    """First what people were promised, then figures, then what is found. Each part may be repeated and goes on."""
    left = erase_again(restored, before, since, console, write=write)
    left += auditing.run(restored, journal("seat-audit"), console, repair=write)
    left += reindexing.run(restored, journal("reindex"), check=not write)
    console.print("Something is left: see above." if left else "Nothing is left to be done.")
    return 1 if left else 0


def erase_again(restored: Container, before: Container, since: datetime, console: Console, *, write: bool) -> int:
    """How many accounts are still to be closed, or to be kept."""
    found = left = 0
    with progress_bar(console) as bar:
        task = bar.add_task("Erasures", total=len(hours(since, restored.clock())))
        for again in missing(before, restored, since, lambda: bar.advance(task)):
            found += 1
            why = done_again(restored, again) if write else f"{again}; --write does"
            left += bool(why)
            if why:
                bar.console.print(f"{again.user_id} {why}.", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{found:,} erasures asked for or taken back since, {found - left:,} of them again.")
    return left


if __name__ == "__main__":
    sys.exit(main())
