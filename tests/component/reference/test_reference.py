"""The front door, the health check, and countries."""

from datetime import timedelta

import pytest

from devtools.simdb.faults import Fault, Faults
from devtools.simdb.scheduler import Scheduler
from tests.support.problems import problem
from tests.support.world import World


def test_the_front_door_says_where_to_read_on(world: World) -> None:
    assert world.get("/").json == {
        "name": "Turnout",
        "documentation": "https://api.test/docs",
        "openapi": "https://api.test/openapi.json",
        "events": "https://api.test/events",
    }


def test_the_service_is_healthy_when_its_tables_answer(world: World) -> None:
    answer = world.get("/health")

    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_health_check_of_a_throttled_table_is_503_with_a_time_to_come_back(world: World) -> None:
    asked_at = world.clock.now
    world.db.scheduler = Scheduler(1, faults=Faults(rates={Fault.THROTTLE: 1.0}), latency=(0, 0))
    answers = []
    world.db.scheduler.spawn(lambda: answers.append(world.get("/health")))
    world.db.scheduler.run()
    world.db.scheduler = None

    [answer] = answers
    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"
    assert world.clock.now - asked_at <= timedelta(seconds=2)


def test_all_countries_are_listed_by_name(world: World) -> None:
    body = world.get("/countries").json

    assert body["count"] == len(body["results"]) == 249
    assert set(body) == {"count", "results"}
    assert body["results"][0] == {"code": "AF", "name": "Afghanistan", "timezone": "Asia/Kabul"}
    assert len({one["code"] for one in body["results"]}) == 249


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("FR", {"code": "FR", "name": "France", "timezone": "Europe/Paris"}),
        ("fr", {"code": "FR", "name": "France", "timezone": "Europe/Paris"}),
        ("UK", {"code": "GB", "name": "United Kingdom", "timezone": "Europe/London"}),
        ("US", {"code": "US", "name": "United States", "timezone": None}),
    ],
)
def test_one_country_is_found_in_any_case(world: World, code: str, country: dict[str, str | None]) -> None:
    assert world.get(f"/countries/{code}").json == country


def test_documents_and_countries_may_be_read_by_anybody(world: World) -> None:
    for url in ("/", "/health", "/countries", "/countries/DE", "/openapi.json", "/docs", "/redoc"):
        assert world.get(url).status == 200, url
