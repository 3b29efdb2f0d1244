"""Ports to what is due, to queues and mail, to stored answers and keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.mail import Due, DueKey, DueKind, Outcome
from chalicelib.services.signals import (
    Message,
    Remember,
    StoredAnswer,
)


class Answers(Protocol):
    def find(self, key: str) -> StoredAnswer | None: ...
    def keep(self, remember: Remember) -> None:
        """Keep the answer to what is no single transaction; raises `AnsweredBeforeError` when a twin was faster."""


class DueTable(Protocol):
    def add(self, due: Due) -> None:
        """Write the row, unless it is there, in whatever state. Raises `TryAgainError`."""

    def get(self, key: DueKey) -> Due | None: ...
    def claim(self, due: Due, now: datetime, until: datetime) -> Due | None:
        """The claimed row, or None when somebody else holds it or it is finished."""

    def finish(self, due: Due, outcome: Outcome, now: datetime) -> None: ...
    def release(self, due: Due, at: datetime) -> None: ...
    def advance(self, due: Due, cursor: str, until: datetime) -> Due | None: ...
    def unfinished(self, bucket: str, *, after: str, until: str) -> Sequence[Due]: ...
    def watermark(self) -> datetime | None: ...
    def set_watermark(self, at: datetime) -> None: ...


class Queue(Protocol):
    def push(self, *dues: Due) -> None:
        """Hand the rows' keys to their workers, all at once. Never raises: a lost push is swept up by the tick."""


class Mailer(Protocol):
    def send(self, message: "Message") -> str:
        """Returns the provider's message id. Raises `SendRefusedError` or `SendLaterError`."""


class Renderer(Protocol):
    def render(self, kind: DueKind, to: str, context: Mapping[str, object], reference: str) -> Message: ...


class Macs(Protocol):
    """Keyed digests, one derived key a purpose."""

    def mac(self, purpose: str, text: str) -> str: ...
    def matches(self, purpose: str, text: str, mac: str) -> bool: ...
    def sign(self, purpose: str, payload: bytes) -> str: ...
    def open(self, purpose: str, text: str) -> bytes | None: ...
