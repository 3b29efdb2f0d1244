"""Serves an application over HTTP: a thread per connection, any verb, a clear answer to every malformed request."""

import contextlib
import email.errors
import re
import socket
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from devtools.local.gateway import chunks
from devtools.local.gateway.gateway import LARGEST_BODY, Answer, Request, problem
from devtools.local.processes import say

LINGER_SECONDS = 2.0
# The parser of the head misses the parts of a multipart body, which it is not given.
OF_BODIES = (
    email.errors.InvalidMultipartContentTransferEncodingDefect,
    email.errors.MultipartInvariantViolationDefect,
    email.errors.NoBoundaryInMultipartDefect,
    email.errors.StartBoundaryNotFoundDefect,
)
UNSAFE_IN_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Application(Protocol):
    """What is served. Its methods run in many threads at once."""

    def answer(self, request: Request) -> Answer: ...

    def too_large(self, request: Request) -> Answer: ...

    def shown_path(self, request: Request) -> str:
        """The path as it may stand in a log."""
        ...


class Refused(Exception):  # noqa: N818 - the request is refused, the server is well
    """A request whose end cannot be known: it is answered, and the connection is closed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Handler(BaseHTTPRequestHandler):
    """One connection. Every verb is handed on; what cannot be framed is refused without reading further."""

    protocol_version = "HTTP/1.1"
    # Answers are one write each; without this, the kernel would hold back the next one for up to 44 ms.
    disable_nagle_algorithm = True
    # For a client that stops in the middle of a request, and for an idle connection.
    timeout = 75
    server: "Server"

    def __getattr__(self, name: str) -> Callable[[], None]:
        if re.fullmatch("do_[A-Z]{1,20}", name):
            return self._handle
        raise AttributeError(name)

    def _handle(self) -> None:
        started = time.monotonic()
        request = Request(self.command, self.path, self._pairs(), b"", self.client_address[0])
        try:
            body = self._body(request)
            request = Request(request.method, request.target, request.headers, body, request.client, request.id)
            answer = self.server.application.answer(request)
        except Refused as refused:
            answer = refused.answer
            self.close_connection = True
        self._send(answer)
        self.server.log(request, answer.status, time.monotonic() - started)
        if self.close_connection:
            self._linger()

    def _pairs(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.headers.items()]

    def _body(self, request: Request) -> bytes:
        size = self._announced(request)
        try:
            body = chunks.read(self.rfile, LARGEST_BODY) if size is None else self.rfile.read(size)
        except TimeoutError:
            raise Refused(problem(HTTPStatus.REQUEST_TIMEOUT, "timeout", "The body did not arrive in time.")) from None
        except chunks.TooLargeError:
            raise Refused(self.server.application.too_large(request)) from None
        except chunks.ChunkError as error:
            raise Refused(problem(HTTPStatus.BAD_REQUEST, "invalid_request", f"The body is broken: {error}.")) from None
        if size is not None and len(body) < size:
            raise ConnectionResetError
        return body

    def _announced(self, request: Request) -> int | None:
        """The length of the body; None where it comes in chunks."""
        if any(not isinstance(one, OF_BODIES) for one in self.headers.defects):
            raise Refused(problem(HTTPStatus.BAD_REQUEST, "invalid_request", "A header line has no name and value."))
        codings = self.headers.get_all("Transfer-Encoding")
        if codings is not None:
            # A length beside chunks is how one request is read as two.
            if [one.strip().lower() for one in codings] != ["chunked"] or self.headers.get(
                "Content-Length"
            ) is not None:
                detail = "Send either a Content-Length or Transfer-Encoding: chunked, and nothing else."
                raise Refused(problem(HTTPStatus.BAD_REQUEST, "invalid_request", detail))
            return None
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        text = lengths.pop()
        # int() would take signs, spaces, underscores and the digits of every script.
        if lengths or not re.fullmatch(r"[0-9]{1,18}", text):
            raise Refused(problem(HTTPStatus.BAD_REQUEST, "invalid_request", "The Content-Length is not one number."))
        if int(text) > LARGEST_BODY:
            raise Refused(self.server.application.too_large(request))
        return int(text)

    def handle_expect_100(self) -> bool:
        """Invite the body only if it would be read."""
        try:
            self._announced(Request(self.command, self.path, self._pairs(), b"", self.client_address[0]))
        except Refused:
            return True
        return super().handle_expect_100()

    def _send(self, answer: Answer) -> None:
        own = {"content-length", "transfer-encoding", "connection", "date", "server"}
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}", f"Date: {self.date_time_string()}"]
        lines += [
            f"{name}: {UNSAFE_IN_HEADER.sub(' ', value)}" for name, value in answer.headers if name.lower() not in own
        ]
        if answer.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            lines.append(f"Content-Length: {len(answer.body)}")
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        self.wfile.write(head if self.command == "HEAD" else head + answer.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class refuses by itself: a bad request line, too long a line, too many headers."""
        del message, explain
        self.close_connection = True
        status = HTTPStatus(code)
        self.command = getattr(self, "command", None) or ""
        self._send(problem(status, "invalid_request", f"The request is not valid HTTP: {status.phrase}."))
        self._linger()

    def _linger(self) -> None:
        """Let the client read the answer: closing on unread input would reset the connection under it."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            end = time.monotonic() + LINGER_SECONDS
            self.connection.settimeout(LINGER_SECONDS)
            while time.monotonic() < end and self.connection.recv(65536):
                pass

    def log_message(self, *_: Any) -> None:
        """The base class would write its own line for every request."""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


class Server(ThreadingHTTPServer):
    """Listens as soon as it is made; each request is answered in the thread of its connection."""

    daemon_threads = True
    # Thirty people who press the button at the same time must not wait for a second SYN.
    request_queue_size = 256

    def __init__(self, host: str, port: int, application: Application, *, quiet: bool = False) -> None:
        self.application = application
        self._quiet = quiet
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        # HTTPServer would look up the name of the address, which can take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def log(self, request: Request, status: int, seconds: float) -> None:
        probe = request.path == "/health" and status == HTTPStatus.OK
        if not self._quiet and not probe:
            say(f"{request.method} {self.application.shown_path(request)} {status} {seconds * 1000:.0f} ms")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own business; anything else is one line."""
        del request
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            say(f"connection from {client_address[0]}: {type(error).__name__}: {error}")
