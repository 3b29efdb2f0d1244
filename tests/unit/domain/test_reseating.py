"""Shards: their window and sums, the guests' part, and how a new capacity or number of shards is spread."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.seats import (
    NO_RESEAT,
    UNLIMITED,
    Reseat,
    SeatMode,
    Seats,
    Shard,
    guest_share,
    reseat,
    resize,
    shards_for,
    total,
)

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def shards(*free: int, mode: SeatMode = SeatMode.OPEN) -> list[Shard]:
    return [Shard(free=number, mode=mode) for number in free]


@pytest.mark.parametrize(
    ("opens", "closes", "takes"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + SECOND, None, False),
        (None, NOW, False),
        (None, NOW + SECOND, True),
        (NOW, NOW + SECOND, True),
        (NOW + SECOND, NOW + 2 * SECOND, False),
        (NOW - 2 * SECOND, NOW - SECOND, False),
    ],
)
def test_a_shard_takes_people_from_its_opening_until_before_its_closing(
    opens: datetime | None, closes: datetime | None, *, takes: bool
) -> None:
    assert Shard(free=1, opens_at=opens, closes_at=closes).takes_at(NOW) is takes


def test_sums_go_over_all_shards_and_counts() -> None:
    one = Shard(free=2, counts={"confirmed": 3, "waitlisted": -1})
    other = Shard(free=5, counts={"confirmed": -1, "waitlisted": 2, "offered": 1})

    assert total([one, other]) == (7, {"confirmed": 2, "waitlisted": 1, "offered": 1})
    assert total([]) == (0, {})


def test_unproven_guests_hold_a_tenth_and_at_least_five_and_never_more_than_half() -> None:
    shares = {0: 0, 1: 0, 2: 1, 5: 2, 9: 4, 10: 5, 50: 5, 59: 5, 60: 6, 1_000: 100}

    assert {capacity: guest_share(capacity) for capacity in shares} == shares


def test_what_is_free_beside_a_waitlist_is_not_for_newcomers() -> None:
    def full(free: int, mode: SeatMode, waiting: int) -> bool:
        return Seats(event_id="e", capacity=9, shards=1, free=free, mode=mode, counts={"waitlisted": waiting}).is_full

    assert full(0, SeatMode.OPEN, 0)
    assert not full(1, SeatMode.OPEN, 0)
    assert full(1, SeatMode.FENCED, 1)
    assert not full(1, SeatMode.FENCED, 0)
    assert not full(1, SeatMode.OPEN, 1)


@pytest.mark.parametrize(
    ("capacity", "wanted", "party_max", "number"),
    [
        (1_000, 8, 1, 8),
        (1_000, 99, 1, 64),
        (None, 64, 20, 64),
        (31, 8, 2, 1),
        (32, 8, 2, 8),
        (600, None, 20, 4),
        (319, None, 20, 1),
        (10, 8, 1, 8),
        (None, None, 20, 4),
    ],
)
def test_the_organizer_may_set_the_shards_unless_parties_would_be_split(
    capacity: int | None, wanted: int | None, party_max: int, number: int
) -> None:
    assert shards_for(capacity, wanted=wanted, party_max=party_max) == number


def test_without_a_word_about_parties_everybody_comes_alone() -> None:
    assert shards_for(20, wanted=8) == 8


def test_a_cut_takes_from_the_fullest_and_a_raise_fills_the_emptiest() -> None:
    assert resize([1, 5, 3], -4) == [0, -4, 0]
    assert resize([1, 5, 3], -6) == [0, -5, -1]
    assert resize([5, 1, 3], 3) == [0, 3, 0]
    assert resize([9, 0, 1], 3) == [0, 3, 0]
    assert resize([3, 3], 1) == [1, 0]
    assert resize([1, 0], 2) == [0, 2]


def test_a_reseat_that_changes_nothing_is_false() -> None:
    assert not NO_RESEAT
    assert not Reseat(steps=[0, 0])
    assert Reseat(change=1)
    assert Reseat(added=[0])
    assert Reseat(steps=[1, -1])
    assert not Reseat(guests=[3])


@pytest.mark.parametrize(
    ("free", "before", "after", "number", "steps", "added"),
    [
        ([5], 10, 13, 1, [3], []),
        ([5], 10, 5, 1, [-5], []),
        ([5, 1], 10, 12, 2, [0, 2], []),
        ([5, 1], 10, 12, 1, [0, 2], []),
        ([8], 8, 8, 4, [-6], [2, 2, 2]),
        ([8], 8, 16, 4, [-4], [4, 4, 4]),
        ([8], 8, 4, 4, [-7], [1, 1, 1]),
        ([0, 0], 8, 8, 4, [0, 0], [0, 0]),
        ([0, 8], 8, 8, 4, [0, -6], [3, 3]),
        ([1, 9], 10, 11, 3, [0, -6], [7]),
        ([2], 9, 12, 2, [0], [3]),
        ([3, 3, 1], 9, 9, 4, [-2, -2, 0], [4]),
    ],
)
def test_an_open_event_is_spread_anew(
    free: list[int], before: int, after: int, number: int, steps: list[int], added: list[int]
) -> None:
    found = reseat(shards(*free), before, after, number)

    assert found is not None
    assert (list(found.steps), list(found.added), found.change) == (steps, added, after - before)
    assert sum(free) + found.change == sum(free) + sum(found.steps) + sum(found.added)


@pytest.mark.parametrize(
    ("free", "change", "number", "steps", "added"),
    [
        ([0, 0], 3, 2, [3, 0], []),
        ([2, 0], -2, 2, [-2, 0], []),
        ([2, 0, 0], 1, 5, [1, 0, 0], [0, 0]),
        ([1, 2], -2, 2, [0, -2], []),
        ([1, 2], -1, 1, [-1, 0], []),
    ],
)
def test_free_seats_of_a_fenced_event_stay_on_the_first_shard(
    free: list[int], change: int, number: int, steps: list[int], added: list[int]
) -> None:
    found = reseat(shards(*free, mode=SeatMode.FENCED), 10, 10 + change, number)

    assert found is not None
    assert (list(found.steps), list(found.added), found.change) == (steps, added, change)


@pytest.mark.parametrize("mode", [SeatMode.OPEN, SeatMode.FENCED])
@pytest.mark.parametrize("number", [2, 4])
def test_nobody_loses_a_seat_to_a_cut(mode: SeatMode, number: int) -> None:
    assert reseat(shards(2, 1, mode=mode), 10, 7, number) is not None
    assert reseat(shards(2, 1, mode=mode), 10, 6, number) is None


def test_the_guests_part_follows_the_capacity() -> None:
    grown = reseat(shards(5), 100, 200, 1)
    lifted = reseat(shards(5), 100, UNLIMITED, 1)

    assert grown is not None
    assert lifted is not None
    assert sum(grown.guests) == 10
    assert sum(lifted.guests) == UNLIMITED // 10 - 10


def test_a_cut_takes_the_guests_part_of_every_shard() -> None:
    """On one shard alone it would go far below zero, while the others let guests in as before."""
    shards = [Shard(free=1250, guest_free=125) for _ in range(4)]

    cut = reseat(shards, 5_000, 40, 4)

    assert cut is not None
    assert [shard.guest_free + step for shard, step in zip(shards, cut.guests, strict=True)] == [2, 1, 1, 1]


@pytest.mark.parametrize("mode", [SeatMode.OPEN, SeatMode.FENCED])
@pytest.mark.parametrize(
    ("free", "change", "steps"), [((2,), -5, [-5]), ((1, 2), -5, [-3, -2]), ((0, 0, 0), -2, [-2, 0, 0])]
)
def test_a_capacity_below_what_is_taken_leaves_all_that_is_owed_to_the_pool(
    mode: SeatMode, free: tuple[int, ...], change: int, steps: list[int]
) -> None:
    seen = shards(*free, mode=mode)

    found = reseat(seen, 20, 20 + change, len(free) + 1, shrink=True)

    assert found is not None
    assert (found.change, list(found.steps), list(found.added)) == (change, steps, [0])
    assert [number + step for number, step in zip(free, steps, strict=True)] == [
        sum(free) + change,
        *[0] * (len(free) - 1),
    ]
    assert (found.fences, list(found.seen)) == (True, seen)
    assert reseat(seen, 20, 20 + change, len(free) + 1) is None


def test_what_can_be_cut_is_cut_whether_or_not_the_event_may_shrink() -> None:
    assert reseat(shards(3, 2), 20, 16, 2, shrink=True) == reseat(shards(3, 2), 20, 16, 2)


@pytest.mark.parametrize(("raise_by", "pool"), [(1, -2), (3, 0), (5, 2)])
def test_a_raise_fills_the_pool_that_owes_seats(raise_by: int, pool: int) -> None:
    found = reseat(shards(-3, 0, mode=SeatMode.FENCED), 10, 10 + raise_by, 2)

    assert found is not None
    assert [-3 + found.steps[0], *found.steps[1:]] == [pool, 0]
    assert not found.fences


def test_seats_that_are_owed_are_not_shown_as_free() -> None:
    seats = Seats(event_id="e", capacity=3, shards=1, free=-2)

    assert (seats.available, seats.taken, seats.is_full) == (0, 5, True)
