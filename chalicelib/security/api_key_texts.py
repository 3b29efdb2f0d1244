"""The text of an API key: `tk_turnout_`, whose it is, a secret and a checksum, all of them letters and digits.

The beginning and the checksum are for scanners of secrets, which find a key in a repository and know that it is one;
so is the alphabet, of which nothing has to be escaped, and which a double click takes whole. No key of the ring is in
it: a key lives on while keys rotate.
"""

import hashlib
import re
import secrets
import string
import zlib

from chalicelib.domain.shared import ids
from chalicelib.services.accounts.key_ports import ISSUED_AS, KeyClaims

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SECRET_BYTES = 32
_SECRET = 43  # digits of 62 that 256 bits need
_CHECK = 6  # the same for the 32 bits of a CRC
_FORM = re.compile(
    rf"{ISSUED_AS}(?P<key>[0-9A-Z]{{{ids.LENGTH}}})(?P<user>[0-9A-Z]{{{ids.LENGTH}}})"
    rf"[0-9A-Za-z]{{{_SECRET}}}(?P<check>[0-9A-Za-z]{{{_CHECK}}})",
    re.ASCII,
)


class ApiKeyTexts:
    def make(self, user_id: str, key_id: str) -> str:
        """A new text, for the only time that anybody but its owner has it."""
        secret = _number(int.from_bytes(secrets.token_bytes(_SECRET_BYTES)), _SECRET)
        head = f"{ISSUED_AS}{key_id}{user_id}{secret}"
        return head + _check(head)

    def read(self, text: str) -> KeyClaims | None:
        """Which key it says it is, before anything is read; None for what was never one."""
        found = _FORM.fullmatch(text)
        if found is None or _check(text[:-_CHECK]) != found["check"]:
            return None
        user_id, key_id = found["user"], found["key"]
        if not ids.is_ulid(user_id) or not ids.is_ulid(key_id):
            return None
        return KeyClaims(user_id, key_id, _digest(text))

    @staticmethod
    def digest(text: str) -> str:
        return _digest(text)


def _digest(text: str) -> str:
    """What is stored: a plain hash is enough for 256 random bits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(head: str) -> str:
    return _number(zlib.crc32(head.encode()), _CHECK)


def _number(number: int, length: int) -> str:
    """So many digits of base 62, which are enough for the number."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
