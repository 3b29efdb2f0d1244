"""What happened to the team of an event and to the keys for its door: told to who sees the team, and to nobody else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.shared.limits import INVITATION_LIFE
from tests.component.people.test_activity import happened, kinds
from tests.support.builders import Person, a_member, a_person, an_api_key, signed_in
from tests.support.people.teams import invite, invited, joined
from tests.support.world import PASSWORD, World

OF_TEAM = {"team", "key"}


def of_team(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["about"] in OF_TEAM]


def told(rows: list[dict[str, Any]]) -> list[tuple[str, str, str | None, str]]:
    """What happened, by whom, to whom and in which role."""
    return [
        (row["kinds"][0], row["actor"], row["member"]["name"] or row["member"]["email"], row["member"]["role"])
        for row in of_team(rows)
    ]


def passes(world: World) -> None:
    world.clock.advance(timedelta(seconds=1))


def test_each_change_of_the_team_is_told_once_in_its_order(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    bob, eve = a_person(world, first_name="Bob", last_name="Ross"), a_person(world, "eve@example.org")
    passes(world)
    bobs = joined(world, event, olga, bob, "viewer")
    url = f"/events/{event['id']}/team"
    passes(world)
    for _ in range(2):  # the second time nothing is another
        assert world.patch(f"{url}/{bobs}", {"role": "manager"}, olga.token).status == 200
    passes(world)
    refused = invited(world, event, olga, eve.email, "check_in")
    passes(world)
    assert world.post(f"/me/invitations/{refused}/decline", None, eve.token).status == 204
    passes(world)
    assert world.delete(f"{url}/{refused}", olga.token).status == 204
    passes(world)
    withdrawn = invited(world, event, olga, "kim@example.org", "viewer")
    passes(world)
    assert world.delete(f"{url}/{withdrawn}", olga.token).status == 204
    invited(world, event, olga, "uma@example.org", "viewer")
    passes(world)
    assert world.delete(f"/me/teams/{bobs}", bob.token).status == 204

    rows = happened(world, event, olga, 3)

    assert told(rows) == [
        ("left", "team", "Bob Ross", "manager"),
        ("invited", "organizer", "uma@example.org", "viewer"),
        ("withdrawn", "organizer", None, "viewer"),
        ("invited", "organizer", None, "viewer"),
        ("removed", "organizer", None, "check_in"),
        ("declined", "team", None, "check_in"),
        ("invited", "organizer", None, "check_in"),
        ("role_changed", "organizer", "Bob Ross", "manager"),
        ("joined", "team", "Bob Ross", "viewer"),
        ("invited", "organizer", None, "viewer"),  # of nobody yet, and they are gone
    ]
    assert [row["member"]["role_before"] for row in of_team(rows) if row["kinds"] == ["role_changed"]] == ["viewer"]
    assert {row["member"]["all_events"] for row in of_team(rows)} == {False}
    assert len({row["id"] for row in rows}) == len(rows)
    assert happened(world, event, olga) == rows


def test_the_team_of_all_events_is_told_at_each_of_them_since_there_is_the_event(world: World, olga: Person) -> None:
    first = world.an_event(olga.token)
    passes(world)
    bob = a_person(world, first_name="Bob", last_name="Ross")
    bobs = joined(world, first, olga, bob, "viewer", all_events=True)
    passes(world)
    second = world.an_event(olga.token)
    passes(world)
    assert world.delete(f"/events/{second['id']}/team/{bobs}", olga.token).status == 204

    at_first, at_second = (happened(world, event, olga) for event in (first, second))

    assert kinds(at_first) == ["removed", "joined", "invited", "created"]
    assert kinds(at_second) == ["removed", "created"]
    assert of_team(at_first)[0] == of_team(at_second)[0]
    assert (at_second[0]["member"]["name"], at_second[0]["member"]["all_events"]) == ("Bob Ross", True)


def test_it_is_for_who_sees_the_team(world: World, olga: Person) -> None:
    """Addresses of invited people only for the owner; all others are told what there is besides."""
    event = world.an_event(olga.token)
    manager = a_member(world, event, TeamRole.MANAGER)
    viewer = a_member(world, event, TeamRole.VIEWER, all_events=True)
    passes(world)
    invited(world, event, olga, "uma@example.org", "viewer")
    program = replace(olga, token=an_api_key(world, olga)["secret"])
    admin = a_person(world, roles=(Role.ADMIN,))

    def names(person: Person) -> list[tuple[str, str | None]]:
        rows = happened(world, event, person)
        return [(row["kinds"][0], row["member"] and row["member"]["email"]) for row in rows if row["about"] != "key"]

    assert names(olga) == [("invited", "uma@example.org"), *names(olga)[1:]]
    assert [kind for kind, _ in names(olga)] == ["invited", "joined", "joined", "created"]
    assert names(manager) == [("invited", None), *names(olga)[1:]]
    for other in (viewer, admin, program):
        assert names(other) == [("created", None)]


def test_keys_for_the_door_are_told_as_they_are_made_and_end(world: World, olga: Person) -> None:
    event, other = world.an_event(olga.token), world.an_event(olga.token)
    passes(world)
    first, second = (an_api_key(world, olga, "check-in", event_id=event["id"]) for _ in range(2))
    an_api_key(world, olga, "read")
    passes(world)
    for status in (204, 404):
        assert world.delete(f"/auth/api-keys/{first['id']}", olga.token).status == status
    passes(world)
    words = {"old_password": PASSWORD, "new_password": "another good password"}
    assert world.post("/auth/change-password", words, olga.token).status == 200

    details = world.container.store.accounts.details(olga.id)
    assert details
    olga = signed_in(world, details.account)
    rows = happened(world, event, olga)

    assert [(row["kinds"][0], row["actor"], row["key_id"]) for row in of_team(rows)] == [
        ("key_ended", "system", second["id"]),
        ("key_revoked", "organizer", first["id"]),
        *sorted([("key_made", "organizer", one["id"]) for one in (first, second)], reverse=True),
    ]
    assert kinds(happened(world, other, olga)) == ["created"]


def test_invitations_that_are_over_by_themselves_leave_no_entry(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, starts_at="2027-06-01T09:00:00Z")
    passes(world)
    invited(world, event, olga, "uma@example.org", "viewer")
    world.clock.advance(INVITATION_LIFE)
    again = signed_in(world, olga.account)
    assert told(happened(world, event, again)) == [("invited", "organizer", None, "viewer")]
    assert invite(world, event, again, "kim@example.org", "viewer").status == 201

    assert told(happened(world, event, again)) == [
        ("invited", "organizer", "kim@example.org", "viewer"),
        ("invited", "organizer", None, "viewer"),
    ]
