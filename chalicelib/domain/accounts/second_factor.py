"""The second factor of an account: the codes of an authenticator app (RFC 6238), and recovery codes for its loss.

Six digits of HMAC-SHA1 over steps of 30 seconds is what every such app computes unless told otherwise.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode

from chalicelib.domain.accounts.account import SecondFactor

DIGITS = 6
STEP_SECONDS = 30
RECOVERY_CODES = 10
_SECRET_BYTES = 20  # as long as what the HMAC makes of it (RFC 4226, section 4)
_RECOVERY_BYTES = 15  # 120 bits in 24 letters: enough that a plain hash of one is safe to keep
_GROUP = 4


def after_code(factor: SecondFactor, secret: bytes, code: str, now: datetime) -> SecondFactor | None:
    """As it is kept when this code of the app has been used; None if it is not good, or not any more."""
    step = _step_of(secret, code, now, after=factor.last_step)
    return None if step is None else replace(factor, last_step=step)


def after_recovery(factor: SecondFactor, code: str) -> SecondFactor | None:
    """As it is kept when this recovery code has been used; None if it is none of those that are left."""
    digest = recovery_digest(code)
    if digest not in factor.recovery:
        return None
    return replace(factor, recovery=tuple(one for one in factor.recovery if one != digest))


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """As people type it into an app that has no camera."""
    return base64.b32encode(secret).decode()


def app_address(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code for the app says: the `otpauth` address that all of them read."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    return f"otpauth://totp/{label}?{urlencode({'secret': secret_text(secret), 'issuer': issuer}, quote_via=quote)}"


def code_at(secret: bytes, step: int) -> str:
    """RFC 4226, section 5.3, of the number of steps since 1970."""
    digest = hmac.digest(secret, step.to_bytes(8), hashlib.sha1)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def _step_of(secret: bytes, code: str, now: datetime, *, after: int) -> int | None:
    """The step of this code, of the present one and its neighbours: clocks differ (RFC 6238, section 5.2)."""
    present = step_at(now)
    found = None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > after:
            found = step
    return found


def first_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step of the code with which somebody shows that the app has the secret; None if it does not."""
    return _step_of(secret, code, now, after=0)


def new_recovery_codes() -> list[str]:
    return [_grouped(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str) -> str:
    """What is kept of one. As it was typed: in any case, with or without the signs between groups."""
    letters = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def recovery_digests(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(recovery_digest(code) for code in codes)


def _grouped(raw: bytes) -> str:
    text = base64.b32encode(raw).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
