"""Mailboxes: whether an address may be written to at all, and which kinds of mail its owner does not want."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Category(StrEnum):
    """What can be unsubscribed from; everything else is sent whatever somebody chose."""

    REMINDERS = "reminders"
    FOLLOW_UPS = "follow_ups"
    MESSAGES = "messages"
    BY_OTHERS = "by_others"  # whatever is about what others did in one's name, of every kind


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

    def refuses(self, category: Category | None, *, unasked: bool = False) -> str | None:
        """Why a mail of this category, or one that everybody has to take (None), is not sent to it; or None.

        `unasked`: it is about what somebody else did in the name of the reader, who may want none of that.
        """
        if self.suppressed is not None:
            return f"suppressed: {self.suppressed}"
        is_muted = category in self.muted or (unasked and Category.BY_OTHERS in self.muted)
        return "unsubscribed" if is_muted else None
