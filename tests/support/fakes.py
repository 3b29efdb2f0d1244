"""Real implementations of the ports for tests: a clock that is set, a queue and a mailer that remember."""

import functools
from collections import deque
from datetime import UTC, datetime, timedelta

import argon2

from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.security.passwords import Argon2Passwords
from chalicelib.services.notifications.ports import RenderedEmail

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


class FastPasswords(Argon2Passwords):
    """The service's own rules with a hash that costs nothing: most tests are not about the time it takes."""

    @functools.cached_property
    def _hasher(self) -> argon2.PasswordHasher:
        return argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class SetClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta) -> None:
        self.now += step


class MemoryQueue:
    """Keeps what was pushed until a worker takes it; `lossy` forgets it, as a crash between commit and push does."""

    def __init__(self) -> None:
        self.waiting: deque[OutboxEntry] = deque()
        self.lossy = False
        self.calls = 0

    def push(self, *entries: OutboxEntry) -> None:
        self.calls += len({due.kind.queue for due in entries})
        if not self.lossy:
            self.waiting.extend(entries)


class MemoryDeadLetters:
    """Keeps what was put aside: the queue, the body and the reason."""

    def __init__(self) -> None:
        self.letters: list[tuple[QueueName, str, str]] = []
        self.missing = False  # there is no place for them

    def bury(self, queue: QueueName, body: str, reason: str) -> bool:
        if not self.missing:
            self.letters.append((queue, body, reason))
        return not self.missing


class MemoryMailer:
    """Keeps what was sent; `failures` are raised first, one a call."""

    def __init__(self) -> None:
        self.sent: list[RenderedEmail] = []
        self.failures: deque[Exception] = deque()

    def send(self, message: RenderedEmail) -> str:
        if self.failures:
            raise self.failures.popleft()
        self.sent.append(message)
        return f"message-{len(self.sent)}"

    def to(self, address: str) -> list[RenderedEmail]:
        return [message for message in self.sent if message.to == address]
