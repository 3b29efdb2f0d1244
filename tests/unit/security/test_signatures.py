"""Key pairs of the ring: what they sign another library verifies, and they stay while keys rotate."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.security.keyring import KeyRing
from chalicelib.security.signatures import RingSignatures

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BEFORE = KeyRing({"k2026": OLD})
ADDED = KeyRing({"k2026": OLD, "k2027": NEW})
USED = KeyRing({"k2027": NEW, "k2026": OLD})
DROPPED = KeyRing({"k2027": NEW, "k2026": {"enrollment-handle": OLD}})


def signatures(ring: KeyRing) -> RingSignatures:
    return RingSignatures(lambda: ring)


@given(st.binary(max_size=200))
def test_what_is_signed_another_library_verifies_and_would_sign_alike(message: bytes) -> None:
    signer = signatures(BEFORE).newest("a")
    signature = signer.sign(message)

    Ed25519PublicKey.from_public_bytes(signer.public.raw).verify(signature, message)
    assert Ed25519PrivateKey.from_private_bytes(BEFORE.derive("k2026", "a")).sign(message) == signature
    assert signer.public.kid == hashlib.sha256(signer.public.raw).digest()[:3]


def test_a_signature_is_good_for_its_purpose_its_message_and_its_key_only() -> None:
    ours = signatures(BEFORE)
    signer = ours.newest("a")
    signature, kid = signer.sign(b"message"), signer.public.kid

    assert ours.verifies("a", kid, b"message", signature)
    assert not ours.verifies("b", kid, b"message", signature)
    assert not ours.verifies("a", b"\0\0\0", b"message", signature)
    assert not ours.verifies("a", kid, b"messagf", signature)
    assert not ours.verifies("a", kid, b"message", signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not signatures(KeyRing({"k2026": NEW})).verifies("a", kid, b"message", signature)


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_none(length: int) -> None:
    ours = signatures(BEFORE)

    assert not ours.verifies("a", ours.newest("a").public.kid, b"message", bytes(length))


def test_a_key_is_published_before_it_signs_and_until_it_is_dropped() -> None:
    old, new = signatures(BEFORE).newest("a").public, signatures(KeyRing({"k2027": NEW})).newest("a").public

    assert [list(signatures(ring).public("a")) for ring in (BEFORE, ADDED, USED, DROPPED)] == [
        [old], [old, new], [new, old], [new],
    ]  # fmt: skip


def test_a_pair_is_made_once_for_a_ring_however_many_codes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred rows of a batch cost two hundred verifications and nothing beside them."""
    made = []
    derive = KeyRing.derive

    def counted(ring: KeyRing, kid: str, purpose: str) -> bytes:
        made.append(kid)
        return derive(ring, kid, purpose)

    monkeypatch.setattr(KeyRing, "derive", counted)
    ours = signatures(USED)
    signer = ours.newest("a")
    for number in range(200):
        message = str(number).encode()
        assert ours.verifies("a", signer.public.kid, message, signer.sign(message))

    assert made == ["k2027", "k2026"]


def test_a_process_takes_up_another_ring_when_it_has_read_one() -> None:
    rings = [BEFORE]
    ours = RingSignatures(lambda: rings[-1])
    first = ours.newest("a")
    rings.append(USED)

    assert ours.newest("a").public != first.public
    assert ours.verifies("a", first.public.kid, b"x", first.sign(b"x"))
    rings.append(DROPPED)
    assert not ours.verifies("a", first.public.kid, b"x", first.sign(b"x"))
