"""The list of a device at the door is the truth at rest, whatever happens between its pages and its readings."""

from datetime import timedelta

import pytest

from chalicelib.services.checkin import door_list
from tests.simulation.checkin.keeping_lists import keeping_lists
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 3


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_devices_know_the_truth_in_the_end(seeds: range) -> None:
    assert broken_runs(seeds, keeping_lists) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, 4_000, 200), ids=str)
def test_devices_know_the_truth_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, keeping_lists) == {}


def test_a_list_without_an_overlap_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written after a reading may have a time from before it: without the overlap nobody is told of it."""
    monkeypatch.setattr(door_list, "OVERLAP", timedelta())

    assert is_caught(248, 400, lambda seed: bool(keeping_lists(seed)))
