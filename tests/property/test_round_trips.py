"""What is written comes back as it was: ids, keys, moments, cards and items."""

from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind, new_entry
from chalicelib.domain.shared.ids import enrollment_id, is_ulid, new_ulid, parse_enrollment_id
from chalicelib.domain.shared.times import hour_of, month_of, stamp, to_milliseconds
from chalicelib.mail.queue import decode, encode
from chalicelib.store.items.outbox import outbox_item, to_outbox_entry
from tests.property.values import moments, ulids


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=44, max_size=44))
def test_two_texts_never_name_one_row(text: str) -> None:
    found = parse_enrollment_id(text)

    assert found is not None
    assert enrollment_id(*found) == text


@given(moments, moments)
def test_ulids_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    assume(to_milliseconds(one) != to_milliseconds(other))
    first, second = new_ulid(one), new_ulid(other)

    assert is_ulid(first)
    assert is_ulid(second)
    assert (first < second) is (one < other)


@given(moments, moments)
def test_stamps_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    one, other = to_milliseconds(one), to_milliseconds(other)

    assert (stamp(one) < stamp(other)) is (one < other)
    assert stamp(one).startswith(month_of(one))
    assert stamp(one).startswith(hour_of(one))


@given(moments, ulids, ulids, st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=3))
def test_an_intent_comes_back_from_its_item_and_its_message(
    now: datetime, entry_id: str, person: str, about: dict[str, str]
) -> None:
    due = new_entry(OutboxKind.VERIFY_EMAIL, person, about, now=to_milliseconds(now).astimezone(UTC), entry_id=entry_id)

    assert to_outbox_entry(outbox_item(due, now)) == due
    assert decode(encode(due.key)) == due.key
    assert due.id == entry_id


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_any_key_survives_the_queue(bucket: str, place: str) -> None:
    assert decode(encode(OutboxKey(bucket, place))) == OutboxKey(bucket, place)
