"""Identifiers: ULIDs for what is created, and the opaque text that names an enrollment."""

import base64
import secrets
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32 of the ULID specification
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
LENGTH = 26  # of a ULID
_ENROLLMENT_BYTES = 33
NOBODYS = "0" * LENGTH  # a ULID that is never given: what cannot be an id is looked for under it, and not found


def _text(number: int) -> str:
    letters = []
    for _ in range(LENGTH):
        number, value = divmod(number, 32)
        letters.append(_ALPHABET[value])
    return "".join(reversed(letters))


def new_ulid(at: datetime) -> str:
    """A fresh ULID (specification 1.0): 48 bits of milliseconds, 80 random bits; sorts by time as text."""
    return _text((int(at.timestamp() * 1000) << 80) | secrets.randbits(80))


def is_ulid(text: str) -> bool:
    """True for canonical ULIDs only: 26 upper-case letters of the alphabet that fit in 128 bits."""
    return len(text) == LENGTH and text[0] <= "7" and all(letter in _VALUES for letter in text)


def _number(ulid: str) -> int:
    number = 0
    for letter in ulid:
        number = number * 32 + _VALUES[letter]
    return number


def made_at(ulid: str) -> datetime:
    """The moment that `new_ulid` was given, to the millisecond."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=_number(ulid) >> 80)


def enrollment_id(event_id: str, bucket: int, attendee_id: str) -> str:
    """The URL-safe name of a row: its own key, so that looking it up is one consistent read and needs no index."""
    raw = _number(event_id).to_bytes(16) + bucket.to_bytes(1) + _number(attendee_id).to_bytes(16)
    return base64.urlsafe_b64encode(raw).decode()


def parse_enrollment_id(text: str) -> tuple[str, int, str] | None:
    """`(event_id, bucket, attendee_id)`, or None for anything that `enrollment_id` cannot have made."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(raw) != _ENROLLMENT_BYTES or base64.urlsafe_b64encode(raw).decode() != text:
        return None
    return _text(int.from_bytes(raw[:16])), raw[16], _text(int.from_bytes(raw[17:]))
