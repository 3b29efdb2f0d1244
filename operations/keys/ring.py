"""What may be done to a key ring: pure functions from one ring to the next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chalicelib.security.keyring import KEPT_SECONDS, MINIMUM_BYTES, KeyRing
from chalicelib.security.purposes import FOR_EVER

# Every process has read the ring again by then; only then may a new key sign what all of them have to accept.
KNOWN_AFTER = timedelta(seconds=KEPT_SECONDS + 60)
Random = Callable[[int], bytes]


class KeysError(Exception):
    """It may not be done now; the message says what to do instead."""


def made(ring: KeyRing | None, now: datetime, random: Random) -> KeyRing:
    """The first ring. Raises `KeysError` when there is one: everything that it signed would be void."""
    if ring is not None:
        raise KeysError(f"There is a key ring ({described(ring)}): `rotate` adds a key to it.")
    return KeyRing({_name(now): random(MINIMUM_BYTES)})


def with_next(ring: KeyRing | None, now: datetime, random: Random) -> tuple[KeyRing, str]:
    """With a new key at the end, which everybody accepts and nobody signs with yet; and its name."""
    kid = _name(now)
    if kid in _present(ring).keys:
        raise KeysError(f"{kid} was added within this second.")
    return KeyRing({**_present(ring).keys, kid: random(MINIMUM_BYTES)}), kid


def using(ring: KeyRing | None, kid: str, now: datetime, changed_at: datetime) -> KeyRing:
    """The same keys with this one first. Raises `KeysError` while there may be processes that do not know it."""
    keys = _holding(ring, kid).keys
    if _is_left(KeyRing(keys), kid):
        raise KeysError(f"{kid} was dropped, and signs nothing any more.")
    if now < changed_at + KNOWN_AFTER:
        wait = int((changed_at + KNOWN_AFTER - now).total_seconds()) + 1
        raise KeysError(f"Functions may not know {kid} yet: use it in {wait} seconds.")
    return KeyRing({kid: keys[kid], **keys})


def without(ring: KeyRing | None, kid: str) -> KeyRing:
    """What this key signed is void from then on. Raises `KeysError` for the one that signs.

    What it was derived to for the ids of enrollments stays: they are for ever, and lead to no other purpose.
    """
    holding = _holding(ring, kid)
    if kid == holding.current:
        raise KeysError(f"{kid} signs: `rotate`, and `use` another one first.")
    if _is_left(holding, kid):
        raise KeysError(f"{kid} is dropped: what is left of it keeps the ids of enrollments as they are.")
    left = {purpose: holding.derive(kid, purpose) for purpose in FOR_EVER}
    return KeyRing({name: left if name == kid else key for name, key in holding.keys.items()})


def described(ring: KeyRing) -> str:
    """The names, never a key."""
    said = {kid: " (for ids only)" for kid in ring.keys if _is_left(ring, kid)} | {ring.current: " (signs)"}
    return ", ".join(f"{kid}{said.get(kid, '')}" for kid in ring.keys)


def _is_left(ring: KeyRing, kid: str) -> bool:
    """Whether of this key there is no more than the ids need."""
    return not isinstance(ring.keys[kid], bytes)


def _present(ring: KeyRing | None) -> KeyRing:
    if ring is None:
        raise KeysError("There is no key ring: `make` writes the first one.")
    return ring


def _holding(ring: KeyRing | None, kid: str) -> KeyRing:
    present = _present(ring)
    if kid not in present.keys:
        raise KeysError(f"There is no key {kid}: the ring has {described(present)}.")
    return present


def _name(now: datetime) -> str:
    return f"k{now.astimezone(UTC):%Y%m%d%H%M%S}"
