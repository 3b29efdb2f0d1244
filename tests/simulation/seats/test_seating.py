"""The six promises for every handler that moves seats, whatever call fails, stalls or is lost."""

import pytest

from tests.simulation.seats import seating
from tests.simulation.seeds import broken_runs, chunks

SEEDS = 10
WITHOUT_SCHEDULES = 4
RECLAIMS = 8
DEEP_SEEDS = 15_000


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, seating.seating) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_no_promise_is_broken_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, seating.seating) == {}


def test_with_every_schedule_off_the_next_request_takes_expired_holds_back() -> None:
    runs = {seed: seating.without_schedules(seed) for seed in range(WITHOUT_SCHEDULES)}

    assert {seed: found for seed, (_, found) in runs.items() if found} == {}
    assert sum(over > 0 for over, _ in runs.values()) >= 1


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(WITHOUT_SCHEDULES, 3_000, 400), ids=str)
def test_many_more_runs_without_schedules(seeds: range) -> None:
    runs = {seed: seating.without_schedules(seed) for seed in seeds}

    assert {seed: found for seed, (_, found) in runs.items() if found} == {}


def test_many_who_leave_at_once_beside_a_waitlist_are_never_told_to_come_again() -> None:
    """They all find the same head of the waitlist; whoever loses that race leaves the seat to the pool."""
    for seed in range(1):
        answers, wrong = seating.everybody_leaves_at_once(seed)

        assert (set(answers), wrong) == ({"cancelled"}, []), seed


def test_a_hold_that_is_taken_back_at_this_very_moment_makes_nobody_full() -> None:
    answers = {seed: seating.answer_beside_a_reclaim(seed) for seed in range(RECLAIMS)}

    assert set(answers.values()) == {"confirmed"}, answers


@pytest.mark.deep
def test_nor_in_many_more_runs_beside_a_reclaim() -> None:
    answers = {seed: seating.answer_beside_a_reclaim(seed) for seed in range(RECLAIMS, 1_000)}

    assert set(answers.values()) == {"confirmed"}, answers
