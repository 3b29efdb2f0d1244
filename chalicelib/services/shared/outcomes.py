"""What use cases and adapters tell each other: values that cross a port, and outcomes that no client is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from chalicelib.domain.accounts import Account, Role, Session
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey
from chalicelib.domain.events import Event
from chalicelib.domain.outbox import Due
from chalicelib.domain.seats import Seats, Shard

T = TypeVar("T")


class TryAgainError(Exception):
    """A conflict, a throttle or a lost response: asking again is right. It never means that nothing was done."""


class OutcomeUnknownError(TryAgainError):
    """The request was sent and its answer lost: it happened, did not happen, or will still happen."""


class StaleError(Exception):
    """The stored version is not the one that was read: read again and decide again."""


class SeatRefusedError(Exception):
    """A shard's condition failed; `shard` is the shard as it was at that moment (None: there is no such shard)."""

    def __init__(self, shard: Shard | None) -> None:
        super().__init__("seat refused")
        self.shard = shard


class Skip(Exception):  # noqa: N818 - a decision, not a failure
    """The facts no longer call for this mail or job; the reason is kept on its row."""


class Cool(Exception):  # noqa: N818 - a decision, not a failure
    """What was written is due in the past: its writer stays unfinished until no tick can miss it (docs/adr/0012)."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Seats that are kept until a deadline, and whose row it is."""

    expires_at: datetime
    key: EnrollmentKey
    seats: int


class RowExistsError(Exception):
    """The person has a row at this event already; `row` as it was at that moment."""

    def __init__(self, row: Enrollment) -> None:
        super().__init__("row exists")
        self.row = row


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first 2xx answer to a request with an `Idempotency-Key`, kept for 24 hours."""

    body_digest: str
    status: int
    body: str
    headers: Mapping[str, str]


class AnsweredBeforeError(Exception):
    """Not a failure: this key has its answer already, and it is the one to give."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__("answered before")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Remember:
    """An answer that is to be stored in the very transaction that it reports."""

    key: str
    answer: StoredAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class OtpState:
    """The e-mail verification of one account; the code itself exists in the mail only."""

    request_id: str
    code_mac: str
    expires_at: datetime
    attempts: int
    sent_at: datetime
    day: str
    sent_today: int


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything that is kept under one user, read consistently in one query."""

    account: Account
    sessions: tuple[Session, ...]
    otp: OtpState | None


@dataclass(frozen=True, slots=True)
class EnrolReads:
    """What one batch read tells before somebody enrols; seats are missing when the caller asked for the row instead."""

    session: Session | None
    event: Event | None
    seats: Seats | None
    row: Enrollment | None
    answer: StoredAnswer | None


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Part of a list in the direction of reading: items with their places, and where reading goes on (None: the end).

    With a filter a slice may be short, even empty, while `end` is set.
    """

    items: Sequence[tuple[str, T]]
    end: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A text that goes with a mail; with a `method` it is an iCalendar object that calendars act upon."""

    name: str
    content_type: str
    text: str
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Swept:
    """The unfinished rows of one bucket of what is due, and how many rows were looked at to find them."""

    rows: Sequence[Due]
    looked: int


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered mail."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    attachments: tuple[Attachment, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)  # the provider's notices about the mail carry them


class PoisonError(ValueError):
    """A message that can never be handled, however often it is tried; the text says why."""


class SendRefusedError(Exception):
    """The provider will never take this message."""


class SendLaterError(Exception):
    """The provider is throttling or unreachable; nothing is wrong with the message."""


class SendingPausedError(SendLaterError):
    """The provider takes nothing from this account at all."""


def roles_of(names: Sequence[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)
