"""A whole Turnout in memory: the application on the simulated DynamoDB, with a clock, a queue and a mailbox to hand."""

import functools
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Self

from pynamodb.connection.base import Connection

from chalicelib import container
from chalicelib.container import Container
from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind
from chalicelib.mail.render import TemplateRenderer
from chalicelib.security.passwords import Argon2Passwords
from chalicelib.services.notifications.ports import SendLaterError
from chalicelib.settings import Settings
from chalicelib.workers import feedback, jobs, mail
from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB
from tests.support.expected.documented import complaint
from tests.support.fakes import FastPasswords, MemoryDeadLetters, MemoryMailer, MemoryQueue, SetClock
from tests.support.http import HOME, Answer, request
from tests.support.tables import create_table_requests

KEY_RING = "test1:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
PASSWORD = "correct horse battery"
SETTINGS = Settings(key_ring=KEY_RING, limits="generous", public_url="https://api.test", log_level="ERROR")


_WORKERS = {"mail": mail.handle, "jobs": jobs.handle, "feedback": feedback.handle}


@functools.cache
def _renderer(product_name: str) -> TemplateRenderer:
    """One for all worlds: compiling templates takes longer than most tests."""
    return TemplateRenderer(product_name)


def connection_to(db: SimDB) -> Connection:
    connection = Connection(region="us-east-1", max_retry_attempts=0)
    connection._client = SimClient(db)  # type: ignore[assignment]  # the stand-in that PynamoDB calls
    return connection


def empty_database() -> SimDB:
    db = SimDB()
    for table in create_table_requests():
        db.call("CreateTable", table)
    return db


class World:
    """One application with everything around it. Use it in a `with`, or call `close`."""

    def __init__(
        self, settings: Settings = SETTINGS, seed: int = 1, *, passwords: type[Argon2Passwords] = FastPasswords
    ) -> None:
        self.source = HOME
        self.clock = SetClock()
        self.queue = MemoryQueue()
        self.mailer = MemoryMailer()
        self.dead_letters = MemoryDeadLetters()
        self.db = empty_database()
        self.container = Container(
            settings,
            clock=self.clock,
            sleep=lambda seconds: self.clock.advance(timedelta(seconds=seconds)),
            rng=random.Random(seed),
            connection=connection_to(self.db),
            queue=self.queue,
            mailer=self.mailer,
            dead_letters=self.dead_letters,
            renderer=_renderer(settings.product_name),
            passwords=passwords(settings.shortest_password),
        )
        self.redriven = self.container.mail.redriven = MemoryDeadLetters()
        container.use(self.container)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        container.use(None)

    # HTTP

    def get(self, url: str, token: str | None = None, **headers: str) -> Answer:
        return self.send("GET", url, token=token, headers=_dashed(headers))

    def post(self, url: str, body: Any = None, token: str | None = None, **headers: str) -> Answer:
        return self.send("POST", url, body, token=token, headers=_dashed(headers))

    def put(self, url: str, body: Any, token: str | None = None, **headers: str) -> Answer:
        return self.send("PUT", url, body, token=token, headers=_dashed(headers))

    def patch(self, url: str, body: Any, token: str | None = None, **headers: str) -> Answer:
        return self.send("PATCH", url, body, token=token, headers=_dashed(headers))

    def delete(self, url: str, token: str | None = None, **headers: str) -> Answer:
        return self.send("DELETE", url, token=token, headers=_dashed(headers))

    def send(self, method: str, url: str, body: Any = None, **options: Any) -> Answer:
        """Any request; `options` are those of `http.request`. Several worlds may live beside each other.

        Whatever the test is about: an answer that the OpenAPI document does not promise fails it.
        """
        container.use(self.container)
        answer = request(method, url, body, **{"source": self.source, **options})
        objection = complaint(method, url, answer)
        assert objection is None, objection
        return answer

    @contextmanager
    def elsewhere(self, source: str = "203.0.113.9") -> Iterator[None]:
        """Requests come from another network meanwhile."""
        before, self.source = self.source, source
        try:
            yield
        finally:
            self.source = before

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is done meanwhile leaves no trace: tables, time and queue are as before."""
        before, now, waiting = self.db.clone(), self.clock.now, list(self.queue.waiting)
        try:
            yield
        finally:
            self.db.tables, self.db.tokens = before.tables, before.tokens
            self.clock.now = now
            self.queue.waiting.clear()
            self.queue.waiting.extend(waiting)

    # The workers

    def work(self) -> None:
        """Let the workers empty the queues."""
        while self.queue.waiting:
            due = self.queue.waiting.popleft()
            self.run_entry(due.key, job=not due.kind.is_mail)

    def index(self) -> None:
        """Let the jobs run that make new and changed events findable by their words; everything else waits."""
        jobs = [due for due in self.queue.waiting if due.kind is OutboxKind.INDEX]
        for due in jobs:
            self.queue.waiting.remove(due)
            self.run_entry(due.key, job=True)

    def tick(self) -> None:
        self.container.background.sweeper.tick()

    def handed(self, queue: str, *bodies: str) -> dict[str, Any]:
        """Hand messages of a queue to its worker, as Lambda does; the worker's answer."""
        container.use(self.container)
        records = [{"messageId": f"message-{number}", "body": body} for number, body in enumerate(bodies)]
        return _WORKERS[queue]({"Records": records})

    def run_entry(self, key: OutboxKey, *, job: bool) -> None:
        try:
            if job:
                self.container.background.jobs.run(key)
            else:
                self.container.notifications.deliver(key)
        except SendLaterError:
            return  # SQS delivers it again; here the tick does

    # What stories begin with

    def code_for(self, email: str) -> str:
        self.work()
        found = re.search(r"\b\d{6}\b", self.mailer.to(email)[-1].text)
        assert found
        return found.group()

    def signed_up(self, email: str, **fields: Any) -> str:
        """A verified account; returns its access token."""
        answer = self.post("/auth/signup", {"email": email, "password": PASSWORD, **fields})
        assert answer.status == 201, answer.text
        proof = {"email": email, "otp": self.code_for(email), "signup_id": answer.json["signup_id"]}
        verified = self.post("/auth/verify-email", proof)
        assert verified.status == 200, verified.text
        return str(self.logged_in(email)["access"])

    def logged_in(self, email: str) -> dict[str, Any]:
        answer = self.post("/auth/login", {"email": email, "password": PASSWORD})
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def an_event(self, token: str, **fields: Any) -> dict[str, Any]:
        body = {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00Z", **fields}
        answer = self.post("/events", body, token)
        assert answer.status == 201, answer.text
        self.index()
        return dict(answer.json)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
