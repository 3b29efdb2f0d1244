"""Names that are one, names that are shown, and prices in their currency's digits."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.accounts.account import Account, Principal, Role, fold_email, fold_username
from chalicelib.domain.reference.currencies import digits, price

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("jose\u0301@example.org", "JOS\u00c9@example.org"),
        ("ПОЧТА@example.org", "почта@example.org"),
    ],
)
def test_these_are_one_address(one: str, other: str) -> None:
    assert fold_email(one) == fold_email(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("straße@example.org", "strasse@example.org"), ("a.b@example.org", "ab@example.org"), ("a+x@b.org", "a@b.org")],
)
def test_these_are_not(one: str, other: str) -> None:
    assert fold_email(one) != fold_email(other)


def test_usernames_fold_width_and_case() -> None:
    assert fold_username("Ａda") == fold_username("ADA") == "ada"


@pytest.mark.parametrize(
    ("first", "last", "username", "name"),
    [
        ("Ada", "Lovelace", "al", "Ada Lovelace"),
        ("", "Lovelace", "al", "Lovelace"),
        ("", "", "al", "al"),
        ("", "", None, "Organizer"),
    ],
)
def test_a_shown_name_is_never_part_of_the_address(first: str, last: str, username: str | None, name: str) -> None:
    account = Account(
        id="x", email="secret@example.org", username=username, first_name=first, last_name=last, roles=(),
        email_verified=True, locale="en", password_hash="", version=1, created_at=NOW, updated_at=NOW,
    )  # fmt: skip

    assert account.name == name


def test_an_admin_has_every_role() -> None:
    admin = Principal("x", "y", (Role.ADMIN,), email_verified=True)
    seeker = Principal("x", "y", (Role.SEEKER,), email_verified=True)

    assert all(admin.has(role) for role in Role)
    assert [role for role in Role if seeker.has(role)] == [Role.SEEKER]


@pytest.mark.parametrize(
    ("code", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("QQQ", None), ("eur", None), ("", None)]
)
def test_a_currency_has_its_digits(code: str, places: int | None) -> None:
    assert digits(code) == places


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("0", "EUR", "0.00"),
        ("12.5", "EUR", "12.50"),
        ("12.500", "EUR", "12.50"),
        ("12.501", "EUR", None),
        ("0012", "JPY", "12"),
        ("12.0", "JPY", "12"),
        ("12.1", "JPY", None),
        ("1.2345", "KWD", None),
        ("1.234", "KWD", "1.234"),
        ("1", "QQQ", None),
    ],
)
def test_a_price_has_exactly_the_digits_of_its_currency(text: str, code: str, shown: str | None) -> None:
    assert price(text, code) == shown
