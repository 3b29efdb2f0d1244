"""Capacity: raised, lowered, lifted and set, on one shard and on several, never below what is taken."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.seats import UNLIMITED
from tests.support.builders import Person, a_person, enrolled, free_seats, live_people, people
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World


def set_capacity(world: World, event: dict[str, Any], olga: Person, capacity: int | None) -> Answer:
    return world.patch(f"/events/{event['id']}", {"capacity": capacity}, olga.token)


def figures(world: World, event: dict[str, Any]) -> tuple[int | None, int, int | None]:
    seats = world.get(f"/events/{event['id']}/capacity").json
    assert seats["waitlist_count"] == 0
    return seats["capacity"], seats["attendees_count"], seats["available_spots"]


def balanced(world: World, event: dict[str, Any], capacity: int) -> bool:
    """Promise 2: the free seats and the taken ones are the capacity; no shard is below zero."""
    free = free_seats(world, event)
    return min(free) >= 0 and sum(free) + len(live_people(world, event)) == capacity


@pytest.mark.parametrize("first", [3, 600, 6000], ids=["1 shard", "4 shards", "16 shards"])
@pytest.mark.parametrize("then", [3, 4, 100, 1_000_000])
def test_a_capacity_that_holds_everybody_is_taken(world: World, olga: Person, first: int, then: int) -> None:
    event = world.an_event(olga.token, capacity=first)
    for person in people(world, 3):
        enrolled(world, event, person)

    answer = set_capacity(world, event, olga, then)

    assert answer.status == 200, answer.text
    assert answer.json["capacity"] == then
    assert figures(world, event) == (then, 3, then - 3)
    assert balanced(world, event, then)


@pytest.mark.parametrize("first", [10, 600, 6000])
@pytest.mark.parametrize("then", [2, 1])
def test_a_capacity_below_the_taken_seats_is_refused(world: World, olga: Person, first: int, then: int) -> None:
    event = world.an_event(olga.token, capacity=first)
    for person in people(world, 3):
        enrolled(world, event, person)

    body = problem(set_capacity(world, event, olga, then), 409, "capacity_below_taken")

    assert body["taken"] == 3
    assert body["detail"] == "3 seats are taken; the capacity cannot be lower."
    assert figures(world, event) == (first, 3, first - 3)
    assert world.get(f"/events/{event['id']}").json["version"] == 1


def test_nothing_else_of_the_same_edit_is_kept_when_the_capacity_is_refused(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    for person in people(world, 2):
        enrolled(world, event, person)

    answer = world.patch(f"/events/{event['id']}", {"capacity": 1, "title": "Renamed"}, olga.token)

    problem(answer, 409, "capacity_below_taken")
    assert world.get(f"/events/{event['id']}").json["title"] == "Python Workshop"


def test_raising_the_capacity_of_a_full_event_takes_exactly_as_many_more(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    for person in people(world, 1):
        enrolled(world, event, person)
    set_capacity(world, event, olga, 3)
    late = people(world, 4)
    world.clock.advance(timedelta(seconds=1))

    answers = [world.post(f"/events/{event['id']}/enrollments", {}, person.token).status for person in late]

    assert answers == [201, 201, 409, 409]
    assert balanced(world, event, 3)


def test_lowering_it_to_what_is_taken_makes_it_full(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=600)
    for person in people(world, 2):
        enrolled(world, event, person)

    set_capacity(world, event, olga, 2)

    problem(world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token), 409, "event_full")
    assert figures(world, event) == (2, 2, 0)


@pytest.mark.parametrize("first", [5, 600, 6000])
def test_a_limit_can_be_lifted_and_set_again(world: World, olga: Person, first: int) -> None:
    event = world.an_event(olga.token, capacity=first)
    guests = people(world, 3)
    enrolled(world, event, guests[0])

    lifted = set_capacity(world, event, olga, None).json
    assert (lifted["capacity"], lifted["available_spots"], lifted["is_full"]) == (None, None, False)
    assert figures(world, event) == (None, 1, None)
    assert balanced(world, event, UNLIMITED)

    enrolled(world, event, guests[1])
    assert set_capacity(world, event, olga, 2).status == 200
    assert figures(world, event) == (2, 2, 0)
    problem(world.post(f"/events/{event['id']}/enrollments", {}, guests[2].token), 409, "event_full")


def test_an_event_without_a_limit_is_never_full(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    for person in people(world, 30):
        enrolled(world, event, person)

    assert figures(world, event) == (None, 30, None)
    assert world.get(f"/events/{event['id']}").json["is_full"] is False
    assert balanced(world, event, UNLIMITED)


@pytest.mark.parametrize("capacity", [600, 6000])
def test_seats_of_several_shards_are_all_found(world: World, olga: Person, capacity: int) -> None:
    """Lowered to a few seats that lie on any shards: everybody who fits gets one, and nobody else."""
    event = world.an_event(olga.token, capacity=capacity)
    set_capacity(world, event, olga, 7)
    guests = people(world, 9)

    answers = [world.post(f"/events/{event['id']}/enrollments", {}, guest.token) for guest in guests]

    assert [answer.status for answer in answers] == [201] * 7 + [409] * 2
    assert {answer.json["code"] for answer in answers[7:]} == {"event_full"}
    assert figures(world, event) == (7, 7, 0)
    assert balanced(world, event, 7)


@pytest.mark.parametrize("capacity", [600, 6000])
def test_a_seat_given_back_to_any_shard_is_found_by_the_next_person(world: World, olga: Person, capacity: int) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    set_capacity(world, event, olga, 2)
    guests = people(world, 2)
    rows = [enrolled(world, event, guest) for guest in guests]
    for turn in range(6):
        late = a_person(world)
        problem(world.post(f"/events/{event['id']}/enrollments", {}, late.token), 409, "event_full")
        place = turn % 2
        world.delete(f"/enrollments/{rows[place]['id']}", guests[place].token)
        guests[place], rows[place] = late, enrolled(world, event, late)

    assert balanced(world, event, 2)


@pytest.mark.parametrize("capacity", [600, 6000])
def test_details_of_several_shards_are_as_fresh_as_the_last_mail(world: World, olga: Person, capacity: int) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    for person in people(world, 3):
        world.clock.advance(timedelta(seconds=3))
        enrolled(world, event, person)
        world.work()

    detail = world.get(f"/events/{event['id']}").json

    assert (detail["attendees_count"], detail["available_spots"]) == (3, capacity - 3)
    assert world.get("/events").json["results"][0]["attendees_count"] == 3


@pytest.mark.parametrize("capacity", [600, 6000])
def test_duplicates_are_found_on_several_shards(world: World, olga: Person, capacity: int) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    ada = a_person(world)
    enrolled(world, event, ada)

    for _ in range(5):
        problem(world.post(f"/events/{event['id']}/enrollments", {}, ada.token), 409, "already_enrolled")

    assert balanced(world, event, capacity)


@pytest.mark.parametrize("capacity", [3, 600, 6000])
def test_a_cancelled_event_closes_every_shard(world: World, olga: Person, capacity: int) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    for person in people(world, 2):
        enrolled(world, event, person)
    url = f"/events/{event['id']}/cancel"
    confirm = world.post(url, token=olga.token).json["confirm"]

    assert world.post(f"{url}?confirm={confirm}", token=olga.token).status == 200

    seats = [row for row in world.db.snapshot_all("turnout-seats") if row["pk"]["S"].startswith(event["id"])]
    assert {row["mode"]["S"] for row in seats} == {"closed"}
    world.work()
    assert balanced(world, event, capacity)
    assert live_people(world, event) == []


def test_capacity_is_shown_to_everybody_as_it_is_now(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=600)
    enrolled(world, event, olga)

    for token in (None, olga.token, a_person(world).token):
        assert world.get(f"/events/{event['id']}/capacity", token).json == {
            "capacity": 600, "attendees_count": 1, "available_spots": 599, "waitlist_count": 0,
        }  # fmt: skip
