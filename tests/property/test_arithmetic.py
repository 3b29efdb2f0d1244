"""Seats and prices: sums are right, nothing is ever below zero, no cent is lost."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.reference.currencies import digits, price
from chalicelib.domain.seats import UNLIMITED, Seats, buckets_for, resize, shards_for, spread
from chalicelib.domain.shared.limits import MAX_CAPACITY

shards = st.lists(st.integers(0, 5_000), min_size=1, max_size=64)
capacities = st.one_of(st.none(), st.integers(1, MAX_CAPACITY))
amounts = st.from_regex(r"[0-9]{1,9}(\.[0-9]{1,6})?", fullmatch=True)
codes = st.sampled_from(["EUR", "USD", "JPY", "KRW", "KWD", "TND", "CHF"])


@given(capacities)
def test_a_new_event_has_all_its_seats_and_no_empty_shard(capacity: int | None) -> None:
    free = spread(UNLIMITED if capacity is None else capacity, shards_for(capacity))

    assert sum(free) == (UNLIMITED if capacity is None else capacity)
    assert min(free) > 0
    assert buckets_for(capacity) in {1, 16}


@given(shards, st.integers(0, 100_000))
def test_a_raise_levels_the_shards(free: list[int], change: int) -> None:
    """Afterwards no shard that was given something has more than the fair share, but for the remainder."""
    steps = resize(free, change)

    assert steps is not None
    fair = -(-(sum(free) + change) // len(free))
    assert all(one + step <= fair for one, step in list(zip(free, steps, strict=True))[1:] if step)


@given(shards, st.integers(0, 100_000))
def test_what_was_raised_can_be_cut_again(free: list[int], change: int) -> None:
    steps = resize(free, change)
    assert steps is not None
    raised = [one + step for one, step in zip(free, steps, strict=True)]

    back = resize(raised, -change)

    assert back is not None
    assert sum(raised) + sum(back) == sum(free)


@given(st.integers(1, MAX_CAPACITY), st.data())
def test_figures_agree_with_each_other(capacity: int, data: st.DataObject) -> None:
    free = data.draw(st.integers(0, capacity))
    seats = Seats(event_id="e", capacity=capacity, shards=1, free=free)

    assert seats.taken + (seats.available or 0) == seats.limit
    assert seats.is_full is (seats.available == 0)


@given(amounts, codes)
def test_a_price_keeps_its_value_and_gets_its_currencys_digits(text: str, code: str) -> None:
    shown = price(text, code)
    places = digits(code)

    assert places is not None
    if shown is None:
        assert Decimal(text) != round(Decimal(text), places)
    else:
        assert Decimal(shown) == Decimal(text)
        assert len(shown.partition(".")[2]) == places
        assert price(shown, code) == shown


@given(amounts, codes, codes)
def test_a_price_survives_every_currency_that_can_show_it(text: str, one: str, other: str) -> None:
    first = price(text, one)
    second = price(first, other) if first else None

    assert second is None or Decimal(second) == Decimal(text)
