"""What members of a team do and see, and that it ends with the next request."""

from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AccountItem
from tests.support.builders import Person, a_member, a_person, enrolled, signed_in
from tests.support.people.teams import invite, invited, joined, team_of
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world, "olga@example.org", first_name="Olga", last_name="Organizer")


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=9, ends_at="2026-07-02T09:00:00Z")


@pytest.fixture
def maya(world: World) -> Person:
    return a_person(world, "maya@example.org", first_name="Maya", last_name="Member")


def roster(world: World, event: dict[str, Any], token: str, q: str = "") -> list[dict[str, Any]]:
    answer = world.get(f"/events/{event['id']}/enrollments{q}", token)
    assert answer.status == 200, answer.text
    return list(answer.json["results"])


def test_a_removed_member_is_refused_at_the_next_request_of_every_login(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    second = signed_in(world, maya.account)
    member_id = joined(world, event, olga, maya, "manager")
    url = f"/events/{event['id']}/enrollments"
    assert [world.get(url, one.token).status for one in (maya, second)] == [200, 200]

    assert world.delete(f"/events/{event['id']}/team/{member_id}", olga.token).status == 204

    assert [world.get(url, one.token).status for one in (maya, second)] == [403, 403]
    later = world.logged_in(maya.email)["access"]
    assert world.get(url, later).status == 403
    assert world.get("/me/teams", maya.token).json["results"] == []
    assert team_of(world, event, olga) == []


def test_a_login_after_joining_is_in_the_team(world: World, olga: Person, event: dict[str, Any], maya: Person) -> None:
    joined(world, event, olga, maya, "check_in")

    later = world.logged_in(maya.email)

    assert roster(world, event, later["access"]) == []
    refreshed = world.post("/auth/refresh", {"refresh": later["refresh"]}).json["access"]
    assert roster(world, event, refreshed) == []


def test_a_change_of_the_profile_leaves_the_teams(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    joined(world, event, olga, maya, "viewer")

    assert world.patch("/auth/me", {"first_name": "Mary"}, maya.token).status == 200

    assert roster(world, event, maya.token) == []
    assert [one["name"] for one in team_of(world, event, olga)] == ["Mary Member"]


def test_a_new_role_is_in_force_at_the_next_request(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    member_id = joined(world, event, olga, maya, "manager")
    url = f"/events/{event['id']}/team/{member_id}"
    assert world.patch(f"/events/{event['id']}", {"title": "Renamed"}, maya.token).status == 200

    changed = world.patch(url, {"role": "viewer"}, olga.token)

    assert (changed.status, changed.json["role"], changed.json["name"]) == (200, "viewer", "Maya Member")
    problem(world.patch(f"/events/{event['id']}", {"title": "Again"}, maya.token), 403, "forbidden")
    assert [one["role"] for one in world.get("/me/teams", maya.token).json["results"]] == ["viewer"]
    assert world.patch(url, {}, olga.token).json == changed.json


def test_an_open_invitation_is_accepted_in_its_last_role(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    member_id = invited(world, event, olga, maya.email, "manager")

    changed = world.patch(f"/events/{event['id']}/team/{member_id}", {"role": "check_in"}, olga.token)

    assert (changed.json["role"], changed.json["email"]) == ("check_in", maya.email)
    assert world.post(f"/me/invitations/{member_id}/accept", None, maya.token).json["role"] == "check_in"


def test_a_role_that_is_none_is_refused(world: World, olga: Person, event: dict[str, Any]) -> None:
    member_id = invited(world, event, olga, "door@example.org", "viewer")

    for role in ("owner", "admin", "", None, 1):
        problem(invite(world, event, olga, "x@example.org", role), 400, "invalid_request")  # type: ignore[arg-type]
        answer = world.patch(f"/events/{event['id']}/team/{member_id}", {"role": role}, olga.token)
        problem(answer, 400, "invalid_request")


@pytest.mark.parametrize("role", TeamRole)
def test_who_sees_addresses_and_finds_people_by_them(world: World, event: dict[str, Any], role: TeamRole) -> None:
    ada = a_person(world, "ada.byron@secret.example", first_name="Ada", last_name="Byron")
    enrolled(world, event, ada)
    token = a_member(world, event, role).token
    sees = role is TeamRole.MANAGER

    [row] = roster(world, event, token)
    csv = world.get(f"/events/{event['id']}/enrollments.csv", token)

    assert row["attendee"]["name"] == "Ada Byron"
    assert (row["attendee"]["email"] == ada.email) is sees
    assert ("secret.example" in csv.text) is sees
    assert "Ada Byron" in csv.text
    assert len(roster(world, event, token, "?q=byron")) == 1
    assert len(roster(world, event, token, "?q=secret")) == (1 if sees else 0)
    one = world.get(f"/enrollments/{row['id']}", token)
    assert ("secret.example" in one.text) is sees


@pytest.mark.parametrize("role", TeamRole)
def test_the_team_sees_drafts_and_who_waits(world: World, olga: Person, role: TeamRole) -> None:
    draft = world.an_event(olga.token, status="draft")
    event = world.an_event(olga.token, capacity=0)
    waiting = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, a_person(world).token)
    assert waiting.status == 201, waiting.text

    assert world.get(f"/events/{draft['id']}", a_member(world, draft, role).token).status == 200
    shown = world.get(f"/events/{event['id']}/waitlist", a_member(world, event, role).token)

    assert [row["position"] for row in shown.json["results"]] == [1]


def test_door_staff_check_in_and_take_it_back_and_the_history_names_the_team(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    ada = a_person(world)
    row = enrolled(world, event, ada)
    member_id = joined(world, event, olga, maya, "check_in")
    url = f"/enrollments/{row['id']}"

    assert world.post(f"{url}/check-in", {}, maya.token).json["checked_in_people"] == 1
    assert world.delete(f"{url}/check-in", maya.token).status == 204
    scanned = world.post(f"/events/{event['id']}/check-ins", {"rows": [{"enrollment_id": row["id"]}]}, maya.token)
    assert [one["status"] for one in scanned.json["results"]] == ["checked_in"]
    problem(world.post(f"{url}/cancel", None, maya.token), 403, "forbidden")
    problem(world.patch(url, {"note": "x"}, maya.token), 403, "forbidden")

    history = world.get(f"{url}/history", ada.token)

    assert [one["actor"] for one in history.json["results"][1:]] == [{"kind": "team", "id": member_id}] * 3
    assert maya.id not in history.text


def test_what_a_manager_makes_is_the_organizers_and_ends_with_the_membership(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    member_id = joined(world, event, olga, maya, "manager")
    made = world.post(f"/events/{event['id']}/enrollments", {"name": "Gus", "email": "gus@example.org"}, maya.token)
    assert made.status == 201, made.text
    row = enrolled(world, event, a_person(world))
    moved = world.post(f"/enrollments/{row['id']}/transfer", {"name": "Jean", "email": "j@example.org"}, maya.token)
    assert moved.status == 201, moved.text

    mine = world.get("/me/enrollments?made_by=me", maya.token).json["results"]
    theirs = world.get("/me/enrollments?made_by=me", olga.token).json["results"]
    history = world.get(f"/enrollments/{made.json['id']}/history", maya.token).json["results"]

    assert mine == []
    assert {one["id"] for one in theirs} == {made.json["id"], moved.json["id"]}
    assert [one["actor"] for one in history] == [{"kind": "team", "id": member_id}]
    world.delete(f"/events/{event['id']}/team/{member_id}", olga.token)
    for one in (made, moved):
        problem(world.get(f"/enrollments/{one.json['id']}", maya.token), 404, "not_found")


def test_who_is_in_the_team_enrols_themselves_as_anybody_does(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    joined(world, event, olga, maya, "manager")
    row = enrolled(world, event, maya)

    history = world.get(f"/enrollments/{row['id']}/history", maya.token).json["results"]

    assert [one["actor"] for one in history] == [{"kind": "attendee", "id": maya.id}]
    world.patch(f"/events/{event['id']}", {"enrollment_closes_at": "2026-06-01T09:00:01Z"}, olga.token)
    world.clock.advance(world.clock.now.resolution * 2_000_000)
    other = a_member(world, event, TeamRole.MANAGER)
    problem(world.post(f"/events/{event['id']}/enrollments", {}, other.token), 409, "enrollment_closed")


def test_a_manager_sees_the_team_without_addresses_and_changes_nothing_of_it(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    member_id = joined(world, event, olga, maya, "manager")
    invited(world, event, olga, "door@example.org", "check_in")

    assert [(one["status"], one["email"]) for one in team_of(world, event, maya)] == [
        ("member", None),
        ("invited", None),
    ]
    problem(invite(world, event, maya, "x@example.org", "viewer"), 403, "forbidden")
    problem(world.patch(f"/events/{event['id']}/team/{member_id}", {"role": "viewer"}, maya.token), 403, "forbidden")
    problem(world.delete(f"/events/{event['id']}/team/{member_id}", maya.token), 403, "forbidden")
    problem(world.delete(f"/events/{event['id']}", maya.token), 403, "forbidden")


def test_all_events_of_an_owner_are_those_of_later_too(world: World, olga: Person, maya: Person) -> None:
    first = world.an_event(olga.token)
    member_id = joined(world, first, olga, maya, "viewer", all_events=True)
    later = world.an_event(olga.token, status="draft", title="Later")
    foreign = world.an_event(a_person(world).token)

    assert [world.get(f"/events/{one['id']}/enrollments", maya.token).status for one in (first, later, foreign)] == [
        200, 200, 403,
    ]  # fmt: skip
    [team] = world.get("/me/teams", maya.token).json["results"]
    assert (team["id"], team["all_events"], team["event"], team["owner"]) == (
        member_id, True, None, {"name": "Olga Organizer"},
    )  # fmt: skip
    listed = world.get(f"/me/teams/{member_id}/events?status=draft", maya.token)
    assert [one["title"] for one in listed.json["results"]] == ["Later"]
    for one in (first, later):
        assert [(entry["id"], entry["all_events"]) for entry in team_of(world, one, olga)] == [(member_id, True)]

    assert world.delete(f"/events/{later['id']}/team/{member_id}", olga.token).status == 204

    assert world.get(f"/events/{first['id']}/enrollments", maya.token).status == 403
    problem(world.get(f"/me/teams/{member_id}/events", maya.token), 404, "not_found")


def test_the_role_at_one_event_is_beside_that_at_all_of_them(world: World, olga: Person, maya: Person) -> None:
    one, other = world.an_event(olga.token), world.an_event(olga.token)
    joined(world, one, olga, maya, "viewer", all_events=True)
    member_id = joined(world, one, olga, maya, "manager")

    edits = [world.patch(f"/events/{event['id']}", {"title": "X"}, maya.token).status for event in (one, other)]

    assert edits == [200, 403]
    problem(world.get(f"/me/teams/{member_id}/events", maya.token), 404, "not_found")


def test_no_admin_changes_a_team_of_others(world: World, olga: Person, event: dict[str, Any]) -> None:
    admin = a_person(world, roles=(Role.ADMIN,))
    member_id = invited(world, event, olga, "x@example.org", "viewer")
    url = f"/events/{event['id']}/team"

    problem(invite(world, event, admin, "x@example.org", "viewer", all_events=True), 403, "forbidden")
    problem(invite(world, event, admin, "y@example.org", "viewer"), 403, "forbidden")
    problem(world.get(url, admin.token), 403, "forbidden")
    problem(world.delete(f"{url}/{member_id}", admin.token), 403, "forbidden")


def test_whoever_leaves_is_out_of_the_team(world: World, olga: Person, event: dict[str, Any], maya: Person) -> None:
    member_id = joined(world, event, olga, maya, "manager")

    assert world.delete(f"/me/teams/{member_id}", maya.token).status == 204

    assert world.get(f"/events/{event['id']}/enrollments", maya.token).status == 403
    assert team_of(world, event, olga) == []
    problem(world.delete(f"/me/teams/{member_id}", maya.token), 404, "not_found")


def test_a_member_whose_account_is_gone_is_nobody(
    world: World, olga: Person, event: dict[str, Any], maya: Person
) -> None:
    member_id = joined(world, event, olga, maya, "manager")
    world.container.store.dynamo.delete(AccountItem, keys.account(maya.id))

    assert team_of(world, event, olga) == []
    assert world.delete(f"/events/{event['id']}/team/{member_id}", olga.token).status == 204


def test_another_members_entry_is_not_ones_own(world: World, olga: Person, event: dict[str, Any], maya: Person) -> None:
    member_id = joined(world, event, olga, maya, "viewer")
    sam = a_person(world)

    problem(world.delete(f"/me/teams/{member_id}", sam.token), 404, "not_found")
    problem(world.get(f"/me/teams/{member_id}/events", sam.token), 404, "not_found")
    problem(world.delete(f"/events/{event['id']}/team/{member_id}", sam.token), 403, "forbidden")
    other = world.an_event(sam.token)
    problem(world.delete(f"/events/{other['id']}/team/{member_id}", sam.token), 404, "not_found")
    problem(world.patch(f"/events/{other['id']}/team/{member_id}", {"role": "manager"}, sam.token), 404, "not_found")


def test_what_somebody_is_to_an_event_costs_no_read(
    world: World, olga: Person, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with the session: a member's request makes the calls of the organizer's, a stranger's no more."""
    dynamo, calls = world.container.store.dynamo, []
    call = dynamo.call

    def counted(operation: str, kwargs: dict[str, Any]) -> Any:
        calls.append(operation)
        return call(operation, kwargs)

    monkeypatch.setattr(dynamo, "call", counted)
    made: dict[str, list[str]] = {}
    members = {role.value: a_member(world, event, role, all_events=True).token for role in TeamRole}
    for who, token in {"organizer": olga.token, **members}.items():
        calls.clear()
        roster(world, event, token)
        made[who] = list(calls)
    enrolling: dict[str, list[str]] = {}
    for who, person in {"stranger": a_person(world), "member": a_member(world, event, TeamRole.VIEWER)}.items():
        calls.clear()
        enrolled(world, event, person)
        enrolling[who] = list(calls)

    assert made == dict.fromkeys(made, made["organizer"])
    assert enrolling["member"] == enrolling["stranger"] == ["BatchGetItem", "TransactWriteItems"]
