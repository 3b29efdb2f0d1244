"""Where an event is on the earth: what is kept of it, and where it is said."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain.events.event_changes import GATHERING
from tests.support.builders import Person, a_person, enrolled
from tests.support.problems import problem
from tests.support.web.pages import seen
from tests.support.world import World

MITTE = {"latitude": 52.52, "longitude": 13.405}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as made:
        yield made


@pytest.fixture(scope="module")
def olga(world: World) -> Person:
    return a_person(world)


def test_they_have_five_decimals_stand_in_every_answer_and_null_takes_them_away(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, coordinates={"latitude": 52.5200049, "longitude": -0.000001}, online=True)
    url = f"/events/{event['id']}"
    kept = {"latitude": 52.52, "longitude": 0.0}

    assert event["coordinates"] == world.get(url).json["coordinates"] == kept
    assert [one["coordinates"] for one in world.get("/events").json["results"] if one["id"] == event["id"]] == [kept]
    assert world.patch(url, {"coordinates": {"latitude": -90, "longitude": 180}}, olga.token).json["coordinates"] == {
        "latitude": -90.0,
        "longitude": 180.0,
    }
    assert world.patch(url, {"title": "Other"}, olga.token).json["coordinates"]["longitude"] == 180.0
    assert world.patch(url, {"coordinates": None}, olga.token).json["coordinates"] is None
    assert world.get(url).json["coordinates"] is None


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"latitude": 90.1, "longitude": 0}, "/coordinates/latitude"),
        ({"latitude": 0, "longitude": -180.00001}, "/coordinates/longitude"),
        ({"latitude": "52", "longitude": 13}, "/coordinates/latitude"),
        ({"latitude": True, "longitude": 13}, "/coordinates/latitude"),
        ({"latitude": float("nan"), "longitude": 13}, "/coordinates/latitude"),
        ({"latitude": 52, "longitude": float("inf")}, "/coordinates/longitude"),
        ({"latitude": 52}, "/coordinates/longitude"),
        ({"latitude": 52, "longitude": 13, "height": 4}, "/coordinates/height"),
        ([52, 13], "/coordinates"),
        ("52,13", "/coordinates"),
    ],
    ids=["far", "wide", "text", "flag", "nan", "infinite", "half", "more", "list", "one text"],
)
def test_what_is_no_point_is_refused_by_name(world: World, olga: Person, given: Any, where: str) -> None:
    body = {"title": "x", "starts_at": "2026-09-01T09:00:00Z", "coordinates": given}

    refused = problem(world.post("/events", body, olga.token), 400, "invalid_request")

    assert [error["pointer"] for error in refused["errors"]] == [where]


def test_a_moved_pin_is_mailed_to_nobody(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, coordinates=MITTE, location="Hall 1")
    enrolled(world, event, a_person(world))
    world.work()
    before = len(world.mailer.sent)

    world.patch(f"/events/{event['id']}", {"coordinates": {"latitude": 52.6, "longitude": 13.4}}, olga.token)
    world.clock.advance(2 * GATHERING)
    world.tick()
    world.work()

    assert len(world.mailer.sent) == before


def test_calendars_have_them_with_six_decimals(world: World, olga: Person) -> None:
    here, nowhere = (world.an_event(olga.token, coordinates=point) for point in (MITTE, None))

    assert "\r\nGEO:52.520000;13.405000\r\n" in world.get(f"/events/{here['id']}/calendar.ics").text
    assert "GEO:" not in world.get(f"/events/{nowhere['id']}/calendar.ics").text


def test_the_page_leads_to_the_spot_on_a_map_and_to_what_is_close(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title="Here", coordinates=MITTE)
    other = world.an_event(olga.token, title="Close", coordinates={"latitude": 52.4009, "longitude": 13.0591})
    world.work()

    page = seen(world, f"/e/{event['id']}-{event['slug']}")

    assert page.link("Show on a map") == "https://www.openstreetmap.org/?mlat=52.52&mlon=13.405#map=16/52.52/13.405"
    close = page.link("More nearby")
    assert close == f"/search?near={quote('52.52,13.405,25')}"
    listed = seen(world, close.replace(quote("25"), "50") if close else "")
    assert listed.fields["near"]["value"] == "52.52,13.405,50"
    assert listed.link("Close") == f"/e/{other['id']}-close"
    assert '"geo":{"@type":"GeoCoordinates","latitude":52.52,"longitude":13.405}' in page.data
    assert "OfflineEventAttendanceMode" in page.data
    assert "fault" in world.get("/search?near=there", Accept="text/html").text
