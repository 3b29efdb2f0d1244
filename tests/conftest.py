"""Fixtures that all tests share."""

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.world import World


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it again and again for garbage takes a tenth of the CPU time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def world() -> Iterator["World"]:
    """A whole Turnout in memory, empty."""
    from tests.support.world import World  # imports the application: only the tests that use it pay for that

    with World() as made:
        yield made
