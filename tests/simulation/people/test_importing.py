"""Importing people: no oversell, nobody twice and nobody again, whatever call fails, however often it is repeated."""

from functools import partial

import pytest

from tests.simulation.people import importing
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 5
DEEP_SEEDS = 5_000
CAUGHT_BY = 3


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, importing.importing) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_no_promise_is_broken_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, importing.importing) == {}


def test_without_its_name_an_import_enrols_again_who_was_cancelled() -> None:
    """What the name is for; and that these runs would find it missing."""
    unnamed = partial(importing.importing, named=False)

    assert is_caught(CAUGHT_BY, 300, lambda seed: "somebody was enrolled twice by one import" in unnamed(seed))
