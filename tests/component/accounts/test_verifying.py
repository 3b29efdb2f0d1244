"""Proving an e-mail address: five minutes, three guesses, and answers that tell a stranger nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.settings import Settings
from tests.support.builders import a_person, due_rows
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import KEY_RING, PASSWORD, SETTINGS, World

EMAIL = "ada@example.org"
PRODUCTION = Settings(key_ring=SETTINGS.key_ring, limits="production", log_level="ERROR")


@pytest.fixture
def unproven(world: World) -> World:
    """Ada has signed up and proved nothing."""
    a_person(world, EMAIL, email_verified=False)
    world.post("/auth/resend-otp", {"email": EMAIL})
    world.work()
    return world


@pytest.fixture
def production() -> Iterator[World]:
    """Ada has just signed up, under the limits of production."""
    with World(PRODUCTION) as world:
        assert world.post("/auth/signup", {"email": EMAIL, "password": PASSWORD}).status == 201
        world.work()
        yield world


def verify(world: World, code: str, email: str = EMAIL) -> Answer:
    return world.post("/auth/verify-email", {"email": email, "otp": code, "password": PASSWORD})


def resend(world: World, email: str = EMAIL) -> Answer:
    return world.post("/auth/resend-otp", {"email": email})


def another_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_mailed_code_proves_the_address(unproven: World) -> None:
    answer = verify(unproven, unproven.code_for(EMAIL))

    assert answer.status == 200
    assert answer.json == {"detail": "The e-mail address is verified; you can log in.", "email": EMAIL}
    assert unproven.logged_in(EMAIL)["user"]["email_verified"] is True


def test_the_address_may_be_written_in_any_case(unproven: World) -> None:
    assert verify(unproven, unproven.code_for(EMAIL), "ADA@Example.ORG").status == 200


def test_a_wrong_code_is_refused_and_says_what_to_do_next(unproven: World) -> None:
    answer = verify(unproven, another_than(unproven.code_for(EMAIL)))

    body = problem(answer, 400, "otp_invalid")
    assert body["next_step"] == {"action": "resend_otp", "method": "POST", "href": "/auth/resend-otp"}
    assert unproven.post("/auth/login", {"email": EMAIL, "password": PASSWORD}).status == 403


def test_two_wrong_guesses_leave_one_for_the_right_code(unproven: World) -> None:
    code = unproven.code_for(EMAIL)
    verify(unproven, another_than(code))
    verify(unproven, another_than(code))

    assert verify(unproven, code).status == 200


def test_after_three_guesses_even_the_right_code_is_refused(unproven: World) -> None:
    code = unproven.code_for(EMAIL)
    for _ in range(3):
        problem(verify(unproven, another_than(code)), 400, "otp_invalid")

    problem(verify(unproven, code), 400, "otp_invalid")
    assert unproven.post("/auth/login", {"email": EMAIL, "password": PASSWORD}).status == 403


def test_a_new_code_brings_three_new_guesses(unproven: World) -> None:
    for _ in range(3):
        verify(unproven, another_than(unproven.code_for(EMAIL)))

    resend(unproven)

    assert verify(unproven, unproven.code_for(EMAIL)).status == 200


def test_guesses_that_are_no_codes_do_not_count(unproven: World) -> None:
    code = unproven.code_for(EMAIL)

    for junk in ("12345", "1234567", "12345a", "", " 1234"):
        assert faults(verify(unproven, junk)) == [("/otp", "invalid")]

    assert verify(unproven, code).status == 200


def test_a_code_is_good_for_five_minutes(unproven: World) -> None:
    code = unproven.code_for(EMAIL)
    unproven.clock.advance(timedelta(minutes=4, seconds=59))

    assert verify(unproven, code).status == 200


def test_a_code_is_over_after_five_minutes(unproven: World) -> None:
    code = unproven.code_for(EMAIL)
    unproven.clock.advance(timedelta(minutes=5))

    problem(verify(unproven, code), 400, "otp_invalid")


def test_the_five_minutes_begin_when_the_mail_is_sent(world: World) -> None:
    a_person(world, EMAIL, email_verified=False)
    resend(world)
    world.clock.advance(timedelta(minutes=30))
    code = world.code_for(EMAIL)
    world.clock.advance(timedelta(minutes=4))

    assert verify(world, code).status == 200


def test_a_new_code_replaces_the_old_one_even_before_it_is_sent(unproven: World) -> None:
    old = unproven.code_for(EMAIL)

    resend(unproven)

    problem(verify(unproven, old), 400, "otp_invalid")


def test_of_two_requested_codes_only_the_newer_one_is_mailed(world: World) -> None:
    a_person(world, EMAIL, email_verified=False)
    resend(world)
    resend(world)

    world.work()

    assert len(world.mailer.sent) == 1
    assert sorted(row["state"] for row in due_rows(world)) == ["done", "skipped"]
    assert verify(world, world.code_for(EMAIL)).status == 200


def test_a_used_code_is_used(unproven: World) -> None:
    code = unproven.code_for(EMAIL)
    verify(unproven, code)

    problem(verify(unproven, code), 400, "otp_invalid")


def test_a_code_that_was_mailed_before_a_rotation_of_keys_is_good_after_it(unproven: World) -> None:
    rotated = replace(SETTINGS, key_ring=f"{KEY_RING.replace('test1:q83v', 'test2:Zm9v')},{KEY_RING}")
    with World(rotated) as other:
        other.container.store.dynamo.connection._client = unproven.container.store.dynamo.connection._client

        assert verify(other, unproven.code_for(EMAIL)).status == 200


def test_codes_are_those_of_their_own_account(world: World) -> None:
    for email in (EMAIL, "bob@example.org"):
        a_person(world, email, email_verified=False)
        resend(world, email)
    code = world.code_for(EMAIL)

    problem(verify(world, code, "bob@example.org"), 400, "otp_invalid")


@pytest.mark.parametrize("email", ["nobody@example.org", "proven@example.org"])
def test_unknown_and_proven_addresses_are_told_the_same_as_a_wrong_code(unproven: World, email: str) -> None:
    a_person(unproven, "proven@example.org")
    wrong = verify(unproven, another_than(unproven.code_for(EMAIL)))

    answer = verify(unproven, "123456", email)

    assert (answer.status, answer.json) == (wrong.status, wrong.json)


@pytest.mark.parametrize("email", [EMAIL, "proven@example.org", "nobody@example.org"])
def test_asking_for_a_code_is_answered_the_same_for_everybody(unproven: World, email: str) -> None:
    a_person(unproven, "proven@example.org")

    answer = resend(unproven, email)

    assert answer.status == 202
    detail = "If this address has an unverified account, a new code is on its way."
    assert answer.json == {"detail": detail, "email": email}


def test_only_an_unproven_account_is_mailed_a_code(world: World) -> None:
    a_person(world, "proven@example.org")

    resend(world, "proven@example.org")
    resend(world, "nobody@example.org")
    world.work()

    assert world.mailer.sent == []
    assert {row["state"] for row in due_rows(world)} == {"skipped"}


def test_an_address_that_is_none_is_refused(world: World) -> None:
    assert faults(resend(world, "nonsense")) == [("/email", "invalid")]


def test_production_sends_one_code_a_minute(production: World) -> None:
    for seconds in (1, 30, 28):
        production.clock.advance(timedelta(seconds=seconds))
        assert resend(production).status == 202
        production.work()
    assert len(production.mailer.sent) == 1

    production.clock.advance(timedelta(seconds=1))
    resend(production)
    production.work()

    assert len(production.mailer.sent) == 2


def test_a_resend_that_is_not_granted_leaves_the_code_good(production: World) -> None:
    code = production.code_for(EMAIL)
    resend(production)
    production.work()

    assert verify(production, code).status == 200


def test_production_sends_five_codes_a_day_and_five_more_on_the_next(production: World) -> None:
    for _ in range(9):
        production.clock.advance(timedelta(minutes=2))
        resend(production)
        production.work()
    assert len(production.mailer.sent) == 5

    production.clock.advance(timedelta(days=1))
    for _ in range(9):
        production.clock.advance(timedelta(minutes=2))
        resend(production)
        production.work()

    assert len(production.mailer.sent) == 10


def test_a_code_is_six_digits_and_in_the_mail_only(unproven: World) -> None:
    [message] = unproven.mailer.sent
    code = unproven.code_for(EMAIL)

    assert len(code) == 6
    assert code.isdecimal()
    assert code in message.html
    assert message.subject == f"{code} is your Turnout code"
