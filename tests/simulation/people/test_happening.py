"""List and figures of what happened, under crashes, lost answers and requests that count side by side."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.services.people import figures
from tests.simulation.people.happening import beside_the_transaction, happening, without_the_mark
from tests.simulation.people.happening_teams import (
    beside_the_change,
    ending_a_key_twice,
    from_before_the_event,
    happening_to_teams,
)
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 8


@pytest.fixture(autouse=True)
def counts_little_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the few entries of a run are counted by several requests."""
    monkeypatch.setattr(figures, "READ", 2)
    monkeypatch.setattr(figures, "COUNTED", 3)


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_nothing_is_lost_and_nothing_is_invented(seeds: range) -> None:
    assert broken_runs(seeds, happening) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, 2_000, 200), ids=str)
def test_nothing_is_lost_and_nothing_is_invented_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, happening) == {}


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_nothing_of_teams_and_keys_is_lost_and_nothing_is_invented(seeds: range) -> None:
    assert broken_runs(seeds, happening_to_teams) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, 2_000, 200), ids=str)
def test_nothing_of_teams_and_keys_is_lost_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, happening_to_teams) == {}


@pytest.mark.parametrize(
    ("wrong", "known"),
    [(beside_the_transaction, 1), (without_the_mark, 1)],
    ids=["entries beside the transaction", "counting without the mark"],
)
def test_a_wrong_way_is_found(wrong: Callable[[Any], None], known: int) -> None:
    assert is_caught(known, 200, lambda seed: bool(happening(seed, tamper=wrong)))


@pytest.mark.parametrize(
    ("wrong", "known"),
    [(beside_the_change, 4), (from_before_the_event, 1), (ending_a_key_twice, 53)],
    ids=["entries beside the change", "entries from before the event", "ending a key twice"],
)
def test_a_wrong_way_with_teams_is_found(wrong: Callable[[Any], None], known: int) -> None:
    assert is_caught(known, 200, lambda seed: bool(happening_to_teams(seed, tamper=wrong)))
