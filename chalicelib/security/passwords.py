"""Passwords: argon2id with OWASP's parameters; NIST SP 800-63B's rules (length and a blocklist, no composition)."""

import base64
import functools
import hmac
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.limits import MAX_PASSWORD

if TYPE_CHECKING:
    import argon2

MEMORY_KIB = 19_456
TIME_COST = 2
PARALLELISM = 1
_PERSONAL = 4  # shorter names are parts of too many words
_COMMON = Path(__file__).parent / "common_passwords.txt"


class Argon2Passwords:
    """argon2 is imported by the first sign-up or login of a process: no other request needs it."""

    def __init__(self, min_length: int) -> None:
        self._min_length = min_length

    @functools.cached_property
    def _hasher(self) -> "argon2.PasswordHasher":
        import argon2

        return argon2.PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)

    @functools.cached_property
    def _dummy(self) -> str:
        return self._hasher.hash("no account has this password")

    @functools.cached_property
    def _common(self) -> frozenset[str]:
        return frozenset(_COMMON.read_text(encoding="utf-8").split())

    def hash(self, password: str, *, like: str | None = None) -> str:
        if like is None:
            return self._hasher.hash(_normal(password))
        import argon2

        used, salt, _ = _parts(like)
        return argon2.low_level.hash_secret(
            _normal(password).encode(),
            salt,
            time_cost=used.time_cost,
            memory_cost=used.memory_cost,
            parallelism=used.parallelism,
            hash_len=used.hash_len,
            type=used.type,
        ).decode()

    def among(self, password_hashes: Sequence[str], password: str) -> frozenset[str]:
        if not password_hashes:
            self.verify(None, password)
            return frozenset()
        alike = {_parts(one)[2]: one for one in password_hashes}  # one of each salt, whose hashes are found together
        found = {self.hash(password, like=one) for one in alike.values()}
        return frozenset(one for one in password_hashes if any(hmac.compare_digest(one, another) for another in found))

    def verify(self, password_hash: str | None, password: str) -> bool:
        import argon2

        try:
            self._hasher.verify(password_hash or self._dummy, _normal(password))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    def weakness(self, password: str, *, personal: Sequence[str]) -> str | None:
        if len(password) < self._min_length:
            return f"use at least {self._min_length} characters"
        if len(password) > MAX_PASSWORD:
            return f"use at most {MAX_PASSWORD} characters"
        folded = password.casefold()
        if folded in self._common or len(set(folded)) <= 2:  # noqa: PLR2004 - one or two letters repeated
            return "this password is among the most common ones; choose another"
        if any(len(part) >= _PERSONAL and part.casefold() in folded for part in personal):
            return "do not use your name or e-mail address in your password"
        return None


def _parts(password_hash: str) -> "tuple[argon2.Parameters, bytes, str]":
    """The parameters and the salt of a hash, and the text that has both."""
    import argon2

    head, salt, _ = password_hash.rsplit("$", 2)
    raw = base64.b64decode(salt + "=" * (-len(salt) % 4))
    return argon2.extract_parameters(password_hash), raw, f"{head}${salt}"


def _normal(password: str) -> str:
    """NIST SP 800-63B section 3.1.1.2: the same password typed on two keyboards is the same."""
    return unicodedata.normalize("NFKC", password)
