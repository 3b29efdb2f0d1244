"""`python -m devtools.mailbox`: serves one folder of mail until SIGTERM or the end of its starter."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from chalicelib.observability.redaction import of_records
from devtools.local.paths import layout
from devtools.local.processes import when_starter_is_gone
from devtools.mailbox.server import MailboxServer
from devtools.mailbox.store import Store


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.mailbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--data", type=Path, default=layout().mail)
    parser.add_argument("--alone", action="store_true", help="started by hand: stop with Ctrl-C")
    options = parser.parse_args()
    of_records()
    try:
        server = MailboxServer(options.port, Store(options.data))
    except OSError as error:
        sys.stderr.write(f"The mailbox cannot listen on port {options.port}: {error.strerror}.\n")
        return 1
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    if not options.alone:
        when_starter_is_gone(stop.set)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    server.shutdown()
    server.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
