"""The organizer of the imported conferences: signs up, reads the code in the mailbox, logs in, stays logged in."""

import json
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from devtools.demo.api import Api, client, refusal
from devtools.demo.errors import DemoError

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
MAIL_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Login:
    """Made up for this run, for this machine; nobody else knows it."""

    email: str
    password: str

    @classmethod
    def new(cls) -> "Login":
        return cls(f"demo-{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(12))


class Session:
    """Requests in the organizer's name; an access token that has expired is renewed once, by whoever meets it first."""

    def __init__(self, api: Api, login: Login, tokens: Mapping[str, Any]) -> None:
        self.login = login
        self._api = api
        self._tokens = tokens
        self._renewing = threading.Lock()

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = "") -> httpx.Response:
        """With `key` as its `Idempotency-Key`, so that a repeated POST never does its work twice."""
        access = self._tokens["access"]
        answer = self._api.send(method, path, body, _headers(access, key))
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            answer = self._api.send(method, path, body, _headers(self._renewed(access), key))
        return answer

    def get(self, path: str) -> Any:
        """The JSON of a page that must be there."""
        answer = self.send("GET", path)
        if answer.status_code != httpx.codes.OK:
            raise DemoError(f"GET {path} was refused ({refusal(answer)}): look at the output of `make run`.")
        return answer.json()

    def _renewed(self, expired: str) -> str:
        with self._renewing:
            if self._tokens["access"] == expired:
                answer = self._api.send("POST", "/auth/refresh", {"refresh": self._tokens["refresh"]})
                self._tokens = answer.json() if answer.status_code == httpx.codes.OK else self._fresh_login()
            return str(self._tokens["access"])

    def _fresh_login(self) -> Mapping[str, Any]:
        answer = _log_in(self._api, self.login)
        if answer.status_code != httpx.codes.OK:
            raise DemoError(f"The demo organizer cannot log in again ({refusal(answer)}): run `make demo` once more.")
        tokens: Mapping[str, Any] = answer.json()
        return tokens


def log_in(api: Api, login: Login) -> Session | None:
    """None when the API does not know the account, or not with this password."""
    answer = _log_in(api, login)
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return None
    if answer.status_code != httpx.codes.OK:
        raise DemoError(f"The demo organizer cannot log in ({refusal(answer)}): look at the output of `make run`.")
    return Session(api, login, answer.json())


def sign_up(api: Api, mailbox: str) -> Session:
    """A new organizer, verified with the code that was mailed."""
    login = Login.new()
    names = {"first_name": "Demo", "last_name": "Organizer"}
    answer = api.send("POST", "/auth/signup", {"email": login.email, "password": login.password, **names})
    if answer.status_code != httpx.codes.CREATED:
        raise DemoError(f"The API refused to sign up {login.email} ({refusal(answer)}).")
    # By the password: a request that was repeated has made two sign-ups with it, of which either will do.
    proof = {"email": login.email, "otp": mailed_code(mailbox, login.email), "password": login.password}
    verified = api.send("POST", "/auth/verify-email", proof)
    session = log_in(api, login)
    if session is None:
        raise DemoError(f"The mailed code did not verify {login.email} ({refusal(verified)}): run `make demo` again.")
    return session


def mailed_code(mailbox: str, email: str) -> str:
    """The code in the newest mail to the address, as soon as there is one."""
    give_up_at = time.monotonic() + MAIL_WAIT_SECONDS
    with client(mailbox) as asking:
        while time.monotonic() < give_up_at:
            for mail in _mails(asking, mailbox, email):
                if found := CODE.search(mail.get("text", "")):
                    return found.group()
            time.sleep(0.1)
    raise DemoError(
        f"No code for {email} reached the mailbox at {mailbox} in {MAIL_WAIT_SECONDS:.0f} s: "
        "look at the output of `make run`."
    )


def _mails(asking: httpx.Client, mailbox: str, email: str) -> list[dict[str, Any]]:
    try:
        mails = asking.get(f"/api/messages?to={quote(email)}").raise_for_status().json()
    except (httpx.HTTPError, json.JSONDecodeError) as error:
        raise DemoError(f"No mailbox answers at {mailbox}: start both with `make run`.") from error
    return list(mails)


def _log_in(api: Api, login: Login) -> httpx.Response:
    return api.send("POST", "/auth/login", {"email": login.email, "password": login.password})


def _headers(access: str, key: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {access}"}
    return headers | {"Idempotency-Key": key} if key else headers
