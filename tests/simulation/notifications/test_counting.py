"""Totals of deliveries under crashes, lost answers and reports that come twice: exact at rest."""

import pytest

from tests.simulation.notifications.counting import careless, counting
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 3


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_at_rest_every_mail_is_counted_once_as_what_it_is(seeds: range) -> None:
    assert broken_runs(seeds, counting) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, 2_000, 200), ids=str)
def test_at_rest_every_mail_is_counted_once_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, counting) == {}


def test_counting_beside_the_rows_is_found() -> None:
    assert is_caught(4, 300, lambda seed: bool(counting(seed, tamper=careless)))
