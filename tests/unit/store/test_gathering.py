"""Reads at the same time: answers in the order of the asks, and a failure is raised."""

import threading

import pytest

from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo.parallel import in_threads


def test_asks_run_at_the_same_time_and_are_answered_in_their_order() -> None:
    meeting = threading.Barrier(3, timeout=60)  # nobody comes past it alone
    gather = in_threads(3)

    def ask(number: int) -> int:
        meeting.wait()
        return number

    assert gather([lambda number=number: ask(number) for number in range(3)]) == [0, 1, 2]  # type: ignore[misc]


def test_the_first_failure_is_raised() -> None:
    def fails() -> int:
        raise TryAgainError("throttled")

    with pytest.raises(TryAgainError, match="throttled"):
        in_threads()([lambda: 1, fails])
