"""Passwords: argon2id, and the rules of NIST SP 800-63B."""

import pytest

from chalicelib.security.passwords import Argon2Passwords

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


def test_there_are_no_rules_about_kinds_of_characters() -> None:
    for password in ("correcthorsebattery", "ЭТОМОЙПАРОЛЬ", "91827364550918", "___.___.***"):
        assert EIGHT.weakness(password, personal=[]) is None
