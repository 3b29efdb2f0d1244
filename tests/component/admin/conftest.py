"""An admin, and somebody else."""

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person
from tests.support.world import World


@pytest.fixture
def admin(world: World) -> Person:
    return a_person(world, "root@example.org", roles=(Role.SEEKER, Role.ADMIN))


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", username="ada", first_name="Ada")
