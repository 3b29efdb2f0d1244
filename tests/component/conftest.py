"""The people of these tests. Somebody who is not named here is made where they are needed, with `a_person`."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.builders import Person
    from tests.support.world import World


@pytest.fixture
def olga(world: "World") -> "Person":
    """Who publishes the event."""
    from tests.support.builders import a_person  # imports the application

    return a_person(world, "olga@example.org", first_name="Olga", last_name="Organizer")


@pytest.fixture
def ada(world: "World") -> "Person":
    """Who enrols in it."""
    from tests.support.builders import a_person

    return a_person(world, "ada@example.org", first_name="Ada", last_name="Lovelace")
