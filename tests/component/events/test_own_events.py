"""One's own events: drafts too, with their counts."""

from tests.support.builders import Person, a_person, cancelled, deleted, enrolled, people
from tests.support.lists import earlier, ids, page, walk
from tests.support.problems import problem
from tests.support.world import World

STATUSES = ("pending", "confirmed", "waitlisted", "offered", "cancelled", "expired", "checked_in", "no_show", "bounced")
NOBODY = dict.fromkeys(STATUSES, 0)


def test_one_must_be_signed_in(world: World) -> None:
    problem(world.get("/me/events"), 401, "unauthenticated")


def test_everything_of_ones_own_is_there_in_date_order_and_nothing_else(world: World, olga: Person) -> None:
    late = world.an_event(olga.token, starts_at="2027-07-01T09:00:00Z")
    draft = world.an_event(olga.token, starts_at="2026-08-01T09:00:00Z", status="draft")
    gone = world.an_event(olga.token, starts_at="2026-07-01T09:00:00Z")
    soon = world.an_event(olga.token, starts_at="2026-06-02T09:00:00Z")
    removed = world.an_event(olga.token)
    world.an_event(a_person(world).token)
    cancelled(world, gone, olga)
    deleted(world, removed, olga)

    listed = page(world, "/me/events", olga.token)

    assert ids([listed]) == [soon["id"], gone["id"], draft["id"], late["id"]]
    assert (listed["count"], listed["count_exact"]) == (4, True)
    assert [event["status"] for event in listed["results"]] == ["published", "cancelled", "draft", "published"]


def test_counts_tell_how_many_are_enrolled_and_how_many_cancelled(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    guests = people(world, 3)
    rows = [enrolled(world, event, guest) for guest in guests]
    world.delete(f"/enrollments/{rows[0]['id']}", guests[0].token)

    [own] = page(world, "/me/events", olga.token)["results"]
    assert own["counts"] == {**NOBODY, "confirmed": 2, "cancelled": 1}
    assert (own["attendees_count"], own["available_spots"]) == (2, 3)
    assert {name: value for name, value in own.items() if name != "counts"} == page(world, "/events")["results"][0]

    enrolled(world, event, guests[0])
    [own] = page(world, "/me/events", olga.token)["results"]
    assert own["counts"] == {**NOBODY, "confirmed": 3}


def test_counts_of_a_cancelled_event_say_that_all_are_cancelled(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    for guest in people(world, 2):
        enrolled(world, event, guest)
    cancelled(world, event, olga)
    world.work()

    [own] = page(world, "/me/events", olga.token)["results"]

    assert own["counts"] == {**NOBODY, "cancelled": 2}


def test_pages_show_each_once_in_both_directions(world: World, olga: Person) -> None:
    events = [world.an_event(olga.token, starts_at=f"2026-{month:02d}-01T09:00:00Z") for month in (7, 12, 9, 8, 10, 11)]
    wanted = [event["id"] for event in sorted(events, key=lambda event: str(event["starts_at"]))]

    for size in (1, 2, 3, 7):
        pages = walk(world, f"/me/events?page_size={size}", olga.token)

        assert ids(pages) == wanted
        assert [each["count"] for each in pages] == [6] * len(pages)
        assert earlier(world, pages, olga.token) == ids(pages[:-1])


def test_a_new_event_is_counted_and_a_moved_one_is_where_it_belongs(world: World, olga: Person) -> None:
    first = world.an_event(olga.token, starts_at="2026-07-01T09:00:00Z")
    second = world.an_event(olga.token, starts_at="2026-07-02T09:00:00Z")

    world.patch(f"/events/{first['id']}", {"starts_at": "2026-07-03T09:00:00Z"}, olga.token)

    listed = page(world, "/me/events", olga.token)
    assert (ids([listed]), listed["count"]) == ([second["id"], first["id"]], 2)
