"""What becomes of a mail after the provider took it, and what everybody concerned is told about it."""

import base64
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind, OutboxState

INTENT_TAG = "intent"  # the tag that goes with a mail and comes back with what the provider reports about it


class Feedback(StrEnum):
    """What the provider reported, from the weakest word to the strongest: reports come twice and in any order."""

    DELAYED = "delayed"  # it came back for now: a full mailbox, an answering machine
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"

    @property
    def outdoes(self) -> tuple["Feedback", ...]:
        """What it replaces: a mail that bounced after it was delivered has bounced."""
        order = list(Feedback)
        return tuple(order[: order.index(self)])


class MailState(StrEnum):
    """How far a mail has come, in the words of the API."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SKIPPED = "skipped"
    FAILED = "failed"


_STATES = {
    OutboxState.WAITING: MailState.QUEUED,
    OutboxState.CLAIMED: MailState.QUEUED,
    OutboxState.DONE: MailState.SENT,
    OutboxState.SKIPPED: MailState.SKIPPED,
    OutboxState.FAILED: MailState.FAILED,
}


def tag_of(key: OutboxKey) -> str:
    """The key of an intent as the value of a message tag, which takes letters, digits, `-` and `_` only."""
    return base64.urlsafe_b64encode(f"{key.bucket} {key.place}".encode()).rstrip(b"=").decode()


def key_of(tag: str) -> OutboxKey | None:
    """What `tag_of` made the tag from; None for other people's tags."""
    try:
        text = base64.b64decode(tag + "=" * (-len(tag) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    bucket, _, place = text.partition(" ")
    return OutboxKey(bucket, place) if bucket and place else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLog:
    """One mail as its due row tells of it."""

    kind: OutboxKind
    state: OutboxState
    created_at: datetime
    finished_at: datetime | None = None
    detail: str = ""  # why it was not sent; of a sent one the provider's id
    feedback: Feedback | None = None
    feedback_at: datetime | None = None
    feedback_detail: str = ""

    @property
    def shown(self) -> MailState:
        if self.feedback in {None, Feedback.DELAYED}:
            return _STATES[self.state]
        return MailState(self.feedback.value)

    @property
    def at(self) -> datetime:
        """Since when it is so."""
        known = self.feedback_at if self.shown.value == self.feedback else self.finished_at
        return known or self.created_at

    @property
    def reason(self) -> str | None:
        """Why it did not arrive, as far as anybody knows."""
        if self.feedback_detail:
            return self.feedback_detail
        return self.detail or None if self.shown in {MailState.SKIPPED, MailState.FAILED} else None
