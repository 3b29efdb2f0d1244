"""Unsubscribe links: only what was signed for this purpose is one, and it names what it was made for."""

import base64
import secrets

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.security.keyring import KeyRing, RingMacs
from chalicelib.services.notifications.unsubscribe import Refusal, UnsubscribeLinks

RING = KeyRing({"b": secrets.token_bytes(32), "a": secrets.token_bytes(32)})
MACS = RingMacs(lambda: RING)
ADDRESSES = st.emails()
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."


def mailbox_of(address: str) -> str:
    return MACS.mac("mailbox", address)


LINKS = UnsubscribeLinks(MACS, mailbox_of, "https://api.test")


@given(ADDRESSES, st.sampled_from(Category))
def test_a_link_names_what_it_was_made_for(address: str, category: Category) -> None:
    token = LINKS.token(category, address)

    assert LINKS.read(token) == Refusal(category, mailbox_of(address))
    assert set(token) <= set(ALPHABET)
    assert address not in token


@given(st.text(max_size=200))
def test_no_text_is_a_link(text: str) -> None:
    assert LINKS.read(text) is None


@given(ADDRESSES, st.sampled_from(Category), st.data())
def test_no_letter_of_a_link_can_be_changed_dropped_or_added(
    address: str, category: Category, data: st.DataObject
) -> None:
    token = LINKS.token(category, address)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from([one for one in ALPHABET if one != token[place]]))

    assert LINKS.read(token[:place] + letter + token[place + 1 :]) is None
    assert LINKS.read(token[:place] + token[place + 1 :]) is None
    added = token[:place] + letter + token[place:]
    assert added == token or LINKS.read(added) is None


@given(ADDRESSES, st.sampled_from(Category), st.sampled_from(Category), ADDRESSES)
def test_parts_of_two_links_make_no_third(one: str, first: Category, second: Category, other: str) -> None:
    left, right = LINKS.token(first, one).split("."), LINKS.token(second, other).split(".")
    mixed = ".".join([left[0], left[1], right[2]])

    if left[1] != right[1]:
        assert LINKS.read(mixed) is None


@given(
    ADDRESSES, st.sampled_from(Category), st.binary(min_size=32, max_size=32), st.text("xyz", min_size=1, max_size=20)
)
def test_neither_another_key_nor_another_purpose_makes_one(
    address: str, category: Category, key: bytes, purpose: str
) -> None:
    payload = f"{category}:{MACS.mac('mailbox', address)}".encode()
    strangers = RingMacs(lambda: KeyRing({"b": key}))

    assert LINKS.read(strangers.sign("unsubscribe", payload)) is None
    assert LINKS.read(MACS.sign(purpose, payload)) is None


def test_a_link_outlives_a_rotation_and_ends_with_its_key() -> None:
    old = RingMacs(lambda: KeyRing({"a": RING.keys["a"]}))
    token = UnsubscribeLinks(old, mailbox_of, "").token(Category.REMINDERS, "ada@example.org")

    assert LINKS.read(token) is not None
    gone = RingMacs(lambda: KeyRing({"b": RING.keys["b"]}))
    assert UnsubscribeLinks(gone, mailbox_of, "").read(token) is None
    assert base64.urlsafe_b64decode(token.split(".")[1] + "==").startswith(b"reminders:")
