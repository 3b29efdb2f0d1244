"""Reads at the same time: answers in the order of the asks, and a failure is raised."""

import threading

import pytest

from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo.parallel import in_threads
from tests.support.builders import a_person
from tests.support.lists import ids, page
from tests.support.world import World


def test_asks_run_at_the_same_time_and_are_answered_in_their_order() -> None:
    meeting = threading.Barrier(3, timeout=5)  # nobody comes past it alone
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


def test_a_search_in_threads_finds_what_one_without_finds() -> None:
    with World() as world:
        olga = a_person(world)
        made = [world.an_event(olga.token, title="Python and data", country="DE")["id"] for _ in range(12)]
        world.container.store.postings._gather = in_threads()

        assert ids([page(world, "/events?q=data+python&title=thon&country=DE")]) == sorted(made)
