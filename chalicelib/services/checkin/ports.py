"""Port to the keys that sign tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.services.shared.idempotency import StoredAnswer

KID_BYTES = 3
KEY_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 key that everybody may know; `kid` is the beginning of its SHA-256."""

    kid: bytes
    raw: bytes


class Signer(Protocol):
    """One key pair."""

    @property
    def public(self) -> PublicKey: ...
    def sign(self, message: bytes) -> bytes: ...


class Signatures(Protocol):
    """Ed25519 (RFC 8032), one key pair a purpose and key of the ring."""

    def newest(self, purpose: str) -> Signer:
        """What signs now."""

    def public(self, purpose: str) -> Sequence[PublicKey]:
        """Everything that signs, has signed and will sign next, the one that signs now first."""

    def verifies(self, purpose: str, kid: bytes, message: bytes, signature: bytes) -> bool:
        """Whether a key of this name, which need not be the newest, has signed this message."""


class Answers(Protocol):
    """What keys of requests have been answered with."""

    def find(self, key: str) -> StoredAnswer | None:
        """The answer as it is now, however short ago it was kept."""
