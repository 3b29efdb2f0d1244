"""What one caller gets of one process: nobody else waits for it, and nothing is written."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.shared.limits import PRODUCTION_LIMITS
from chalicelib.domain.shared.networks import UNKNOWN
from chalicelib.domain.shared.rate_limit import Limit
from chalicelib.services.shared.process_limits import ProcessLimits
from tests.support.builders import Person
from tests.support.http import Answer
from tests.support.world import World

FEW = replace(PRODUCTION_LIMITS, reads=Limit(5, 60), writes=Limit(3, 60))


@pytest.fixture
def world(world: World) -> World:
    world.container.process_limits = ProcessLimits(FEW, world.clock)
    return world


def reads(world: World, number: int, token: str | None = None) -> list[int]:
    return [world.get("/events", token).status for _ in range(number)]


def test_a_network_reads_so_often_and_then_waits(world: World) -> None:
    assert reads(world, 5) == [200] * 5

    answer: Answer = world.get("/events")

    assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "12"
    assert answer.headers["RateLimit-Limit"] == "5"
    world.clock.advance(timedelta(seconds=12))
    assert reads(world, 2) == [200, 429]


def test_nobody_else_waits_for_it(world: World, ada: Person, olga: Person) -> None:
    reads(world, 6)

    assert reads(world, 6, ada.token) == [200] * 5 + [429]
    assert world.get("/events", olga.token).status == 200
    with world.elsewhere():
        assert world.get("/events").status == 200


def test_writes_are_counted_apart_and_cost_nothing_while_blocked(world: World, ada: Person) -> None:
    for _ in range(3):
        assert world.patch("/auth/me", {"first_name": "Ada"}, ada.token).status == 200
    before = world.db.snapshot_all("turnout-accounts")

    assert world.patch("/auth/me", {"first_name": "Eve"}, ada.token).status == 429

    assert world.db.snapshot_all("turnout-accounts") == before
    assert world.get("/auth/me", ada.token).status == 200


def test_a_forged_login_uses_up_nothing_of_its_owner(world: World, ada: Person) -> None:
    forged = f"{ada.token[:-8]}AAAAAAAA"
    assert {world.get("/auth/me", forged).status for _ in range(8)} == {401}

    assert world.get("/auth/me", ada.token).status == 200


def test_an_unknown_network_is_nobody(world: World) -> None:
    """Behind something that hides where requests come from all would share one limit."""
    limits = ProcessLimits(FEW, world.clock)

    for _ in range(50):
        limits.count("", UNKNOWN, writes=False)


def test_a_process_remembers_so_many_callers(world: World) -> None:
    limits = ProcessLimits(FEW, world.clock)
    for number in range(10_000):
        limits.count(f"caller {number}", UNKNOWN, writes=False)

    assert len(limits._seen) == 4096
