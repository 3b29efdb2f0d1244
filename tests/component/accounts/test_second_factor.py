"""A second factor: turned on with a code of the app, asked for at every login, lost, and removed."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.shared.limits import FRESH_LOGIN, SECOND_FACTOR_KEY_LIFE
from chalicelib.settings import Settings
from tests.support.builders import Person, a_person
from tests.support.http import Answer
from tests.support.people.second_factor import set_up, turned_on
from tests.support.problems import problem
from tests.support.world import KEY_RING, PASSWORD, SETTINGS, World

PRODUCTION = Settings(key_ring=SETTINGS.key_ring, limits="production", log_level="ERROR")


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", first_name="Ada")


@pytest.fixture
def production() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def log_in(world: World, **fields: object) -> Answer:
    return world.post("/auth/login", {"email": "ada@example.org", "password": PASSWORD} | fields)


def test_a_login_asks_for_a_code_from_then_on(world: World, ada: Person) -> None:
    assert world.get("/auth/second-factor", ada.token).json == {"on": False, "since": None, "recovery_codes_left": 0}
    app, recovery = turned_on(world, ada)

    shown = world.get("/auth/second-factor", ada.token).json
    assert (shown["on"], shown["recovery_codes_left"], len(recovery)) == (True, 10, 10)
    problem(log_in(world), 401, "second_factor_required")
    problem(log_in(world, code="000000"), 401, "second_factor_wrong")
    problem(log_in(world, password="wrong", code=app.code()), 401, "credentials_wrong")
    assert log_in(world, code=app.code()).status == 200


def test_nothing_changes_before_the_first_code(world: World, ada: Person) -> None:
    _, key = set_up(world, ada)
    problem(
        world.post("/auth/second-factor/confirm", {"key": key, "code": "000000"}, ada.token), 401, "second_factor_wrong"
    )

    assert log_in(world).status == 200


def test_a_code_is_good_once(world: World, ada: Person) -> None:
    app, _ = turned_on(world, ada)
    code = app.code()

    assert log_in(world, code=code[:3] + " " + code[3:]).status == 200, "as apps show it"
    problem(log_in(world, code=code), 401, "second_factor_wrong")


def test_the_code_that_turned_it_on_logs_nobody_in(world: World, ada: Person) -> None:
    app, key = set_up(world, ada)
    code = app.code()
    assert world.post("/auth/second-factor/confirm", {"key": key, "code": code}, ada.token).status == 200

    problem(log_in(world, code=code), 401, "second_factor_wrong")


def test_a_recovery_code_is_good_once(world: World, ada: Person) -> None:
    _, recovery = turned_on(world, ada)

    assert log_in(world, code=recovery[3]).status == 200
    problem(log_in(world, code=recovery[3]), 401, "second_factor_wrong")
    assert world.get("/auth/second-factor", ada.token).json["recovery_codes_left"] == 9


def test_a_key_is_of_one_account_and_over_in_time(world: World, ada: Person) -> None:
    bob = a_person(world, "bob@example.org")
    app, key = set_up(world, ada)
    problem(
        world.post("/auth/second-factor/confirm", {"key": key, "code": app.code()}, bob.token),
        400,
        "second_factor_key_invalid",
    )
    problem(
        world.post("/auth/second-factor/confirm", {"key": "nonsense", "code": app.code()}, ada.token),
        400,
        "second_factor_key_invalid",
    )
    world.clock.advance(SECOND_FACTOR_KEY_LIFE)
    late = world.logged_in(ada.email)["access"]
    problem(
        world.post("/auth/second-factor/confirm", {"key": key, "code": app.code()}, late),
        400,
        "second_factor_key_invalid",
    )


def test_there_is_one(world: World, ada: Person) -> None:
    app, key = set_up(world, ada)
    turned_on(world, ada)

    problem(world.post("/auth/second-factor", {}, ada.token), 409, "second_factor_on")
    problem(
        world.post("/auth/second-factor/confirm", {"key": key, "code": app.code()}, ada.token), 409, "second_factor_on"
    )


def test_setting_up_needs_the_password_or_a_fresh_login(world: World, ada: Person) -> None:
    world.clock.advance(FRESH_LOGIN)

    problem(world.post("/auth/second-factor", {}, ada.token), 403, "fresh_login_required")
    problem(world.post("/auth/second-factor", {"password": "wrong"}, ada.token), 400, "password_wrong")
    assert world.post("/auth/second-factor", {"password": PASSWORD}, ada.token).status == 200


def test_a_password_alone_makes_no_login_fresh(world: World, ada: Person) -> None:
    turned_on(world, ada)
    world.clock.advance(FRESH_LOGIN)

    refused = world.post("/auth/api-keys", {"name": "export", "scope": "read", "password": PASSWORD}, ada.token)

    problem(refused, 403, "fresh_login_required")


def test_removing_needs_password_and_code(world: World, ada: Person) -> None:
    app, _ = turned_on(world, ada)
    remove = "/auth/second-factor/remove"

    problem(world.post(remove, {"password": "wrong", "code": app.code()}, ada.token), 400, "password_wrong")
    problem(world.post(remove, {"password": PASSWORD, "code": "000000"}, ada.token), 401, "second_factor_wrong")
    assert world.post(remove, {"password": PASSWORD, "code": app.code()}, ada.token).status == 204

    assert log_in(world).status == 200
    problem(world.post(remove, {"password": PASSWORD, "code": app.code()}, ada.token), 409, "second_factor_off")


def test_a_new_password_keeps_the_second_factor(world: World, ada: Person) -> None:
    app, _ = turned_on(world, ada)
    changed = {"old_password": PASSWORD, "new_password": "a different password"}
    assert world.post("/auth/change-password", changed, ada.token).status == 200

    problem(log_in(world, password="a different password"), 401, "second_factor_required")
    assert log_in(world, password="a different password", code=app.code()).status == 200


def test_turning_it_on_and_off_is_told(world: World, ada: Person) -> None:
    app, recovery = turned_on(world, ada)
    world.post("/auth/second-factor/remove", {"password": PASSWORD, "code": app.code()}, ada.token)
    world.work()

    subjects = [one.subject for one in world.mailer.to("ada@example.org")]

    assert subjects[-2:] == [
        "Your Turnout account now asks for a code",
        "Your Turnout account no longer asks for a code",
    ]
    assert not any(code in one.text for code in recovery for one in world.mailer.to("ada@example.org"))


def test_nothing_that_is_kept_is_a_secret(world: World, ada: Person) -> None:
    app, recovery = turned_on(world, ada)

    kept = str([world.db.snapshot_all(table) for table in world.db.tables])

    assert base64.b32encode(app.secret).decode() not in kept
    assert app.secret.hex() not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in recovery)


def test_keys_that_rotate_lock_nobody_out(world: World, ada: Person) -> None:
    app, _ = turned_on(world, ada)
    key_ring = f"{KEY_RING.replace('test1:q83v', 'test2:Zm9v')},{KEY_RING}"
    with World(replace(SETTINGS, key_ring=key_ring)) as other:
        other.container.store.dynamo.connection._client = world.container.store.dynamo.connection._client
        other.clock.now = world.clock() + timedelta(seconds=30)

        assert log_in(other, code=app.code()).status == 200


def test_guesses_at_codes_wait_as_guesses_at_passwords_do(production: World) -> None:
    ada = a_person(production, "ada@example.org")
    _, recovery = turned_on(production, ada)
    answers = [log_in(production, code="000000").status for _ in range(12)]

    assert set(answers) == {401, 429}
    problem(log_in(production, code=recovery[0]), 429, "too_many_requests")


def test_an_admin_removes_that_of_whoever_has_lost_it(world: World, ada: Person) -> None:
    turned_on(world, ada)
    admin = a_person(world, "root@example.org", roles=(Role.SEEKER, Role.ADMIN))
    shown = world.get("/admin/users?q=ada@example.org", admin.token).json["results"][0]
    assert shown["second_factor"] is True

    removed = world.post(f"/admin/users/{ada.id}/second-factor/remove", {"reason": "requested"}, admin.token)

    assert (removed.status, removed.json["second_factor"]) == (200, False)
    problem(world.get("/auth/me", ada.token), 401, "unauthenticated")
    assert log_in(world).status == 200
    problem(
        world.post(f"/admin/users/{admin.id}/second-factor/remove", {"reason": "requested"}, admin.token),
        409,
        "own_account",
    )


def test_a_password_that_is_not_looked_at_is_no_guess(production: World) -> None:
    ada = a_person(production, "ada@example.org")
    turned_on(production, ada)
    production.clock.advance(FRESH_LOGIN)

    asked = {"name": "export", "scope": "read", "password": PASSWORD}
    refused = [production.post("/auth/api-keys", asked, ada.token) for _ in range(12)]

    assert {(one.status, one.code) for one in refused} == {(403, "fresh_login_required")}
