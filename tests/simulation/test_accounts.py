"""Accounts under crashes, lost responses, throttles and conflicts at every call."""

import pytest

from tests.simulation import accounts

SEEDS = 200


@pytest.mark.parametrize("first", range(0, SEEDS, 50))
def test_names_stay_unique_codes_are_guarded_and_sessions_end(first: int) -> None:
    broken = {seed: found for seed in range(first, first + 50) if (found := accounts.signing_up(seed))}

    assert broken == {}


@pytest.mark.deep
def test_names_stay_unique_in_many_more_schedules() -> None:
    broken = {seed: found for seed in range(SEEDS, 3_000) if (found := accounts.signing_up(seed))}

    assert broken == {}
