"""Laws of the values: ids, stamps, seats, prices and merges, for anything that hypothesis comes up with."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api.parsing import merge
from chalicelib.domain import currencies, ids
from chalicelib.domain.enrollments import EnrollmentKey
from chalicelib.domain.seats import resize, spread
from chalicelib.domain.times import hour_of, hours_between, rfc3339, stamp, unstamp
from chalicelib.store import keys

EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
ULIDS = TIMES.map(ids.new_ulid)
FREE = st.lists(st.integers(0, 50), min_size=1, max_size=16)


@EXAMPLES
@given(ULIDS, st.integers(0, 15), ULIDS)
def test_an_enrollment_id_is_its_key_and_fits_in_a_url(event: str, bucket: int, person: str) -> None:
    text = ids.enrollment_id(event, bucket, person)

    assert ids.parse_enrollment_id(text) == (event, bucket, person)
    assert len(text) <= 64
    assert text.replace("-", "").replace("_", "").isalnum()


@EXAMPLES
@given(st.text(max_size=70))
def test_text_is_an_enrollment_id_only_if_we_would_write_it_so(text: str) -> None:
    parsed = ids.parse_enrollment_id(text)

    assert parsed is None or ids.enrollment_id(*parsed) == text


@EXAMPLES
@given(ULIDS, st.sampled_from([1, 16]), ULIDS)
def test_a_row_key_leads_back_to_its_person_and_event(event: str, buckets: int, person: str) -> None:
    key = EnrollmentKey.of(event, buckets, person)
    pk, sk = keys.row(key)

    assert keys.row_key(pk, str(sk)) == key
    assert 0 <= key.bucket < buckets


@EXAMPLES
@given(TIMES, TIMES)
def test_stamps_sort_like_times_and_lead_back(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)
    assert unstamp(stamp(one)) == unstamp(rfc3339(one)) == one
    assert ids.is_ulid(ids.new_ulid(one))


@EXAMPLES
@given(TIMES, st.integers(0, 72 * 60))
def test_every_minute_between_two_times_is_in_one_of_the_hours(first: datetime, minutes: int) -> None:
    from datetime import timedelta

    last = first + timedelta(minutes=minutes)
    hours = hours_between(first, last)

    assert hours == sorted(set(hours))
    assert {hour_of(first), hour_of(last)} <= set(hours)
    assert len(hours) <= minutes // 60 + 2


@EXAMPLES
@given(st.integers(0, 10**9), st.integers(1, 64))
def test_a_spread_loses_no_seat(seats: int, shards: int) -> None:
    parts = spread(seats, shards)

    assert sum(parts) == seats
    assert max(parts) - min(parts) <= 1


@EXAMPLES
@given(FREE, st.integers(-900, 900))
def test_a_resize_changes_the_sum_by_exactly_that_and_takes_no_seat_that_is_not_free(
    free: list[int], change: int
) -> None:
    steps = resize(free, change)

    if steps is None:
        assert sum(free) < -change
    else:
        assert sum(steps) == change
        assert all(before + step >= 0 for before, step in zip(free, steps, strict=True))
        assert all(step >= 0 for step in steps) or change < 0


@EXAMPLES
@given(st.decimals("0", "999999999", places=2), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_a_price_has_exactly_the_digits_of_its_currency(amount: object, currency: str) -> None:
    text = currencies.price(str(amount), currency)
    places = currencies.digits(currency)

    if text is None:
        assert currency == "JPY"
        assert not str(amount).endswith(".00")
    else:
        assert len(text.partition(".")[2]) == places
        assert float(text) == float(str(amount))


DOCUMENTS = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers() | st.text(max_size=3))


@EXAMPLES
@given(DOCUMENTS, DOCUMENTS)
def test_a_merge_clears_what_is_null_replaces_what_is_named_and_keeps_the_rest(
    target: dict[str, object], patch: dict[str, object]
) -> None:
    merged = merge(target, patch)

    assert None not in merged.values()
    assert merge(merged, patch) == merged
    for name in target.keys() | patch.keys():
        wanted = patch[name] if name in patch else target[name]
        assert merged.get(name) == wanted
