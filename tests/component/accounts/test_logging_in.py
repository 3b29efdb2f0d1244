"""Logging in: by e-mail address or username, and what a wrong one is told."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.security.passwords import Argon2Passwords
from tests.support.builders import a_person, signed_in
from tests.support.fakes import FastPasswords
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, World


def test_a_login_answers_a_pair_of_tokens_and_the_account(world: World) -> None:
    ada = a_person(world, "ada@example.org", username="ada", first_name="Ada", last_name="Lovelace", locale="de-AT")

    answer = world.post("/auth/login", {"email": "ada@example.org", "password": PASSWORD})

    assert answer.status == 200
    assert set(answer.json) == {"access", "refresh", "expires_in", "user"}
    assert answer.json["expires_in"] == 3600
    assert answer.json["user"] == {
        "id": ada.id,
        "email": "ada@example.org",
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "roles": ["seeker", "facilitator"],
        "email_verified": True,
        "locale": "de-AT",
        "embed_on": [],
        "created_at": "2026-06-01T09:00:00Z",
    }
    assert world.get("/auth/me", answer.json["access"]).json == answer.json["user"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "who",
    [
        {"email": "ADA@example.org"},
        {"email": " ada@EXAMPLE.org "},
        {"username": "Ada.L"},
        {"username": "ada.l"},
        {"username": "ADA.L"},
    ],
    ids=["e-mail", "e-mail in other case", "username", "folded username", "username in capitals"],
)
def test_one_logs_in_by_address_or_username_in_any_case(world: World, who: dict[str, str]) -> None:
    ada = a_person(world, "ada@example.org", username="Ada.L")

    answer = world.post("/auth/login", {**who, "password": PASSWORD})

    assert answer.status == 200
    assert answer.json["user"]["id"] == ada.id


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ada@example.org", "password": "wrong password"},
        {"email": "nobody@example.org", "password": PASSWORD},
        {"username": "nobody", "password": PASSWORD},
        {"username": "ada@example.org", "password": PASSWORD},
        {"email": "no address at all", "password": PASSWORD},
        {"email": "ada@example.org\x00", "password": PASSWORD},
        {"email": "ada@example.org", "password": PASSWORD + "\x00"},
        {"email": "disabled@example.org", "password": PASSWORD},
    ],
    ids=["password", "address", "username", "address as username", "no address", "NUL", "NUL in password", "disabled"],
)
def test_whatever_is_wrong_is_told_the_same(world: World, body: dict[str, str]) -> None:
    a_person(world, "ada@example.org")
    a_person(world, "disabled@example.org", disabled=True)
    sessions = len(world.db.snapshot_all("turnout-accounts"))

    answer = world.post("/auth/login", body)

    refused = problem(answer, 401, "credentials_wrong")
    assert refused["detail"] == "These credentials are not valid."
    assert "next_step" not in refused
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert len(world.db.snapshot_all("turnout-accounts")) == sessions


def test_an_unproven_address_with_the_right_password_is_told_the_next_step(world: World) -> None:
    a_person(world, "ada@example.org", email_verified=False)

    answer = world.post("/auth/login", {"email": "ada@example.org", "password": PASSWORD})

    body = problem(answer, 403, "email_not_verified")
    assert body["next_step"] == {"action": "verify_email", "method": "POST", "href": "/auth/verify-email"}


def test_an_unproven_address_with_a_wrong_password_is_told_nothing_of_it(world: World) -> None:
    a_person(world, "ada@example.org", email_verified=False)

    answer = world.post("/auth/login", {"email": "ada@example.org", "password": "wrong password"})

    problem(answer, 401, "credentials_wrong")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"password": PASSWORD}, [("/email", "required")]),
        ({"email": "a@example.org", "username": "a", "password": PASSWORD}, [("/email", "required")]),
        ({"email": "a@example.org"}, [("/password", "required")]),
        ({"email": "", "password": PASSWORD}, [("/email", "invalid")]),
        ({"email": 1, "password": PASSWORD}, [("/email", "invalid")]),
        ({"email": "a@example.org", "password": "p", "otp": "1"}, [("/otp", "unknown_field")]),
    ],
)
def test_a_malformed_login_is_a_fault_of_the_request(
    world: World, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert faults(world.post("/auth/login", body)) == expected


def test_every_login_is_a_session_of_its_own(world: World) -> None:
    a_person(world, "ada@example.org")
    first, second = world.logged_in("ada@example.org"), world.logged_in("ada@example.org")

    assert first["access"] != second["access"]
    world.post("/auth/logout", token=first["access"])

    assert world.get("/auth/me", first["access"]).status == 401
    assert world.get("/auth/me", second["access"]).status == 200


def test_the_twenty_first_login_ends_the_one_that_was_used_least_recently(world: World) -> None:
    ada = a_person(world, "ada@example.org")
    used, idle = ada, signed_in(world, ada.account)
    world.clock.advance(timedelta(minutes=1))
    others = [signed_in(world, ada.account) for _ in range(18)]
    world.post("/auth/refresh", {"refresh": used.refresh})

    world.logged_in("ada@example.org")

    assert world.get("/auth/me", idle.token).status == 401
    assert [world.get("/auth/me", login.token).status for login in (used, *others)] == [200] * 19


def test_a_password_is_hashed_anew_when_the_parameters_have_grown() -> None:
    with World(passwords=Argon2Passwords) as world:
        ada = a_person(world, "ada@example.org", password_hash=FastPasswords(8).hash(PASSWORD))

        world.logged_in("ada@example.org")

        stored = world.container.store.accounts.by_ids([ada.id])[ada.id].password_hash
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert world.logged_in("ada@example.org")["user"]["id"] == ada.id
        again = world.container.store.accounts.by_ids([ada.id])[ada.id].password_hash
        assert again == stored, "once is enough"


def test_a_password_typed_on_another_keyboard_is_the_same(world: World) -> None:
    """NFKC: the composed and the decomposed é are one letter to a person."""
    world.post("/auth/signup", {"email": "ada@example.org", "password": "caf\u00e9 au lait"})
    world.post(
        "/auth/verify-email",
        {"email": "ada@example.org", "otp": world.code_for("ada@example.org"), "password": "caf\u00e9 au lait"},
    )

    answer = world.post("/auth/login", {"email": "ada@example.org", "password": "cafe\u0301 au lait"})

    assert answer.status == 200


def test_a_password_is_good_for_as_long_as_its_owner_keeps_it(world: World) -> None:
    a_person(world, "ada@example.org")
    world.clock.advance(timedelta(days=3653))

    assert world.post("/auth/login", {"email": "ada@example.org", "password": PASSWORD}).status == 200


@pytest.mark.parametrize("body", [{"email": "admin@example.org"}, {"username": "admin"}, {"username": "root"}])
def test_a_new_stage_has_no_account_and_nobody_is_let_in(world: World, body: dict[str, str]) -> None:
    assert [world.db.snapshot_all(table) for table in world.db.tables] == [[]] * len(world.db.tables)

    for password in ("admin", "password", "", "turnout", PASSWORD):
        assert world.post("/auth/login", {**body, "password": password}).status in {400, 401}
