"""One-time passwords as RFC 6238 computes them, each good once and only around its time."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.accounts.account import SecondFactor
from chalicelib.domain.accounts.second_factor import (
    after_code,
    after_recovery,
    app_address,
    code_at,
    new_recovery_codes,
    new_secret,
    recovery_digests,
    step_at,
)

SECRET = b"12345678901234567890"  # of RFC 6238, appendix B
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def a_factor(**fields: object) -> SecondFactor:
    kept = {"sealed": "sealed", "since": NOW, "last_step": 0, "recovery": ()} | fields
    return SecondFactor(**kept)  # type: ignore[arg-type]  # fields of a factor


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, digits: str) -> None:
    """The appendix has eight digits; six of them are its last ones."""
    assert code_at(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == digits[-6:]


@pytest.mark.parametrize(("seconds", "good"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_half_a_minute_wrong(seconds: int, *, good: bool) -> None:
    code = code_at(SECRET, step_at(NOW + timedelta(seconds=seconds)))

    assert (after_code(a_factor(), SECRET, code, NOW) is not None) is good


def test_a_code_is_good_once_and_so_is_none_from_before_it() -> None:
    before, present = (code_at(SECRET, step_at(NOW) + ahead) for ahead in (-1, 0))

    after = after_code(a_factor(), SECRET, present, NOW)

    assert after is not None
    assert after_code(after, SECRET, present, NOW) is None
    assert after_code(after, SECRET, before, NOW) is None
    assert after_code(after, SECRET, code_at(SECRET, step_at(NOW) + 1), NOW) is not None


@pytest.mark.parametrize("code", ["", "00000", "0000000", "٠٠٠٠٠٠", "abcdef", "\0" * 6])
def test_what_is_no_code_is_not_good(code: str) -> None:
    assert after_code(a_factor(), SECRET, code, NOW) is None


def test_a_recovery_code_is_good_once_as_people_type_it() -> None:
    first, second, *_ = new_recovery_codes()
    factor = a_factor(recovery=recovery_digests([first, second]))

    after = after_recovery(factor, first.lower().replace("-", " "))

    assert after is not None
    assert after.recovery == recovery_digests([second])
    assert after_recovery(after, first) is None
    assert after_recovery(after, "") is None


def test_secrets_and_recovery_codes_are_long_and_never_the_same() -> None:
    codes = new_recovery_codes()

    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) * 5 for code in codes} == {120}, "bits"
    assert len(new_secret()) * 8 == 160
    assert new_secret() != new_secret()


def test_the_address_for_the_app_quotes_what_people_write() -> None:
    address = app_address(SECRET, account="ada+1@example.org", issuer="Turnout & Söhne: Köln")

    assert address == (
        "otpauth://totp/Turnout%20%26%20S%C3%B6hne%3A%20K%C3%B6ln:ada%2B1@example.org"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Turnout%20%26%20S%C3%B6hne%3A%20K%C3%B6ln"
    )
