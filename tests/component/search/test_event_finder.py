"""The finder: what a page costs, what is verified, and walks while events change under them."""

import itertools
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import Person, deleted
from tests.support.lists import ids, local, page, walk
from tests.support.world import World

WORDS = ["python", "data", "cloud", "testing", "security", "web", "go", "design", "pytest", "pyramid"]
CITIES = ["Berlin", "München", "Paris", "Köln"]
HARD_LIMIT = 60


def fair(world: World, olga: Person, number: int, **fields: Any) -> list[dict[str, Any]]:
    """Events in the order of their start, four hours apart."""
    rng, start = random.Random(number), world.clock() + timedelta(days=2)
    made = []
    for place in range(number):
        body = {
            "title": " ".join(rng.choices(WORDS, k=3)),
            "description": " ".join(rng.choices(WORDS, k=6)),
            "location": f"Center, {rng.choice(CITIES)}",
            "country": rng.choice(["DE", "FR"]),
            "starts_at": (start + timedelta(hours=4 * place)).isoformat(),
            "capacity": 50,
        }
        made.append(world.an_event(olga.token, **{**body, **fields}))
        world.work()
    return made


@pytest.mark.deep
def test_no_request_reads_more_than_sixty_units_whatever_is_asked(world: World, olga: Person) -> None:
    fair(world, olga, 150, url="https://example.org/" + "u" * 400, tags=["ü" * 40])
    asked = ["q=python", "q=python+data+cloud", "title=o", "online=true", "location=center&q=go", "country=DE&q=xyz"]
    asked += [f"{one}&{more}" for one in asked for more in ("page_size=100", "ordering=title", "page=5&page_size=100")]
    asked += ["page_size=100", "page=5&page_size=100", "has_spots=false&page_size=100", "ordering=-title&country=FR"]

    for query in asked:
        with world.db.meter() as meter:
            assert world.get(f"/events?{query}").status in {200, 422}
        assert meter.reads <= HARD_LIMIT, query


@pytest.mark.parametrize(
    ("url", "calls", "reads"),
    [
        ("/events", 2, 12),
        ("/events/upcoming", 4, 13),
        ("/events?ordering=-created_at", 2, 12),
        ("/events?title=o", 3, 14),
    ],
)
def test_an_unfiltered_page_is_the_rows_and_the_seats(
    world: World, olga: Person, url: str, calls: int, reads: float
) -> None:
    fair(world, olga, 60, starts_at="2026-07-01T09:00:00Z")
    page(world, url)

    with world.db.meter() as meter:
        page(world, url)

    assert (meter.calls, meter.reads <= reads) == (calls, True)


def test_a_changed_event_is_shown_as_it_is_before_the_index_knows(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title="Python night", location="Köln")
    other = world.an_event(olga.token, title="Python day", starts_at="2026-08-01T09:00:00Z")
    world.work()

    world.patch(f"/events/{event['id']}", {"price": "5.00"}, olga.token)
    [shown, _] = page(world, "/events?q=python")["results"]
    world.patch(f"/events/{event['id']}", {"title": "Ruby night"}, olga.token)
    world.patch(f"/events/{other['id']}", {"starts_at": "2026-09-01T09:00:00Z"}, olga.token)

    assert (shown["price"], shown["version"]) == ("5.00", 2)
    assert ids([page(world, "/events?q=python")]) == []
    assert ids([page(world, "/events?location=koln")]) == [event["id"]]
    world.work()
    assert ids([page(world, "/events?q=python")]) == [other["id"]]
    assert ids([page(world, "/events?q=ruby")]) == [event["id"]]


def test_a_deleted_event_is_found_no_more_though_the_index_still_has_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title="Python night")
    world.work()

    deleted(world, event, olga)

    assert ids([page(world, "/events?q=python")]) == []
    world.work()
    assert not [row for row in world.db.snapshot_all("turnout-events") if row["pk"]["S"].startswith("word#")]


def test_a_draft_is_found_by_its_owner_only_and_by_everybody_once_published(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, title="Night", description="of pythons", status="draft")
    world.work()
    assert ids([page(world, "/events?q=pythons")]) == []
    assert ids([page(world, "/me/events?q=pythons&ordering=title", olga.token)]) == [event["id"]]

    world.post(f"/events/{event['id']}/publish", None, olga.token)
    world.work()

    assert ids([page(world, "/events?q=pythons")]) == [event["id"]]


ORDERS = ["starts_at", "-starts_at", "created_at", "-created_at", "title", "-title"]
QUERIES = ["", "q=python&", "country=DE&", "location=center&country=FR&"]
WALKS = list(itertools.product(ORDERS, QUERIES))
FEW = WALKS[::5]  # each query, and nearly every order


@pytest.mark.parametrize(
    ("ordering", "query"), [*FEW, *(pytest.param(*walk, marks=pytest.mark.deep) for walk in WALKS if walk not in FEW)]
)
def test_a_walk_while_others_create_edit_and_delete_meets_what_was_there_throughout_exactly_once(
    world: World, olga: Person, ordering: str, query: str
) -> None:
    made = fair(world, olga, 24)
    url = f"/events?{query}ordering={ordering}&page_size=3"
    before = ids(walk(world, url))
    rng = random.Random(7)
    stay, others = made[::2], made[1::2]

    found: list[str] = []
    following: str | None = url
    while following:
        answer = page(world, following)
        found += ids([answer])
        following = local(answer["next"]) if answer["next"] else None
        one = rng.choice(others)
        start = datetime.fromisoformat(stay[0]["starts_at"]) + timedelta(hours=rng.randrange(90), minutes=1)
        moved = {"starts_at": start.isoformat(), "title": f"{rng.choice(WORDS)} moved"}
        world.patch(f"/events/{one['id']}", moved, olga.token)
        world.patch(f"/events/{rng.choice(stay)['id']}", {"price": f"{rng.randrange(90)}.00"}, olga.token)
        world.an_event(olga.token, title="python again", starts_at=start.isoformat(), country="DE", location="Center")
        if rng.random() < 0.7:
            world.work()

    throughout = [event["id"] for event in stay]
    assert [one for one in found if one in throughout] == [one for one in before if one in throughout]


def test_pages_by_number_are_what_following_next_leads_to(world: World, olga: Person) -> None:
    fair(world, olga, 40)
    for query in ("page_size=7", "page_size=7&q=python", "page_size=7&has_spots=true", "page_size=7&ordering=-title"):
        pages = walk(world, f"/events?{query}")
        for number, each in enumerate(pages, start=1):
            assert ids([page(world, f"/events?{query}&page={number}")]) == ids([each]), (query, number)


def test_a_search_whose_matches_are_all_read_is_counted_exactly(world: World, olga: Person) -> None:
    made = fair(world, olga, 30)
    wanted = [one for one in made if "pyramid" in f"{one['title']} {one['description']}".split()]

    found = page(world, "/events?q=pyramid&page_size=5")
    last = walk(world, "/events?q=pyramid&page_size=5")[-1]

    assert found["count"] <= len(wanted)
    assert (last["count"], last["count_exact"]) == (len(wanted), True)


def test_a_word_that_nothing_has_costs_a_read_or_two(world: World, olga: Person) -> None:
    fair(world, olga, 30)

    with world.db.meter() as meter:
        answer = page(world, "/events?q=zebra")

    assert (answer["results"], answer["count"], answer["count_exact"], answer["next"]) == ([], 0, True, None)
    assert meter.reads <= 2
