"""Ports about API keys: how they are written and kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Account, ApiKey
from chalicelib.domain.outbox.entry import OutboxEntry

ISSUED_AS = "tk_turnout_"  # how every key begins, and nothing else that is a bearer token


@dataclass(frozen=True, slots=True)
class KeyClaims:
    """What the text of a key says. Not yet proof: the row of the key has the digest."""

    user_id: str
    key_id: str
    digest: str


class KeyTexts(Protocol):
    def make(self, user_id: str, key_id: str) -> str: ...
    def read(self, text: str) -> KeyClaims | None: ...
    def digest(self, text: str) -> str: ...


class ApiKeys(Protocol):
    def get(self, user_id: str, key_id: str) -> ApiKey | None:
        """One consistent read: what was revoked a moment ago is not found."""

    def add(self, account: Account, key: ApiKey, over: list[ApiKey], notice: OutboxEntry) -> None:
        """Written in place of those that are over. Raises `StaleError` when the account changed since it was read.

        So no two of an account are added on the same count, and none slips past what ends all access. The notice to
        the owner is in the same transaction.
        """

    def revoke(self, key: ApiKey, now: datetime) -> None:
        """It is not good any more, which the event whose door it is for has among what happened to it, once."""

    def note_use(self, key: ApiKey, now: datetime, not_since: datetime) -> None:
        """Write that it was used, unless that is known of a later time than `not_since`, or the key has ended.

        One conditional write, which may be lost: raises nothing.
        """
