"""The text of an API key: one form, which scanners know, and a checksum that finds what was mistyped."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.shared.ids import new_ulid
from chalicelib.security.api_key_texts import ApiKeyTexts
from chalicelib.services.accounts.key_ports import KeyClaims

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
USER, KEY = new_ulid(NOW), new_ulid(NOW)
TEXTS = ApiKeyTexts()
FORM = re.compile(r"\btk_turnout_[0-9A-Za-z]{101}\b")  # as the documents tell scanners


def test_a_text_says_whose_it_is_and_has_the_documented_form() -> None:
    text = TEXTS.make(USER, KEY)

    assert FORM.fullmatch(text)
    assert text.startswith(f"tk_turnout_{KEY}")
    assert TEXTS.read(text) == KeyClaims(USER, KEY, TEXTS.digest(text))


def test_no_two_are_alike() -> None:
    assert len({TEXTS.make(USER, KEY)[63:106] for _ in range(200)}) == 200


@given(st.integers(0, 111), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyz_-."))
def test_a_letter_that_was_mistyped_is_found(place: int, letter: str) -> None:
    text = TEXTS.make(USER, KEY)
    other = text[:place] + letter + text[place + 1 :]

    assert (TEXTS.read(other) is not None) is (other == text)


@given(st.text(max_size=200))
def test_any_other_text_is_no_key(text: str) -> None:
    assert TEXTS.read(text) is None
    assert TEXTS.read(f"tk_turnout_{text}") is None
