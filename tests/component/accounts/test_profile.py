"""One's own account: read, replaced, changed; roles in force at once for every session."""

from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, due_rows, signed_in
from tests.support.problems import faults, problem
from tests.support.world import World

READ_ONLY = ("id", "email", "email_verified", "created_at")


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", username="ada", first_name="Ada", last_name="Lovelace", locale="de-AT")


def writable(account: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in account.items() if name not in READ_ONLY}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_an_account_is_shown_to_its_owner_only(world: World, method: str) -> None:
    problem(world.send(method, "/auth/me", {}), 401, "unauthenticated")


def test_get_edit_put_changes_what_was_edited(world: World, ada: Person) -> None:
    account = world.get("/auth/me", ada.token).json

    answer = world.put("/auth/me", {**account, "last_name": "King"}, ada.token)

    assert answer.status == 200
    assert answer.json == {**account, "last_name": "King"}
    assert world.get("/auth/me", ada.token).json == answer.json


def test_put_of_what_was_read_changes_nothing(world: World, ada: Person) -> None:
    account = world.get("/auth/me", ada.token).json

    assert world.put("/auth/me", account, ada.token).json == account


def test_an_admin_can_put_back_what_they_read(world: World) -> None:
    """The role is read-only for them: sent back it is ignored, and it stays."""
    admin = a_person(world, roles=(Role.SEEKER, Role.FACILITATOR, Role.ADMIN))
    account = world.get("/auth/me", admin.token).json

    answer = world.put("/auth/me", {**account, "first_name": "Grace"}, admin.token)

    assert answer.status == 200, answer.text
    assert answer.json == {**account, "first_name": "Grace"}


def test_put_sets_what_is_omitted_back_to_its_default(world: World, ada: Person) -> None:
    world.patch("/auth/me", {"roles": ["seeker"]}, ada.token)

    answer = world.put("/auth/me", {"first_name": "Augusta"}, ada.token)

    assert writable(answer.json) == {
        "username": None,
        "first_name": "Augusta",
        "last_name": "",
        "roles": ["seeker", "facilitator"],
        "locale": "en",
        "embed_on": [],
    }


def test_patch_leaves_what_it_does_not_name(world: World, ada: Person) -> None:
    before = world.get("/auth/me", ada.token).json

    answer = world.patch("/auth/me", {"first_name": "Augusta"}, ada.token)

    assert answer.json == {**before, "first_name": "Augusta"}


@pytest.mark.parametrize(
    ("field", "cleared"),
    [
        ("username", None),
        ("first_name", ""),
        ("last_name", ""),
        ("locale", "en"),
        ("roles", ["seeker", "facilitator"]),
    ],
)
def test_null_clears_a_field(world: World, ada: Person, field: str, cleared: Any) -> None:
    world.patch("/auth/me", {"roles": ["seeker"]}, ada.token)
    before = world.get("/auth/me", ada.token).json

    answer = world.patch("/auth/me", {field: None}, ada.token)

    assert answer.json == {**before, field: cleared}


def test_merge_patch_is_a_media_type_of_its_own(world: World, ada: Person) -> None:
    answer = world.patch(
        "/auth/me", {"last_name": None}, ada.token, Content_Type="application/merge-patch+json; charset=utf-8"
    )

    assert answer.status == 200
    assert answer.json["last_name"] == ""


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_read_only_fields_are_accepted_and_ignored(world: World, ada: Person, method: str) -> None:
    before = world.get("/auth/me", ada.token).json
    forged = {"id": "x", "email": "mallory@example.org", "email_verified": False, "created_at": 3}

    answer = world.send(method, "/auth/me", {**writable(before), **forged}, token=ada.token)

    assert answer.status == 200
    assert answer.json == before


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"password": "x", "is_staff": True}, [("/password", "unknown_field"), ("/is_staff", "unknown_field")]),
        ({"roles": ["admin"]}, [("/roles", "invalid")]),
        ({"roles": ["Admin", "seeker"]}, [("/roles", "invalid")]),
        ({"roles": []}, [("/roles", "invalid")]),
        ({"username": "a"}, [("/username", "invalid")]),
        ({"first_name": 5}, [("/first_name", "invalid")]),
        ({"locale": "xx-not-one"}, [("/locale", "invalid")]),
    ],
)
def test_faults_are_named_and_nothing_is_changed(
    world: World, ada: Person, method: str, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    before = world.get("/auth/me", ada.token).json

    answer = world.send(method, "/auth/me", body, token=ada.token)

    assert faults(answer) == expected
    assert world.get("/auth/me", ada.token).json == before


def test_a_role_that_is_dropped_is_gone_for_every_session_on_the_next_request(world: World, ada: Person) -> None:
    other = signed_in(world, ada.account)
    event = world.an_event(ada.token)

    answer = world.patch("/auth/me", {"roles": ["Seeker"]}, ada.token)

    assert answer.json["roles"] == ["seeker"]
    for token in (ada.token, other.token):
        refused = world.post("/events", {"title": "x", "starts_at": "2026-07-01T09:00:00Z"}, token)
        body = problem(refused, 403, "role_required")
        assert body["next_step"] == {"action": "add_role", "method": "PATCH", "href": "/auth/me"}
        assert "facilitator" in body["detail"]
    assert world.post(f"/events/{event['id']}/enrollments", {}, other.token).status == 201


def test_a_role_that_is_added_is_there_for_every_session_on_the_next_request(world: World) -> None:
    bob = a_person(world, roles=(Role.SEEKER,))
    other = signed_in(world, bob.account)

    world.patch("/auth/me", {"roles": ["seeker", "facilitator"]}, bob.token)

    assert world.an_event(other.token)["organizer"]["id"] == bob.id


def test_the_role_of_an_admin_is_neither_given_nor_taken_here(world: World) -> None:
    admin = a_person(world, roles=(Role.SEEKER, Role.ADMIN))

    answer = world.patch("/auth/me", {"roles": ["facilitator"]}, admin.token)

    assert answer.json["roles"] == ["facilitator", "admin"]


def test_somebody_elses_username_is_refused_in_any_case(world: World, ada: Person) -> None:
    a_person(world, "bob@example.org", username="bob")

    problem(world.patch("/auth/me", {"username": "BOB"}, ada.token), 409, "username_taken")

    assert world.get("/auth/me", ada.token).json["username"] == "ada"


def test_a_username_that_was_given_up_is_free_again(world: World, ada: Person) -> None:
    bob = a_person(world, "bob@example.org")

    world.patch("/auth/me", {"username": "countess"}, ada.token)

    assert world.patch("/auth/me", {"username": "ada"}, bob.token).json["username"] == "ada"
    assert (
        world.post("/auth/login", {"username": "ADA", "password": "correct horse battery"}).json["user"]["id"] == bob.id
    )


def test_the_case_of_ones_own_username_may_change(world: World, ada: Person) -> None:
    assert world.patch("/auth/me", {"username": "ADA"}, ada.token).json["username"] == "ADA"


def test_a_new_name_is_shown_on_all_events_of_an_organizer(world: World, ada: Person) -> None:
    events = [world.an_event(ada.token, title=f"Part {number}", status="draft") for number in range(3)]
    world.post(f"/events/{events[0]['id']}/publish", token=ada.token)

    world.patch("/auth/me", {"first_name": "Augusta", "last_name": "King"}, ada.token)
    world.work()

    names = {world.get(f"/events/{event['id']}", ada.token).json["organizer"]["name"] for event in events}
    assert names == {"Augusta King"}
    [listed] = world.get("/events").json["results"]
    assert listed["organizer"] == {"id": ada.id, "name": "Augusta King"}


def test_a_change_that_shows_no_new_name_starts_no_job(world: World, ada: Person) -> None:
    world.patch("/auth/me", {"locale": "fr", "username": "countess"}, ada.token)

    assert due_rows(world) == []


def test_an_account_is_never_cached(world: World, ada: Person) -> None:
    assert world.get("/auth/me", ada.token).headers["Cache-Control"] == "no-store"
