"""Each role at each route of an event and of its enrollments: what the two tables of access say, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoint import Endpoint
from chalicelib.domain.teams import TeamRole
from chalicelib.services.enrollments import access as of_enrollments
from chalicelib.services.enrollments.access import Action, Relation
from chalicelib.services.events import access as of_events
from chalicelib.services.events.access import EventAction, EventRelation
from tests.support.builders import Person, a_member, a_person, enrolled
from tests.support.documented import document
from tests.support.http import Answer
from tests.support.sample import ABSENT, ENDPOINTS
from tests.support.teams import invited
from tests.support.world import World

NEEDED: dict[str, EventAction | Action] = {
    "show_event": EventAction.SEE,
    "show_capacity": EventAction.SEE,
    "show_eligibility": EventAction.SEE,
    "show_event_calendar": EventAction.SEE,
    "list_waitlist": EventAction.SEE,  # what more the team sees is another test's
    "replace_event": EventAction.CHANGE,
    "change_event": EventAction.CHANGE,
    "publish_event": EventAction.CHANGE,
    "cancel_event": EventAction.CHANGE,
    "delete_event": EventAction.DELETE,
    "send_message": EventAction.MESSAGE,
    "enrol_in_event": EventAction.ENROL_OTHERS,  # somebody else, by name and address
    "list_enrollments_of_event": EventAction.LIST,
    "export_enrollments": EventAction.LIST,
    "check_in_batch": EventAction.SCAN,
    "list_team": EventAction.SEE_TEAM,
    "invite_to_team": EventAction.CHANGE_TEAM,
    "change_role": EventAction.CHANGE_TEAM,
    "remove_from_team": EventAction.CHANGE_TEAM,
    "show_enrollment": Action.SEE,
    "show_history": Action.SEE,
    "show_ticket": Action.SHOW_TICKET,
    "replace_enrollment": Action.EDIT,
    "change_enrollment": Action.EDIT,
    "cancel_enrollment": Action.CANCEL,
    "delete_enrollment": Action.CANCEL,
    "confirm_enrollment": Action.CONFIRM,
    "promote_enrollment": Action.PROMOTE,
    "transfer_enrollment": Action.TRANSFER,
    "resend_mail": Action.RESEND,
    "check_in": Action.CHECK_IN,
    "undo_check_in": Action.CHECK_IN,
}
BODIES: dict[str, Any] = {
    "enrol_in_event": {"name": "Jean Bartik", "email": "jean@example.org"},
    "transfer_enrollment": {"name": "Jean Bartik", "email": "jean@example.org"},
    "check_in_batch": {"rows": [{"enrollment_id": ABSENT}]},
    "check_in": {},
}
OF_EVENTS = [one for one in ENDPOINTS if "{event_id}" in one.path or "{enrollment_id}" in one.path]
# One of each: a team of one event, and one of all events of its owner, are the same relation (tests/unit/services).
WHO = [(TeamRole.MANAGER, False), (TeamRole.VIEWER, True), (TeamRole.CHECK_IN, False)]


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


def ask(world: World, olga: Person, ada: Person, endpoint: Endpoint, role: TeamRole, *, all_events: bool) -> Answer:
    """One request by somebody of a fresh event with one enrollment and one open invitation."""
    event = world.an_event(olga.token, capacity=5)
    row = enrolled(world, event, ada)
    member_id = ""
    if "{member_id}" in endpoint.path:
        member_id = invited(world, event, olga, "door@example.org", "check_in")
    url = endpoint.path.format(event_id=event["id"], enrollment_id=row["id"], member_id=member_id)
    return world.send(
        endpoint.method, url, body_of(endpoint), token=a_member(world, event, role, all_events=all_events).token
    )


def body_of(endpoint: Endpoint) -> Any:
    if endpoint.name in BODIES:
        return BODIES[endpoint.name]
    asked = document()["paths"][endpoint.path][endpoint.method.lower()].get("requestBody")
    return asked["content"]["application/json"].get("example", {}) if asked else None


def may(role: TeamRole, needed: EventAction | Action) -> bool:
    if isinstance(needed, EventAction):
        return EventRelation(role) in of_events.MAY[needed]
    return Relation(role) in of_enrollments.MAY[needed]


def told(answer: Answer) -> str:
    return {403: "forbidden", 404: "forbidden"}.get(answer.status, "done")


def test_the_table_of_this_test_has_every_route_of_an_event() -> None:
    assert {one.name for one in OF_EVENTS} == set(NEEDED)


@pytest.mark.parametrize(("role", "all_events"), WHO)
def test_each_role_may_do_at_each_route_what_the_tables_say(
    world: World, olga: Person, ada: Person, role: TeamRole, *, all_events: bool
) -> None:
    found = {one.name: told(ask(world, olga, ada, one, role, all_events=all_events)) for one in OF_EVENTS}

    assert found == {name: "done" if may(role, needed) else "forbidden" for name, needed in NEEDED.items()}


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
