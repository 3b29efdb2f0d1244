"""What the log says of logins, refusals and attempts: who, what, and how it ended, and of what was sent nothing."""

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.observability import alias
from chalicelib.settings import Settings
from tests.support.builders import Person, a_person
from tests.support.world import PASSWORD, SETTINGS, World

PRODUCTION = Settings(key_ring=SETTINGS.key_ring, limits="production", log_level="ERROR")


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))

    def of(self, message: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.texts) if line["message"] == message]

    def last(self) -> dict[str, Any]:
        """What the line of the last request says of who asked, and of the answer."""
        return {name: self.of("request")[-1][name] for name in ("request_id", "operation", "status", "code", "user")}


@pytest.fixture
def lines(world: World) -> Iterator[Lines]:  # the world is made first: people who are made log nothing that counts
    kept = Lines()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org")


def line(operation: str, status: int, code: str | None, user: str = "") -> dict[str, Any]:
    who = alias(user) or None
    return {"request_id": "test-request", "operation": operation, "status": status, "code": code, "user": who}


def test_an_alias_finds_the_lines_of_somebody_whose_id_is_known() -> None:
    """`printf %s ID | sha256sum` begins with it, so that no program of ours is needed to look somebody up."""
    assert alias("01ARZ3NDEKTSV4RRFFQ69G5FAV") == hashlib.sha256(b"01ARZ3NDEKTSV4RRFFQ69G5FAV").hexdigest()[:16]
    assert alias("") == ""


def test_a_login_is_a_line_that_names_its_account(world: World, ada: Person, lines: Lines) -> None:
    world.post("/auth/login", {"email": ada.email, "password": PASSWORD})

    assert lines.last() == line("log_in", 200, None, ada.id)


def test_a_login_that_failed_is_a_line_with_its_reason(world: World, ada: Person, lines: Lines) -> None:
    """Whose account was tried is not told: the line would tell who has one."""
    world.post("/auth/login", {"email": ada.email, "password": "a wrong password"})

    assert lines.last() == line("log_in", 401, "credentials_wrong")


def test_every_other_way_in_is_a_line_too(world: World, ada: Person, lines: Lines) -> None:
    told = []
    for path, body in (
        ("/auth/refresh", {"refresh": ada.refresh}),
        ("/auth/refresh", {"refresh": "nonsense"}),
        ("/auth/verify-email", {"email": ada.email, "otp": "000000", "password": PASSWORD}),
        ("/auth/reset-password", {"token": "nonsense", "new_password": "another password"}),
    ):
        world.post(path, body)
        told.append(lines.last())

    assert told == [
        line("refresh_tokens", 200, None),
        line("refresh_tokens", 401, "credentials_wrong"),
        line("verify_email", 400, "otp_invalid"),
        line("reset_password", 400, "reset_invalid"),
    ]


def test_what_somebody_may_not_do_is_a_line_that_names_them(world: World, ada: Person, lines: Lines) -> None:
    event = world.an_event(a_person(world).token)
    world.delete(f"/events/{event['id']}", ada.token)
    assert lines.last() == line("delete_event", 403, "forbidden", ada.id)

    world.get(f"/events/{event['id']}/enrollments", "no token of ours")
    assert lines.last() == line("list_enrollments_of_event", 401, "unauthenticated")


def test_an_attempt_against_the_rules_of_input_and_of_the_house_is_a_line(
    world: World, ada: Person, lines: Lines
) -> None:
    world.post("/auth/me/email", {"email": 7}, ada.token)
    assert lines.last() == line("ask_for_new_email", 400, "invalid_request", ada.id)

    event = world.an_event(ada.token, party_max=2)
    world.post(f"/events/{event['id']}/enrollments", {"party_size": 3}, ada.token)
    assert lines.last() == line("enrol_in_event", 400, "invalid_request", ada.id)


def test_a_stolen_refresh_token_is_told_apart_from_a_wrong_one(world: World, ada: Person, lines: Lines) -> None:
    world.post("/auth/refresh", {"refresh": ada.refresh})
    world.clock.advance(timedelta(minutes=1))
    for _ in range(2):
        world.post("/auth/refresh", {"refresh": ada.refresh})

    session = ada.refresh.split(".")[1]
    assert lines.of("refresh token used again") == [
        {"level": "info", "message": "refresh token used again", "user": alias(ada.id), "session": session}
    ]


def test_what_is_held_back_in_silence_is_told_to_the_operator(lines: Lines) -> None:
    """The answers are the same as ever; only the log says that no mail follows."""
    with World(PRODUCTION) as world:
        event = world.an_event(a_person(world).token)
        requests: list[tuple[str, dict[str, str]]] = [
            ("/auth/signup", {"email": "new@example.org", "password": PASSWORD}),
            ("/auth/resend-otp", {"email": "new@example.org"}),
            ("/auth/forgot-password", {"email": "who@example.org"}),
            ("/auth/forgot-password", {"email": "who@example.org"}),
            (f"/events/{event['id']}/enrollments", {"name": "Kim", "email": "guest@example.org"}),
            (f"/events/{event['id']}/enrollments", {"name": "Kim", "email": "guest@example.org"}),
        ]
        told = []
        for path, body in requests:
            before = len(lines.of("held back in silence"))
            assert world.post(path, body).status in {201, 202}
            told.append([one["limit"] for one in lines.of("held back in silence")[before:]])

    assert told == [[], ["code_interval"], [], ["reset_interval"], [], ["guest_link"]]


def test_two_sign_ups_of_one_network_hold_nothing_back(lines: Lines) -> None:
    with World(PRODUCTION) as world:
        for password in (PASSWORD, "another battery of horses"):
            assert world.post("/auth/signup", {"email": "new@example.org", "password": password}).status == 201

    assert lines.of("held back in silence") == []


def test_no_text_of_a_client_begins_another_line(world: World, lines: Lines) -> None:
    forged = 'x\r\n{"level": "info", "message": "request", "operation": "log_in", "status": 200}'
    world.get("/events", cursor=forged, User_Agent=forged)
    world.post("/auth/login", {"username": forged, "password": forged})
    world.send("POST", "/events", raw=forged.encode())

    assert len(lines.texts) == 3
    assert not any("\n" in text or "\r" in text for text in lines.texts)
    assert [one["status"] for one in lines.of("request")] == [200, 401, 401]
