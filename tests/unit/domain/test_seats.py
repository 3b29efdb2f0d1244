"""Seats: how a capacity is spread over shards, and what a change of it does to each."""

import pytest

from chalicelib.domain.seats import UNLIMITED, Seats, buckets_for, resize, shards_for, spread
from chalicelib.domain.shared.limits import MAX_SHARDS


@pytest.mark.parametrize(
    ("capacity", "shards", "buckets"),
    [(1, 1, 1), (500, 1, 1), (501, 4, 16), (5_000, 4, 16), (5_001, 16, 16), (1_000_000, 16, 16), (None, 4, 16)],
)
def test_the_capacity_decides_how_many_shards_and_buckets(capacity: int | None, shards: int, buckets: int) -> None:
    assert shards_for(capacity) == shards <= MAX_SHARDS
    assert buckets_for(capacity) == buckets


@pytest.mark.parametrize(("number", "over", "parts"), [(10, 4, [3, 3, 2, 2]), (0, 3, [0, 0, 0]), (7, 1, [7])])
def test_seats_are_spread_evenly(number: int, over: int, parts: list[int]) -> None:
    assert spread(number, over) == parts


@pytest.mark.parametrize(
    ("free", "change", "steps"),
    [
        ([5], 3, [3]),
        ([5], -5, [-5]),
        ([5], -6, None),
        ([0, 0, 0, 0], 8, [2, 2, 2, 2]),
        ([0, 4], 2, [2, 0]),
        ([0, 4], 10, [7, 3]),
        ([4, 0], -3, [-3, 0]),
        ([1, 2, 3], -6, [-1, -2, -3]),
        ([1, 2, 3], -7, None),
        ([3, 3], 0, [0, 0]),
    ],
)
def test_a_raise_goes_where_the_fewest_are_and_a_cut_never_below_zero(
    free: list[int], change: int, steps: list[int] | None
) -> None:
    assert resize(free, change) == steps


def test_figures_follow_from_what_is_free() -> None:
    seats = Seats(event_id="e", capacity=5, shards=1, free=2)
    full = Seats(event_id="e", capacity=5, shards=1, free=0)

    assert (seats.taken, seats.limit, seats.available, seats.is_full) == (3, 5, 2, False)
    assert (full.taken, full.is_full) == (5, True)


@pytest.mark.parametrize(
    ("capacity", "free"), [(1, 1), (4, 1), (10, 2), (24, 4), (25, 5), (100, 5), (119, 5), (120, 6), (1_000, 50)]
)
def test_an_event_is_nearly_full_a_margin_before_it_is(capacity: int, free: int) -> None:
    assert Seats(event_id="e", capacity=capacity, shards=1, free=free).may_be_full
    assert not Seats(event_id="e", capacity=capacity, shards=1, free=free + 1).may_be_full


def test_without_a_limit_nothing_is_counted_down() -> None:
    seats = Seats(event_id="e", capacity=UNLIMITED, shards=4, free=UNLIMITED - 7)

    assert (seats.unlimited, seats.taken, seats.limit, seats.available, seats.is_full) == (True, 7, None, None, False)
