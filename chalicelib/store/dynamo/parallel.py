"""Several reads at the same time, in threads that a process keeps."""

from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Protocol, TypeVar

T = TypeVar("T")

_AT_ONCE = 8


class Gather(Protocol):
    def __call__(self, asks: Sequence[Callable[[], T]], /) -> list[T]:
        """The answers to all, in their order; the first failure is raised."""


def one_by_one(asks: Sequence[Callable[[], T]], /) -> list[T]:
    return [ask() for ask in asks]


def in_threads(workers: int = _AT_ONCE) -> Gather:
    """Runs what it is given at once, each in a copy of the context of whoever asks: what it costs is theirs."""
    pool = None

    def gather(asks: Sequence[Callable[[], T]], /) -> list[T]:
        nonlocal pool
        if pool is None:
            from concurrent.futures import ThreadPoolExecutor

            pool = ThreadPoolExecutor(workers, thread_name_prefix="read")
        return [future.result() for future in [pool.submit(copy_context().run, ask) for ask in asks]]

    return gather
