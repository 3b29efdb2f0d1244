"""How a wrong variant is looked for: by the seed that is known, then by all; a seed that finds nothing is named."""

from collections.abc import Callable

import pytest

from tests.simulation.seeds import broken_runs, chunks, is_caught


def found_by(*seeds: int) -> tuple[list[int], Callable[[int], bool]]:
    """A variant that those seeds find, and which were run."""
    runs: list[int] = []

    def finds(seed: int) -> bool:
        runs.append(seed)
        return seed in seeds

    return runs, finds


def test_a_known_seed_that_finds_the_variant_is_the_only_run() -> None:
    runs, finds = found_by(0, 412)

    assert is_caught(412, 300, finds)
    assert runs == [412]


def test_a_known_seed_that_finds_nothing_is_named_with_the_one_that_does() -> None:
    _, finds = found_by(7, 8)

    with pytest.warns(UserWarning, match="Seed 4 no longer finds the wrong variant, and 7 does"):
        assert is_caught(4, 10, finds)


def test_a_variant_that_no_seed_finds_is_not_caught() -> None:
    runs, finds = found_by()

    assert not is_caught(2, 4, finds)
    assert runs == [2, 0, 1, 3]


def test_runs_are_shared_out_without_a_gap_and_told_by_their_seed() -> None:
    assert chunks(4, 45, 20) == [range(4, 24), range(24, 44), range(44, 45)]
    assert broken_runs(range(3), lambda seed: ["oversold"] * (seed == 1)) == {1: ["oversold"]}
