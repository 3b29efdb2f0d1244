"""Signed texts and tokens: ours come back, and no other text is ever taken for ours."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.accounts.account import Claims
from chalicelib.security.tokens import RingTokens
from tests.property.values import MACS, RING, URL_SAFE, ulids

TOKENS = RingTokens(lambda: RING, timedelta(hours=1))
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
purposes = st.sampled_from(["cursor", "confirm", "otp"])


@given(purposes, st.binary(max_size=200))
def test_what_was_signed_is_opened_for_its_purpose_only(purpose: str, payload: bytes) -> None:
    signed = MACS.sign(purpose, payload)

    assert set(signed) <= set(URL_SAFE)
    assert MACS.open(purpose, signed) == payload
    assert MACS.open("another purpose", signed) is None


@given(st.binary(max_size=60), st.data())
def test_a_text_with_any_letter_changed_is_not_opened_as_another(payload: bytes, data: st.DataObject) -> None:
    signed = MACS.sign("cursor", payload)
    place = data.draw(st.integers(0, len(signed) - 1))
    letter = data.draw(st.sampled_from(URL_SAFE + "é="))
    changed = signed[:place] + letter + signed[place + 1 :]
    assume(changed != signed)

    assert MACS.open("cursor", changed) in {None, payload}


@given(st.text(max_size=200))
def test_no_text_that_we_did_not_make_is_opened(text: str) -> None:
    assert MACS.open("cursor", text) is None
    assert MACS.open("cursor", f"test1.{text}") is None


@given(purposes, st.text(max_size=60), st.text(max_size=60))
def test_a_mac_matches_its_own_text_only(purpose: str, text: str, other: str) -> None:
    mac = MACS.mac(purpose, text)

    assert MACS.matches(purpose, text, mac)
    assert MACS.matches(purpose, other, mac) is (other == text)


@given(ulids, ulids)
def test_tokens_name_their_user_and_session(user: str, session: str) -> None:
    access = TOKENS.access(user, session, NOW)
    refresh = TOKENS.first_refresh(user, session)

    assert TOKENS.read_access(access, NOW) == Claims(user, session)
    assert TOKENS.read_access(access, NOW + timedelta(hours=1)) is None
    assert TOKENS.parse_refresh(refresh) == Claims(user, session)
    assert TOKENS.read_access(refresh, NOW) is None
    assert TOKENS.parse_refresh(access) is None


@given(ulids, ulids, st.integers(1, 8))
def test_every_successor_is_a_token_of_the_same_login_and_always_the_same(user: str, session: str, turns: int) -> None:
    chain = [TOKENS.first_refresh(user, session)]
    for _ in range(turns):
        [following] = TOKENS.successors(chain[-1])
        assert TOKENS.successors(chain[-1]) == [following]
        assert TOKENS.parse_refresh(following) == Claims(user, session)
        chain.append(following)

    assert len(set(chain)) == turns + 1
    assert len({TOKENS.digest(token) for token in chain}) == turns + 1


@given(ulids, ulids, st.data())
def test_a_token_with_any_letter_changed_is_refused(user: str, session: str, data: st.DataObject) -> None:
    token = TOKENS.first_refresh(user, session)
    place = data.draw(st.integers(0, len(token) - 1))
    changed = token[:place] + data.draw(st.sampled_from(URL_SAFE)) + token[place + 1 :]
    assume(changed != token)

    assert TOKENS.parse_refresh(changed) is None


@given(st.text(max_size=300))
def test_no_text_is_a_token(text: str) -> None:
    assert TOKENS.read_access(text, NOW) is None
    assert TOKENS.parse_refresh(text) is None
