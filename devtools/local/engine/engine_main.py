"""Runs in `.venv-engine`: ministack on loopback, its mail handed on whole, its data saved when it is told to stop."""

import argparse
import asyncio
import base64
import fcntl
import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import IO, Any

# Beside this file, which is run as a script; last, so that none of our modules stands before one of ministack's.
sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[3])]
reports = importlib.import_module("engine_reports")
queries, release = importlib.import_module("engine_queries"), importlib.import_module("engine_release")
redaction = importlib.import_module("chalicelib.observability.redaction")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

SEND_EMAIL = "/v2/email/outbound-emails"
COULD_NOT_SAVE = 3


class Engine:
    """The ASGI application around ministack's: marks unsaved data, and puts every accepted raw mail into a folder.

    Of mails with a configuration set it reports what became of them, as SES does.
    Ministack's own SMTP relay rebuilds a message from its text and HTML, without its headers and attachments.
    """

    def __init__(self, inner: Application, marker: Path | None, spool: Path | None, endpoint_url: str) -> None:
        self._inner = inner
        self._endpoint_url = endpoint_url
        self._marker = marker
        self._spool = spool

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self._inner(scope, receive, send)
            return
        if self._marker is not None and not self._marker.exists():
            self._marker.touch()
        if self._spool is not None and scope["path"] == SEND_EMAIL:
            await self._send_email(scope, receive, send, self._spool)
        else:
            await self._inner(scope, receive, send)

    async def _send_email(self, scope: Message, receive: Receive, send: Send, spool: Path) -> None:
        request = await read_body(receive)
        unread = [request]
        answer: list[Message] = []

        async def replay() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            return await receive()

        async def collect(message: Message) -> None:
            answer.append(message)

        await self._inner(scope, replay, collect)
        if answer[0].get("status") == 200:
            accepted = json.loads(request), json.loads(b"".join(part.get("body", b"") for part in answer[1:]))
            deliver(spool, *accepted)
            if accepted[0].get("ConfigurationSetName"):
                reporter = threading.Thread(target=reports.publish, args=(self._endpoint_url, *accepted), daemon=True)
                reporter.start()
        for message in answer:
            await send(message)


async def read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def deliver(spool: Path, request: dict[str, Any], answer: dict[str, Any]) -> None:
    """Write one letter as a whole file, before the sender hears that it was accepted."""
    raw = request.get("Content", {}).get("Raw", {}).get("Data")
    if raw is None:
        logging.getLogger("turnout").warning("only raw mail reaches the mailbox: %s", answer.get("MessageId"))
        return
    destination = request.get("Destination", {})
    letter = {
        "id": answer["MessageId"],
        "from": request.get("FromEmailAddress", ""),
        "to": [one for kind in ("To", "Cc", "Bcc") for one in destination.get(f"{kind}Addresses", [])],
        "sent_at": time.time(),
        "raw": base64.b64encode(base64.b64decode(raw)).decode(),
    }
    whole = spool / f"{time.time_ns()}-{os.getpid()}.json"
    part = whole.with_suffix(".part")
    part.write_text(json.dumps(letter), encoding="utf-8")
    part.rename(whole)


class FailedSaves(logging.Handler):
    """Ministack logs that it could not write a file and goes on; we must not call that saved."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.any = False

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self.any = True


async def serve(application: Application, port: int) -> None:
    """Serve until SIGTERM, SIGINT, or the end of standard input, which our starter holds open as long as it lives."""
    hypercorn, settings = (
        importlib.import_module("hypercorn.asyncio"),
        importlib.import_module("hypercorn.config").Config(),
    )
    settings.bind = [f"127.0.0.1:{port}"]
    settings.keep_alive_timeout = 75
    settings.graceful_timeout = 2.0
    settings.loglevel = "WARNING"
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)

    def watch_starter() -> None:
        while os.read(0, 1024):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch_starter, daemon=True).start()
    await hypercorn.serve(application, settings, shutdown_trigger=stop.wait)


def hold(folder: Path) -> IO[str]:
    """Nobody else may read the folder before this process has written it, whoever else has ended by then."""
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--marker", type=Path)
    parser.add_argument("--spool", type=Path)
    options = parser.parse_args()
    redaction.of_records()  # the engine notes every mail with its addresses
    held = hold(options.marker.parent) if options.marker else None
    failed = FailedSaves()
    logging.getLogger("persistence").addHandler(failed)
    inner: Application = importlib.import_module("ministack.app").app
    try:
        queries.install(importlib.import_module("ministack.services.dynamodb"))
    except release.ChangedError as error:
        sys.exit(str(error))
    engine = Engine(inner, options.marker, options.spool, f"http://127.0.0.1:{options.port}")
    asyncio.run(serve(engine, options.port))
    if failed.any:
        return COULD_NOT_SAVE
    if options.marker is not None:
        options.marker.unlink(missing_ok=True)
    if held is not None:
        held.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
