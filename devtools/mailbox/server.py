"""The mailbox over HTTP on loopback: a page for people, JSON for programs; nothing in a mail can run or load."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from chalicelib.observability.redaction import describe
from devtools.mailbox import letters
from devtools.mailbox.store import Store
from devtools.mailbox.view import described, summary

PAGES = Path(__file__).with_name("page")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
OWN_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Links open in a new tab; scripts, forms, remote images and the mailbox's own origin are out of reach.
MAIL = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'"
)
LARGEST_LIST = 1000


class Handler(BaseHTTPRequestHandler):
    """One request to the mailbox."""

    protocol_version = "HTTP/1.1"
    server_version = "mailbox"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 60
    server: "MailboxServer"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        routes: tuple[tuple[str, Callable[..., None]], ...] = (
            (r"/api/messages", self._list),
            (r"/api/messages/(\d{1,18})", self._one),
            (r"/api/summaries", self._summaries),
            (r"/messages/(\d{1,18})/html", self._html),
            (r"/messages/(\d{1,18})/raw", self._raw),
            (r"/messages/(\d{1,18})/attachments/(\d{1,4})", self._attachment),
            (r"/(|mailbox\.css|mailbox\.js)", self._page),
        )
        self._query = parse_qs(url.query)
        for pattern, answer in routes:
            found = re.fullmatch(pattern, url.path)
            if found and self._host_is_ours():
                answer(*found.groups())
                return
        self._missing()

    def do_DELETE(self) -> None:
        if self.path == "/api/messages" and self._host_is_ours():
            self.server.store.clear()
            self._send(HTTPStatus.NO_CONTENT, b"", "text/plain")
        else:
            self._missing()

    def _host_is_ours(self) -> bool:
        """A page of another site may point its own name at 127.0.0.1; it must not read mail that way."""
        return (self.headers.get("Host") or "").rpartition(":")[0] in {"127.0.0.1", "localhost"}

    def _list(self) -> None:
        limit = self._query.get("limit", ["100"])[0]
        count = min(int(limit), LARGEST_LIST) if limit.isdecimal() else 100
        found = self.server.store.find(self._query.get("to", [""])[0], count)
        self._json([described(letter) for letter in found])

    def _one(self, number: str) -> None:
        found = self.server.store.get(int(number))
        if found:
            self._json(described(found))
        else:
            self._missing()

    def _summaries(self) -> None:
        """What the page's list shows; unchanged lists cost one line of text."""
        to = self._query.get("to", [""])[0]
        version = f'"{self.server.store.version()}"'
        if self.headers.get("If-None-Match") == version:
            self._send(HTTPStatus.NOT_MODIFIED, b"", "text/plain", {"ETag": version})
            return
        found = [summary(letter) for letter in self.server.store.find(to, 500)]
        self._json(found, {"ETag": version})

    def _html(self, number: str) -> None:
        found = self.server.store.get(int(number))
        if not found:
            self._missing()
            return
        page = '<!doctype html><meta charset="utf-8"><base target="_blank">' + letters.parse(found.raw).html
        extra = {"Content-Security-Policy": MAIL, "X-Frame-Options": "SAMEORIGIN"}
        self._send(HTTPStatus.OK, page.encode("utf-8", "replace"), TYPES[".html"], extra)

    def _raw(self, number: str) -> None:
        found = self.server.store.get(int(number))
        if found:
            self._download(found.raw, "message/rfc822", f"mail-{number}.eml")
        else:
            self._missing()

    def _attachment(self, number: str, position: str) -> None:
        found = self.server.store.get(int(number))
        attachments = letters.parse(found.raw).attachments if found else []
        if int(position) < len(attachments):
            attachment = attachments[int(position)]
            self._download(attachment.content, attachment.content_type, attachment.filename)
        else:
            self._missing()

    def _download(self, content: bytes, content_type: str, filename: str) -> None:
        disposition = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
        kind = (
            content_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", content_type, re.ASCII) else "application/octet-stream"
        )
        extra = {"Content-Disposition": disposition, "Content-Security-Policy": MAIL}
        self._send(HTTPStatus.OK, content, kind, extra)

    def _page(self, name: str) -> None:
        path = PAGES / (name or "mailbox.html")
        self._send(HTTPStatus.OK, path.read_bytes(), TYPES[path.suffix], {"Content-Security-Policy": OWN_PAGE})

    def _json(self, content: Any, extra: Mapping[str, str] | None = None) -> None:
        self._send(HTTPStatus.OK, json.dumps(content).encode(), "application/json", extra)

    def _missing(self) -> None:
        self._send(HTTPStatus.NOT_FOUND, b'{"detail": "There is nothing at this address."}', "application/json")

    def _send(self, status: HTTPStatus, body: bytes, kind: str, extra: Mapping[str, str] | None = None) -> None:
        headers = {
            "Content-Type": kind,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": "default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            **(extra or {}),
        }
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Reading mail is not worth a line."""


class MailboxServer(ThreadingHTTPServer):
    """Listens on loopback as soon as it is made."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, store: Store) -> None:
        self.store = store
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser tab that was closed is no error. Of any other no more is told than a log may hold."""
        del request, client_address
        error = sys.exc_info()[1]
        if error and not isinstance(error, (ConnectionError, TimeoutError)):
            sys.stderr.write(f"{describe(error)}\n")
