"""Who may do what with an enrollment, over HTTP: every relation against every action of the table."""

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.services.enrollments.access import MAY, Action, Relation
from tests.support.builders import Person, a_member, a_person
from tests.support.http import Answer
from tests.support.mails.mailed import link_of
from tests.support.world import World

STRANGER = "stranger"
POSTED: dict[Action, tuple[str, dict[str, Any] | None]] = {
    Action.CONFIRM: ("confirm", None),
    Action.CANCEL: ("cancel", None),
    Action.CHECK_IN: ("check-in", None),
    Action.PROMOTE: ("promote", None),
    Action.TRANSFER: ("transfer", {"name": "Jean", "email": "jean@example.org"}),
    Action.TRANSFER_TO_ANYBODY: ("transfer", {"name": "Jean", "email": "jean@example.org"}),
    Action.RESEND: ("resend", None),
}
SHOWN = {Action.SEE, Action.SEE_ADDRESS, Action.SEE_LETTERS}
EDITED: dict[Action, dict[str, Any]] = {
    Action.EDIT: {"party_size": 2},
    Action.WRITE_NOTE: {"note": "Front row."},
    Action.CORRECT_NAME: {"attendee": {"name": "Corrected"}},
}


@dataclass(frozen=True, slots=True)
class Scene:
    """An enrollment with seats to spare at its event, and somebody who is something to it."""

    world: World
    url: str
    token: str

    def ask(self, action: Action) -> Answer:
        if action in SHOWN:
            return self.world.get(self.url, self.token)
        if action is Action.SHOW_TICKET:
            return self.world.get(f"{self.url}/ticket.svg", self.token)
        if action in EDITED:
            return self.world.send("PATCH", self.url, EDITED[action], token=self.token)
        verb, body = POSTED[action]
        return self.world.post(f"{self.url}/{verb}", body, self.token)


def a_scene(world: World, relation: str, **event_fields: Any) -> Scene:
    organizer, person = a_person(world), a_person(world)
    event = world.an_event(organizer.token, capacity=9, party_max=3, **event_fields)
    body = {}
    if relation == Relation.KEEPER:
        record = {"first_name": "Grace", "email": "grace@example.org"}
        body = {"attendee_id": world.post("/attendees", record, person.token).json["id"]}
    enrolled = world.post(f"/events/{event['id']}/enrollments", body, person.token)
    assert enrolled.status == 201, enrolled.text
    noted = world.patch(f"/enrollments/{enrolled.json['id']}", {"note": "Second row."}, organizer.token)
    assert noted.status == 200, noted.text
    return Scene(world, f"/enrollments/{enrolled.json['id']}", token_of(world, relation, organizer, person, enrolled))


def token_of(world: World, relation: str, organizer: Person, person: Person, enrolled: Answer) -> str:
    if relation == Relation.LINK:
        return link_of(world, enrolled.json)
    if relation == Relation.ADMIN:
        return a_person(world, roles=(Role.ADMIN,)).token
    if relation == STRANGER:
        return a_person(world).token
    if relation in set(TeamRole):
        return a_member(
            world, {"id": enrolled.json["event"]["id"], "organizer": {"id": organizer.id}}, TeamRole(relation)
        ).token
    return organizer.token if relation == Relation.ORGANIZER else person.token


def refusal(relation: str, action: Action) -> int:
    """What somebody is told who may not: nothing is there, it is not theirs, or a link is no login."""
    if relation == STRANGER:
        return 404
    return 401 if relation == Relation.LINK else 403


@pytest.mark.parametrize("action", [one for one in Action if one not in SHOWN - {Action.SEE}])
@pytest.mark.parametrize("relation", [*Relation, STRANGER])
def test_each_may_do_what_the_table_says(world: World, relation: str, action: Action) -> None:
    guests = action is not Action.TRANSFER_TO_ANYBODY
    answer = a_scene(world, relation, guests_allowed=guests).ask(action)

    if relation in MAY[action]:
        assert answer.status in {200, 201, 202, 204}, answer.text
    else:
        assert answer.status == refusal(relation, action), answer.text


@pytest.mark.parametrize("relation", Relation)
def test_the_address_and_letters_are_shown_to_whom_the_table_says(world: World, relation: Relation) -> None:
    answer = a_scene(world, relation).ask(Action.SEE_ADDRESS)

    assert (answer.json["attendee"]["email"] is not None) is (relation in MAY[Action.SEE_ADDRESS])
    assert (answer.json["note"] is not None) is (relation in MAY[Action.SEE_LETTERS])
    assert (answer.json["mail"] is not None) is (relation in MAY[Action.SEE_LETTERS])


def test_the_table_knows_every_action() -> None:
    assert set(MAY) == set(Action)
