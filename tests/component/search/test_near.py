"""`near`: what is asked, what it finds beside other filters and in other orders, and what it reads."""

from collections.abc import Iterator

import pytest

from chalicelib.services.search.finder import READ_UNITS
from tests.support.builders import Person, a_person
from tests.support.lists import ids as ids_of
from tests.support.lists import walk
from tests.support.problems import problem
from tests.support.world import World

TOWNS = {
    "Berlin": (52.52437, 13.41053),
    "Potsdam": (52.39886, 13.06566),
    "Hamburg": (53.55073, 9.99302),
    "Suva": (-18.14161, 178.44149),
    "Taveuni": (-16.8, -179.95),
    "Longyearbyen": (78.22334, 15.64689),
    "North Pole": (90.0, 0.0),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as made:
        yield made


@pytest.fixture(scope="module")
def olga(world: World) -> Person:
    """Has an event in each town and one nowhere, a day apart, indexed."""
    olga = a_person(world)
    for day, (town, (latitude, longitude)) in enumerate(TOWNS.items(), 1):
        point = {"latitude": latitude, "longitude": longitude}
        starts_at = f"2026-09-{day:02}T09:00:00Z"
        world.an_event(olga.token, title=f"Fair {town}", starts_at=starts_at, coordinates=point, country="DE")
    world.an_event(olga.token, title="Fair nowhere", starts_at="2026-09-20T09:00:00Z", location="Berlin")
    world.work()
    return olga


def towns(world: World, asked: str, path: str = "/events", token: str | None = None) -> list[str]:
    pages = walk(world, f"{path}?{asked}&page_size=2", token)
    assert all(page["count"] <= sum(len(one["results"]) for one in pages) for page in pages)
    return [event["title"].removeprefix("Fair ") for page in pages for event in page["results"]]


@pytest.mark.parametrize("path", ["/events", "/events/upcoming", "/events/available", "/me/events"])
def test_every_list_takes_it(world: World, olga: Person, path: str) -> None:
    token = olga.token if path == "/me/events" else None

    assert towns(world, "near=52.52,13.405,50", path, token) == ["Berlin", "Potsdam"]
    assert towns(world, "near=52.52,13.405,25", path, token) == ["Berlin"]
    assert towns(world, "near=52.52,13.405,300&ordering=-starts_at", path, token) == ["Hamburg", "Potsdam", "Berlin"]
    assert towns(world, "near=52.52,13.405,300&ordering=title", path, token) == ["Berlin", "Hamburg", "Potsdam"]
    assert towns(world, "near=52.52,13.405,300&q=fair+ham&country=DE", path, token) == ["Hamburg"]
    assert towns(world, "near=0,0,500", path, token) == []


def test_the_date_line_and_the_poles_are_places_like_others(world: World, olga: Person) -> None:
    assert towns(world, "near=-17,180,300") == ["Suva", "Taveuni"]
    assert towns(world, "near=-17,-180,300") == ["Suva", "Taveuni"]
    assert towns(world, "near=89,170,200") == ["North Pole"]
    assert towns(world, "near=82,15,500") == ["Longyearbyen"]


def test_a_count_of_it_is_exact_and_its_reads_are_few(world: World, olga: Person) -> None:
    for kilometres in (1, 25, 150, 500):
        with world.db.meter() as meter:
            answer = world.get(f"/events?near=52.52,13.405,{kilometres}").json

        assert answer["count_exact"]
        assert answer["count"] == len(answer["results"])
        assert meter.reads < READ_UNITS / 3


@pytest.mark.parametrize(
    "junk",
    ["52.52,13.405", "52.52,13.405,25,1", "91,0,5", "0,-180.1,5", "0,0,0", "0,0,501", "nan,0,5", "0,0,1e2", "here"],
)
def test_junk_is_refused_by_name(world: World, junk: str) -> None:
    refused = problem(world.get(f"/events?near={junk}"), 400, "invalid_request")

    assert [error["parameter"] for error in refused["errors"]] == ["near"]


def test_it_follows_an_event_that_moves_or_is_given_a_place_later(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title="Fair later", starts_at="2026-09-25T09:00:00Z")
    world.work()  # as events of before there were coordinates are indexed
    url = f"/events/{event['id']}"
    assert towns(world, "near=-33.9,18.4,50") == []

    world.patch(url, {"coordinates": {"latitude": -33.92584, "longitude": 18.42322}}, olga.token)
    world.work()
    assert towns(world, "near=-33.9,18.4,50") == ["later"]
    world.patch(url, {"coordinates": {"latitude": 0, "longitude": 0}}, olga.token)
    assert towns(world, "near=-33.9,18.4,50") == []  # before the index knows
    world.work()
    assert towns(world, "near=0,0,1") == ["later"]
    world.patch(url, {"coordinates": None}, olga.token)
    world.work()
    assert towns(world, "near=0,0,1") == []
    assert not [item for item in world.db.snapshot_all("turnout-events") if item["pk"]["S"] == "cell#s000"]


def test_of_rows_of_before_it_says_nothing_and_asks_nothing(world: World, olga: Person) -> None:
    """The index of an event without coordinates is what it was before there were any."""
    plain = world.an_event(olga.token, title="Fair plain", starts_at="2026-09-26T09:00:00Z")
    world.work()

    rows = [item for item in world.db.snapshot_all("turnout-events") if plain["id"] in item.get("sk", {}).get("S", "")]
    assert rows
    assert not any("g" in row or row["pk"]["S"].startswith("cell#") for row in rows)
    assert ids_of(walk(world, "/events?q=plain")) == [plain["id"]]
