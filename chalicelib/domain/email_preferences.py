"""Mailboxes: whether an address may be written to at all, and which kinds of mail its owner does not want."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.outbox import OutboxKind


class Category(StrEnum):
    """What can be unsubscribed from; everything else is sent whatever somebody chose."""

    REMINDERS = "reminders"
    FOLLOW_UPS = "follow_ups"
    MESSAGES = "messages"


CATEGORY_OF: Mapping[OutboxKind, Category] = {
    OutboxKind.REMINDER: Category.REMINDERS,
    OutboxKind.FOLLOW_UP: Category.FOLLOW_UPS,
    OutboxKind.ORGANIZER_MESSAGE: Category.MESSAGES,
}


class Suppression(StrEnum):
    """Why an address is not written to any more."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a mailbox, and since when: of two that differ the later one is true."""

    at: datetime
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What is known of one address. An address that nothing is known of gets every mail."""

    suppressed: Suppression | None = None
    since: datetime | None = None
    muted: frozenset[Category] = field(default_factory=frozenset)

    def refuses(self, kind: OutboxKind) -> str | None:
        """Why this kind of mail is not sent to it, or None."""
        if self.suppressed is not None:
            return f"suppressed: {self.suppressed}"
        return "unsubscribed" if CATEGORY_OF.get(kind) in self.muted else None
