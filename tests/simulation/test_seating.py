"""The six promises with holds, waitlists, parties and changes of capacity, whatever call fails, stalls or is lost."""

import pytest

from tests.simulation import seating

CHUNK = 50
SEEDS = 600
DEEP_SEEDS = 20_000


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_promise_is_broken_in_any_schedule(first: int) -> None:
    broken = {seed: found for seed in range(first, first + CHUNK) if (found := seating.seating(seed))}

    assert broken == {}


@pytest.mark.deep
@pytest.mark.parametrize("first", range(SEEDS, DEEP_SEEDS, 400))
def test_no_promise_is_broken_in_many_more_schedules(first: int) -> None:
    broken = {seed: found for seed in range(first, first + 400) if (found := seating.seating(seed))}

    assert broken == {}
