"""`make mailboxes`: what is known of an address (show), and sending to it again (lift)."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from chalicelib.container import Container
from chalicelib.domain.notifications.email_preferences import Mailbox
from chalicelib.domain.shared.times import rfc3339, to_milliseconds
from operations import target
from operations.target import Target

LIFTED = "Lifted: the next mail goes out. What was skipped meanwhile is not sent by itself."
WOULD_BE_LIFTED = "It would be lifted; nothing was."


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m operations.mailboxes", description=__doc__)
    parser.add_argument("action", choices=["show", "lift"], help="show what is known; lift a suppression")
    parser.add_argument("address", metavar="ADDRESS", type=_address)
    parser.add_argument("--dry-run", action="store_true", help="say what would be lifted, and lift nothing")
    return target.run(parser, _work, arguments)


def _address(text: str) -> str:
    if "@" not in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no e-mail address")
    return text


def _work(system: Target, options: argparse.Namespace) -> int:
    now = system.container.clock()
    for line in run(system.container, options.action, options.address, now, dry_run=options.dry_run):
        sys.stdout.write(f"{line}\n")
    return 0


def run(container: Container, action: str, address: str, now: datetime, *, dry_run: bool = False) -> list[str]:
    """Do it; lines that say what is known of the address (for `lift`, what was)."""
    mailboxes = container.store.mailboxes
    if action == "lift":
        before = mailboxes.get(address, consistent=True)
        if before.suppressed is None:
            return ["Nothing was suppressed.", *_described(before)]
        if dry_run:
            return [WOULD_BE_LIFTED, *_described(before)]
        mailboxes.lift(address, to_milliseconds(now))
        return [LIFTED, *_described(before)]
    return _described(mailboxes.get(address, consistent=True))


def _described(mailbox: Mailbox) -> list[str]:
    since = f" since {rfc3339(mailbox.since)}" if mailbox.since else ""
    return [
        f"suppressed: {mailbox.suppressed or 'no'}{since}",
        f"unsubscribed: {', '.join(sorted(mailbox.muted)) or 'nothing'}",
    ]


if __name__ == "__main__":
    sys.exit(main())
