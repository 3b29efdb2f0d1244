"""Signing up: what is asked for, what is refused, and who gets an address that was never proven."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import a_person, due_rows
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, World

ADA = {"email": "ada@example.org", "password": PASSWORD}


def test_a_new_account_is_answered_as_it_is_and_mailed_a_code(world: World) -> None:
    body = {**ADA, "username": "ada", "first_name": "Ada", "last_name": "Lovelace"}

    answer = world.post("/auth/signup", body)

    assert answer.status == 201
    assert answer.json == {
        "email": "ada@example.org",
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email_verified": False,
        "signup_id": answer.json["signup_id"],
    }
    world.work()
    assert [message.to for message in world.mailer.sent] == ["ada@example.org"]


def test_only_the_address_and_a_password_are_required(world: World) -> None:
    answer = world.post("/auth/signup", ADA)

    assert answer.status == 201
    assert answer.json == {
        "email": "ada@example.org",
        "username": None,
        "first_name": "",
        "last_name": "",
        "email_verified": False,
        "signup_id": answer.json["signup_id"],
    }


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ({}, ["seeker", "facilitator"]),
        ({"roles": ["seeker"]}, ["seeker"]),
        ({"roles": ["Facilitator"]}, ["facilitator"]),
        ({"roles": ["FACILITATOR", "Seeker"]}, ["seeker", "facilitator"]),
        ({"roles": ["seeker", "SEEKER"]}, ["seeker"]),
        ({"roles": "Seeker"}, ["seeker"]),
    ],
    ids=["none named: both", "one", "folded", "both, folded", "named twice", "a text"],
)
def test_roles_fold_case_and_are_both_when_none_is_named(world: World, given: dict[str, Any], roles: list[str]) -> None:
    token = world.signed_up("ada@example.org", **given)

    assert world.get("/auth/me", token).json["roles"] == roles


@pytest.mark.parametrize(
    "roles", [["admin"], ["Admin"], ["seeker", "admin"], ["root"], [], [1], None, {"seeker": True}, ""]
)
def test_no_other_role_can_be_chosen(world: World, roles: Any) -> None:
    answer = world.post("/auth/signup", {**ADA, "roles": roles})

    [(pointer, code)] = faults(answer)
    assert pointer.startswith("/roles")
    assert code == "invalid"
    assert world.db.snapshot_all("turnout-accounts") == []


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "1234567",
        "password",
        "Password1",
        "PASSWORD",
        "aaaaaaaaaaaa",
        "abababababab",
        "12345678",
        "my name is Augusta",
        "augusta.king 42!",
        "x" * 257,
    ],
)
def test_a_weak_password_is_refused_with_the_reason(world: World, password: str) -> None:
    body = {"email": "augusta.king@example.org", "password": password, "first_name": "Augusta"}

    answer = world.post("/auth/signup", body)

    assert faults(answer) == [("/password", "password_weak")]
    assert world.db.snapshot_all("turnout-accounts") == []
    assert due_rows(world) == []


@pytest.mark.parametrize(
    "password", ["xk7 Tq2!", "correct horse battery", "пароль-из-слов", "x7y8" * 64, "   a  b   ", "🐎🔋📎" * 3]
)
def test_any_other_password_of_eight_characters_is_good(world: World, password: str) -> None:
    answer = world.post("/auth/signup", {**ADA, "password": password})

    assert answer.status == 201, answer.text


def test_spaces_around_a_password_belong_to_it(world: World) -> None:
    world.post("/auth/signup", {**ADA, "password": "  padded secret  "})
    code = world.code_for("ada@example.org")
    world.post("/auth/verify-email", {"email": ADA["email"], "otp": code, "password": "  padded secret  "})

    trimmed = world.post("/auth/login", {"email": ADA["email"], "password": "padded secret"})
    exact = world.post("/auth/login", {"email": ADA["email"], "password": "  padded secret  "})

    assert (trimmed.status, exact.status) == (401, 200)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/email", "required"), ("/password", "required")]),
        ({**ADA, "email": "no address"}, [("/email", "invalid")]),
        ({**ADA, "email": "ada@"}, [("/email", "invalid")]),
        ({**ADA, "email": "ada@localhost"}, [("/email", "invalid")]),
        ({**ADA, "email": "a\r\nBcc: b@example.org"}, [("/email", "invalid")]),
        ({**ADA, "email": None}, [("/email", "invalid")]),
        ({**ADA, "email": ["ada@example.org"]}, [("/email", "invalid")]),
        ({**ADA, "email": f"{'a' * 250}@example.org"}, [("/email", "invalid")]),
        ({**ADA, "password": 12345678}, [("/password", "invalid")]),
        ({**ADA, "password": ""}, [("/password", "invalid")]),
        ({**ADA, "username": "a"}, [("/username", "invalid")]),
        ({**ADA, "username": "a" * 31}, [("/username", "invalid")]),
        ({**ADA, "username": "ada@example.org"}, [("/username", "invalid")]),
        ({**ADA, "username": "with space"}, [("/username", "invalid")]),
        ({**ADA, "first_name": "x" * 101}, [("/first_name", "invalid")]),
        ({**ADA, "first_name": "two\nlines"}, [("/first_name", "invalid")]),
        ({**ADA, "last_name": "nul\x00"}, [("/last_name", "invalid")]),
        ({**ADA, "locale": "klingonish"}, [("/locale", "invalid")]),
        ({**ADA, "is_admin": True}, [("/is_admin", "unknown_field")]),
        ({**ADA, "role": "seeker", "a/b~c": 1}, [("/role", "unknown_field"), ("/a~1b~0c", "unknown_field")]),
    ],
)
def test_every_fault_of_the_body_is_named_by_its_pointer(
    world: World, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = world.post("/auth/signup", body)

    assert faults(answer) == expected
    assert world.db.snapshot_all("turnout-accounts") == []


@pytest.mark.parametrize("variant", ["ADA@EXAMPLE.ORG", "Ada@Example.org", "  ada@example.org "])
def test_addresses_that_differ_in_case_are_one_account(world: World, variant: str) -> None:
    a_person(world, "ada@example.org")

    answer = world.post("/auth/signup", {**ADA, "email": variant})

    problem(answer, 409, "email_taken")


def test_addresses_that_differ_in_unicode_composition_are_one_account(world: World) -> None:
    a_person(world, "ada@jose\u0301.example")

    answer = world.post("/auth/signup", {**ADA, "email": "ada@jos\u00e9.example"})

    problem(answer, 409, "email_taken")


def test_addresses_that_only_look_alike_are_different_accounts(world: World) -> None:
    """ß and ss are different domains and different mailboxes; they are not a difference of case."""
    a_person(world, "post@strasse.example.org")

    answer = world.post("/auth/signup", {**ADA, "email": "post@straße.example.org"})

    assert answer.status == 201


@pytest.mark.parametrize("variant", ["ada", "ADA", "Ａda"])
def test_a_username_is_somebody_elses_in_any_case(world: World, variant: str) -> None:
    a_person(world, "other@example.org", username="Ada")

    answer = world.post("/auth/signup", {**ADA, "username": variant})

    problem(answer, 409, "username_taken")
    assert world.post("/auth/signup", ADA).status == 201, "nothing of the refused account was kept"


def test_a_proven_address_is_taken_for_ever(world: World) -> None:
    a_person(world, "ada@example.org")
    world.clock.advance(timedelta(days=400))

    problem(world.post("/auth/signup", ADA), 409, "email_taken")


def test_passwords_and_codes_are_stored_nowhere(world: World) -> None:
    world.signed_up("ada@example.org")
    code = world.mailer.sent[0].subject[:6]
    world.post("/auth/resend-otp", {"email": "ada@example.org"})

    stored = " ".join(str(world.db.snapshot_all(table)) for table in world.db.tables)

    assert PASSWORD not in stored
    assert code not in stored.replace(world.mailer.sent[0].headers["X-Turnout-Intent"], "")


def test_the_mail_to_an_unproven_address_carries_nothing_that_a_stranger_wrote(world: World) -> None:
    body = {"email": "ada@example.org", "password": PASSWORD, "first_name": "Buy-cheap-pills", "last_name": "Now"}
    assert world.post("/auth/signup", body).status == 201
    world.work()

    [mail] = world.mailer.to("ada@example.org")

    assert "pills" not in mail.subject + mail.text + mail.html


@pytest.mark.parametrize("length", [64, 65, 128, 256])
def test_every_character_of_a_long_password_counts(world: World, length: int) -> None:
    password = ("xk7 Tq2!" * 32)[:length]
    world.post("/auth/signup", {**ADA, "password": password})
    code = world.code_for("ada@example.org")
    world.post("/auth/verify-email", {"email": ADA["email"], "otp": code, "password": password})

    shorter, other, whole = (
        world.post("/auth/login", {"email": ADA["email"], "password": one}).status
        for one in (password[:-1], password[:-1] + "\N{CHECK MARK}", password)
    )

    assert (shorter, other, whole) == (401, 401, 200)


def test_a_password_is_not_taken_in_another_case(world: World) -> None:
    a_person(world, "ada@example.org")

    assert world.post("/auth/login", {"email": "ada@example.org", "password": PASSWORD.upper()}).status == 401
