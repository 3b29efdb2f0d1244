"""The six promises for every handler that moves seats, whatever call fails, stalls or is lost."""

import pytest

from tests.simulation import seating

CHUNK = 50
SEEDS = 600
DEEP_SEEDS = 15_000


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_promise_is_broken_in_any_schedule(first: int) -> None:
    broken = {seed: found for seed in range(first, first + CHUNK) if (found := seating.seating(seed))}

    assert broken == {}


@pytest.mark.deep
@pytest.mark.parametrize("first", range(SEEDS, DEEP_SEEDS, 400))
def test_no_promise_is_broken_in_many_more_schedules(first: int) -> None:
    broken = {seed: found for seed in range(first, first + 400) if (found := seating.seating(seed))}

    assert broken == {}


@pytest.mark.parametrize("first", range(0, 100, CHUNK))
def test_with_every_schedule_off_the_next_request_takes_expired_holds_back(first: int) -> None:
    runs = {seed: seating.without_schedules(seed) for seed in range(first, first + CHUNK)}

    assert {seed: found for seed, (_, found) in runs.items() if found} == {}
    assert sum(over > 0 for over, _ in runs.values()) >= 5


@pytest.mark.deep
@pytest.mark.parametrize("first", range(100, 3_000, 400))
def test_many_more_runs_without_schedules(first: int) -> None:
    runs = {seed: seating.without_schedules(seed) for seed in range(first, first + 400)}

    assert {seed: found for seed, (_, found) in runs.items() if found} == {}


def test_many_who_leave_at_once_beside_a_waitlist_are_never_told_to_come_again() -> None:
    """They all find the same head of the waitlist; whoever loses that race leaves the seat to the pool."""
    for seed in range(4):
        answers, wrong = seating.everybody_leaves_at_once(seed)

        assert (set(answers), wrong) == ({"cancelled"}, []), seed


def test_a_hold_that_is_taken_back_at_this_very_moment_makes_nobody_full() -> None:
    answers = {seed: seating.answer_beside_a_reclaim(seed) for seed in range(200)}

    assert set(answers.values()) == {"confirmed"}, answers
