"""Signatures that everybody can check: Ed25519 key pairs that follow from keys of the ring.

The seed of a pair is what the ring derives for the purpose: no other secret has to be deployed, and a pair is there as
long as its key is. PyNaCl is imported by the first signature of a process only (docs/adr/0039-tickets.md).
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.security.keyring import KeyRing, RingSource
from chalicelib.services.checkin.ports import KID_BYTES, SIGNATURE_BYTES, PublicKey

if TYPE_CHECKING:
    from nacl.signing import SigningKey


class KeyPair:
    def __init__(self, key: "SigningKey") -> None:
        raw = bytes(key.verify_key)
        self._key = key
        self.public = PublicKey(hashlib.sha256(raw).digest()[:KID_BYTES], raw)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message).signature

    def verifies(self, message: bytes, signature: bytes) -> bool:
        from nacl.exceptions import BadSignatureError

        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            self._key.verify_key.verify(message, signature)
        except BadSignatureError:
            return False
        return True


class RingSignatures:
    """Signed with the newest key of the ring; each key that the ring has verifies."""

    def __init__(self, source: RingSource) -> None:
        self._source = source
        self._ring: KeyRing | None = None  # whose pairs these are, by purpose
        self._pairs: dict[str, list[KeyPair]] = {}

    def newest(self, purpose: str) -> KeyPair:
        """The pair of the key that signs everything else, too."""
        return self._of(purpose)[0]

    def public(self, purpose: str) -> Sequence[PublicKey]:
        return [pair.public for pair in self._of(purpose)]

    def verifies(self, purpose: str, kid: bytes, message: bytes, signature: bytes) -> bool:
        return any(pair.public.kid == kid and pair.verifies(message, signature) for pair in self._of(purpose))

    def _of(self, purpose: str) -> list[KeyPair]:
        """In the order of the ring. A pair is made once for each ring that is read: it costs as much as a signature."""
        ring = self._source()
        if ring is not self._ring:
            self._ring, self._pairs = ring, {}
        if purpose not in self._pairs:
            from nacl.signing import SigningKey

            seeds = [ring.derive(kid, purpose) for kid in ring.good_for(purpose)]
            self._pairs[purpose] = [KeyPair(SigningKey(seed)) for seed in seeds]
        return self._pairs[purpose]
