"""`make restore`: puts all tables of a stage back to one second, under another prefix; those of now stay."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime

import botocore.session
from rich.console import Console

from chalicelib.store.dynamo.definitions import DEFINITIONS
from operations import target
from operations.moments import moment
from operations.prefixes import prefix, stop_unless_restored
from operations.progress import progress_bar
from operations.restore.tables import Dynamo, Restoring
from operations.target import Target


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 after a dry run of something that is still to be done."""
    parser = argparse.ArgumentParser(prog="python -m operations.restore", description=__doc__)
    parser.add_argument("--to", metavar="PREFIX", required=True, type=prefix, help="of the restored tables")
    parser.add_argument("--at", metavar="TIME", required=True, type=moment, help="the second that they are put back to")
    parser.add_argument("--write", action="store_true", help="do it; without it nothing is (a dry run)")
    return target.run(parser, _work, arguments)


def _work(system: Target, options: argparse.Namespace) -> int:
    stop_unless_restored(system.container.settings.table_prefix, options.to)
    dynamo = botocore.session.get_session().create_client("dynamodb")
    tables = restorings(system.container.settings.table_prefix, options.to, options.at)
    return run(dynamo, tables, Console(), write=options.write)


def restorings(prefix: str, to: str, at: datetime) -> list[Restoring]:
    """All tables, because they are written in transactions together."""
    return [Restoring(source=f"{prefix}-{name}", name=f"{to}-{name}", at=at) for name in DEFINITIONS]


def run(
    dynamo: Dynamo,
    tables: Sequence[Restoring],
    console: Console,
    *,
    write: bool,
    sleep: Callable[[float], None] | None = None,
) -> int:
    """Nothing is begun unless all can be; a run that was stopped goes on. Raises `TargetError`."""
    for one in tables:
        one.stop_unless_possible(dynamo)
    if not write:
        missing = [one for one in tables if not one.is_there(dynamo)]
        for one in missing:
            console.print(f"{one.source} would be restored as {one.name}.", highlight=False, soft_wrap=True)
        console.print(f"{len(missing)} of {len(tables)} tables are to be restored; --write does.", highlight=False)
        return 1 if missing else 0
    for one in tables:
        one.begin(dynamo)
    with progress_bar(console) as bar:
        for one in bar.track(tables, description="Restoring"):
            one.finish(dynamo, *([sleep] if sleep else []))
    console.print(f"{len(tables)} tables are restored, with expiry, recovery and protection.", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
