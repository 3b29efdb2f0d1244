"""Figures are what is counted anyway, at a cost that does not grow with the service."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.services.admin import figures as figures_of_now
from devtools.simdb.client import SimClient
from tests.support.builders import Person, a_letter, a_person, cancelled, enrolled
from tests.support.world import World


class Watched(SimClient):
    """Writes down what was asked of the tables."""

    def __init__(self, world: World) -> None:
        super().__init__(world.db)
        self.asked: list[str] = []

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(operation_name)
        return super()._make_api_call(operation_name, api_params)


def test_they_count_accounts_events_enrollments_letters_and_what_is_due(world: World, admin: Person) -> None:
    for number in range(2):
        world.signed_up(f"person{number}@example.net")
    olga = a_person(world)
    events = [world.an_event(olga.token, capacity=5, starts_at=f"2026-0{month}-02T10:00:00Z") for month in (7, 8, 9)]
    world.an_event(olga.token, status="draft")
    for event in events:
        enrolled(world, event, admin)
    enrolled(world, events[0], olga)
    cancelled(world, events[2], olga)
    a_letter(world)
    world.tick()

    figures = world.get("/admin/figures", admin.token).json

    assert figures["accounts"] == {"number": 2, "exact": True}
    assert figures["events"] == {"published": 2, "cancelled": 1, "unlisted": 0}
    counted = {"events": 2, "all": True, "pending": 0, "offered": 0, "confirmed": 3, "waitlisted": 0}
    assert figures["enrollments"] == counted
    assert figures["dead_letters"] == {"number": 1, "exact": True}
    assert figures["due"]["mail"]["swept_until"] == "2026-06-01T09:00:00Z"
    assert figures["due"].keys() == {"mail", "jobs"}


def test_they_are_there_on_the_first_day(world: World, admin: Person) -> None:
    figures = world.get("/admin/figures", admin.token).json

    assert figures["enrollments"]["all"] is True
    assert figures["due"]["jobs"] == {"swept_until": None, "oldest_waiting": None}


def test_more_events_cost_no_call_more(world: World, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_of_now, "NEXT_EVENTS", 10)
    olga = a_person(world)
    asked = []
    for _ in range(2):
        for number in range(6):
            world.an_event(olga.token, title=f"Event {number}")
        client = Watched(world)
        world.container.store.dynamo.connection._client = client  # type: ignore[assignment]
        figures = world.get("/admin/figures", admin.token).json
        asked.append(client.asked)
        world.container.store.dynamo.connection._client = SimClient(world.db)  # type: ignore[assignment]

    assert asked[0] == asked[1]
    assert "Scan" not in asked[0]
    assert (figures["events"]["published"], figures["enrollments"]["events"]) == (12, 10)
    assert figures["enrollments"]["all"] is False
