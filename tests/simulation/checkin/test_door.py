"""Promise 7: who is checked in keeps the seat, and a scan counts at its own time, whatever call fails or is lost."""

import pytest
from botocore.exceptions import ClientError

from tests.simulation.checkin import door
from tests.simulation.checkin.wrong_door import VARIANTS, Variant
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 8
DEEP_SEEDS = 10_000


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, door.door) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_no_promise_is_broken_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, door.door) == {}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_wrong_door_is_caught_for_its_own_reason(name: str) -> None:
    variant = VARIANTS[name]

    assert is_caught(variant.seed, 900, lambda seed: _finds(seed, variant))


def _finds(seed: int, variant: Variant) -> bool:
    """For the right reason."""
    try:
        found = door.door(seed, tamper=variant.tamper)
    except (AssertionError, ClientError):
        return False
    return any(variant.found_by in sentence for sentence in found)
