"""Identifiers: ULIDs for what is created, and the opaque text that names an enrollment."""

import base64
import secrets
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32 of the ULID specification
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
LENGTH = 26  # of a ULID
EVENT_BYTES = 16  # of an event's id, with which the bytes of an enrollment's key begin
_ENROLLMENT_BYTES = 33
_UNDATED_FROM = datetime(2024, 12, 1, tzinfo=UTC)  # the two years before ids of people said nothing of their time
_UNDATED = timedelta(days=730)
_RANDOM_BITS = 80
NOBODYS = "0" * LENGTH  # a ULID that is never given: what cannot be an id is looked for under it, and not found


def ulid_of(number: int) -> str:
    """A number of 128 bits as a ULID writes it."""
    letters = []
    for _ in range(LENGTH):
        number, value = divmod(number, 32)
        letters.append(_ALPHABET[value])
    return "".join(reversed(letters))


def new_ulid(at: datetime) -> str:
    """A fresh ULID (specification 1.0): 48 bits of milliseconds, 80 random bits; sorts by time as text."""
    return ulid_of((int(at.timestamp() * 1000) << 80) | secrets.randbits(80))


def undated(drawn: str) -> datetime:
    """Some moment of two years that never change: where an id that is made of it sorts says nothing of its age.

    The random bits of a ULID that is `drawn` for nothing else say which (docs/adr/0052).
    """
    bits = number_of(drawn) % (1 << _RANDOM_BITS)
    return _UNDATED_FROM + timedelta(milliseconds=bits % (_UNDATED // timedelta(milliseconds=1)))


def is_ulid(text: str) -> bool:
    """True for canonical ULIDs only: 26 upper-case letters of the alphabet that fit in 128 bits."""
    return len(text) == LENGTH and text[0] <= "7" and all(letter in _VALUES for letter in text)


def number_of(ulid: str) -> int:
    """What `ulid_of` makes the ULID of."""
    number = 0
    for letter in ulid:
        number = number * 32 + _VALUES[letter]
    return number


def made_at(ulid: str) -> datetime:
    """The moment that `new_ulid` was given, to the millisecond."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number_of(ulid) >> 80)


def enrollment_bytes(event_id: str, bucket: int, attendee_id: str) -> bytes:
    """The key of a row in few bytes: looking it up is one consistent read and needs no index."""
    return number_of(event_id).to_bytes(16) + bucket.to_bytes(1) + number_of(attendee_id).to_bytes(16)


def parse_enrollment_bytes(raw: bytes) -> tuple[str, int, str] | None:
    """`(event_id, bucket, attendee_id)`, or None for what `enrollment_bytes` cannot have made."""
    if len(raw) != _ENROLLMENT_BYTES:
        return None
    return ulid_of(int.from_bytes(raw[:16])), raw[16], ulid_of(int.from_bytes(raw[17:]))


def enrollment_id(event_id: str, bucket: int, attendee_id: str) -> str:
    """The name of a row among what is stored. Whoever reads it reads the attendee's id: it is never shown."""
    return base64.urlsafe_b64encode(enrollment_bytes(event_id, bucket, attendee_id)).decode()


def parse_enrollment_id(text: str) -> tuple[str, int, str] | None:
    """`(event_id, bucket, attendee_id)`, or None for anything that `enrollment_id` cannot have made."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    return parse_enrollment_bytes(raw) if base64.urlsafe_b64encode(raw).decode() == text else None
