"""Lists of events: date order, pages that fit together in both directions, counts that are right."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.search.event_filter import EventFilter
from chalicelib.domain.search.event_order import Ordering
from chalicelib.services.search.finder import EventFinder
from tests.support.builders import Person, cancelled, deleted, enrolled, signed_in
from tests.support.lists import earlier, ids, local, page, walk
from tests.support.world import World

STARTS = [
    "2026-06-30T23:59:59.999Z",
    "2026-07-01T00:00:00Z",
    "2026-07-01T00:00:00Z",
    "2026-07-01T00:00:00.001Z",
    "2026-07-15T12:00:00Z",
    "2026-07-31T23:59:59Z",
    "2026-10-01T09:00:00Z",  # nothing in August and September
    "2026-12-31T23:00:00Z",
    "2027-01-01T00:00:00Z",
    "2029-02-28T09:00:00Z",
]


@pytest.fixture
def calendar(world: World, olga: Person) -> list[str]:
    """Ten events over four years, created in no order; their ids in date order."""
    mixed = [STARTS[place] for place in (7, 2, 9, 0, 4, 1, 8, 3, 6, 5)]
    events = [world.an_event(olga.token, starts_at=start) for start in mixed]
    return [one["id"] for one in sorted(events, key=lambda one: (datetime.fromisoformat(one["starts_at"]), one["id"]))]


def test_events_are_in_date_order_and_ties_in_the_order_of_their_ids(world: World, calendar: list[str]) -> None:
    listed = page(world, "/events")

    assert [event["id"] for event in listed["results"]] == calendar
    assert (listed["count"], listed["count_exact"]) == (10, True)
    assert (listed["next"], listed["previous"]) == (None, None)


@pytest.mark.parametrize("url", ["/events", "/events/upcoming", "/events/available"])
def test_pages_show_every_event_once_in_both_directions(world: World, calendar: list[str], url: str) -> None:
    for size in (1, 2, 3, 4, 5, 9, 10, 11, 100):
        forward = walk(world, f"{url}?page_size={size}")

        assert ids(forward) == calendar
        assert all(len(each["results"]) == size for each in forward[:-1])
        assert forward[0]["previous"] is None
        assert earlier(world, forward) + ids(forward[-1:]) == calendar


def test_next_of_previous_is_the_page_one_came_from(world: World, calendar: list[str]) -> None:
    first = page(world, "/events?page_size=3")
    second = page(world, local(first["next"]))

    back = page(world, local(second["previous"]))
    again = page(world, local(back["next"]))

    assert back["results"] == first["results"]
    assert back["previous"] is None
    assert again["results"] == second["results"]


def test_links_are_absolute_and_keep_the_page_size(world: World, calendar: list[str]) -> None:
    first = page(world, "/events?page_size=3")

    assert first["next"].startswith("https://api.test/events?")
    assert "page_size=3" in first["next"]


def test_the_page_size_may_change_on_the_way(world: World, calendar: list[str]) -> None:
    first = page(world, "/events?page_size=2")

    rest = page(world, local(first["next"]).replace("page_size=2", "page_size=50"))

    assert ids([first, rest]) == calendar


def test_twenty_is_the_page_size_when_none_is_named(world: World, olga: Person) -> None:
    start = datetime(2026, 7, 1, tzinfo=UTC)
    for number in range(21):
        world.an_event(olga.token, starts_at=(start + timedelta(hours=number)).isoformat())

    assert [len(each["results"]) for each in walk(world, "/events")] == [20, 1]


def test_a_list_shows_summaries_with_live_seats_and_without_description(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2, description="long text")
    enrolled(world, event, olga)

    [summary] = page(world, "/events")["results"]

    detail = world.get(f"/events/{event['id']}").json
    assert summary == {name: value for name, value in detail.items() if not name.startswith("description")}
    assert (summary["available_spots"], summary["is_full"]) == (1, False)


def test_events_that_are_over_stay_in_the_list_and_leave_the_upcoming(world: World, olga: Person) -> None:
    started = world.an_event(olga.token, starts_at="2026-06-01T10:00:00Z")
    ahead = world.an_event(olga.token, starts_at="2026-06-01T11:00:00Z")

    world.clock.now = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)

    assert ids([page(world, "/events")]) == [started["id"], ahead["id"]]
    for url in ("/events/upcoming", "/events/available"):
        assert ids([page(world, url)]) == [ahead["id"]]
    assert page(world, "/events/upcoming")["count"] == 1


def test_the_upcoming_are_counted_exactly(world: World, calendar: list[str]) -> None:
    for now, left in (("2026-07-01T00:00:00", 7), ("2026-07-15T11:00:00", 6), ("2027-01-01T00:00:00", 1)):
        world.clock.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
        listed = page(world, "/events/upcoming?page_size=2")
        assert (listed["count"], listed["count_exact"]) == (left, True), now
        assert len(ids(walk(world, "/events/upcoming?page_size=2"))) == left


def test_going_back_among_the_upcoming_stops_at_now(world: World, calendar: list[str]) -> None:
    pages = walk(world, "/events/upcoming?page_size=2")
    world.clock.now = datetime(2026, 7, 15, 11, 0, tzinfo=UTC)

    back = walk(world, local(pages[3]["previous"]), link="previous")

    shown = [event["starts_at"] for each in back for event in each["results"]]
    assert shown == ["2026-07-15T12:00:00Z", "2026-07-31T23:59:59Z"]
    assert page(world, local(back[-1]["next"]))["results"] != []


def test_what_is_cancelled_or_deleted_leaves_the_lists_and_the_counts(
    world: World, olga: Person, calendar: list[str]
) -> None:
    cancelled(world, {"id": calendar[0]}, olga)
    deleted(world, {"id": calendar[1]}, olga)

    for url in ("/events", "/events/upcoming"):
        listed = page(world, url)
        assert listed["count"] == 8
        assert not {calendar[0], calendar[1]} & set(ids([listed]))


def test_the_list_is_empty_before_the_first_event(world: World) -> None:
    for url in ("/events", "/events/upcoming", "/events/available"):
        assert page(world, url) == {"count": 0, "count_exact": True, "next": None, "previous": None, "results": []}


def test_a_new_event_in_a_new_month_is_there_at_once_though_months_are_remembered(world: World, olga: Person) -> None:
    known = world.an_event(olga.token, starts_at="2026-07-01T09:00:00Z")
    assert ids([page(world, "/events")]) == [known["id"]]

    late = world.an_event(olga.token, starts_at="2027-03-01T09:00:00Z")
    early = world.an_event(olga.token, starts_at="2026-06-15T09:00:00Z")

    for url in ("/events", "/events/upcoming", "/events/available"):
        assert ids([page(world, url)]) == [early["id"], known["id"], late["id"]], url


def test_another_process_that_remembers_older_months_shows_it_too(world: World, olga: Person) -> None:
    """Each process remembers for itself; the fresh figures that come with a page correct it."""
    other = EventFinder(world.container.store.postings, world.container.store.event_lists, world.clock)
    known = world.an_event(olga.token, starts_at="2026-07-01T09:00:00Z")
    before = other.find(EventFilter(), Ordering.STARTS, None, 1)

    between = world.an_event(olga.token, starts_at="2026-06-05T09:00:00Z")
    after = world.an_event(olga.token, starts_at="2026-08-01T09:00:00Z")

    assert [view.event.id for view in before.items] == [known["id"]]
    found = other.find(EventFilter(), Ordering.STARTS, None, 5)
    assert [view.event.id for view in found.items] == [between["id"], known["id"], after["id"]]


def test_an_event_created_while_one_walks_is_met_when_it_lies_ahead(world: World, olga: Person) -> None:
    first = world.an_event(olga.token, starts_at="2026-07-01T09:00:00Z")
    last = world.an_event(olga.token, starts_at="2026-09-01T09:00:00Z")
    beginning = page(world, "/events?page_size=1")

    ahead = world.an_event(olga.token, starts_at="2026-08-01T09:00:00Z")
    world.an_event(olga.token, starts_at="2026-06-30T09:00:00Z")

    assert ids([beginning, *walk(world, local(beginning["next"]))]) == [first["id"], ahead["id"], last["id"]]


def test_a_walk_survives_the_deletion_of_the_event_it_stands_on(
    world: World, olga: Person, calendar: list[str]
) -> None:
    beginning = page(world, "/events?page_size=4")

    deleted(world, {"id": calendar[3]}, olga)

    assert ids(walk(world, local(beginning["next"]))) == calendar[4:]


def test_a_walk_survives_a_week(world: World, olga: Person, calendar: list[str]) -> None:
    beginning = page(world, "/events?page_size=4")
    world.clock.advance(timedelta(days=7))

    later = signed_in(world, olga.account)
    assert ids([beginning, *walk(world, local(beginning["next"]), later.token)]) == calendar


@pytest.mark.parametrize("link", ["next", "previous"])
def test_a_page_that_has_become_empty_leads_back_to_the_one_that_it_was_reached_from(
    world: World, olga: Person, calendar: list[str], link: str
) -> None:
    first = page(world, "/events?page_size=5")
    second = page(world, local(first["next"]))
    here, there = (first, second) if link == "next" else (second, first)
    for one in ids([there]):
        deleted(world, {"id": one}, olga)

    empty = page(world, local(here[link]))

    assert empty["results"] == []
    back = page(world, local(empty["previous" if link == "next" else "next"]))
    assert ids([back]) == ids([here])
