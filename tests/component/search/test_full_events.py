"""`has_spots=false` reads the list of nearly full events, and answers what looking at all of them would."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.lists import ids, page, walk
from tests.support.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with World() as made:
        yield made


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world)


def full(world: World) -> list[str]:
    return ids(walk(world, "/events?has_spots=false"))


def an_event(world: World, olga: Person, number: int, **fields: Any) -> dict[str, Any]:
    at = f"2026-07-{1 + number % 28:02}T09:00:00Z"
    return world.an_event(olga.token, **{"title": f"Talk {number}", "starts_at": at, "capacity": 40} | fields)


def listed(world: World) -> list[dict[str, Any]]:
    return [row for row in world.db.snapshot_all("turnout-events") if row["pk"]["S"] == "nearlyfull#seats"]


def test_the_first_page_is_all_of_them_among_many_that_are_not(world: World, olga: Person) -> None:
    made = [an_event(world, olga, number, capacity=1 if number in {90, 3} else 40) for number in range(120)]
    for number in (90, 3):
        enrolled(world, made[number], a_person(world))
    world.work()

    with world.db.meter() as meter:
        [only] = walk(world, "/events?has_spots=false")

    assert ids([only]) == [made[3]["id"], made[90]["id"]]
    assert only["count"] == 2
    assert only["count_exact"] is True
    assert meter.reads <= 5
    assert len(listed(world)) < 5


def test_an_event_comes_with_its_last_seat_and_goes_with_the_first_that_is_free(world: World, olga: Person) -> None:
    event = an_event(world, olga, 1, capacity=2)
    enrolled(world, event, a_person(world))
    world.work()
    assert full(world) == []

    enrolled(world, event, a_person(world))
    world.work()
    assert full(world) == [event["id"]]

    world.patch(f"/events/{event['id']}", {"capacity": 50}, olga.token)
    assert full(world) == []
    world.work()
    assert listed(world) == []


def test_a_full_event_is_listed_where_it_moves_until_it_is_cancelled(world: World, olga: Person) -> None:
    event = an_event(world, olga, 1, capacity=1)
    enrolled(world, event, a_person(world))
    world.work()
    world.patch(f"/events/{event['id']}", {"starts_at": "2026-08-01T09:00:00Z", "ends_at": None}, olga.token)
    world.work()
    assert full(world) == [event["id"]]
    assert len(listed(world)) == 1

    cancelled(world, event, olga)
    world.work()
    assert full(world) == []
    assert ids([page(world, "/events?has_spots=false&status=cancelled")]) == []


def test_before_all_events_are_known_to_the_list_the_events_are_looked_at(world: World, olga: Person) -> None:
    event = an_event(world, olga, 1, capacity=1)
    enrolled(world, event, a_person(world))
    world.work()
    client = world.container.store.dynamo
    for row in [*listed(world), {"pk": {"S": "nearlyfull#complete"}, "sk": {"S": "-"}}]:
        client.call("DeleteItem", {"TableName": "turnout-events", "Key": {"pk": row["pk"], "sk": row["sk"]}})
    world.container.store.completeness._form = 0  # as another process, which has not seen the mark

    assert full(world) == [event["id"]]


def test_an_event_that_fills_up_is_entered_on_the_way(world: World, olga: Person) -> None:
    event = an_event(world, olga, 1, capacity=7)
    world.work()
    assert listed(world) == []

    for _ in range(5):
        enrolled(world, event, a_person(world))
        world.index()
    assert listed(world) == []  # of a small event a fifth of the seats is few

    enrolled(world, event, a_person(world))
    world.index()

    assert len(listed(world)) == 1
    assert full(world) == []
    enrolled(world, event, a_person(world))
    assert full(world) == [event["id"]]
