"""Linearizability: some order of the requests, true to their times, explains everything that a run's clients saw."""

import pytest
from botocore.exceptions import ClientError

from tests.simulation.actors.staging import PROFILES, Run, Tamper, prepared
from tests.simulation.checkin import wrong_door
from tests.simulation.rules import histories
from tests.simulation.seats import wrong
from tests.simulation.seeds import chunks, is_caught

FIRST = 1_000_000  # other runs than those of the other tests
SEEDS = 4
DEEP_SEEDS = 10_000
KNOWN = tuple(name for name in PROFILES if name != "guests")  # guests are told nothing
CAUGHT = {  # a seed that finds the variant, and what is said of it
    "free-then-promote": (8, "somebody who waits was overtaken"),
    "full-from-one-shard": (0, "full, and nobody was in the way within the last second"),
    "no-attempt-id": (21, "already enrolled, and was not"),
    "duplicate-counted-twice": (2, "a second live enrollment of one person"),
    "counter-then-row": (30, "an acknowledged success is gone"),
    "cancelled-by-who-has-come": (10, "a place was given away by who is checked in"),
}
TAMPERS: dict[str, Tamper] = {
    **{name: one.tamper for name, one in wrong.VARIANTS.items()},
    **{name: one.tamper for name, one in wrong_door.VARIANTS.items()},
}


def recorded(seed: int, tamper: Tamper | None = None) -> Run:
    run = prepared(FIRST + seed, profiles=KNOWN, tamper=tamper)
    run.world.run(ticking=run.world.rng.random() < 0.8)
    return run


def broken(seeds: range) -> dict[int, str]:
    """An undecided history fails too: `UndecidedError` is not caught."""
    verdicts = {seed: histories.verdict_of(recorded(seed)) for seed in seeds}
    return {seed: str(verdict) for seed, verdict in verdicts.items() if not verdict.holds}


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_every_history_is_explained_by_one_order(seeds: range) -> None:
    assert broken(seeds) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_many_more_histories_are_explained_by_one_order(seeds: range) -> None:
    assert broken(seeds) == {}


@pytest.mark.parametrize("name", CAUGHT)
def test_the_histories_of_a_wrong_variant_have_no_order(name: str) -> None:
    known, reason = CAUGHT[name]

    assert is_caught(known, 100, lambda seed: _reason(seed, name) == reason)


def _reason(seed: int, name: str) -> str | None:
    try:
        run = recorded(seed, TAMPERS[name])
    except (AssertionError, ClientError):
        return None
    return histories.verdict_of(run).reason
