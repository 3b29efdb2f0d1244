"""Several reads at the same time, in threads that a process keeps."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_AT_ONCE = 8


def in_threads(workers: int = _AT_ONCE) -> Callable[[Sequence[Callable[[], T]]], list[T]]:
    """Runs what it is given at once and returns the answers in order; the first failure is raised."""
    pool = None

    def gather(asks: Sequence[Callable[[], T]]) -> list[T]:
        nonlocal pool
        if pool is None:
            from concurrent.futures import ThreadPoolExecutor

            pool = ThreadPoolExecutor(workers, thread_name_prefix="read")
        return [one.result() for one in [pool.submit(ask) for ask in asks]]

    return gather
