"""One key ring: named keys, newest first, and a derived key for every purpose."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")
MINIMUM_BYTES = 32
KEPT_SECONDS = 300  # of what SSM has


class KeyRingError(Exception):
    """The ring is missing or weak; the message says what to set."""


def _strong(number: int, kid: str, encoded: str) -> bytes:
    """The bytes of a key; which one is wrong is told by its place, for what stands before the colon may be the key."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise KeyRingError(f"KEY_RING: key {number} is not base64") from None
    if not kid.isalnum() or len(key) < MINIMUM_BYTES or len(set(key)) < MINIMUM_BYTES // 4:
        raise KeyRingError(
            f"KEY_RING: key {number} needs a name of letters and digits and {MINIMUM_BYTES} random bytes, "
            "for example from `openssl rand -base64 32`"
        )
    return key


Derived = Mapping[str, bytes]  # the keys for some purposes, by their names


@dataclass(frozen=True, slots=True)
class KeyRing:
    """`keys` by kid, newest first. Signing uses the newest; every key verifies until it is removed.

    Of a key either itself is known or what was derived from it for some purposes, which leads to no other purpose.
    """

    keys: Mapping[str, bytes | Derived] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read `kid:base64[,kid:base64]`, derived keys being `kid/purpose:base64`.

        Raises `KeyRingError` for anything missing, malformed, weak or named twice.
        """
        keys: dict[str, bytes | dict[str, bytes]] = {}
        for number, part in enumerate(text.split(","), 1):
            name, _, encoded = part.strip().partition(":")
            kid, slash, purpose = name.partition("/")
            key = _strong(number, "" if slash and not purpose else kid, encoded)
            known = keys.setdefault(kid, {}) if purpose else keys.get(kid)
            if known is not None and (not purpose or isinstance(known, bytes) or purpose in known):
                raise KeyRingError(f"KEY_RING: two keys are named {name!r}; what is signed names its key")
            if known is None:
                keys[kid] = key
            else:
                known[purpose] = key
        return cls(keys)

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    def derive(self, kid: str, purpose: str) -> bytes:
        """A key for one purpose: HKDF-Expand of RFC 5869 with one block, the ring's key being the pseudorandom key.

        Raises `KeyRingError` where the ring was narrowed to other purposes.
        """
        key = self.keys[kid]
        if isinstance(key, bytes):
            return hmac.digest(key, f"turnout {purpose}".encode() + b"\x01", hashlib.sha256)
        if purpose not in key:
            raise KeyRingError(f"KEY_RING: there is no key of {kid!r} for the purpose {purpose!r} here")
        return key[purpose]

    def good_for(self, purpose: str) -> list[str]:
        """The names of the keys that there are for this purpose: of an old key only a part may be left."""
        return [kid for kid, key in self.keys.items() if isinstance(key, bytes) or purpose in key]

    def narrowed(self, purposes: Collection[str]) -> "KeyRing":
        """A ring that is good for these purposes only. Raises `KeyRingError` when it is not good for all of them.

        What is left of an old key for other purposes is left out.
        """
        good = {kid for one in purposes for kid in self.good_for(one)} or {self.current}
        return KeyRing(
            {kid: {one: self.derive(kid, one) for one in sorted(purposes)} for kid in self.keys if kid in good}
        )

    def text(self) -> str:
        """What `parse` makes this ring from: a secret."""
        parts = []
        for kid, key in self.keys.items():
            named = {kid: key} if isinstance(key, bytes) else {f"{kid}/{one}": each for one, each in key.items()}
            parts += [f"{name}:{base64.b64encode(each).decode()}" for name, each in named.items()]
        return ",".join(parts)


RingSource = Callable[[], KeyRing]  # asked at every use: keys rotate while a process lives


class Stored(Generic[T]):
    """A secret of the settings, made into something: of its text, or of the parameter of SSM that has it, which is read
    again after a while. The text itself is not kept.
    """

    def __init__(self, text: str, parameter: str, parse: Callable[[str], T], missing: str) -> None:
        self._text = text
        self._parameter = parameter
        self._parse = parse
        self._missing = missing
        self._read: tuple[float, T] | None = None

    def __call__(self) -> T:
        """Raises what `parse` raises, and `KeyRingError` with the sentence `missing` where neither is set."""
        if self._read is None or (self._parameter and time.monotonic() - self._read[0] > KEPT_SECONDS):
            self._read = (time.monotonic(), self._parse(self._fetch()))
        return self._read[1]

    def _fetch(self) -> str:
        if not self._parameter:
            if not self._text:
                raise KeyRingError(self._missing)
            return self._text
        import boto3  # only where the secret is in SSM

        client: Any = boto3.client("ssm")
        answer = client.get_parameter(Name=self._parameter, WithDecryption=True)
        return str(answer["Parameter"]["Value"])


class StoredRing(Stored[KeyRing]):
    """The ring of the settings. With `purposes` only what they need is kept of it."""

    def __init__(self, text: str, parameter: str, purposes: Collection[str] | None = None) -> None:
        def ring(read: str) -> KeyRing:
            whole = KeyRing.parse(read)
            return whole if purposes is None else whole.narrowed(purposes)

        super().__init__(text, parameter, ring, "set KEY_RING or KEY_RING_PARAMETER: there is no default secret")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes | None:
    """What `_encode` made the text from: the same bytes have no second text, so that no letter of one can change."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _encode(raw) == text else None


class RingMacs:
    """Keyed digests and signed texts over a ring."""

    def __init__(self, source: RingSource) -> None:
        self._source = source

    @property
    def _ring(self) -> KeyRing:
        return self._source()

    def mac(self, purpose: str, text: str, kid: str = "") -> str:
        """`kid.mac` with the newest key, or with the one named (which must be in the ring)."""
        kid = kid or self._ring.current
        return f"{kid}.{_encode(hmac.digest(self._ring.derive(kid, purpose), text.encode(), hashlib.sha256))}"

    def every(self, purpose: str, text: str) -> list[str]:
        """The mac of the text with each key of the ring, the newest first."""
        return [self.mac(purpose, text, kid) for kid in self._ring.good_for(purpose)]

    def matches(self, purpose: str, text: str, mac: str) -> bool:
        """Whether a key of the ring made this `mac` of this text; it need not be the newest."""
        kid = mac.split(".", 1)[0]
        return kid in self._ring.good_for(purpose) and hmac.compare_digest(self.mac(purpose, text, kid), mac)

    def sign(self, purpose: str, payload: bytes) -> str:
        """`kid.payload.mac`, URL-safe."""
        kid = self._ring.current
        mac = hmac.digest(self._ring.derive(kid, purpose), payload, hashlib.sha256)[:16]
        return f"{kid}.{_encode(payload)}.{_encode(mac)}"

    def open(self, purpose: str, text: str) -> bytes | None:
        """The payload, or None for anything that `sign` did not make with a key of the ring."""
        parts = text.split(".")
        if len(parts) != 3 or parts[0] not in self._ring.good_for(purpose):  # noqa: PLR2004 - the three parts above
            return None
        payload, mac = _decode(parts[1]), _decode(parts[2])
        if payload is None or mac is None:
            return None
        expected = hmac.digest(self._ring.derive(parts[0], purpose), payload, hashlib.sha256)[:16]
        return payload if hmac.compare_digest(expected, mac) else None
