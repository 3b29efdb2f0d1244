"""An admin is in charge of every event, as its organizer is; nobody else is."""

from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, enrolled
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world)


@pytest.fixture
def admin(world: World) -> Person:
    return a_person(world, roles=(Role.ADMIN,))


def edit(world: World, event: dict[str, Any], person: Person, **fields: Any) -> Any:
    return world.send("PATCH", f"/events/{event['id']}", fields, token=person.token)


def test_an_admin_sees_edits_and_publishes_a_draft(world: World, olga: Person, admin: Person) -> None:
    draft = world.an_event(olga.token, status="draft")

    assert world.get(f"/events/{draft['id']}", admin.token).status == 200
    assert edit(world, draft, admin, title="Renamed").json["title"] == "Renamed"
    assert world.post(f"/events/{draft['id']}/publish", None, admin.token).json["status"] == "published"

    shown = world.get(f"/events/{draft['id']}", olga.token).json
    assert (shown["title"], shown["status"], shown["organizer"]) == ("Renamed", "published", draft["organizer"])


def test_an_admin_writes_to_its_people_and_cancels_it(world: World, olga: Person, admin: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    words = {"segment": "confirmed", "subject": "Rooms", "body": "We meet in room 4."}

    asked = world.post(f"/events/{event['id']}/messages", words, admin.token)
    preview = world.post(f"/events/{event['id']}/cancel", None, admin.token)

    assert (asked.status, asked.json["code"]) == (409, "confirmation_required")
    assert (preview.status, preview.json["code"]) == (409, "confirmation_required")
    done = world.post(f"/events/{event['id']}/cancel?confirm={preview.json['confirm']}", None, admin.token)
    assert done.json["status"] == "cancelled"


def test_somebody_else_does_neither(world: World, olga: Person) -> None:
    event, draft = world.an_event(olga.token), world.an_event(olga.token, status="draft")
    other = a_person(world)

    problem(edit(world, event, other, title="Mine"), 403, "forbidden")
    problem(edit(world, draft, other, title="Mine"), 404, "not_found")
    problem(world.get(f"/events/{draft['id']}", other.token), 404, "not_found")
