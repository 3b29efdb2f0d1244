"""Text that grows when it is folded is bounded where it becomes a key: every door answers 4xx or finds nothing."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from tests.property.examples import share
from tests.support.world import PASSWORD, World

# NFKC, NFC, NFKD, casefold and lower make several characters, or more bytes, of each of these.
GROWING = ("ﷺ", "\U0001d160", "ﬃ", "İ", "ΐ", "㋿", "⑽", "ﷻ", "𝐀", "\u0344", "ß", "Å", "㍿")
LONG = st.builds(lambda one, number: one * number, st.sampled_from(GROWING), st.integers(1, 254)) | st.text(
    st.sampled_from(GROWING) | st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=254
)
SEEN = share(0.3, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def town() -> Iterator[tuple[World, str]]:
    with World() as world:
        yield world, world.signed_up("ada@example.org")


def bodies(text: str) -> list[tuple[str, str, Any]]:
    address = f"{text}@example.org"
    return [
        ("POST", "/auth/login", {"username": text, "password": PASSWORD}),
        ("POST", "/auth/login", {"email": text, "password": PASSWORD}),
        ("POST", "/auth/signup", {"email": address, "password": PASSWORD, "username": text}),
        ("POST", "/auth/verify-email", {"email": address, "otp": "123456", "password": PASSWORD}),
        ("POST", "/auth/resend-otp", {"email": address}),
        ("POST", "/attendees", {"first_name": text[:100], "email": address}),
        ("PATCH", "/auth/me", {"username": text}),
        ("POST", "/events", {"title": text[:200], "starts_at": "2026-07-01T09:00:00Z", "tags": [text[:40]]}),
    ]


@SEEN
@given(LONG)
@example("ﷺ" * 62)
@example("ﷺ" * 254)
@example("\U0001d160" * 254)
@example("\U0001d160" * 240)
@example("İ" * 30)
def test_no_text_becomes_a_key_that_the_store_refuses(town: tuple[World, str], text: str) -> None:
    world, token = town

    for method, path, body in bodies(text):
        answer = world.send(
            method, path, body, token=token if not path.startswith("/auth/") or method == "PATCH" else None
        )
        assert answer.status < 500, (method, path, answer.text)
    for query in ("tag", "q", "title", "location", "organizer", "country"):
        answer = world.get(f"/events?{query}={quote(text[:40])}")
        assert answer.status < 500, (query, answer.text)
    for path in (
        f"/events/{quote(text, safe='')}",
        f"/enrollments/{quote(text, safe='')}",
        f"/attendees?q={quote(text[:100])}",
    ):
        assert world.get(path, token).status < 500, path
