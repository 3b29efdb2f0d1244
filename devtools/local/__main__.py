"""Command line of the development stack: `run` and `reset`."""

import argparse
import sys

from devtools.local import state
from devtools.local.paths import layout
from devtools.local.run import Run, RunOptions


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="serve the API with its local cloud until Ctrl-C")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--mailbox-port", type=int, default=8025)
    run.add_argument("--ephemeral", action="store_true", help="keep nothing")
    run.add_argument("--no-autoreload", dest="autoreload", action="store_false")
    commands.add_parser("reset", help="delete the local data")
    options = parser.parse_args()
    if options.command == "reset":
        return reset()
    return Run(RunOptions(options.port, options.mailbox_port, options.ephemeral, options.autoreload)).run()


def reset() -> int:
    """Delete tables, queues, mail and keys; refused while something uses them."""
    where = layout()
    held = state.lock(where)
    if held is None:
        sys.stderr.write("Turnout is running: stop it with Ctrl-C, then run `make reset` again.\n")
        return 1
    with held:
        where.clear()
    sys.stdout.write("The local data is deleted.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
