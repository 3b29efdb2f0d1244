"""Base45 as RFC 9285 has it, in both directions, with one text for each sequence of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.shared import base45


@pytest.mark.parametrize(
    ("raw", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_the_examples_of_the_rfc(raw: bytes, text: str) -> None:
    assert base45.encode(raw) == text
    assert base45.decode(text) == raw


@pytest.mark.parametrize("text", ["A", "GGX", ":::", "::", "bb8", "BB8B", "BB8 B8é", "\u0000\u0000\u0000", "ÄÖÜ"])
def test_what_was_not_made_so_is_none(text: str) -> None:
    assert base45.decode(text) is None


@given(st.binary(max_size=200))
def test_bytes_come_back_and_the_text_fits_into_closely_packed_signs(raw: bytes) -> None:
    text = base45.encode(raw)

    assert base45.decode(text) == raw
    assert len(text) == -(-len(raw) * 3 // 2)
    if raw and len(raw) % 2 == 0:
        assert text == text.rstrip(), "nothing is lost where texts are trimmed"


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=60))
def test_no_two_texts_are_the_same_bytes(text: str) -> None:
    raw = base45.decode(text)

    assert raw is None or base45.encode(raw) == text
