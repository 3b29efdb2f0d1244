"""Passwords: argon2id, and the rules of NIST SP 800-63B."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.security.passwords import Argon2Passwords

DATA = Path(__file__).resolve().parents[3] / "devtools" / "reference" / "data"
EIGHT = Argon2Passwords(8)


def test_a_hash_says_how_it_was_made_and_is_another_one_every_time() -> None:
    first, second = EIGHT.hash("correct horse"), EIGHT.hash("correct horse")

    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert EIGHT.verify(first, "correct horse")
    assert EIGHT.verify(second, "correct horse")
    assert not EIGHT.verify(first, "Correct horse")
    assert not EIGHT.outdated(first)


@pytest.mark.parametrize("stored", ["", "-", "plain", "$argon2id$v=19$m=1", "$2b$12$abcdefghijklmnopqrstuv"])
def test_what_is_no_hash_verifies_nothing(stored: str) -> None:
    assert EIGHT.verify(stored, stored) is False


def test_an_account_that_does_not_exist_is_verified_as_slowly_as_one_that_does() -> None:
    import time

    stored = EIGHT.hash("correct horse")
    EIGHT.verify(None, "x")

    def cost(password_hash: str | None) -> float:
        started = time.process_time()
        for _ in range(3):
            EIGHT.verify(password_hash, "something else")
        return time.process_time() - started

    assert EIGHT.verify(None, "no account has this password") is False
    assert 0.3 < cost(None) / cost(stored) < 3.0


@pytest.mark.parametrize(
    ("password", "personal"),
    [
        ("ada.lovelace", ["ada.lovelace"]),
        ("I am LOVELACE", ["Lovelace"]),
        ("xxLovelacexx", ["lovelace"]),
    ],
)
def test_names_and_addresses_are_no_passwords(password: str, personal: list[str]) -> None:
    assert EIGHT.weakness(password, personal=personal) == "do not use your name or e-mail address in your password"


def test_short_names_are_parts_of_too_many_words_to_be_refused() -> None:
    assert EIGHT.weakness("a grand canada", personal=["Ada", "an"]) is None


@pytest.mark.parametrize(("password", "reason"), [
    ("seven 7", "use at least 8 characters"),
    ("x" * 300, "use at most 256 characters"),
    ("iloveyou1", "this password is among the most common ones; choose another"),
    ("QWERTYUIOP", "this password is among the most common ones; choose another"),
    ("zzzzzzzzzz", "this password is among the most common ones; choose another"),
])  # fmt: skip
def test_a_refused_password_is_told_why(password: str, reason: str) -> None:
    assert EIGHT.weakness(password, personal=[]) == reason


@pytest.mark.parametrize(
    "password",
    [
        "ｐａｓｓｗｏｒｄ１２３", "Passw0rd!", "P@55w0rd2024", "Summer2026!", "$ummer2026", "January2026", "Robin2026!",
        "turnout2026", "TURNOUT!2026", "MyTurnout2026", "Acme-Events1", "event2026", "Welcome1!", "pássword1",
        "pass\u200bword1", "12345678!", "①②③④⑤⑥⑦⑧", "aabbccdd", "abcdefgh", "passwordpassword", "monkey monkey",
        "1qaz2wsx!", "l3tm31n!!", "ﬃﬃﬁ", "p a s s w o r d", "pass-word-123", "12:34:56:78", "password1password1",
        "Summer26Summer26",
    ],
)  # fmt: skip
def test_what_everybody_tries_is_refused_however_it_is_dressed(password: str) -> None:
    passwords = Argon2Passwords(8, ("Turnout", "Acme Events"))

    assert passwords.weakness(password, personal=[]) in {
        "this password is among the most common ones; choose another", "use at least 8 characters"
    }  # fmt: skip


@pytest.mark.parametrize("password", ["e\u0301" * 4, "a\u200b" * 4 + "bcd", "ﷺ"])
def test_the_length_is_that_of_what_is_hashed_and_of_what_is_typed(password: str) -> None:
    assert EIGHT.weakness(password, personal=[]) == "use at least 8 characters"


def test_a_password_that_is_too_long_after_folding_is_refused() -> None:
    assert EIGHT.weakness("ﷺ" * 20, personal=[]) == "use at most 256 characters"


@pytest.mark.parametrize(
    "password", ["dragon!93847562", "summer in the garden of 1987", "xk7 Tq2!", "pass the word on to 1 friend"]
)
def test_a_common_word_is_no_reason_where_enough_is_beside_it(password: str) -> None:
    assert EIGHT.weakness(password, personal=[]) is None


def test_hashes_of_one_salt_are_found_at_the_price_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (
        EIGHT.hash(password, salt=b"sixteen bytes: 0") for password in ("the first of them", "the second one")
    )
    third = EIGHT.hash("the first of them")
    computed: list[str] = []
    real = EIGHT._hash_like

    def counted(parts: Any, password: str) -> str:
        computed.append(password)
        return real(parts, password)

    monkeypatch.setattr(EIGHT, "_hash_like", counted)

    assert EIGHT.among([first, second], "the second one") == {second}
    assert len(computed) == 1
    assert EIGHT.among([first, second, third], "the first of them") == {first, third}
    assert EIGHT.among([first, "-", "$argon2id$v=19$m=1", "$a$!$c"], "another") == frozenset()
    assert EIGHT.verify(second, "the second one")


@pytest.mark.parametrize("hashes", [[], ["-"], ["plain"]])
def test_where_there_is_no_hash_one_is_computed_nevertheless(
    hashes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(EIGHT, "verify", lambda *given: asked.append(given))

    assert EIGHT.among(hashes, "something") == frozenset()
    assert asked == [(None, "something")]


def test_there_are_no_rules_about_kinds_of_characters() -> None:
    for password in ("correcthorsebattery", "ЭТОМОЙПАРОЛЬ", "91827364550918", "___.___.***"):
        assert EIGHT.weakness(password, personal=[]) is None


def test_the_passwords_that_people_choose_most_are_refused() -> None:
    """The list is in the order of how often each stood in what was stolen elsewhere."""
    listed = (DATA / "common_passwords.txt").read_text(encoding="utf-8").split()
    long_enough = [password for password in listed if len(password) >= 8]

    assert len(long_enough) > 10_000
    assert [password for password in long_enough if EIGHT.weakness(password, personal=[]) is None] == []
