"""What is written comes back as it was: ids, keys, moments, cards and items."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.enrollments import EnrollmentKey
from chalicelib.domain.ids import enrollment_id, is_ulid, new_ulid, parse_enrollment_id
from chalicelib.domain.mail import DueKey, DueKind, new_due
from chalicelib.domain.times import hour_of, hours_between, month_of, rfc3339, stamp, to_milliseconds, unstamp
from chalicelib.mail.queue import decode, encode
from chalicelib.store import keys
from chalicelib.store.shapes.due import due_item, to_due

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ulids = st.builds(
    lambda first, rest: first + rest, st.sampled_from("01234567"), st.text(LETTERS, min_size=25, max_size=25)
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(8999, 1, 1), timezones=zones)  # noqa: DTZ001


@given(ulids, st.integers(0, 255), ulids)
def test_an_enrollment_id_names_its_row_and_no_other(event: str, bucket: int, person: str) -> None:
    text = enrollment_id(event, bucket, person)

    assert parse_enrollment_id(text) == (event, bucket, person)
    assert len(text) <= 64
    assert EnrollmentKey.parse(text) == EnrollmentKey(event, bucket, person)
    assert EnrollmentKey(event, bucket, person).id == text


@given(st.text(max_size=70))
def test_a_text_is_an_enrollment_id_or_it_is_none(text: str) -> None:
    found = parse_enrollment_id(text)

    assert found is None or enrollment_id(*found) == text


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=44, max_size=44))
def test_two_texts_never_name_one_row(text: str) -> None:
    found = parse_enrollment_id(text)

    assert found is not None
    assert enrollment_id(*found) == text


@given(ulids, st.integers(0, 15), ulids)
def test_a_row_key_comes_back_from_its_item(event: str, bucket: int, person: str) -> None:
    key = EnrollmentKey(event, bucket, person)
    pk, sk = keys.row(key)

    assert sk is not None
    assert keys.row_key(pk, sk) == key


@given(ulids, ulids, st.sampled_from([1, 16]))
def test_the_bucket_of_a_person_is_always_the_same_and_in_range(event: str, person: str, buckets: int) -> None:
    key = EnrollmentKey.of(event, buckets, person)

    assert 0 <= key.bucket < buckets
    assert EnrollmentKey.of(event, buckets, person) == key


@given(moments, moments)
def test_ulids_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    assume(to_milliseconds(one) != to_milliseconds(other))
    first, second = new_ulid(one), new_ulid(other)

    assert is_ulid(first)
    assert is_ulid(second)
    assert (first < second) is (one < other)


@given(moments)
def test_a_stamp_comes_back_to_the_millisecond(at: datetime) -> None:
    assert unstamp(stamp(at)) == to_milliseconds(at)
    assert unstamp(rfc3339(at)) == to_milliseconds(at)
    assert stamp(unstamp(stamp(at))) == stamp(at)


@given(moments, moments)
def test_stamps_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    one, other = to_milliseconds(one), to_milliseconds(other)

    assert (stamp(one) < stamp(other)) is (one < other)
    assert stamp(one).startswith(month_of(one))
    assert stamp(one).startswith(hour_of(one))


@given(moments, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_every_moment_between_two_lies_in_an_hour_between_them(first: datetime, step: timedelta) -> None:
    hours = hours_between(first, first + step)

    assert hours == sorted(set(hours))
    assert {hour_of(first), hour_of(first + step / 2), hour_of(first + step)} <= set(hours)


@given(moments, ulids, ulids, st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=3))
def test_an_intent_comes_back_from_its_item_and_its_message(
    now: datetime, row_id: str, person: str, about: dict[str, str]
) -> None:
    due = new_due(DueKind.VERIFY_EMAIL, person, about, now=to_milliseconds(now).astimezone(UTC), row_id=row_id)

    assert to_due(due_item(due, now)) == due
    assert decode(encode(due.key)) == due.key
    assert due.id == row_id


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_key_survives_the_queue(bucket: str, place: str) -> None:
    assert decode(encode(DueKey(bucket, place))) == DueKey(bucket, place)
