"""What an organizer may leave people with: a closed waitlist, fewer seats than are taken, deadlines that have moved."""

from functools import partial

import pytest
from botocore.exceptions import ClientError

from tests.simulation.actors.staging import ENDING
from tests.simulation.seats import seating, wrong_endings
from tests.simulation.seats.wrong import Variant
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 4
DEEP_SEEDS = 10_000
ending = partial(seating.seating, profiles=tuple(ENDING))


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_by_what_ends_something(seeds: range) -> None:
    assert broken_runs(seeds, ending) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_no_promise_is_broken_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, ending) == {}


@pytest.mark.parametrize("name", wrong_endings.VARIANTS)
def test_a_wrong_variant_is_caught_for_its_own_reason(name: str) -> None:
    variant = wrong_endings.VARIANTS[name]

    assert is_caught(variant.seed, 300, lambda seed: _finds(seed, variant))


def _finds(seed: int, variant: Variant) -> bool:
    try:
        found = "; ".join(seating.seating(seed, tamper=variant.tamper, profiles=(variant.scenario,)))
    except (AssertionError, ClientError) as error:
        found = str(error)
    return any(sentence in found for sentence in variant.found_by)
