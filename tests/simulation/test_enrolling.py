"""Promises 1 to 4 of the capacity engine, under crashes, lost responses, throttles and conflicts at every call."""

from collections.abc import Callable
from functools import partial

import pytest
from botocore.exceptions import ClientError

from tests.simulation import scenarios, seating, wrong

CHUNK = 50
SEEDS = 400
DEEP_SEEDS = 5_000
RUNS: dict[str, Callable[..., list[str]]] = {
    "enrolling": scenarios.enrolling,
    "seating": seating.seating,
    "waiting": partial(seating.seating, profiles=("waiting",)),
}


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_promise_is_broken_in_any_schedule(first: int) -> None:
    broken = {seed: found for seed in range(first, first + CHUNK) if (found := scenarios.enrolling(seed))}

    assert broken == {}


@pytest.mark.deep
@pytest.mark.parametrize("first", range(SEEDS, DEEP_SEEDS, 400))
def test_no_promise_is_broken_in_many_more_schedules(first: int) -> None:
    broken = {seed: found for seed in range(first, first + 400) if (found := scenarios.enrolling(seed))}

    assert broken == {}


@pytest.mark.parametrize("name", wrong.VARIANTS)
def test_a_wrong_variant_is_caught_within_300_seeds(name: str) -> None:
    variant = wrong.VARIANTS[name]

    caught = next((seed for seed in range(300) if _is_caught(seed, variant)), None)

    assert caught is not None


def _is_caught(seed: int, variant: wrong.Variant) -> bool:
    """By a broken promise, or by an error that no caller expects; for the right reason."""
    try:
        found = "; ".join(RUNS[variant.scenario](seed, tamper=variant.tamper))
    except (AssertionError, ClientError) as error:
        found = str(error)
    return any(sentence in found for sentence in variant.found_by)
