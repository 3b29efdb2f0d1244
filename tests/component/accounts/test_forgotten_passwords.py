"""A forgotten password: whoever reads the mail chooses a new one, once, within fifteen minutes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.settings import Settings
from tests.support.builders import Person, a_person, signed_in
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import KEY_RING, PASSWORD, SETTINGS, World

EMAIL = "ada@example.org"
FRESH = "a fresh long password"
PRODUCTION = Settings(key_ring=SETTINGS.key_ring, limits="production", log_level="ERROR")


@pytest.fixture
def production() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def forgot(world: World, email: str = EMAIL) -> Answer:
    return world.post("/auth/forgot-password", {"email": email})


def keys(world: World, email: str = EMAIL) -> list[str]:
    """All that were mailed, the oldest first."""
    world.work()
    return re.findall(r"\b\w+\.[\w-]{80,}\.[\w-]{22}\b", "\n".join(mail.text for mail in world.mailer.to(email)))


def reset(world: World, token: str, password: str = FRESH) -> Answer:
    return world.post("/auth/reset-password", {"token": token, "new_password": password})


def log_in(world: World, password: str) -> int:
    return world.post("/auth/login", {"email": EMAIL, "password": password}).status


def test_the_mailed_key_chooses_a_new_password_and_ends_every_login(world: World) -> None:
    ada = a_person(world, EMAIL, first_name="Ada")
    other = signed_in(world, ada.account)
    assert forgot(world, "ADA@example.org").status == 202
    [key] = keys(world)

    answer = reset(world, key)

    assert answer.status == 200
    assert answer.json == {"detail": "The password is changed; you can log in.", "email": EMAIL}
    assert (log_in(world, PASSWORD), log_in(world, FRESH)) == (401, 200)
    for person in (ada, other):
        assert world.get("/auth/me", person.token).status == 401
        problem(world.post("/auth/refresh", {"refresh": person.refresh}), 401, "credentials_wrong")


def test_a_key_is_good_once(world: World) -> None:
    a_person(world, EMAIL)
    forgot(world)
    forgot(world)
    first, second = keys(world)
    assert reset(world, second).status == 200

    for key in (first, second):
        body = problem(reset(world, key, "yet another one, long"), 400, "reset_invalid")
        assert body["next_step"] == {"action": "forgot_password", "method": "POST", "href": "/auth/forgot-password"}
    assert log_in(world, FRESH) == 200


def test_a_key_is_over_after_fifteen_minutes_and_when_the_password_changes(world: World) -> None:
    ada = a_person(world, EMAIL)
    forgot(world)
    [key] = keys(world)
    world.clock.advance(timedelta(minutes=15))
    problem(reset(world, key), 400, "reset_invalid")

    forgot(world)
    key = keys(world)[-1]
    body = {"old_password": PASSWORD, "new_password": FRESH}
    assert world.post("/auth/change-password", body, ada.token).status == 200
    problem(reset(world, key, "yet another one, long"), 400, "reset_invalid")


def test_a_key_is_good_until_then_and_after_a_rotation_of_keys(world: World) -> None:
    a_person(world, EMAIL)
    forgot(world)
    [key] = keys(world)
    world.clock.advance(timedelta(minutes=14, seconds=59))
    with World(replace(SETTINGS, key_ring=f"{KEY_RING.replace('test1:q83v', 'test2:Zm9v')},{KEY_RING}")) as other:
        other.clock.now = world.clock()
        other.container.store.dynamo.connection._client = world.container.store.dynamo.connection._client

        assert reset(other, key).status == 200


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"), lambda _: "x", lambda key: key + "."]
)
def test_a_key_that_was_not_mailed_is_refused(world: World, change: object) -> None:
    a_person(world, EMAIL)
    forgot(world)
    [key] = keys(world)

    problem(reset(world, change(key)), 400, "reset_invalid")  # type: ignore[operator]
    problem(reset(world, a_token_of_another_purpose(world)), 400, "reset_invalid")
    assert log_in(world, PASSWORD) == 200


def a_token_of_another_purpose(world: World) -> str:
    return world.container.security.macs.sign("confirm", b"a|1|b")


def test_the_new_password_is_judged_like_any_other_and_the_key_stays_good(world: World) -> None:
    a_person(world, EMAIL, first_name="Augusta")
    forgot(world)
    [key] = keys(world)

    for weak in ("short", "Summer2026!", "augusta is my name"):
        assert faults(reset(world, key, weak)) == [("/new_password", "password_weak")]
    assert reset(world, key).status == 200


def test_the_answer_is_the_same_for_everybody_and_only_proven_accounts_get_mail(world: World) -> None:
    a_person(world, EMAIL)
    a_person(world, "off@example.org", disabled=True)
    a_person(world, "unproven@example.org", email_verified=False)
    world.container.store.people.guest("guest@example.org", world.clock())
    world.post("/auth/signup", {"email": "wish@example.org", "password": PASSWORD})
    world.work()
    world.mailer.sent.clear()

    names = (
        EMAIL,
        "off@example.org",
        "unproven@example.org",
        "guest@example.org",
        "wish@example.org",
        "no@example.org",
    )
    answers = [forgot(world, one) for one in names]
    world.work()

    detail = "If this address has an account, a key to a new password is on its way."
    assert [(one.status, one.json) for one in answers] == [(202, {"detail": detail, "email": name}) for name in names]
    assert [mail.to for mail in world.mailer.sent] == [EMAIL]


def test_a_key_of_an_account_that_was_disabled_meanwhile_is_over(world: World) -> None:
    ada = a_person(world, EMAIL)
    forgot(world)
    [key] = keys(world)
    from chalicelib.store.items.accounts import account_item

    world.container.store.dynamo.put(account_item(replace(ada.account, disabled=True)))

    problem(reset(world, key), 400, "reset_invalid")


def test_nothing_of_a_key_is_stored(world: World) -> None:
    a_person(world, EMAIL)
    forgot(world)
    [key] = keys(world)

    stored = str([world.db.snapshot_all(f"turnout-{name}") for name in ("accounts", "due")])

    assert key not in stored
    assert key.rsplit(".", 1)[1] not in stored


def test_keys_are_limited_like_codes_and_a_stranger_uses_up_none_of_the_owners(production: World) -> None:
    a_person(production, EMAIL)
    with production.elsewhere():
        for _ in range(20):
            assert forgot(production).status == 202
            production.clock.advance(timedelta(seconds=61))
    assert len(keys(production)) == 5

    forgot(production)

    own = keys(production)[-1]
    assert len(keys(production)) == 6
    with production.elsewhere():
        forgot(production)
    assert reset(production, own).status == 200, "what others ask for ends no key"


def test_the_proof_lets_in_whom_wrong_passwords_kept_out(production: World) -> None:
    ada: Person = a_person(production, EMAIL)
    assert [log_in(production, "a wrong password") for _ in range(6)] == [401] * 5 + [429]
    forgot(production)

    assert reset(production, keys(production)[-1]).status == 200

    assert log_in(production, FRESH) == 200
    assert production.get("/auth/me", ada.token).status == 401


def test_no_order_of_sign_ups_and_resets_gives_a_stranger_the_account(world: World) -> None:
    """A stranger's sign-up before, between and after: it is proven by nobody who reads no mail."""
    before = world.post("/auth/signup", {"email": EMAIL, "password": "what a stranger chose"})
    world.work()
    world.signed_up(EMAIL)
    forgot(world)
    [key] = keys(world)
    assert reset(world, key).status == 200

    for code in re.findall(r"(\d{6}) is your", "\n".join(mail.subject for mail in world.mailer.to(EMAIL))):
        proof = {"email": EMAIL, "otp": code, "signup_id": before.json["signup_id"]}
        problem(world.post("/auth/verify-email", proof), 400, "otp_invalid")
    assert log_in(world, "what a stranger chose") == 401
    assert log_in(world, FRESH) == 200
