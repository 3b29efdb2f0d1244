"""Texts and numbers that only the service can read: sealed with keys of the ring, the same again for the same content.

Everything is HMAC-SHA256, for there is no cipher among what is packed. A sealed text is a synthetic initialisation
vector (RFC 5869's idea of one key a use, the order of RFC 5297): the tag is a keyed digest of the payload, and the
stream that hides the payload follows from the tag, so that equal payloads have equal texts and no other is readable.
A number is hidden by a Feistel network (Luby and Rackoff), which makes of each number of 128 bits another one.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator

from chalicelib.security.keyring import RingSource

_TAG = 12  # bytes: nobody guesses one of 2^96
_ROUNDS = 6
_HALF = 64  # bits
_MASK = (1 << _HALF) - 1


class RingSeals:
    """Sealed with the key of the ring whose name is the first in the alphabet, so that sealed ids stay as they are.

    Keys are named by their time (`make keys`): that is the oldest one, whichever signs. It is known to every process
    while a new key is not yet. Each key of the ring opens.
    """

    def __init__(self, source: RingSource) -> None:
        self._source = source

    def seal(self, purpose: str, payload: bytes) -> str:
        """URL-safe and without a sign at its end that is not one of the text."""
        key = self._oldest(purpose)
        tag = _tag(key, payload)
        return base64.urlsafe_b64encode(tag + _hidden(key, tag, payload)).rstrip(b"=").decode()

    def unseal(self, purpose: str, text: str) -> bytes | None:
        """The payload, or None for anything that `seal` did not make with a key of the ring."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError:  # not ASCII, or not of the alphabet
            return None
        if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
            return None  # bits beyond the last byte: another text of the same bytes
        tag, hidden = raw[:_TAG], raw[_TAG:]
        for key in self._keys(purpose):
            payload = _hidden(key, tag, hidden)
            if hmac.compare_digest(_tag(key, payload), tag):
                return payload
        return None

    def seal_beside(self, purpose: str, known: bytes, payload: bytes) -> bytes:
        """What `seal` makes of both, without the part that hides `known`: that is said openly beside it."""
        key = self._oldest(purpose)
        tag = _tag(key, known + payload)
        return tag + _hidden(key, tag, known + payload)[len(known) :]

    def unseal_beside(self, purpose: str, known: bytes, sealed: bytes) -> bytes | None:
        """The payload beside `known`, or None for anything that `seal_beside` did not make of them."""
        tag, hidden = sealed[:_TAG], sealed[_TAG:]
        for key in self._keys(purpose):
            payload = _hidden(key, tag, bytes(len(known)) + hidden)[len(known) :]
            if hmac.compare_digest(_tag(key, known + payload), tag):
                return payload
        return None

    def disguise(self, purpose: str, within: str, number: int) -> int:
        """Another number of 128 bits for each number, within one thing, without a sign of the first."""
        key = self._oldest(purpose)
        left, right = number >> _HALF, number & _MASK
        for count in range(_ROUNDS):
            left, right = right, left ^ _mixed(key, within, count, right)
        return left << _HALF | right

    def behind(self, purpose: str, within: str, number: int) -> list[int]:
        """What may have been disguised so: one number for each key of the ring."""
        found = []
        for key in self._keys(purpose):
            left, right = number >> _HALF, number & _MASK
            for count in reversed(range(_ROUNDS)):
                left, right = right ^ _mixed(key, within, count, left), left
            found.append(left << _HALF | right)
        return found

    def _keys(self, purpose: str) -> Iterator[bytes]:
        ring = self._source()
        return (ring.derive(kid, purpose) for kid in sorted(ring.good_for(purpose)))

    def _oldest(self, purpose: str) -> bytes:
        ring = self._source()
        return ring.derive(min(ring.good_for(purpose), default=ring.current), purpose)


def _tag(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, b"tag" + payload, hashlib.sha256)[:_TAG]


def _hidden(key: bytes, tag: bytes, payload: bytes) -> bytes:
    """The payload under the stream of this tag; hidden twice it is itself again."""
    blocks = -(-len(payload) // hashlib.sha256().digest_size)
    stream = b"".join(hmac.digest(key, b"run" + tag + count.to_bytes(4), hashlib.sha256) for count in range(blocks))
    return bytes(one ^ other for one, other in zip(payload, stream, strict=False))


def _mixed(key: bytes, within: str, count: int, half: int) -> int:
    text = f"mix {count} {within} ".encode() + half.to_bytes(_HALF // 8)
    return int.from_bytes(hmac.digest(key, text, hashlib.sha256)[: _HALF // 8])
