"""Logging out and changing the password: in force on the very next request."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, signed_in
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, World

NEW = "a different password"


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", username="adalove", first_name="Augusta")


def change(world: World, token: str | None, old: Any = PASSWORD, new: Any = NEW) -> Answer:
    return world.post("/auth/change-password", {"old_password": old, "new_password": new}, token)


def test_a_logout_ends_this_login_at_once_and_no_other(world: World, ada: Person) -> None:
    other = signed_in(world, ada.account)

    answer = world.post("/auth/logout", token=ada.token)

    assert (answer.status, answer.text) == (204, "")
    problem(world.get("/auth/me", ada.token), 401, "unauthenticated")
    problem(world.post("/auth/logout", token=ada.token), 401, "unauthenticated")
    problem(world.post("/auth/refresh", {"refresh": ada.refresh}), 401, "credentials_wrong")
    assert world.get("/auth/me", other.token).status == 200


def test_one_must_be_signed_in_to_log_out(world: World) -> None:
    body = problem(world.post("/auth/logout"), 401, "unauthenticated")

    assert body["next_step"] == {"action": "login", "method": "POST", "href": "/auth/login"}


def test_a_logged_out_token_is_refused_on_public_routes_too(world: World, ada: Person) -> None:
    world.post("/auth/logout", token=ada.token)

    problem(world.get("/events", ada.token), 401, "unauthenticated")


def test_a_changed_password_ends_every_session_and_answers_a_fresh_one(world: World, ada: Person) -> None:
    other = signed_in(world, ada.account)

    answer = change(world, ada.token)

    assert answer.status == 200
    assert set(answer.json) == {"access", "refresh", "expires_in"}
    for old in (ada, other):
        problem(world.get("/auth/me", old.token), 401, "unauthenticated")
        problem(world.post("/auth/refresh", {"refresh": old.refresh}), 401, "credentials_wrong")
    assert world.get("/auth/me", answer.json["access"]).status == 200
    assert world.post("/auth/refresh", {"refresh": answer.json["refresh"]}).status == 200


def test_after_a_change_only_the_new_password_logs_in(world: World, ada: Person) -> None:
    change(world, ada.token)

    assert world.post("/auth/login", {"email": ada.email, "password": PASSWORD}).status == 401
    assert world.post("/auth/login", {"email": ada.email, "password": NEW}).status == 200


def test_a_wrong_old_password_is_refused_and_changes_nothing(world: World, ada: Person) -> None:
    problem(change(world, ada.token, old="not the old one"), 400, "old_password_wrong")

    assert world.get("/auth/me", ada.token).status == 200
    assert world.logged_in(ada.email)


@pytest.mark.parametrize("new", ["short", "password1", "i am adalove", "AUGUSTA 1815"])
def test_a_weak_new_password_is_refused_and_changes_nothing(world: World, ada: Person, new: str) -> None:
    assert faults(change(world, ada.token, new=new)) == [("/new_password", "password_weak")]

    assert world.get("/auth/me", ada.token).status == 200


def test_a_new_password_is_asked_for_by_name(world: World, ada: Person) -> None:
    answer = world.post("/auth/change-password", {"password": NEW}, ada.token)

    assert sorted(faults(answer)) == [
        ("/new_password", "required"),
        ("/old_password", "required"),
        ("/password", "unknown_field"),
    ]


def test_one_must_be_signed_in_to_change_a_password(world: World) -> None:
    problem(change(world, None), 401, "unauthenticated")


def test_a_session_is_over_when_its_refresh_token_is_whatever_the_access_token_says(world: World, ada: Person) -> None:
    """The session decides, not the token: an access token made just before the end does not outlive it."""
    world.clock.advance(timedelta(days=7) - timedelta(minutes=1))
    late = world.container.security.tokens.access(ada.id, session_of(ada), world.clock())
    assert world.get("/auth/me", late).status == 200

    world.clock.advance(timedelta(minutes=1))

    problem(world.get("/auth/me", late), 401, "unauthenticated")


def session_of(person: Person) -> str:
    return person.refresh.split(".")[1]
