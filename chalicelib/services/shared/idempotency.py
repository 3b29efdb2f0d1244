"""Idempotency keys: what a use case does with one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from chalicelib.domain.accounts.audit import Act

R_contra = TypeVar("R_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first 2xx answer to a request with an `Idempotency-Key`, kept for 24 hours."""

    body_digest: str
    status: int
    body: str
    headers: Mapping[str, str]


class AnsweredBeforeError(Exception):
    """Not a failure: this key has its answer already, and it is the one to give."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__("answered before")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Remember:
    """What is to be stored in the very transaction that it reports: the answer to a key, what an admin did, or both."""

    key: str = ""
    answer: StoredAnswer | None = None
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Idempotency(Generic[R_contra]):
    """A client's key, scoped to its account and route. `render` makes the answer that the result will get."""

    key: str
    body_digest: str
    render: Callable[[R_contra], tuple[int, str, Mapping[str, str]]]

    def remember(self, result: R_contra) -> Remember:
        status, body, headers = self.render(result)
        return Remember(self.key, StoredAnswer(self.body_digest, status, body, headers))


def stop_if_answered(found: StoredAnswer | None) -> None:
    """A key that has its answer gets it again, whatever the present state (the edge compares the bodies)."""
    if found:
        raise AnsweredBeforeError(found)
