"""The waitlist as a list: in full for the organizer, as a number for everybody else, and positions where they show."""

from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.services.seats.waitlist_position import NEAR
from tests.support.builders import Person, a_person, enrolled, people
from tests.support.lists import earlier, ids, page, walk
from tests.support.problems import faults, problem
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, a_person(world))
    return event


def wait(world: World, event: dict[str, Any], person: Person) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, person.token)
    assert answer.json["status"] == "waitlisted"
    return dict(answer.json)


def url(event: dict[str, Any], query: str = "") -> str:
    return f"/events/{event['id']}/waitlist{query}"


def test_the_organizer_sees_who_waits_in_order(world: World, olga: Person, event: dict[str, Any]) -> None:
    waiting = people(world, 3)
    rows = [wait(world, event, one) for one in waiting]

    listed = page(world, url(event), olga.token)

    assert ids([listed]) == [row["id"] for row in rows]
    assert [row["position"] for row in listed["results"]] == [1, 2, 3]
    assert [row["attendee"]["email"] for row in listed["results"]] == [one.email for one in waiting]
    assert (listed["count"], listed["count_exact"]) == (3, True)
    assert page(world, url(event), a_person(world, roles=(Role.ADMIN,)).token)["results"] == listed["results"]


def test_pages_count_on_in_both_directions(world: World, olga: Person, event: dict[str, Any]) -> None:
    rows = [wait(world, event, one) for one in people(world, 7)]
    wanted = [row["id"] for row in rows]

    for size in (1, 2, 3, 7, 8):
        pages = walk(world, url(event, f"?page_size={size}"), olga.token)

        assert ids(pages) == wanted
        assert [row["position"] for each in pages for row in each["results"]] == [1, 2, 3, 4, 5, 6, 7]
        assert earlier(world, pages, olga.token) + ids(pages[-1:]) == wanted
        if pages[-1]["previous"]:
            before = walk(world, pages[-1]["previous"], olga.token, link="previous")
            places = [row["position"] for each in before[::-1] for row in each["results"]]
            assert places == list(range(1, len(places) + 1))


def test_everybody_else_learns_how_many(world: World, olga: Person, event: dict[str, Any]) -> None:
    waiting = a_person(world)
    wait(world, event, waiting)

    for token in (None, waiting.token, a_person(world).token):
        listed = page(world, url(event), token)
        assert listed == {"count": 1, "count_exact": True, "next": None, "previous": None, "results": []}


def test_what_names_people_is_never_kept_and_the_number_for_a_moment(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    wait(world, event, a_person(world))

    assert world.get(url(event), olga.token).headers["Cache-Control"] == "no-store"
    public = world.get(url(event)).headers
    assert (public["Cache-Control"], public["Vary"]) == ("public, max-age=5", "Authorization")


def test_a_draft_has_no_waitlist_for_others(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")

    problem(world.get(url(draft)), 404, "not_found")
    problem(world.get(url(draft), a_person(world).token), 404, "not_found")
    assert page(world, url(draft), olga.token)["count"] == 0


def test_what_is_asked_wrongly_is_refused(world: World, olga: Person, event: dict[str, Any]) -> None:
    other = world.an_event(olga.token)
    rows = people(world, 2)
    for one in rows:
        wait(world, event, one)
    cursor = str(page(world, url(event, "?page_size=1"), olga.token)["next"]).rpartition("cursor=")[2]

    problem(world.get("/events/junk/waitlist"), 404, "not_found")
    problem(world.get(url(event), "not a token"), 401, "unauthenticated")
    problem(world.get(url(other, f"?cursor={cursor}"), olga.token), 400, "invalid_cursor")
    assert faults(world.get(url(event, "?status=confirmed"))) == [("status", "unknown_parameter")]


# Positions elsewhere


def test_one_that_waits_shows_its_place(world: World, olga: Person, event: dict[str, Any]) -> None:
    first, second = people(world, 2)
    ahead, row = wait(world, event, first), wait(world, event, second)

    assert world.get(f"/enrollments/{row['id']}", second.token).json["position"] == 2
    assert world.get(f"/enrollments/{row['id']}", olga.token).json["position"] == 2
    world.post(f"/enrollments/{ahead['id']}/cancel", None, first.token)
    assert world.get(f"/enrollments/{row['id']}", second.token).json["position"] == 1
    assert world.get(f"/enrollments/{ahead['id']}", first.token).json["position"] is None


def test_the_organizers_list_shows_the_places_too(world: World, olga: Person, event: dict[str, Any]) -> None:
    rows = [wait(world, event, one) for one in people(world, 3)]

    listed = page(world, f"/events/{event['id']}/enrollments", olga.token)["results"]

    places = {row["id"]: row["position"] for row in listed}
    assert [places.pop(row["id"]) for row in rows] == [1, 2, 3]
    assert set(places.values()) == {None}


def test_places_are_exact_in_front_and_a_bound_behind_at_the_same_cost(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    """Copies of one place stand for a long waitlist."""
    person, pk = a_person(world), f"{event['id']}#W"
    drawn = {"pk": {"S": f"{event['id']}#T"}, "sk": {"S": "-"}, "last": {"N": "5000"}}
    world.db.load("turnout-enrollments", [drawn])
    row = wait(world, event, person)
    [place] = [item for item in world.db.snapshot_all("turnout-enrollments") if item["pk"]["S"] == pk]

    def copy(ticket: int) -> dict[str, Any]:
        text = place["row"]["S"].replace(person.id, f"{person.id[:-4]}{ticket:04d}").replace('"5001"', f'"{ticket}"')
        return {**place, "sk": {"S": f"{ticket:012d}"}, "row": {"S": text}}

    copies = [copy(ticket) for ticket in range(4001, 4001 + 1000)]
    alone = f"/enrollments/{row['id']}"

    world.db.load("turnout-enrollments", copies[: NEAR - 1])
    assert world.get(alone, person.token).json["position"] == NEAR
    world.db.load("turnout-enrollments", copies[NEAR - 1 :])
    with world.db.meter() as meter:
        assert world.get(alone, person.token).json["position"] == 1001
    assert meter.reads <= 8

    listed = page(world, f"/events/{event['id']}/enrollments?status=waitlisted", olga.token)["results"]
    assert [(one["id"], one["position"]) for one in listed] == [(row["id"], None)]
    pages = walk(world, url(event, "?page_size=100"), olga.token)
    assert [one["position"] for each in pages for one in each["results"]] == [*range(1, 1001), None]
