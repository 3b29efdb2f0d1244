"""How many runs `make test` makes of each simulation, and how a wrong variant is looked for."""

from collections.abc import Callable, Iterator

CHUNK = 20  # runs of one test, so that two workers share them


def chunks(first: int, end: int, size: int = CHUNK) -> list[range]:
    """The seeds from `first` to `end`, in ranges for `parametrize`."""
    return [range(start, min(start + size, end)) for start in range(first, end, size)]


def broken_runs(seeds: range, run: Callable[[int], list[str]]) -> dict[int, list[str]]:
    """What was wrong, by seed; nothing where every run kept its promises."""
    return {seed: found for seed in seeds if (found := run(seed))}


def is_caught(known: int, within: int, catches: Callable[[int], bool]) -> bool:
    """Whether a wrong variant is found out.

    The seed that is known to find it comes first. Any change of the application changes the order of its calls, and
    with it what a seed is about: then all of them are searched, and the seed that is found belongs beside the variant.
    """
    return any(catches(seed) for seed in _seeds(known, within))


def _seeds(known: int, within: int) -> Iterator[int]:
    yield known
    yield from (seed for seed in range(within) if seed != known)
