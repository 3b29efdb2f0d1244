"""Command line of the demo: `make demo` imports 6,007 real conferences into the API that `make run` serves."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime

from devtools.demo.api import StoppedError
from devtools.demo.errors import DemoError
from devtools.demo.run import Options, run
from devtools.local.paths import layout

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    options = _options(arguments)
    try:
        run(options, _today())
    except (KeyboardInterrupt, StoppedError):
        sys.stderr.write("Stopped; run `make demo` again to continue.\n")
        return INTERRUPTED
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m devtools.demo", description=__doc__)
    parser.add_argument(
        "--api", type=_url, default="http://127.0.0.1:8000", metavar="URL", help="where the API answers"
    )
    parser.add_argument(
        "--mailbox", type=_url, default="http://127.0.0.1:8025", metavar="URL", help="where mail arrives"
    )
    parser.add_argument("--workers", type=_positive, default=6, metavar="N", help="conferences posted at a time")
    parser.add_argument("--limit", type=_positive, metavar="N", help="import the first N conferences only")
    chosen = parser.parse_args(arguments)
    journal = layout().base / "demo.jsonl"
    return Options(chosen.api, chosen.mailbox, chosen.workers, chosen.limit, journal)


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} must start with http:// or https://")
    return text.rstrip("/")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number above zero")
    return int(text)


def _today() -> date:
    return datetime.fromtimestamp(time.time(), UTC).date()


if __name__ == "__main__":
    sys.exit(main())
