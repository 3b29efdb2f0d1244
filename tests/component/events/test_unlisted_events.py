"""Unlisted events: whoever has the address finds everything as ever, and nobody else finds the event."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.mails.mailed import BROWSER
from tests.support.problems import problem
from tests.support.web.pages import address, seen
from tests.support.world import World

START = "2026-07-01T09:00:00Z"
LISTS = [
    "/events",
    "/events/upcoming",
    "/events/available",
    "/events?q=gathering",
    "/events?title=gather",
    "/events?location=cologne",
    "/events?country=DE",
    "/events?tag=python",
    "/events?ordering=title",
    "/events?ordering=-created_at",
    "/events?date=2026-07&page=1",
    "/events?has_spots=false",
    "/events?status=cancelled",
]
SITE = ["/", "/search?q=gathering", "/months/2026-07", "/sitemaps/2026-07", "/sitemap.xml"]


def an_unlisted(world: World, person: Person, **more: Any) -> dict[str, Any]:
    facts = {"location": "Cologne", "country": "DE", "tags": ["python"], "capacity": 3, "unlisted": True}
    event = world.an_event(person.token, title="Gathering", starts_at=START, **(facts | more))
    world.work()
    return event


def found(world: World, url: str) -> list[str]:
    listed = world.get(url).json
    assert listed["count"] == len(listed["results"])
    return [one["id"] for one in listed["results"]]


def patched(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = world.patch(f"/events/{event['id']}", fields, person.token)
    assert answer.status == 200, answer.text
    world.work()
    return dict(answer.json)


@pytest.mark.parametrize("url", LISTS)
def test_it_is_in_no_list_of_others(world: World, olga: Person, url: str) -> None:
    event = an_unlisted(world, olga, capacity=1 if "has_spots" in url else 3)
    if "has_spots" in url:
        enrolled(world, event, a_person(world))
    if "cancelled" in url:
        cancelled(world, event, olga)
    world.work()

    assert found(world, url) == []
    assert found(world, f"{url}{'&' if '?' in url else '?'}organizer={olga.id}") == []


@pytest.mark.parametrize("url", SITE)
def test_it_is_on_no_page_and_in_no_sitemap(world: World, olga: Person, url: str) -> None:
    event = an_unlisted(world, olga)

    answer = world.get(url, Accept=BROWSER)

    assert answer.status == 200
    assert "Gathering" not in answer.text
    assert event["id"] not in answer.text
    assert "2026-07</loc>" not in answer.text


def test_who_has_only_such_events_has_no_page_and_no_feed(world: World, olga: Person) -> None:
    event = an_unlisted(world, olga)

    for url in (f"/o/{olga.id}", f"/organizers/{olga.id}/calendar.ics"):
        assert world.get(url, Accept=BROWSER).status == 404
    assert "Olga Organizer" in seen(world, address(world, event)).words, "named, without a link that leads nowhere"
    assert f"/o/{olga.id}" not in world.get(address(world, event), Accept=BROWSER).text
    world.an_event(olga.token, title="In the open")
    page = world.get(f"/o/{olga.id}", Accept=BROWSER)
    feed = world.get(f"/organizers/{olga.id}/calendar.ics")
    assert [("In the open" in shown.text, "Gathering" in shown.text) for shown in (page, feed)] == [(True, False)] * 2
    assert f"/o/{olga.id}" in world.get(address(world, event), Accept=BROWSER).text


def test_its_address_leads_to_all_of_it(world: World, olga: Person) -> None:
    event, ada = an_unlisted(world, olga), a_person(world)
    url = f"/events/{event['id']}"

    assert world.get(url).json["unlisted"] is True
    assert world.get(f"{url}/capacity").json["capacity"] == 3
    assert "Gathering" in world.get(f"{url}/calendar.ics").text
    assert seen(world, address(world, event)).fields["email"]
    enrolled(world, event, ada)
    assert [one["event"]["id"] for one in world.get("/me/enrollments", ada.token).json["results"]] == [event["id"]]
    feed = world.get("/auth/me/feeds", ada.token).json["url"]
    assert "Gathering" in world.get(feed.removeprefix("https://api.test")).text


def test_search_engines_are_told_to_leave_its_page_out(world: World, olga: Person) -> None:
    hidden, shown = an_unlisted(world, olga), world.an_event(olga.token)

    page, open_page = (world.get(address(world, event), Accept=BROWSER) for event in (hidden, shown))

    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    assert 'rel="canonical"' not in page.text
    assert "X-Robots-Tag" not in open_page.headers
    assert "noindex" not in open_page.text


@pytest.mark.parametrize(
    "asked", ["", "?status=published", "?q=gathering", "?q=gathering&status=published", "?ordering=title",
              "?status=published&ordering=-title", "?country=DE&status=published", "?tag=python&is_active=true"],
)  # fmt: skip
def test_its_organizer_finds_it_among_their_own(world: World, olga: Person, asked: str) -> None:
    event = an_unlisted(world, olga)
    an_unlisted(world, a_person(world))

    mine = world.get(f"/me/events{asked}", olga.token).json

    assert ([one["id"] for one in mine["results"]], mine["count"]) == ([event["id"]], 1)


SWITCHES: dict[str, Callable[[World, dict[str, Any], Person], object]] = {
    "edited": lambda world, event, olga: patched(world, event, olga, title="Gathering again"),
    "moved": lambda world, event, olga: patched(world, event, olga, starts_at="2026-08-01T09:00:00Z"),
    "as it was": lambda world, event, olga: None,
}


@pytest.mark.parametrize("meanwhile", SWITCHES)
def test_it_can_be_shown_and_hidden_as_often_as_one_likes(world: World, olga: Person, meanwhile: str) -> None:
    event = an_unlisted(world, olga, capacity=1)
    enrolled(world, event, a_person(world))
    urls = ["/events", "/events?q=gathering", "/events?ordering=title", "/events?ordering=created_at",
            "/events?country=DE", "/events?has_spots=false"]  # fmt: skip
    for unlisted in (False, True, False, True):
        shown = patched(world, event, olga, unlisted=unlisted)
        SWITCHES[meanwhile](world, event, olga)

        assert shown["unlisted"] is unlisted
        assert [found(world, url) for url in urls] == [[] if unlisted else [event["id"]]] * len(urls)
        assert world.get("/me/events", olga.token).json["count"] == 1


def test_the_lists_forget_it_before_the_index_has_caught_up(world: World, olga: Person) -> None:
    event = an_unlisted(world, olga, unlisted=False)
    assert found(world, "/events?q=gathering") == [event["id"]]

    assert world.patch(f"/events/{event['id']}", {"unlisted": True}, olga.token).status == 200

    for url in ("/events", "/events?q=gathering", "/events?country=DE", "/events?ordering=title"):
        assert world.get(url).json["results"] == []


def test_a_draft_stays_unlisted_when_it_is_published(world: World, olga: Person) -> None:
    draft = an_unlisted(world, olga, status="draft")
    url = f"/events/{draft['id']}"
    problem(world.get(url), 404, "not_found")

    published = world.post(f"{url}/publish", None, olga.token).json

    world.work()
    assert (published["unlisted"], world.get(url).status, found(world, "/events?q=gathering")) == (True, 200, [])


def test_admins_see_how_many_there_are(world: World, olga: Person) -> None:
    an_unlisted(world, olga)
    world.an_event(olga.token)

    figures = world.container.admin.figures.now()

    assert figures.events == {"published": 1, "cancelled": 0, "unlisted": 1}


def test_one_that_is_deleted_is_gone(world: World, olga: Person) -> None:
    event = an_unlisted(world, olga)

    assert world.send("DELETE", f"/events/{event['id']}", token=olga.token).status == 204

    problem(world.get(f"/events/{event['id']}"), 404, "not_found")
    assert world.get("/me/events", olga.token).json["count"] == 0
    assert world.container.admin.figures.now().events["unlisted"] == 0
