"""Linearizability: some order of the requests, true to their times, explains everything that a run's clients saw."""

import pytest
from botocore.exceptions import ClientError

from tests.simulation import histories, wrong
from tests.simulation.staging import PROFILES, Run, Tamper, prepared

CHUNK = 40
FIRST = 1_000_000  # other runs than those of the other tests
SEEDS = 200
DEEP_SEEDS = 10_000
KNOWN = tuple(name for name in PROFILES if name != "guests")  # guests are told nothing
CAUGHT = {
    "free-then-promote": "somebody who waits was overtaken",
    "full-from-one-shard": "full, and nobody was in the way within the last second",
    "no-attempt-id": "already enrolled, and was not",
    "duplicate-counted-twice": "a second live enrollment of one person",
    "counter-then-row": "an acknowledged success is gone",
}


def recorded(seed: int, tamper: Tamper | None = None) -> Run:
    run = prepared(FIRST + seed, profiles=KNOWN, tamper=tamper)
    run.world.run(ticking=run.world.rng.random() < 0.8)
    return run


def broken(seeds: range) -> dict[int, str]:
    """An undecided history fails too: `UndecidedError` is not caught."""
    verdicts = {seed: histories.verdict_of(recorded(seed)) for seed in seeds}
    return {seed: str(verdict) for seed, verdict in verdicts.items() if not verdict.holds}


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_history_is_explained_by_one_order(first: int) -> None:
    assert broken(range(first, first + CHUNK)) == {}


@pytest.mark.deep
@pytest.mark.parametrize("first", range(SEEDS, DEEP_SEEDS, 400))
def test_many_more_histories_are_explained_by_one_order(first: int) -> None:
    assert broken(range(first, first + 400)) == {}


@pytest.mark.parametrize("name", CAUGHT)
def test_the_histories_of_a_wrong_variant_have_no_order(name: str) -> None:
    reasons = (_reason(seed, name) for seed in range(100))

    assert CAUGHT[name] in reasons


def _reason(seed: int, name: str) -> str | None:
    try:
        run = recorded(seed, wrong.VARIANTS[name].tamper)
    except (AssertionError, ClientError):
        return None
    return histories.verdict_of(run).reason
