"""Tickets as a device at the door reads them: by docs/tickets.md alone, without a line of what makes them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Read:
    """What a good code says."""

    kid: str
    event: str
    beside: bytes
    generation: int
    party: int

    def is_of(self, enrollment_id: str) -> bool:
        """Whether the ticket is that of a row of the roster."""
        raw = _bytes_of(enrollment_id.removeprefix("e_"))
        return raw[:12] + raw[28:] == self.beside


def read_offline(code: str, jwks: Mapping[str, Any]) -> Read | None:
    """None for what no published key has signed."""
    version, separator, text = code.partition(":")
    if (version, separator) != ("T1", ":") or len(text) != 174:
        return None
    raw = b""
    for first, second, third in zip(text[::3], text[1::3], text[2::3], strict=True):
        raw += (_SIGNS.index(first) + 45 * _SIGNS.index(second) + 2025 * _SIGNS.index(third)).to_bytes(2, "big")
    kid = base64.urlsafe_b64encode(raw[:3]).decode()
    for key in jwks["keys"]:
        if key["kid"] == kid and _has_signed(key, raw[52:], b"T1:" + raw[:52]):
            return Read(kid, _ulid(raw[3:19]), raw[19:48], int.from_bytes(raw[48:51], "big"), raw[51])
    return None


def _has_signed(key: Mapping[str, str], signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(_bytes_of(key["x"])).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _ulid(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(26)))
