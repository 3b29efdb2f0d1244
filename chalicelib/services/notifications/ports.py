"""Ports to what is known of addresses, and of what became of mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.domain.notifications.delivery_report import Feedback, MailLog
from chalicelib.domain.notifications.email_preferences import Category, Mailbox, Suppression
from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.mail_budget import Charge, Sent
from chalicelib.services.notifications.contexts import Attachment, EmailDraft


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """A rendered mail."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    attachments: tuple[Attachment, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)  # the provider's notices about the mail carry them
    charge: Charge | None = None  # None: the reader's own


class SendRefusedError(Exception):
    """The provider will never take this message."""


class SendLaterError(Exception):
    """The provider is throttling or unreachable; nothing is wrong with the message."""


class SetUpError(SendLaterError):
    """The provider takes no such mail from us until somebody sets up what is missing."""


class SendingPausedError(SendLaterError):
    """The provider takes nothing from this account at all."""


class Mailboxes(Protocol):
    """By address, or by the digest that stands for it. Of what is said of one thing the latest counts, however late."""

    def mac(self, address: str) -> str:
        """What stands for the address where the address itself must not."""

    def get(self, address: str, *, consistent: bool = False) -> Mailbox: ...
    def suppress(self, address: str, reason: Suppression, at: datetime) -> None: ...
    def lift(self, address: str, at: datetime) -> None: ...
    def by_mac(self, mac: str) -> Mailbox:
        """What is known under this digest, consistently."""

    def mute(self, mac: str, category: Category, at: datetime) -> None:
        """No more of this category, whatever was decided before."""

    def unmute(self, mac: str, category: Category, at: datetime) -> None:
        """The category again, whatever was decided before."""

    def choose(self, address: str, muted: frozenset[Category], at: datetime) -> None:
        """Every category: muted or wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What others caused to one mailbox, as it was read: under which name, and the text that it stood in."""

    name: str
    seen: str
    sent: tuple[Sent, ...]


class MailLedgers(Protocol):
    def read(self, address: str, about: str, *, consistent: bool = True) -> Ledger:
        """What was let through to the address; `about` says which of its ledgers."""

    def write(self, ledger: Ledger, sent: Sequence[Sent]) -> bool:
        """Keep `sent` if the ledger is still as it was read; one conditional write."""


class DeadLetters(Protocol):
    def bury(self, queue: QueueName, body: str, reason: str) -> bool:
        """Put a message of a queue aside for a person; False where there is no place for it."""


class MailLogs(Protocol):
    """Mail intents, read as the log that they are afterwards."""

    def by_keys(self, keys: Sequence[OutboxKey], *, follow: bool = True) -> dict[OutboxKey, MailLog]:
        """Those that there are: rows are cleaned away three months after they were due.

        Of a mail that was put off, the log of the place where it is now, unless `follow` is false.
        """

    def record(self, key: OutboxKey, feedback: Feedback, at: datetime, detail: str) -> None:
        """Write down what the provider reported, unless something stronger is known or the row is gone."""


class Mailer(Protocol):
    def send(self, message: RenderedEmail) -> str:
        """Returns the provider's message id. Raises `SendRefusedError` or `SendLaterError`."""


class Renderer(Protocol):
    def render(self, kind: OutboxKind, draft: EmailDraft, reference: str) -> RenderedEmail:
        """The draft in its reader's language, or the nearest one that there is; `reference` names the intent."""
