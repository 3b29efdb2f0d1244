"""What a team reaches: its own event, or all events of its owner.

What each role may do at each route is a part of the whole matrix (tests/component/http/test_access_matrix.py).
"""

from collections.abc import Iterator

import pytest

from chalicelib.domain.accounts.teams import TeamRole
from tests.support.builders import Person, a_member, a_person
from tests.support.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture(scope="module")
def olga(world: World) -> Person:
    return a_person(world)


@pytest.fixture(scope="module")
def ada(world: World) -> Person:
    return a_person(world)


@pytest.mark.parametrize("role", TeamRole)
def test_a_team_of_another_event_is_nothing(world: World, olga: Person, ada: Person, role: TeamRole) -> None:
    """Also of another event of the same owner, and of all events of somebody else."""
    mine, other = world.an_event(olga.token), world.an_event(olga.token, status="draft")
    strangers = world.an_event(ada.token, status="draft")
    token = a_member(world, mine, role).token
    all_of_ada = a_member(world, strangers, role, all_events=True).token

    assert world.get(f"/events/{other['id']}", token).status == 404
    assert world.get(f"/events/{other['id']}", all_of_ada).status == 404
    assert world.get(f"/events/{strangers['id']}", all_of_ada).status == 200
    assert world.get(f"/events/{mine['id']}/enrollments", all_of_ada).status == 403
