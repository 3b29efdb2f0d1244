"""Teams and an account that is erased: it leaves those of others, and its own let nobody in any more."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person
from tests.support.stories.busy import EMAIL, Busy, closed, erased, expire, fresh, pass_time, traces
from tests.support.world import World


def invited(world: World, event: dict[str, Any], owner: Person, person: Person, role: str = "manager") -> None:
    body = {"email": person.email, "role": role}
    assert world.post(f"/events/{event['id']}/team", body, owner.token).status == 201
    [invitation] = world.get("/me/invitations", person.token).json["results"]
    assert world.post(f"/me/invitations/{invitation['id']}/accept", None, person.token).status == 200


@pytest.fixture
def over(world: World, olga: Person) -> dict[str, Any]:
    """An event that will be over when its organizer wants to be forgotten."""
    return world.an_event(olga.token, starts_at="2026-06-02T09:00:00Z", ends_at="2026-06-02T10:00:00Z", capacity=5)


def test_who_was_in_the_team_of_somebody_who_is_gone_sees_nothing_there(
    world: World, over: dict[str, Any], olga: Person, ada: Person
) -> None:
    invited(world, over, olga, ada)
    assert world.get(f"/events/{over['id']}/enrollments", ada.token).status == 200
    pass_time(world, timedelta(days=2))

    erased(world, fresh(world, olga.email))

    again = str(world.logged_in(ada.email)["access"])
    assert world.get(f"/events/{over['id']}/enrollments", again).status in {403, 404}
    assert world.get("/me/teams", again).json["results"] == []
    assert not [row for row in world.db.snapshot_all("turnout-accounts") if row["pk"]["S"] == f"team#{over['id']}"]


def test_an_account_that_is_gone_is_in_no_team(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    invited(world, event, olga, ada)

    erased(world, fresh(world, ada.email))

    [team] = [row for row in world.db.snapshot_all("turnout-accounts") if row["pk"]["S"] == f"team#{event['id']}"]
    assert ada.id not in str(team)
    rows = world.get(f"/events/{event['id']}/activity", fresh(world, olga.email)).json["results"]
    assert [(row["kinds"], row["member"]["name"], row["actor"]) for row in rows if row["about"] == "team"] == [
        (["removed"], None, "system"),
        (["joined"], None, "team"),
        (["invited"], None, "organizer"),
    ]


def test_an_account_that_a_login_keeps_is_in_its_teams_still(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    invited(world, event, olga, ada)
    closed(world, fresh(world, ada.email))
    pass_time(world, timedelta(days=3))

    again = str(world.logged_in(ada.email)["access"])

    assert [one["role"] for one in world.get("/me/teams", again).json["results"]] == ["manager"]


def test_an_invitation_that_comes_while_the_account_is_closing_goes_with_it(world: World) -> None:
    Busy(world)
    pass_time(world, timedelta(days=8))
    closed(world, fresh(world))
    pass_time(world, timedelta(days=12))
    late = a_person(world, "late@example.org")
    event = world.an_event(late.token, capacity=5)
    body = {"email": EMAIL, "role": "viewer"}
    assert world.post(f"/events/{event['id']}/team", body, late.token).status == 201
    assert any("invited#" in where for where in traces(world, EMAIL.lower()))

    pass_time(world, timedelta(days=2, minutes=5))
    expire(world)

    assert traces(world, EMAIL.lower()) == []
