"""Fixtures that all tests share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.fixture
def world() -> Iterator["World"]:
    """A whole Turnout in memory, empty."""
    from tests.support.world import World  # imports the application: only the tests that use it pay for that

    with World() as made:
        yield made
