"""Inviting to the team of an event: mail, who may accept, and what is told of an address."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.teams import Membership, TeamRole
from chalicelib.domain.shared.limits import MAX_TEAM, MAX_TEAMS
from chalicelib.settings import Settings
from tests.support.builders import Person, a_person, deleted, signed_in
from tests.support.people.admin import set_access
from tests.support.people.teams import accept, invite, invited, joined, team_of
from tests.support.problems import problem
from tests.support.stories.busy import closed
from tests.support.world import SETTINGS, World


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world, "olga@example.org", first_name="Olga", last_name="Organizer")


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, title="Night of the Pythons", capacity=9)


@pytest.fixture
def limited() -> Iterator[World]:
    settings = Settings(key_ring=SETTINGS.key_ring, limits="production", public_url="https://api.test")
    with World(settings) as world:
        yield world


def link_in(world: World, email: str) -> str:
    world.work()
    text = world.mailer.to(email)[-1].text
    return urlsplit(next(line for line in text.splitlines() if "/team-invitations/" in line)).path


def test_an_invitation_is_mailed_accepted_and_shown(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world, "maya@example.org", first_name="Maya", last_name="Manager", locale="de")

    answer = invite(world, event, olga, "Maya@example.org", "manager")
    world.work()

    [mail] = world.mailer.to("Maya@example.org")
    assert "Olga Organizer" in mail.text
    assert "Night of the Pythons" in mail.subject
    assert "verwalten" in mail.text, "in the language of whoever has an account there"
    assert {name: answer.json[name] for name in ("role", "all_events", "status", "name", "email")} == {
        "role": "manager", "all_events": False, "status": "invited", "name": None, "email": "Maya@example.org",
    }  # fmt: skip
    [waiting] = world.get("/me/invitations", maya.token).json["results"]
    assert (waiting["id"], waiting["owner"], waiting["event"]["title"]) == (
        answer.json["id"], {"name": "Olga Organizer"}, "Night of the Pythons",
    )  # fmt: skip

    accepted = accept(world, maya, waiting["id"])

    assert (accepted.status, accepted.json["event"]["id"], accepted.json["role"]) == (200, event["id"], "manager")
    assert accept(world, maya, waiting["id"]).json == accepted.json, "again is the same"
    [member] = team_of(world, event, olga)
    assert (member["id"], member["status"], member["name"], member["email"], member["expires_at"]) == (
        waiting["id"], "member", "Maya Manager", None, None,
    )  # fmt: skip
    assert maya.id not in str(team_of(world, event, olga)), "the id of an account is nobody's to know"
    assert world.get("/me/invitations", maya.token).json["results"] == []
    assert [team["event"]["id"] for team in world.get("/me/teams", maya.token).json["results"]] == [event["id"]]


@pytest.mark.parametrize("who", ["another address", "an unproven address", "nobody"])
def test_only_the_proven_owner_of_the_address_accepts(
    world: World, olga: Person, event: dict[str, Any], who: str
) -> None:
    member_id = invited(world, event, olga, "maya@example.org", "manager")
    if who == "nobody":
        problem(world.post(f"/me/invitations/{member_id}/accept"), 401, "unauthenticated")
        return
    is_named = who == "an unproven address"
    person = a_person(world, "maya@example.org", email_verified=False) if is_named else a_person(world)

    problem(accept(world, person, member_id), 404, "not_found")
    problem(world.post(f"/me/invitations/{member_id}/decline", None, person.token), 404, "not_found")
    assert world.get("/me/invitations", person.token).json["results"] == []
    assert world.get(f"/events/{event['id']}/enrollments", person.token).status == 403


def test_whoever_signs_up_with_the_address_finds_the_invitation(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    member_id = invited(world, event, olga, "new@example.org", "viewer")

    token = world.signed_up("new@example.org")

    assert world.post(f"/me/invitations/{member_id}/accept", None, token).status == 200
    assert world.get(f"/events/{event['id']}/enrollments", token).status == 200


def test_the_same_again_sends_nothing_and_a_new_role_takes_its_place(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    first = invite(world, event, olga, "maya@example.org", "viewer")
    again = invite(world, event, olga, "MAYA@example.org", "viewer")
    world.work()
    assert (again.status, again.json["id"]) == (201, first.json["id"])
    assert len(world.mailer.sent) == 1

    other = invite(world, event, olga, "maya@example.org", "manager")
    world.work()

    assert other.json["id"] == first.json["id"]
    assert len(world.mailer.sent) == 2
    assert [one["role"] for one in team_of(world, event, olga)] == ["manager"]


def test_of_two_invitations_that_wait_only_the_newer_is_mailed(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    invited(world, event, olga, "maya@example.org", "viewer")
    world.clock.advance(timedelta(seconds=1))
    invited(world, event, olga, "maya@example.org", "manager")

    world.work()

    [mail] = world.mailer.to("maya@example.org")
    assert "manage" in mail.text


def test_one_team_sends_two_mails_a_day_to_one_address(limited: World) -> None:
    world, owner = limited, a_person(limited)
    event = world.an_event(owner.token)
    for _ in range(2):
        member_id = invited(world, event, owner, "maya@example.org", "viewer")
        world.delete(f"/events/{event['id']}/team/{member_id}", owner.token)

    answer = invite(world, event, owner, "maya@example.org", "viewer")

    problem(answer, 429, "too_many_requests")
    assert answer.headers["Retry-After"]
    assert invite(world, event, owner, "other@example.org", "viewer").status == 201, "others are not kept from it"
    world.work()
    assert len(world.mailer.to("maya@example.org")) <= 2


def test_what_one_owner_sends_keeps_no_other_from_inviting(limited: World) -> None:
    world = limited
    for number in range(3):
        noisy = a_person(world)
        for _ in range(4):
            event = world.an_event(noisy.token, title=f"Noise {number}")
            invite(world, event, noisy, "maya@example.org", "viewer")
    owner = a_person(world)

    assert invite(world, world.an_event(owner.token), owner, "maya@example.org", "viewer").status == 201


def test_an_invitation_ends_after_a_week(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world)
    member_id = invited(world, event, olga, maya.email, "viewer")
    path = link_in(world, maya.email)
    world.clock.advance(timedelta(days=7))
    maya, olga = signed_in(world, maya.account), signed_in(world, olga.account)

    problem(accept(world, maya, member_id), 404, "not_found")
    problem(world.get(path), 404, "not_found")
    assert team_of(world, event, olga) == []
    assert world.get("/me/invitations", maya.token).json["results"] == []


def test_the_link_shows_and_declines_and_accepts_nothing(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world)
    member_id = invited(world, event, olga, maya.email, "check_in")
    path = link_in(world, maya.email)

    shown = world.get(path)
    page = world.get(path, Accept="text/html")

    assert (shown.json["id"], shown.json["role"], shown.json["owner"]) == (
        member_id, "check_in", {"name": "Olga Organizer"},
    )  # fmt: skip
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'action="{path}/decline"' in page.text
    assert maya.email not in shown.text + page.text
    assert [one["status"] for one in team_of(world, event, olga)] == ["invited"]

    declined = world.post(f"{path}/decline", Accept="text/html")

    assert "You have declined this invitation." in declined.text
    assert [(one["status"], one["email"]) for one in team_of(world, event, olga)] == [("declined", None)]
    problem(world.get(path), 404, "not_found")
    problem(world.post(f"{path}/decline"), 404, "not_found")
    problem(accept(world, maya, member_id), 404, "not_found")
    problem(world.get(path[:-2]), 404, "not_found")


def test_who_is_invited_declines_with_a_login(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world)
    member_id = invited(world, event, olga, maya.email, "check_in")

    assert world.post(f"/me/invitations/{member_id}/decline", None, maya.token).status == 204

    problem(accept(world, maya, member_id), 404, "not_found")
    assert [one["status"] for one in team_of(world, event, olga)] == ["declined"]
    world.work()
    assert world.mailer.to(maya.email) == [], "what was declined before it was sent is not sent"
    world.clock.advance(timedelta(minutes=11))
    again = invited(world, event, olga, maya.email, "check_in")
    assert accept(world, maya, again).status == 200


def test_an_invitation_that_was_taken_back_is_not_there(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world)
    member_id = invited(world, event, olga, maya.email, "manager")

    assert world.delete(f"/events/{event['id']}/team/{member_id}", olga.token).status == 204

    problem(accept(world, maya, member_id), 404, "not_found")
    world.work()
    assert world.mailer.to(maya.email) == []
    problem(world.delete(f"/events/{event['id']}/team/{member_id}", olga.token), 404, "not_found")


def test_no_table_keeps_the_address_of_an_invitation_that_was_answered(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    """The account has it, and who else knew it is no business of the team's."""
    maya = a_person(world, "maya.of.the.door@example.org")
    joined(world, event, olga, maya, "check_in")
    gone = invited(world, event, olga, "declined.by@example.org", "viewer")
    world.delete(f"/events/{event['id']}/team/{gone}", olga.token)
    world.work()

    for table in ("turnout-events", "turnout-due", "turnout-seats"):
        assert "example.org" not in str(world.db.snapshot_all(table))
    rows = [row for row in world.db.snapshot_all("turnout-accounts") if "declined.by" in str(row)]
    assert rows == []
    kept = [row for row in world.db.snapshot_all("turnout-accounts") if "maya.of.the.door" in str(row)]
    assert {row["pk"]["S"].split("#")[0] for row in kept} == {"user", "email"}


def test_a_member_is_not_invited_once_more(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world)
    member_id = joined(world, event, olga, maya, "viewer")

    same = invite(world, event, olga, maya.email, "viewer")

    assert (same.json["id"], same.json["status"], same.json["email"]) == (member_id, "member", None)
    problem(invite(world, event, olga, maya.email, "manager"), 409, "already_in_team")
    world.work()
    assert world.mailer.to(maya.email) == []


def test_an_account_with_another_address_is_in_the_team_once(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world)
    joined(world, event, olga, maya, "viewer")
    other = invited(world, event, olga, "second@example.org", "manager")
    moved = world.post("/auth/me/email", {"email": "second@example.org"}, maya.token)
    assert moved.status == 202, moved.text
    proof = world.post("/auth/verify-new-email", {"otp": world.code_for("second@example.org")}, maya.token)
    assert proof.status == 200, proof.text

    assert accept(world, maya, other).status == 200

    assert [(one["id"], one["role"]) for one in team_of(world, event, olga)] == [(other, "manager")]
    assert world.get(f"/events/{event['id']}/team", maya.token).status == 200


def test_the_owner_does_not_join_their_own_team(world: World, olga: Person, event: dict[str, Any]) -> None:
    member_id = invited(world, event, olga, olga.email, "viewer")

    problem(accept(world, olga, member_id), 403, "forbidden")


def test_a_full_team_takes_nobody_and_invitations_count(world: World, olga: Person, event: dict[str, Any]) -> None:
    for number in range(MAX_TEAM):
        invited(world, event, olga, f"helper{number}@example.org", "check_in")

    problem(invite(world, event, olga, "one.more@example.org", "check_in"), 409, "team_full")

    world.delete(f"/events/{event['id']}/team/{team_of(world, event, olga)[7]['id']}", olga.token)
    assert invite(world, event, olga, "one.more@example.org", "check_in").status == 201


def test_an_account_is_in_so_many_teams_and_deleted_events_make_room(world: World, olga: Person) -> None:
    gone = world.an_event(olga.token)
    others = [Membership(f"01JZ{number:022d}", TeamRole.VIEWER, f"m{number}") for number in range(MAX_TEAMS - 1)]
    maya = a_person(world, teams=(*others, Membership(gone["id"], TeamRole.VIEWER, "gone")))
    event = world.an_event(olga.token)
    member_id = invited(world, event, olga, maya.email, "viewer")

    problem(accept(world, maya, member_id), 409, "too_many_teams")

    deleted(world, gone, olga)
    assert accept(world, maya, member_id).status == 200


def test_nobody_accepts_for_an_event_that_is_deleted(world: World, olga: Person, event: dict[str, Any]) -> None:
    maya = a_person(world)
    member_id = invited(world, event, olga, maya.email, "manager")
    path = link_in(world, maya.email)
    deleted(world, event, olga)

    problem(accept(world, maya, member_id), 404, "not_found")
    problem(world.get(path), 404, "not_found")
    assert world.get("/me/invitations", maya.token).json["results"] == []


def test_nobody_joins_by_the_word_of_an_owner_who_was_disabled(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    maya, admin = a_person(world), a_person(world, roles=(Role.ADMIN,))
    member_id = invited(world, event, olga, maya.email, "manager")
    path = link_in(world, maya.email)
    set_access(world, admin, olga, disabled=True)

    problem(accept(world, maya, member_id), 404, "not_found")
    problem(world.get(path), 404, "not_found")
    assert world.get("/me/invitations", maya.token).json["results"] == []
    problem(world.get(f"/events/{event['id']}/enrollments", maya.token), 403, "forbidden")

    set_access(world, admin, olga, disabled=False)
    assert accept(world, maya, member_id).status == 200


def test_nor_of_one_who_has_closed_the_account_until_a_login_keeps_it(world: World, olga: Person) -> None:
    maya = a_person(world)
    draft = world.an_event(olga.token, status="draft")
    member_id = invited(world, draft, olga, maya.email, "viewer", all_events=True)
    closed(world, olga.token)

    problem(accept(world, maya, member_id), 404, "not_found")

    world.logged_in(olga.email)
    assert accept(world, maya, member_id).status == 200


def test_an_invitation_of_an_owner_who_was_disabled_before_it_left_is_not_mailed(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    maya = a_person(world)
    invited(world, event, olga, maya.email, "manager")
    set_access(world, a_person(world, roles=(Role.ADMIN,)), olga, disabled=True)

    world.work()

    assert world.mailer.to(maya.email) == []


def test_an_unproven_owner_invites_nobody(world: World) -> None:
    """An account that was written before only proven ones could publish."""
    owner = a_person(world)
    event = world.an_event(owner.token)
    unproven = signed_in(world, replace(owner.account, email_verified=False))

    problem(invite(world, event, unproven, "maya@example.org", "viewer"), 403, "email_not_verified")


def test_invitations_are_counted_among_what_others_cause(limited: World) -> None:
    """Eleven owners, each within their own limits, reach one address with what a mailbox takes of strangers."""
    victim, owners = "victim@example.org", [a_person(limited) for _ in range(30)]
    for owner in owners:
        event = limited.an_event(owner.token)
        invite(limited, event, owner, victim, "viewer")
    limited.work()

    first = len(limited.mailer.to(victim))
    assert first == 20, "each owner's first mail of the day"
    for _ in range(30):
        limited.clock.advance(timedelta(hours=1))
        limited.tick()
        limited.work()
    assert len(limited.mailer.to(victim)) == 30, "late, and not lost"


def test_whoever_says_that_it_was_not_them_gets_no_invitation_any_more(limited: World) -> None:
    olga, victim = a_person(limited), "victim@example.org"
    invite(limited, limited.an_event(olga.token), olga, victim, "viewer")
    limited.work()
    [mail] = limited.mailer.to(victim)
    link = next(line for line in mail.text.splitlines() if "/unsubscribe/" in line)

    assert limited.post(urlsplit(link).path).json["unsubscribed"] is True

    other = a_person(limited)
    answer = invite(limited, limited.an_event(other.token), other, victim, "viewer")
    limited.work()
    assert (answer.status, len(limited.mailer.to(victim))) == (201, 1)
