"""The running service as its users know it: the API, the mailbox, and people with accounts."""

import itertools
import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from chalicelib.container import system_clock
from chalicelib.domain.shared.times import rfc3339
from devtools.local.stack import Running
from tests.e2e.client import Client
from tests.support.world import PASSWORD

T = TypeVar("T")
# Mail takes a fraction of a second; on a machine that does much else, what has not come by then does not come.
PATIENCE_SECONDS = 120

_numbers = itertools.count(1)


def eventually(look: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """What `look` finds, as soon as it finds it."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"{what} did not come within {seconds} seconds"
        time.sleep(0.1)


def in_days(days: float) -> str:
    return rfc3339(system_clock() + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account who is logged in."""

    id: str
    email: str
    token: str
    refresh: str


class Site:
    """One running stack."""

    def __init__(self, stack: Running) -> None:
        self.stack = stack
        self.api_url = stack.api_url
        self.mailbox_url = stack.mailbox_url

    def client(self, token: str | None = None) -> Client:
        return Client(self.api_url, token)

    # Mail

    def mails(self, to: str = "") -> list[dict[str, Any]]:
        """The newest first; those of everybody are the last thousand."""
        query = urllib.parse.urlencode({"to": to, "limit": "1000"} if to else {"limit": "1000"})
        with urllib.request.urlopen(f"{self.mailbox_url}/api/messages?{query}", timeout=PATIENCE_SECONDS) as answer:
            return list(json.load(answer))

    def mail(self, to: str, subject: str) -> dict[str, Any]:
        """The one mail with such a subject, when it has come."""
        return eventually(
            lambda: next((one for one in self.mails(to) if re.search(subject, one["subject"])), None),
            f"The mail {subject!r} to {to}",
        )

    def subjects(self, to: str) -> list[str]:
        """The oldest first."""
        return [one["subject"] for one in reversed(self.mails(to))]

    # People

    def sign_up(self, client: Client, email: str, password: str = PASSWORD, **fields: Any) -> User:
        """The whole way: sign up, read the code in the mailbox, prove the address, log in."""
        answer = client.post("/auth/signup", {"email": email, "password": password, **fields})
        assert answer.status == 201, answer.text
        code = re.search(r"\b\d{6}\b", self.mail(email, "is your Turnout code")["text"])
        assert code
        proof = {"email": email, "otp": code.group(), "signup_id": answer.json["signup_id"]}
        answer = client.post("/auth/verify-email", proof)
        assert answer.status == 200, answer.text
        return self.log_in(client, email, password)

    @staticmethod
    def log_in(client: Client, email: str, password: str = PASSWORD) -> User:
        answer = client.post("/auth/login", {"email": email, "password": password})
        assert answer.status == 200, answer.text
        pair = answer.json
        return User(pair["user"]["id"], email, pair["access"], pair["refresh"])

    # Events

    @staticmethod
    def an_event(organizer: Client, **fields: Any) -> dict[str, Any]:
        """A published event with a title of its own, in a month."""
        body = {"title": f"Workshop {next(_numbers)}", "starts_at": in_days(30), **fields}
        answer = organizer.post("/events", body)
        assert answer.status == 201, answer.text
        return dict(answer.json)
