"""The key in a mail with which a new password is chosen: signed, and bound to the password that it replaces.

So it is good once, and also over when the password changes otherwise, or the address, or all access was ended; there is
nothing to store or to clean up, and asking for another one ends none that is under way.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.accounts.account import Account, fold_email
from chalicelib.services.shared.ports import Macs

_PURPOSE = "password-reset"
_PARTS = 3


@dataclass(frozen=True, slots=True)
class ResetKey:
    """What a token with a good signature says."""

    user_id: str
    expires_at: datetime
    replaces: str

    def is_good(self, account: Account, now: datetime) -> bool:
        return now < self.expires_at and self.replaces == _mark(account)


def reset_token(macs: Macs, account: Account, until: datetime) -> str:
    return macs.sign(_PURPOSE, f"{account.id}|{int(until.timestamp())}|{_mark(account)}".encode())


def opened(macs: Macs, token: str) -> ResetKey | None:
    """None for anything that `reset_token` did not make."""
    payload = macs.open(_PURPOSE, token)
    parts = payload.decode().split("|") if payload is not None else []
    if len(parts) != _PARTS:
        return None
    user_id, until, replaces = parts
    return ResetKey(user_id, datetime.fromtimestamp(int(until), UTC), replaces)


def _mark(account: Account) -> str:
    """Says which password hash of which address it is, and nothing about the password: each hash has its own salt.

    A key that was mailed to an address which the account has no more is good for nothing, and what was mailed before an
    account was disabled or closed does not come back with it.
    """
    marked = f"{account.id}|{fold_email(account.email)}|{account.password_hash}|{account.revocations}"
    return hashlib.sha256(marked.encode()).hexdigest()[:32]
