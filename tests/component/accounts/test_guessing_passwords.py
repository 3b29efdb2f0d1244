"""Guesses at passwords wait longer and longer, at every door that takes one, and keep nobody else out."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from chalicelib.settings import Settings
from tests.support.builders import Person, a_person
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import PASSWORD, SETTINGS, World

PRODUCTION = Settings(key_ring=SETTINGS.key_ring, limits="production", log_level="ERROR")
ADA = "ada@example.org"

Door = Callable[[World, Person, str], Answer]


@pytest.fixture
def production() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def by_email(world: World, _: Person, password: str) -> Answer:
    return world.post("/auth/login", {"email": ADA, "password": password})


def by_username(world: World, _: Person, password: str) -> Answer:
    return world.post("/auth/login", {"username": "ADA", "password": password})


def by_change(world: World, ada: Person, password: str) -> Answer:
    return world.post(
        "/auth/change-password", {"old_password": password, "new_password": "another one, long"}, ada.token
    )


def of_nobody(world: World, _: Person, password: str) -> Answer:
    return world.post("/auth/login", {"email": "nobody@example.org", "password": password})


DOORS = [by_email, by_username, by_change, of_nobody]


@pytest.mark.parametrize("door", DOORS)
def test_two_hundred_guesses_take_days(production: World, door: Door) -> None:
    ada = a_person(production, ADA, username="ada")
    looked, waits, started = 0, [], production.clock()
    while looked < 12:
        answer = door(production, ada, "a wrong password")
        if answer.status == 429:
            problem(answer, 429, "too_many_requests")
            waits.append(int(answer.headers["Retry-After"]))
            production.clock.advance(timedelta(seconds=waits[-1]))
        else:
            assert answer.status in {400, 401}
            looked += 1
        ada = _still_in(production, ada)

    assert waits == [30, 60, 120, 240, 480, 960, 1920]
    assert production.clock() - started > timedelta(hours=1)


def _still_in(world: World, ada: Person) -> Person:
    """An access token is good for an hour."""
    if world.get("/auth/me", ada.token).status == 200:
        return ada
    pair = world.post("/auth/refresh", {"refresh": ada.refresh}).json
    return Person(ada.account, pair["access"], pair["refresh"])


@pytest.mark.parametrize("door", [by_email, by_username, by_change])
def test_even_the_right_password_waits_and_then_ends_the_waiting(production: World, door: Door) -> None:
    ada = a_person(production, ADA, username="ada")
    for _ in range(5):
        door(production, ada, "a wrong password")
    assert door(production, ada, PASSWORD).status == 429

    production.clock.advance(timedelta(seconds=30))
    assert door(production, ada, PASSWORD).status == 200

    again = a_person(production, "again@example.org") if door is by_change else ada
    if door is not by_change:
        assert [door(production, again, "a wrong password").status for _ in range(5)] == [401] * 5


def test_the_wait_grows_to_an_hour_and_no_further_and_a_quiet_day_ends_it(production: World) -> None:
    ada = a_person(production, ADA)
    for _ in range(20):
        while (answer := by_email(production, ada, "wrong")).status == 429:
            assert int(answer.headers["Retry-After"]) <= 3_600
            production.clock.advance(timedelta(seconds=int(answer.headers["Retry-After"])))
    assert by_email(production, ada, "wrong").headers["Retry-After"] == "3600"

    production.clock.advance(timedelta(hours=25, seconds=1))

    assert [by_email(production, ada, "wrong").status for _ in range(6)] == [401] * 5 + [429]


def test_names_are_one_account_and_email_and_username_share_the_count(production: World) -> None:
    ada = a_person(production, ADA, username="ada")

    answers = [door(production, ada, "wrong").status for _ in range(3) for door in (by_email, by_username)]

    assert answers == [401] * 5 + [429]


def test_a_noisy_network_keeps_nobody_else_out(production: World) -> None:
    ada = a_person(production, ADA)
    with production.elsewhere():
        for _ in range(50):
            by_email(production, ada, "wrong")
            production.clock.advance(timedelta(seconds=20))
        assert by_email(production, ada, PASSWORD).status == 429

    assert by_email(production, ada, PASSWORD).status == 200
    with production.elsewhere("198.51.100.7"):
        assert by_email(production, ada, PASSWORD).status == 200


def test_guesses_from_everywhere_end_and_the_owner_on_a_known_network_is_let_in(production: World) -> None:
    ada = a_person(production, ADA)
    assert by_email(production, ada, PASSWORD).status == 200
    looked = 0
    for network in range(60):
        with production.elsewhere(f"203.0.{network}.9"):
            looked += sum(by_email(production, ada, "wrong").status == 401 for _ in range(3))

    assert looked <= 100
    with production.elsewhere("203.0.200.9"):
        assert by_email(production, ada, PASSWORD).status == 429
    assert by_email(production, ada, PASSWORD).status == 200


def test_whoever_guesses_with_a_stolen_session_keeps_the_owner_from_nothing(production: World) -> None:
    ada = a_person(production, ADA)
    with production.elsewhere():
        answers = [by_change(production, ada, f"wrong {number}").status for number in range(200)]
    assert answers == [400] * 5 + [429] * 195

    assert by_email(production, ada, PASSWORD).status == 200
    assert by_change(production, ada, PASSWORD).status == 200


def test_what_is_counted_names_nobody(production: World) -> None:
    ada = a_person(production, ADA)
    by_email(production, ada, "wrong")
    rows = [
        row
        for row in production.db.snapshot_all("turnout-accounts")
        if row["pk"]["S"].startswith(("failures#", "limit#"))
    ]

    assert len(rows) == 2
    assert "192.0.2" not in str(rows)
    assert ada.id not in str(rows)


def test_generous_limits_touch_no_storage(world: World) -> None:
    ada = a_person(world, ADA)
    assert [by_email(world, ada, "wrong").status for _ in range(9)] == [401] * 9

    assert not any(
        row["pk"]["S"].startswith(("failures#", "limit#")) for row in world.db.snapshot_all("turnout-accounts")
    )
