"""Promises 1 to 4 of the capacity engine, under crashes, lost responses, throttles and conflicts at every call."""

from collections.abc import Callable
from functools import partial

import pytest
from botocore.exceptions import ClientError

from tests.simulation.enrollments import scenarios
from tests.simulation.seats import seating, wrong
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 12
DEEP_SEEDS = 5_000
RUNS: dict[str, Callable[..., list[str]]] = {
    "enrolling": scenarios.enrolling,
    "seating": seating.seating,
    "waiting": partial(seating.seating, profiles=("waiting",)),
}


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, scenarios.enrolling) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_no_promise_is_broken_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, scenarios.enrolling) == {}


@pytest.mark.parametrize("name", wrong.VARIANTS)
def test_a_wrong_variant_is_caught_for_its_own_reason(name: str) -> None:
    variant = wrong.VARIANTS[name]

    assert is_caught(variant.seed, 300, lambda seed: _finds(seed, variant))


def _finds(seed: int, variant: wrong.Variant) -> bool:
    """By a broken promise, or by an error that no caller expects; for the right reason."""
    try:
        found = "; ".join(RUNS[variant.scenario](seed, tamper=variant.tamper))
    except (AssertionError, ClientError) as error:
        found = str(error)
    return any(sentence in found for sentence in variant.found_by)
