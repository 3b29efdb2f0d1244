"""Sealed texts and disguised numbers: only the service reads them, and they stay as they are while keys rotate."""

import base64
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.security.keyring import KeyRing
from chalicelib.security.seals import RingSeals

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BEFORE = KeyRing({"k2026": OLD})
ROTATED = KeyRing({"k2027": NEW, "k2026": OLD})
NUMBERS = st.integers(0, 2**128 - 1)


def seals(ring: KeyRing) -> RingSeals:
    return RingSeals(lambda: ring)


@given(st.binary(max_size=200))
def test_what_was_sealed_is_read_again_and_is_the_same_text_each_time(payload: bytes) -> None:
    text = seals(BEFORE).seal("a", payload)

    assert seals(BEFORE).unseal("a", text) == payload
    assert seals(BEFORE).seal("a", payload) == text
    assert seals(BEFORE).unseal("b", text) is None
    assert seals(KeyRing({"k2026": NEW})).unseal("a", text) is None


def test_nothing_of_the_payload_stands_in_the_text() -> None:
    payload = b"01JZ3V4Q8RS6K1W3N5P7T9VXYZ" * 3
    raw = base64.urlsafe_b64decode(seals(BEFORE).seal("a", payload) + "==")

    assert len(raw) == len(payload) + 12
    assert not any(payload[start : start + 3] in raw for start in range(len(payload) - 3))


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_text_with_any_bit_changed_is_none(payload: bytes, data: st.DataObject) -> None:
    raw = bytearray(base64.urlsafe_b64decode(seals(BEFORE).seal("a", payload) + "=="))
    at = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[at // 8] ^= 1 << at % 8

    assert seals(BEFORE).unseal("a", base64.urlsafe_b64encode(raw).rstrip(b"=").decode()) is None


@pytest.mark.parametrize("text", ["", "A", "é" * 60, "A" * 60, "====", "a b", "+/" * 30, "_-" * 30])
def test_junk_is_none(text: str) -> None:
    assert seals(BEFORE).unseal("a", text) is None


def test_a_text_has_no_second_spelling() -> None:
    text = seals(BEFORE).seal("a", b"four")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [text[:-1] + letter for letter in last if letter != text[-1]] + [text + "=", text + "\n"]

    assert [seals(BEFORE).unseal("a", other) for other in others] == [None] * len(others)


def test_texts_and_numbers_stay_as_they_are_while_keys_rotate() -> None:
    """A new key is added, signs, and the old one is dropped but for what its ids need (docs/deploy.md)."""
    text, number = seals(BEFORE).seal("a", b"payload"), seals(BEFORE).disguise("a", "event", 7)
    left = KeyRing({"k2027": NEW, "k2026": {"a": BEFORE.derive("k2026", "a")}})

    for ring in (ROTATED, KeyRing({"k2026": OLD, "k2027": NEW}), left, KeyRing.parse(left.text())):
        assert seals(ring).seal("a", b"payload") == text
        assert seals(ring).unseal("a", text) == b"payload"
        assert seals(ring).disguise("a", "event", 7) == number
        assert 7 in seals(ring).behind("a", "event", number)
    assert seals(KeyRing({"k2027": NEW})).unseal("a", text) is None


@given(NUMBERS, NUMBERS)
def test_each_number_has_another_disguise_within_each_thing(one: int, other: int) -> None:
    made = seals(BEFORE)
    disguised = made.disguise("a", "event", one)

    assert 0 <= disguised < 2**128
    assert made.behind("a", "event", disguised) == [one]
    assert (made.disguise("a", "event", other) == disguised) is (one == other)
    assert made.disguise("a", "another", one) != disguised
    assert made.disguise("b", "event", one) != disguised


def test_disguises_keep_nothing_of_the_order() -> None:
    disguised = [seals(BEFORE).disguise("a", "event", number << 80) for number in range(1000)]

    rises = sum(one < other for one, other in itertools.pairwise(disguised))

    assert 400 < rises < 600


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_beside_what_is_known_the_rest_is_sealed_as_both_are_sealed_together(
    known: bytes, payload: bytes, other: bytes
) -> None:
    beside = seals(BEFORE).seal_beside("a", known, payload)
    whole = base64.urlsafe_b64decode(seals(BEFORE).seal("a", known + payload) + "==")

    assert beside == whole[:12] + whole[12 + len(known) :]
    assert seals(ROTATED).unseal_beside("a", known, beside) == payload
    assert seals(BEFORE).unseal_beside("b", known, beside) is None
    assert other == known or seals(BEFORE).unseal_beside("a", other, beside) is None
    assert seals(BEFORE).unseal_beside("a", known, other) is None or other == beside
