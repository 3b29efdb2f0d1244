"""A small server that speaks the part of the API and of the mailbox that the demo uses, and misbehaves on request."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

Answer = tuple[int, Any, dict[str, str]]
PATIENCE_SECONDS = 60  # whoever is waited for that long does not come
PAGE = 25  # less than the demo asks for: a page may be short


class FakeTurnout:
    """`faults` are by number of the POST /events that meets it: `busy`, `drop` (created, never answered), `expire`,
    `refuse`, `ghost` (answered, never created). Tokens are good until `tokens_from` is raised. The first events that
    are posted wait until as many as `meeting` has parties are there at once. With `closes_after` events, everybody who
    posts another one is told to come again much later, and `closed` is set.
    """

    def __init__(self) -> None:
        self.accounts: dict[str, dict[str, str]] = {}
        self.codes: dict[str, str] = {}
        self.events: dict[str, dict[str, Any]] = {}
        self.answered: dict[str, tuple[str, str]] = {}
        self.faults: dict[int, str] = {}
        self.posts = 0
        self.keys: list[str] = []
        self.tokens_from = 0
        self.tokens = 0
        self.refreshes = 0
        self.refresh_works = True
        self.mail_works = True
        self.meeting: threading.Barrier | None = None
        self.closes_after: int | None = None
        self.closed = threading.Event()
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reset(self) -> None:
        """What `make reset` does."""
        self.accounts.clear()
        self.events.clear()
        self.answered.clear()

    def answer(self, method: str, target: str, headers: dict[str, str], body: dict[str, Any]) -> Answer | None:
        """None closes the connection without an answer."""
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
        if self.meeting and (method, url.path) == ("POST", "/events"):
            self.meeting.wait(PATIENCE_SECONDS)
            self.meeting = None
        with self._lock:
            self.at_once -= 1
            match method, url.path:
                case "GET", "/health":
                    return 200, {"status": "ok"}, {}
                case "GET", "/api/messages":
                    return 200, self._mails(query["to"]), {}
                case "POST", "/auth/signup" | "/auth/verify-email" | "/auth/login" | "/auth/refresh":
                    return self._account(url.path.removeprefix("/auth/"), body)
            email = self._caller(headers)
            if email is None:
                return _problem(401, "unauthenticated")
            if (method, url.path) == ("GET", "/me/events"):
                return self._page(email, int(query["page_size"]), int(query.get("cursor", 0)))
            return self._busy() or self._post(email, headers["idempotency-key"], body)

    def _busy(self) -> Answer | None:
        if self.closes_after is None or len(self.events) < self.closes_after:
            return None
        self.closed.set()
        return 503, {"code": "busy"}, {"Retry-After": "30"}

    def _mails(self, email: str) -> list[dict[str, str]]:
        if not self.mail_works or email not in self.codes:
            return []
        return [{"to": email, "text": f"Your code is {self.codes[email]}. It is good for 5 minutes; ref 1234567."}]

    def _account(self, what: str, body: dict[str, Any]) -> Answer:
        if what == "refresh":
            self.refreshes += 1
            return self._pair(body["refresh"]) if self.refresh_works else _problem(401, "credentials_wrong")
        account = self.accounts.get(body["email"])
        if what == "signup":
            self.accounts[body["email"]] = {"password": body["password"], "verified": ""}
            self.codes[body["email"]] = f"{len(self.accounts):06}"
            return 201, {"email": body["email"]}, {}
        if account is None or body.get("password", account["password"]) != account["password"]:
            return _problem(401, "credentials_wrong")
        if what == "verify-email":
            account["verified"] = "yes" if body["otp"] == self.codes[body["email"]] else ""
            return (200, {}, {}) if account["verified"] else _problem(400, "otp_invalid")
        return self._pair(body["email"]) if account["verified"] else _problem(403, "email_not_verified")

    def _pair(self, email: str) -> Answer:
        self.tokens += 1
        return 200, {"access": f"{self.tokens}:{email}", "refresh": email, "expires_in": 3600}, {}

    def _caller(self, headers: dict[str, str]) -> str | None:
        number, _, email = headers["authorization"].removeprefix("Bearer ").partition(":")
        return email if int(number) > self.tokens_from and email in self.accounts else None

    def _page(self, email: str, size: int, start: int) -> Answer:
        own = [event for event in self.events.values() if event["organizer"] == email]
        end = start + min(size, PAGE)
        following = f"https://public.example/stage/me/events?page_size={size}&cursor={end}" if end < len(own) else None
        return 200, {"count": len(own), "count_exact": True, "next": following, "results": own[start:end]}, {}

    def _post(self, email: str, key: str, body: dict[str, Any]) -> Answer | None:
        self.posts += 1
        self.keys.append(key)
        fault = self.faults.get(self.posts)
        if fault == "busy":
            return 503, {"code": "busy"}, {"Retry-After": "0"}
        if fault == "expire":
            self.tokens_from = self.tokens
            return _problem(401, "unauthenticated")
        if fault == "refuse":
            errors = [{"pointer": "/title", "code": "too_rude", "message": "must be polite"}]
            return 400, {"code": "invalid_request", "detail": "The request is wrong.", "errors": errors}, {}
        if fault == "ghost":
            return 201, {"id": "ghost"}, {}
        said, event_id = self.answered.get(f"{email} {key}", (json.dumps(body), ""))
        if said != json.dumps(body):
            return _problem(422, "idempotency_key_reused")
        if not event_id:
            event_id = f"event-{self.posts}"
            self.answered[f"{email} {key}"] = said, event_id
            self.events[event_id] = {"location": None, "url": None} | body
            self.events[event_id] |= {"id": event_id, "organizer": email, "starts_at": _in_utc(body)}
        return None if fault == "drop" else (201, {"id": event_id}, {})


def _in_utc(body: dict[str, Any]) -> str:
    local = datetime.fromisoformat(body["starts_at"]).replace(tzinfo=ZoneInfo(body["timezone"]))
    return f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _problem(status: int, code: str) -> Answer:
    return status, {"code": code, "status": status, "detail": "No."}, {}


def _handler(turnout: FakeTurnout) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 5

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = turnout.answer(self.command, self.path, headers, body)
            if answer is None:
                self.close_connection = True
                return
            status, content, extra = answer
            sent = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(sent)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_POST = do_GET  # noqa: N815 - the name is the base class's

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            pass

    return Handler
