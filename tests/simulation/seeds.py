"""How runs of a simulation are shared out, and how a wrong variant is looked for.

`make test` makes a few runs of what is right, and one of each wrong variant: by the seed that is known to find it.
`make test-deep` goes on behind the few with thousands.
"""

import warnings
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
    with it what a seed is about: then all of them are searched, and pytest's summary names the seed that is found,
    which belongs beside the variant: a search may cost more than all other simulations together.
    """
    found = next((seed for seed in _seeds(known, within) if catches(seed)), None)
    if found not in {known, None}:
        warnings.warn(f"Seed {known} no longer finds the wrong variant, and {found} does: write it down", stacklevel=2)
    return found is not None


def _seeds(known: int, within: int) -> Iterator[int]:
    yield known
    yield from (seed for seed in range(within) if seed != known)
