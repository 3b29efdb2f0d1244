"""Passwords: argon2id with OWASP's parameters."""

import base64
import functools
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.shared.limits import MAX_PASSWORD
from chalicelib.security import password_rules

if TYPE_CHECKING:
    import argon2

MEMORY_KIB = 19_456
TIME_COST = 2
PARALLELISM = 1
SERVICE = "Turnout"
_COMMON = Path(__file__).parent / "common_passwords.txt"


class Argon2Passwords:
    """argon2 is imported by the first sign-up or login of a process: no other request needs it."""

    def __init__(self, min_length: int, service: Sequence[str] = (SERVICE,)) -> None:
        self._min_length = min_length
        self._service = service

    @functools.cached_property
    def _hasher(self) -> "argon2.PasswordHasher":
        import argon2

        return argon2.PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)

    @functools.cached_property
    def _dummy(self) -> str:
        return self._hasher.hash("no account has this password")

    @functools.cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_COMMON.read_text(encoding="utf-8").split())

    def hash(self, password: str, *, salt: bytes | None = None) -> str:
        return self._hasher.hash(password_rules.normal(password), salt=salt)

    def among(self, password_hashes: Sequence[str], password: str) -> frozenset[str]:
        # One of each salt, whose hashes are found together.
        alike = {parts.head: parts for one in password_hashes if (parts := _parts(one))}
        if not alike:
            self.verify(None, password)
            return frozenset()
        found = {self._hash_like(parts, password) for parts in alike.values()}
        return frozenset(one for one in password_hashes if any(hmac.compare_digest(one, another) for another in found))

    @staticmethod
    def _hash_like(parts: "_Parts", password: str) -> str:
        import argon2

        used = parts.used
        return argon2.low_level.hash_secret(
            password_rules.normal(password).encode(),
            parts.salt,
            time_cost=used.time_cost,
            memory_cost=used.memory_cost,
            parallelism=used.parallelism,
            hash_len=used.hash_len,
            type=used.type,
        ).decode()

    def verify(self, password_hash: str | None, password: str) -> bool:
        import argon2

        try:
            self._hasher.verify(password_hash or self._dummy, password_rules.normal(password))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    def weakness(self, password: str, *, personal: Sequence[str]) -> str | None:
        return password_rules.weakness(
            password,
            shortest=self._min_length,
            longest=MAX_PASSWORD,
            words=self._words,
            service=self._service,
            own=personal,
        )


class _Parts(NamedTuple):
    head: str  # parameters and salt, as they are written
    used: "argon2.Parameters"
    salt: bytes


def _parts(password_hash: str) -> _Parts | None:
    """None for what is no hash."""
    import argon2

    try:
        head, salt, _ = password_hash.rsplit("$", 2)
        raw = base64.b64decode(salt + "=" * (-len(salt) % 4), validate=True)
        return _Parts(f"{head}${salt}", argon2.extract_parameters(password_hash), raw)
    except (argon2.exceptions.InvalidHashError, ValueError):
        return None
