"""Links and tickets: ours name their enrollment, and with any letter changed they name nobody's."""

import base64
import re

from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.security.seals import RingSeals
from chalicelib.security.signatures import RingSignatures
from chalicelib.services.calendars.feeds import FeedTokens
from chalicelib.services.checkin.ticket_code import Ticket, Tickets
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.shared.handles import Handles, Named
from tests.property.values import MACS, RING, URL_SAFE, ulids
from tests.support.tickets.door import read_offline


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


LINKS = Links(MACS, "https://api.test")
HANDLES = Handles(RingSeals(lambda: RING))
TICKETS = Tickets(RingSignatures(lambda: RING), MACS, HANDLES)
JWKS = {"keys": [{"kid": encoded(key.kid), "x": encoded(key.raw)} for key in TICKETS.keys]}
FEEDS = FeedTokens(MACS)
enrollment_keys = st.builds(EnrollmentKey, ulids, st.integers(0, 255), ulids)
generations = st.integers(1, 2**24 - 1)
parties = st.integers(1, 255)
letters = st.sampled_from([*URL_SAFE, "é", "=", " ", "+", "/"])


def changed(text: str, data: st.DataObject) -> str:
    """The text with one letter replaced, left out or put in."""
    place = data.draw(st.integers(0, len(text) - 1))
    kept = data.draw(st.integers(0, 1))
    other = text[:place] + data.draw(letters | st.just("")) + text[place + kept :]
    assume(other != text)
    return other


@given(enrollment_keys)
def test_a_link_names_its_enrollment(key: EnrollmentKey) -> None:
    token = LINKS.token(key)

    assert token.startswith("g_")
    assert set(token) <= set(URL_SAFE)
    assert LINKS.read(token) == key
    assert LINKS.url(key) == f"https://api.test/g/{token}"


@given(enrollment_keys, st.data())
def test_a_link_with_any_letter_changed_is_nobodys(key: EnrollmentKey, data: st.DataObject) -> None:
    assert LINKS.read(changed(LINKS.token(key), data)) is None


@given(enrollment_keys, st.integers(0, len(LINKS.token(EnrollmentKey("0" * 26, 0, "0" * 26))) - 1))
def test_every_single_letter_of_a_link_counts(key: EnrollmentKey, place: int) -> None:
    token = LINKS.token(key)

    for letter in URL_SAFE:
        other = token[:place] + letter + token[place + 1 :]
        assert LINKS.read(other) == (key if other == token else None)


@given(enrollment_keys)
def test_an_enrollments_handle_is_read_again_and_shows_nothing_of_its_key(key: EnrollmentKey) -> None:
    handle = HANDLES.of(key)

    assert HANDLES.read(handle) == Named(key)
    assert HANDLES.read(key.id) == Named(key, openly=True)
    assert re.fullmatch(r"e_[\w-]{60}", handle), "nothing that a spreadsheet takes for a formula, at most 64 letters"
    assert key.id[:8] not in handle
    assert HANDLES.read(handle[2:]) is None
    assert HANDLES.read(f"e_{handle}") is None


@given(enrollment_keys, generations, parties)
def test_a_ticket_says_the_same_to_us_and_to_a_device_without_a_network(
    key: EnrollmentKey, generation: int, party: int
) -> None:
    code = TICKETS.code_of(key, generation, party)

    assert TICKETS.read(code) == Ticket(key, generation)
    found = read_offline(code, JWKS)
    assert found is not None
    assert (found.event, found.generation, found.party) == (key.event_id, generation, party)
    assert found.is_of(HANDLES.of(key))


@given(enrollment_keys, enrollment_keys)
def test_a_ticket_is_matched_with_no_other_enrollment(key: EnrollmentKey, other: EnrollmentKey) -> None:
    assume(key != other)
    found = read_offline(TICKETS.code_of(key, 1, 1), JWKS)

    assert found is not None
    assert not found.is_of(HANDLES.of(other))


@given(enrollment_keys, st.integers(1, 10_000), st.booleans())
def test_a_ticket_of_before_is_still_good(key: EnrollmentKey, generation: int, openly: bool) -> None:  # noqa: FBT001
    """Before there were public keys a code had the id; the oldest ids named their person openly."""
    signed = f"{key.id if openly else HANDLES.of(key)}.{generation}"
    code = f"{signed}.{MACS.mac('ticket', signed)}"

    assert TICKETS.read(code) == Ticket(key, generation)
    assert TICKETS.read(f"{signed}0.{MACS.mac('ticket', signed)}") is None


@given(enrollment_keys, generations, st.data())
def test_a_ticket_with_any_letter_changed_is_no_ticket(
    key: EnrollmentKey, generation: int, data: st.DataObject
) -> None:
    assert TICKETS.read(changed(TICKETS.code_of(key, generation, 1), data)) is None


@given(enrollment_keys)
def test_a_link_is_no_ticket_and_a_ticket_no_link(key: EnrollmentKey) -> None:
    assert TICKETS.read(LINKS.token(key)) is None
    assert LINKS.read(TICKETS.code_of(key, 1, 1)) is None
    assert LINKS.read("g_" + TICKETS.code_of(key, 1, 1)) is None


@given(st.text(max_size=200))
def test_no_text_is_a_link_or_a_ticket(text: str) -> None:
    assert LINKS.read(text) is None
    assert LINKS.read("g_" + text) is None
    assert LINKS.read("g_test1." + text) is None
    assert TICKETS.read(text) is None
    assert TICKETS.read("T1:" + text) is None


@given(ulids, st.integers(0, 2**32 - 1))
def test_the_address_of_a_calendar_names_its_owner_and_its_number(user_id: str, version: int) -> None:
    token = FEEDS.token(user_id, version)

    assert set(token) <= set(URL_SAFE)
    assert FEEDS.read(token) == (user_id, version)
    assert LINKS.read(token) is None


@given(ulids, st.integers(0, 9), st.data())
def test_the_address_of_a_calendar_with_any_letter_changed_is_nobodys(
    user_id: str, version: int, data: st.DataObject
) -> None:
    assert FEEDS.read(changed(FEEDS.token(user_id, version), data)) is None
