"""Another address for an account: proven by a login of the account and the mail together, and by neither alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.settings import Settings
from tests.support.builders import Person, a_person, enrolled, signed_in
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, SETTINGS, World

OLD, NEW = "ada@example.org", "ada@new.example"
PRODUCTION = Settings(key_ring=SETTINGS.key_ring, limits="production", log_level="ERROR")
STRICT = Settings(key_ring=SETTINGS.key_ring, limits="generous", log_level="ERROR", sign_up_profile="strict")


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, OLD, username="ada", first_name="Ada")


@pytest.fixture
def production() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def ask(world: World, token: str | None, email: str = NEW, **fields: Any) -> Answer:
    return world.post("/auth/me/email", {"email": email, **fields}, token)


def prove(world: World, token: str | None, code: str) -> Answer:
    return world.post("/auth/verify-new-email", {"otp": code}, token)


def codes(world: World, email: str = NEW) -> list[str]:
    """All that were mailed to the address, the oldest first."""
    world.work()
    return [found.group() for mail in world.mailer.to(email) if (found := re.search(r"\b\d{6}\b", mail.text))]


def code(world: World, email: str = NEW) -> str:
    return codes(world, email)[-1]


def other_than(right: str) -> str:
    return "000000" if right != "000000" else "111111"


def can_log_in(world: World, email: str, password: str = PASSWORD) -> bool:
    return world.post("/auth/login", {"email": email, "password": password}).status == 200


def moved(world: World, person: Person, email: str = NEW) -> None:
    assert ask(world, person.token, email).status == 202
    answer = prove(world, person.token, code(world, email))
    assert answer.status == 200, answer.text


def test_nothing_changes_before_the_new_address_is_proven(world: World, ada: Person) -> None:
    assert ask(world, ada.token).status == 202
    world.work()

    assert world.get("/auth/me", ada.token).json["email"] == OLD
    assert (can_log_in(world, OLD), can_log_in(world, NEW)) == (True, False)


def test_the_account_keeps_everything_but_its_address(world: World, ada: Person) -> None:
    other = signed_in(world, ada.account)
    event = world.an_event(a_person(world).token)
    place = enrolled(world, event, ada)
    before = world.get("/auth/me", ada.token).json
    ask(world, ada.token)

    answer = prove(world, ada.token, code(world))

    assert answer.status == 200
    assert answer.json == {**before, "email": NEW}
    assert world.get("/auth/me", other.token).json == answer.json, "logins stay"
    assert (can_log_in(world, OLD), can_log_in(world, NEW)) == (False, True)
    assert [one["id"] for one in world.get("/me/enrollments", ada.token).json["results"]] == [place["id"]]


def test_the_old_address_is_told_and_the_mail_has_neither_code_nor_new_address(world: World, ada: Person) -> None:
    with world.elsewhere():
        moved(world, ada)
        world.work()

    told = world.mailer.to(OLD)[-1]
    assert told.subject == "The e-mail address of your Turnout account has changed"
    assert "203.0.113.0/24" in told.text
    assert NEW not in told.text + told.html
    assert codes(world)[-1] not in told.text
    assert len(world.mailer.to(NEW)) == 1, "the code, and nothing else"


def test_mails_about_enrollments_go_to_the_new_address(world: World, ada: Person) -> None:
    event = world.an_event(a_person(world).token)
    moved(world, ada)
    enrolled(world, event, ada)
    world.work()

    assert world.mailer.to(NEW)[-1].subject.startswith("Confirmed:")
    assert not [mail for mail in world.mailer.to(OLD) if mail.subject.startswith("Confirmed:")]


def test_the_old_address_is_free_for_somebody_else(world: World, ada: Person) -> None:
    moved(world, ada)

    token = world.signed_up(OLD)

    assert world.get("/auth/me", token).json["id"] != ada.id
    assert world.get("/auth/me", ada.token).json["email"] == NEW


@pytest.mark.parametrize("spelling", ["ADA@example.org", OLD])
def test_the_same_address_in_another_spelling_is_taken_as_it_is_written(
    world: World, ada: Person, spelling: str
) -> None:
    ask(world, ada.token, spelling)

    answer = prove(world, ada.token, code(world, spelling))

    assert answer.json["email"] == spelling
    assert can_log_in(world, OLD)


# Who may ask


def test_an_old_login_needs_the_password(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(minutes=9, seconds=59))
    assert ask(world, ada.token).status == 202
    world.clock.advance(timedelta(seconds=1))

    body = problem(ask(world, ada.token), 403, "fresh_login_required")

    assert body["next_step"] == {"action": "login", "method": "POST", "href": "/auth/login"}
    problem(ask(world, ada.token, password="wrong"), 400, "password_wrong")
    assert ask(world, ada.token, password=PASSWORD).status == 202


def test_refreshing_makes_no_login_younger_and_logging_in_does(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(minutes=11))
    refreshed = world.post("/auth/refresh", {"refresh": ada.refresh}).json["access"]
    problem(ask(world, refreshed), 403, "fresh_login_required")

    assert ask(world, world.logged_in(OLD)["access"]).status == 202


def test_a_wrong_password_is_refused_also_in_a_fresh_login(world: World, ada: Person) -> None:
    problem(ask(world, ada.token, password="wrong"), 400, "password_wrong")

    assert codes(world) == []


def test_wrong_passwords_are_counted(production: World) -> None:
    ada = a_person(production, OLD)
    answers = [ask(production, ada.token, password=f"wrong {number}") for number in range(7)]

    assert [answer.status for answer in answers] == [400] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert ask(production, ada.token, password=PASSWORD).status == 429


def test_one_must_be_signed_in(world: World) -> None:
    problem(ask(world, None), 401, "unauthenticated")
    problem(prove(world, None, "123456"), 401, "unauthenticated")


@pytest.mark.parametrize("email", ["nobody", "a@b", "ß" * 250 + "@example.org", None, 1])
def test_what_is_no_address_is_refused_by_name(world: World, ada: Person, email: Any) -> None:
    assert [where for where, _ in faults(ask(world, ada.token, email))] == ["/email"]


# The code


def test_a_code_is_good_for_three_guesses(world: World, ada: Person) -> None:
    ask(world, ada.token)
    right = code(world)
    for _ in range(3):
        problem(prove(world, ada.token, other_than(right)), 400, "otp_invalid")

    problem(prove(world, ada.token, right), 400, "otp_invalid")


def test_a_code_is_good_for_five_minutes(world: World, ada: Person) -> None:
    ask(world, ada.token)
    right = code(world)
    world.clock.advance(timedelta(minutes=5))

    problem(prove(world, ada.token, right), 400, "otp_invalid")


def test_a_code_is_good_once(world: World, ada: Person) -> None:
    ask(world, ada.token)
    right = code(world)
    assert prove(world, ada.token, right).status == 200

    problem(prove(world, ada.token, right), 400, "otp_invalid")


def test_only_the_newest_wish_counts(world: World, ada: Person) -> None:
    ask(world, ada.token)
    first = code(world)
    ask(world, ada.token, "ada@third.example")

    problem(prove(world, ada.token, first), 400, "otp_invalid")
    assert prove(world, ada.token, code(world, "ada@third.example")).json["email"] == "ada@third.example"


def test_a_wish_that_was_replaced_before_its_mail_left_is_not_mailed(world: World, ada: Person) -> None:
    ask(world, ada.token)
    ask(world, ada.token, "ada@third.example")

    assert codes(world) == []
    assert len(codes(world, "ada@third.example")) == 1


def test_nobody_else_can_use_the_code(world: World, ada: Person) -> None:
    bob = a_person(world)
    ask(world, ada.token)

    problem(prove(world, bob.token, code(world)), 400, "otp_invalid")
    assert world.get("/auth/me", bob.token).json["email"] == bob.email


def test_the_code_of_a_sign_up_changes_no_address(world: World, ada: Person) -> None:
    world.post("/auth/signup", {"email": NEW, "password": PASSWORD})
    of_sign_up = code(world)
    ask(world, ada.token)
    if code(world) == of_sign_up:
        pytest.skip("one in a million")

    problem(prove(world, ada.token, of_sign_up), 400, "otp_invalid")


@pytest.mark.parametrize("way", ["changed", "reset"])
def test_a_new_password_ends_the_wish(world: World, ada: Person, way: str) -> None:
    """Whoever had got in asked for it; the owner, who notices, ends everything with one step."""
    ask(world, ada.token)
    right = code(world)
    fresh = "a different password"
    if way == "changed":
        body = {"old_password": PASSWORD, "new_password": fresh}
        token = world.post("/auth/change-password", body, ada.token).json["access"]
    else:
        assert world.post("/auth/reset-password", {"token": reset_key(world), "new_password": fresh}).status == 200
        token = world.post("/auth/login", {"email": OLD, "password": fresh}).json["access"]

    problem(prove(world, token, right), 400, "otp_invalid")
    assert can_log_in(world, OLD, fresh)


def reset_key(world: World, email: str = OLD) -> str:
    assert world.post("/auth/forgot-password", {"email": email}).status == 202
    world.work()
    found = re.search(r"\b\w+\.[\w-]{80,}\.[\w-]{22}\b", world.mailer.to(email)[-1].text)
    assert found
    return found.group()


def test_a_key_to_a_new_password_that_went_to_the_old_address_is_void(world: World, ada: Person) -> None:
    key = reset_key(world)
    moved(world, ada)

    problem(world.post("/auth/reset-password", {"token": key, "new_password": "a stranger's"}), 400, "reset_invalid")
    assert can_log_in(world, NEW)


# Addresses that are somebody's


@pytest.mark.parametrize("settings", [SETTINGS, STRICT], ids=["compat", "strict"])
def test_a_known_address_is_answered_like_a_new_one_and_its_owner_is_told(settings: Settings) -> None:
    with World(settings) as world:
        ada, bob = a_person(world, OLD), a_person(world, "bob@example.org")
        known, new = ask(world, ada.token, "BOB@example.org"), ask(world, ada.token)
        assert (known.status, known.json["detail"]) == (new.status, new.json["detail"]) == (202, known.json["detail"])
        assert set(known.json) == set(new.json)

        ask(world, ada.token, bob.email)
        assert codes(world, bob.email) == []
        assert [one.subject for one in world.mailer.to(bob.email)] == ["You already have a Turnout account"]
        problem(prove(world, ada.token, "123456"), 400, "otp_invalid")
        assert world.get("/auth/me", bob.token).json["email"] == bob.email


def test_an_address_that_somebody_proved_meanwhile_is_theirs(world: World, ada: Person) -> None:
    ask(world, ada.token)
    right = code(world)
    other = world.signed_up(NEW)

    problem(prove(world, ada.token, right), 409, "email_taken")

    assert world.get("/auth/me", other).json["email"] == NEW
    assert world.get("/auth/me", ada.token).json["email"] == OLD


def test_two_accounts_want_one_address_and_the_first_proof_gets_it(world: World, ada: Person) -> None:
    bob = a_person(world)
    ask(world, ada.token)
    of_ada = code(world)
    ask(world, bob.token)
    of_bob = code(world)
    assert prove(world, bob.token, of_bob).status == 200

    problem(prove(world, ada.token, of_ada), 409, "email_taken")
    assert world.get("/auth/me", ada.token).json["email"] == OLD


def test_sign_ups_of_the_address_end_when_it_is_an_accounts(world: World, ada: Person) -> None:
    """A stranger's password waits at the address; the proof of the mailbox is not for them."""
    sign_up = world.post("/auth/signup", {"email": NEW, "password": "what a stranger chose"}).json["signup_id"]
    of_sign_up = code(world)
    moved(world, ada)

    proof = {"email": NEW, "otp": of_sign_up, "signup_id": sign_up}
    problem(world.post("/auth/verify-email", proof), 400, "otp_invalid")
    assert can_log_in(world, NEW)
    assert not can_log_in(world, NEW, "what a stranger chose")


def test_an_account_that_was_never_proven_gives_the_address_and_its_username_away(world: World, ada: Person) -> None:
    """Such were written before sign-ups were kept apart."""
    a_person(world, NEW, username="squatter", email_verified=False, password_hash="-")

    moved(world, ada)

    assert can_log_in(world, NEW)
    assert world.patch("/auth/me", {"username": "squatter"}, ada.token).status == 200


def test_a_guest_who_has_the_address_keeps_what_they_enrolled_by_their_links(world: World, ada: Person) -> None:
    event = world.an_event(a_person(world).token)
    world.post(f"/events/{event['id']}/enrollments", {"name": "Ada", "email": NEW})
    world.work()
    found = re.search(r"/g/(g_[\w.-]+)", world.mailer.to(NEW)[-1].text)
    assert found
    assert world.post(f"/g/{found.group(1)}", {"action": "confirm"}, Accept="application/json").status == 200

    moved(world, ada)

    assert world.get("/auth/me", ada.token).json["id"] == ada.id
    assert world.get(f"/g/{found.group(1)}", Accept="application/json").json["status"] == "confirmed"
    assert world.get("/me/enrollments", ada.token).json["results"] == []


# Limits


def test_an_account_asks_five_times_a_day(production: World) -> None:
    ada = a_person(production, OLD)
    answers = [ask(production, ada.token, f"ada{number}@new.example", password=PASSWORD) for number in range(6)]

    assert [answer.status for answer in answers] == [202] * 5 + [429]
    production.clock.advance(timedelta(days=1))
    assert ask(production, production.logged_in(OLD)["access"]).status == 202


def test_a_stranger_uses_up_nobody_elses_part(production: World) -> None:
    """Others who name the address, from elsewhere, as often as they may: its owner still gets it."""
    ada = a_person(production, OLD)
    for number in range(3):
        stranger = a_person(production)
        with production.elsewhere(f"198.51.{number}.9"):
            for _ in range(6):
                ask(production, stranger.token, password=PASSWORD)
                production.clock.advance(timedelta(seconds=61))

    assert ask(production, ada.token, password=PASSWORD).status == 202
    assert prove(production, ada.token, code(production)).status == 200
