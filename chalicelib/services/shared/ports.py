"""Ports to what is due, to queues and mail, to stored answers and keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, Outcome
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.shared.idempotency import Remember, StoredAnswer


@dataclass(frozen=True, slots=True)
class Swept:
    """The unfinished rows of one page of a bucket, how many rows were looked at to find them, and where it stopped.

    `stopped` is the place of the last row that was looked at, empty where the bucket has no more in the window.
    """

    rows: Sequence[OutboxEntry]
    looked: int
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the ticks have come in one lane: nothing before `at` is unfinished.

    While they walk through a backlog: where the next one goes on, and the oldest that they saw unfinished.
    """

    at: datetime
    cursor: str = ""
    oldest: datetime | None = None


Watermarks = Mapping[QueueName, Mark]


class Answers(Protocol):
    def find(self, key: str) -> StoredAnswer | None: ...
    def keep(self, remember: Remember) -> None:
        """Keep the answer to what is no single transaction; raises `AnsweredBeforeError` when a twin was faster."""


class Outbox(Protocol):
    def get(self, key: OutboxKey) -> OutboxEntry | None: ...
    def claim(self, key: OutboxKey, now: datetime, until: datetime, holder: str) -> OutboxEntry | None:
        """Claim a row without reading it first; None when there is none, somebody else holds it or it is finished.

        `holder` names this attempt, so that a repeat after a lost answer gets the claim that it has.
        """

    def put_absent(self, entries: Sequence[OutboxEntry]) -> None:
        """Each row that is not there yet; one that is there stays, in whatever state. Raises `TryAgainError`."""

    def finish(self, entry: OutboxEntry, outcome: Outcome, now: datetime) -> None: ...
    def release(self, entry: OutboxEntry, at: datetime) -> None: ...
    def move(self, entry: OutboxEntry, later: OutboxEntry, now: datetime) -> None:
        """End the claim with the same thing due at a later place, both or neither; nothing when the lease was lost."""

    def revive(self, key: OutboxKey) -> None:
        """What has failed for good waits again; everything else stays as it is."""

    def advance(self, entry: OutboxEntry, cursor: str, until: datetime) -> OutboxEntry | None: ...
    def unfinished(self, bucket: str, *, after: str, until: str, limit: int) -> Swept: ...
    def watermarks(self) -> Watermarks:
        """By lane; empty before the first tick."""

    def set_watermarks(self, marks: Watermarks) -> None: ...


class Queue(Protocol):
    def push(self, *entries: OutboxEntry) -> None:
        """Hand the rows' keys to their workers, all at once. Never raises: a lost push is swept up by the tick."""


class Macs(Protocol):
    """Keyed digests, one derived key a purpose."""

    def mac(self, purpose: str, text: str) -> str: ...
    def every(self, purpose: str, text: str) -> list[str]:
        """The same with every key that is still known, the newest first: for what is looked up by its digest."""

    def matches(self, purpose: str, text: str, mac: str) -> bool: ...
    def sign(self, purpose: str, payload: bytes) -> str: ...
    def open(self, purpose: str, text: str) -> bytes | None: ...


class Seals(Protocol):
    """What only the service can read; the same content gets the same text and number again, as long as the keys are."""

    def seal(self, purpose: str, payload: bytes) -> str: ...
    def unseal(self, purpose: str, text: str) -> bytes | None: ...
    def seal_beside(self, purpose: str, known: bytes, payload: bytes) -> bytes:
        """The bytes of `seal` for both, without those that hide what is `known`."""

    def unseal_beside(self, purpose: str, known: bytes, sealed: bytes) -> bytes | None: ...
    def disguise(self, purpose: str, within: str, number: int) -> int: ...
    def behind(self, purpose: str, within: str, number: int) -> list[int]:
        """What may have been disguised so, within this; nearly always something that does not exist."""


Clock = Callable[[], datetime]


Report = Callable[..., None]  # a line of the log: what happened, and facts by name; never an address or a token


NewId = Callable[[datetime], str]  # a fresh ULID; given, so that a simulation owns the randomness
