"""Where seats are found on shards, and the part of them that unproven guests may hold."""

import random
from datetime import UTC, datetime

import pytest

from chalicelib.domain.seats import SeatMode, Shard, Step
from chalicelib.services.seats.allocation import Seat, open_seats

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def found(shards: list[tuple[int, int]], party: int, *, unproven: bool = True) -> Seat | None:
    """Shards are given as (free, guest_free)."""
    made = [Shard(free=free, guest_free=room) for free, room in shards]
    return open_seats(made, party, random.Random(1), unproven=unproven)


def test_seats_and_the_part_of_guests_come_from_one_shard_where_it_has_both() -> None:
    for _ in range(20):
        assert found([(5, 0), (2, 2), (0, 5)], 2) == Seat(((1, 2),))


def test_the_part_comes_from_another_shard_where_the_seats_have_none_of_it() -> None:
    assert found([(3, 0), (0, 3)], 2) == Seat(((0, 2),), ((1, 2),))
    assert found([(1, 0), (1, 0), (0, 1), (0, 1)], 2) == Seat(((0, 1), (1, 1)), ((2, 1), (3, 1)))


@pytest.mark.parametrize("shards", [[(9, 1)], [(9, 3), (0, -2)], [(1, 9)], [(0, 0)]])
def test_without_seats_or_beyond_the_part_there_is_nothing(shards: list[tuple[int, int]]) -> None:
    assert found(shards, 2) is None


def test_others_have_no_such_bound() -> None:
    assert found([(2, 0)], 2, unproven=False) == Seat(((0, 2),))


def test_each_shard_is_demanded_once_with_what_is_taken_of_it() -> None:
    seat = Seat(((0, 2), (1, 1)), ((1, 3),))

    steps = seat.steps({"pending": 1}, NOW, unproven=True)

    both = {"mode": SeatMode.OPEN, "open_at": NOW}
    assert steps == [
        Step(shard=0, free=-2, counts={"pending": 1}, **both),  # type: ignore[arg-type]
        Step(shard=1, free=-1, guest_free=-3, guest_room=True, **both),  # type: ignore[arg-type]
    ]
    assert [step.guest_free for step in seat.steps({}, NOW, unproven=False)] == [0, 0]
    assert not any(step.guest_room for step in seat.steps({}, NOW, unproven=False))
