"""What is known of an address, and sending to it again: `python -m devtools.mailboxes show|lift ADDRESS [--aws]`."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime

from chalicelib import container as containers
from chalicelib.container import Container
from chalicelib.domain.email_preferences import Mailbox
from chalicelib.domain.times import rfc3339, to_milliseconds
from devtools.local import environment, state
from devtools.local.paths import layout


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m devtools.mailboxes", description=__doc__)
    parser.add_argument("action", choices=["show", "lift"], help="show what is known; lift a suppression")
    parser.add_argument("address", metavar="ADDRESS")
    parser.add_argument(
        "--aws",
        action="store_true",
        help="the deployed system of this shell's credentials: TABLE_PREFIX and KEY_RING_PARAMETER",
    )
    options = parser.parse_args(arguments)
    if "@" not in options.address:
        parser.error(f"{options.address!r} is no e-mail address")
    if not options.aws and not _use_local():
        sys.stderr.write("Nothing runs here: start `make run` first, or use --aws.\n")
        return 1
    container = containers.current()
    for line in run(container, options.action, options.address, container.clock()):
        sys.stdout.write(f"{line}\n")
    return 0


def run(container: Container, action: str, address: str, now: datetime) -> list[str]:
    """Do it; what to tell about the address afterwards."""
    mailboxes = container.store.mailboxes
    if action == "lift":
        before = mailboxes.of(address, consistent=True)
        if before.suppressed is None:
            return ["Nothing was suppressed.", *_told(before)]
        mailboxes.lift(address, to_milliseconds(now))
        return ["Lifted: the next mail goes out. What was skipped meanwhile is not sent by itself.", *_told(before)]
    return _told(mailboxes.of(address, consistent=True))


def _told(mailbox: Mailbox) -> list[str]:
    since = f" since {rfc3339(mailbox.since)}" if mailbox.since else ""
    return [
        f"suppressed: {mailbox.suppressed or 'no'}{since}",
        f"unsubscribed: {', '.join(sorted(mailbox.muted)) or 'nothing'}",
    ]


def _use_local() -> bool:
    """Take the environment of the stack that `make run` has started."""
    stack = state.read(layout()) if state.is_running(layout()) else None
    if stack is None or stack.status != state.READY:
        return False
    environment.apply(stack.environment, os.environ)
    return True


if __name__ == "__main__":
    sys.exit(main())
