"""Ports about another address of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Account, AddressChange, SignUp
from chalicelib.domain.outbox.entry import OutboxEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProof:
    """What a proven address writes: the account with it, and the end of whatever else wanted to have it."""

    before: Account
    account: Account
    change: AddressChange
    code_mac: str
    held_by: str | None  # whose the address was when it was read: nobody's, or a guest's
    unproven: Account | None  # an account that was written before sign-ups were kept apart, and never proven
    others: Sequence[SignUp]
    notice: OutboxEntry  # to the address that it was


class AddressChanges(Protocol):
    """One wish an account: a new one takes the place of the one before."""

    def ask(self, change: AddressChange, intent: OutboxEntry) -> None: ...
    def find(self, user_id: str) -> AddressChange | None: ...
    def arm(self, change: AddressChange, code_mac: str, expires_at: datetime, *, claim: int) -> bool:
        """As `SignUps.arm`."""

    def count_guess(self, user_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        """As `SignUps.count_guess`."""

    def prove(self, proof: AddressProof) -> None:
        """All or nothing. Raises `OtpInvalidError` when the code was used or replaced meanwhile.

        `StaleError` when the account or the address is not what it was.
        """

    def former(self, user_id: str, change_id: str) -> str | None:
        """The address that an account had before this change; kept until it was told."""
