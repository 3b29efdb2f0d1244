"""A capacity below what is taken: nobody loses a seat, and those that are given up go to nobody until it is reached."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, enrolled, free_seats, people
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import World

SIZES = pytest.mark.parametrize("shards", [None, 4], ids=["one counter", "four counters"])


def lowered(world: World, event: dict[str, Any], olga: Person, capacity: int, **fields: Any) -> Answer:
    return world.patch(f"/events/{event['id']}", {"capacity": capacity, "shrink": True, **fields}, olga.token)


def figures(world: World, event: dict[str, Any]) -> tuple[Any, ...]:
    found = world.get(f"/events/{event['id']}/capacity").json
    return found["capacity"], found["attendees_count"], found["available_spots"], found["waitlist_count"]


def joins(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True, **fields}, person.token)
    assert (answer.status, answer.json["status"]) == (201, "waitlisted"), answer.text
    return dict(answer.json)


def leaves(world: World, row: dict[str, Any], person: Person) -> None:
    assert world.post(f"/enrollments/{row['id']}/cancel", None, person.token).status == 200
    world.work()
    world.clock.advance(timedelta(seconds=2))


def status(world: World, row: dict[str, Any], person: Person) -> str:
    return str(world.get(f"/enrollments/{row['id']}", person.token).json["status"])


@SIZES
def test_seats_are_sold_down_to_the_capacity_and_not_again(world: World, olga: Person, shards: int | None) -> None:
    event = world.an_event(olga.token, capacity=5, on_sale_shards=shards)
    inside = people(world, 5)
    rows = [enrolled(world, event, one) for one in inside]
    world.work()

    shown = lowered(world, event, olga, 3)

    assert (shown.status, shown.json["capacity"], shown.json["is_full"]) == (200, 3, True)
    assert figures(world, event) == (3, 5, 0, 0)
    for number in range(2):
        leaves(world, rows[number], inside[number])
        problem(world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token), 409, "event_full")
    assert figures(world, event) == (3, 3, 0, 0)
    leaves(world, rows[2], inside[2])
    assert enrolled(world, event, a_person(world))["status"] == "confirmed"
    assert figures(world, event) == (3, 3, 0, 0)
    problem(world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token), 409, "event_full")


@SIZES
def test_who_waits_is_not_served_before_the_capacity_is_reached(world: World, olga: Person, shards: int | None) -> None:
    event = world.an_event(olga.token, capacity=3, on_sale_shards=shards)
    inside, waiting = people(world, 3), people(world, 2)
    rows = [enrolled(world, event, one) for one in inside]
    places = [joins(world, event, one) for one in waiting]

    assert lowered(world, event, olga, 1).status == 200
    leaves(world, rows[0], inside[0])
    leaves(world, rows[1], inside[1])
    assert [status(world, place, one) for place, one in zip(places, waiting, strict=True)] == ["waitlisted"] * 2

    leaves(world, rows[2], inside[2])

    assert [status(world, place, one) for place, one in zip(places, waiting, strict=True)] == [
        "confirmed",
        "waitlisted",
    ]
    assert figures(world, event) == (1, 1, 0, 1)


def test_without_saying_so_a_capacity_below_what_is_taken_is_refused(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    for one in people(world, 2):
        enrolled(world, event, one)

    answer = world.patch(f"/events/{event['id']}", {"capacity": 1}, olga.token)

    assert problem(answer, 409, "capacity_below_taken")["taken"] == 2


def test_a_capacity_that_holds_everybody_is_simply_lowered(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    enrolled(world, event, a_person(world))

    assert lowered(world, event, olga, 2).status == 200

    assert figures(world, event) == (2, 1, 1, 0)
    assert enrolled(world, event, a_person(world))["status"] == "confirmed"


def test_people_may_join_the_waitlist_while_the_event_shrinks(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    for one in people(world, 2):
        enrolled(world, event, one)
    assert lowered(world, event, olga, 1).status == 200

    ada = a_person(world)
    shown = world.get(f"/events/{event['id']}/eligibility", ada.token).json

    assert (shown["would"], shown["available_spots"]) == ("waitlisted", 0)
    assert joins(world, event, ada)["position"] == 1


@SIZES
def test_a_raise_takes_the_rest_back_and_sells_what_is_above(world: World, olga: Person, shards: int | None) -> None:
    event = world.an_event(olga.token, capacity=4, on_sale_shards=shards)
    for one in people(world, 4):
        enrolled(world, event, one)
    assert lowered(world, event, olga, 1).status == 200

    for capacity, spots in ((2, 0), (4, 0), (5, 1)):
        assert world.patch(f"/events/{event['id']}", {"capacity": capacity}, olga.token).status == 200
        world.work()
        assert figures(world, event)[:3] == (capacity, 4, spots)
    assert sum(free_seats(world, event)) == 1
    assert enrolled(world, event, a_person(world))["status"] == "confirmed"


def test_a_party_that_shrinks_is_not_sold_again_either(world: World, olga: Person) -> None:
    event, ada = world.an_event(olga.token, capacity=4, party_max=4), a_person(world)
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": 4}, ada.token).json
    assert lowered(world, event, olga, 2, party_max=2).status == 200

    assert world.patch(f"/enrollments/{row['id']}", {"party_size": 3}, ada.token).status == 200
    problem(world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token), 409, "event_full")

    assert figures(world, event) == (2, 3, 0, 0)
    problem(world.patch(f"/enrollments/{row['id']}", {"party_size": 4}, ada.token), 400, "invalid_request")


def test_nobody_is_promoted_by_choice_while_too_many_are_in(world: World, olga: Person) -> None:
    event, inside, ada = world.an_event(olga.token, capacity=2), people(world, 2), a_person(world)
    rows = [enrolled(world, event, one) for one in inside]
    place = joins(world, event, ada)
    assert lowered(world, event, olga, 1).status == 200
    leaves(world, rows[0], inside[0])

    problem(world.post(f"/enrollments/{place['id']}/promote", None, olga.token), 409, "event_full")


def test_a_hold_that_is_over_is_taken_back_before_the_event_shrinks(world: World, olga: Person) -> None:
    event, ada = world.an_event(olga.token, capacity=2), a_person(world)
    enrolled(world, event, a_person(world))
    world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token)
    world.clock.advance(timedelta(minutes=15))

    assert lowered(world, event, olga, 1).status == 200

    assert figures(world, event) == (1, 1, 0, 0)


def test_down_to_nothing_only_interest_is_taken(world: World, olga: Person) -> None:
    event, inside = world.an_event(olga.token, capacity=1), a_person(world)
    row = enrolled(world, event, inside)
    assert lowered(world, event, olga, 0).status == 200
    ada = a_person(world)
    place = joins(world, event, ada)

    leaves(world, row, inside)

    assert status(world, place, ada) == "waitlisted"
    assert figures(world, event) == (0, 0, 0, 1)


# Cancelling without handing over


def dropped(world: World, row: dict[str, Any], person: Person) -> Answer:
    return world.post(f"/enrollments/{row['id']}/cancel", {"hand_over": False}, person.token)


@SIZES
@pytest.mark.parametrize("waits", [True, False])
def test_a_seat_that_is_not_handed_over_is_gone(world: World, olga: Person, shards: int | None, *, waits: bool) -> None:
    event = world.an_event(olga.token, capacity=3, on_sale_shards=shards)
    inside, ada = people(world, 3), a_person(world)
    rows = [enrolled(world, event, one) for one in inside]
    place = joins(world, event, ada) if waits else None
    world.work()

    answer = dropped(world, rows[0], olga)
    world.work()

    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert figures(world, event) == (2, 2, 0, int(waits))
    problem(world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token), 409, "event_full")
    leaves(world, rows[1], inside[1])
    if place:
        assert status(world, place, ada) == "confirmed"
    else:
        assert enrolled(world, event, a_person(world))["status"] == "confirmed"
    assert figures(world, event) == (2, 2, 0, 0)


def test_only_who_is_in_charge_takes_a_seat_from_an_event(world: World, olga: Person) -> None:
    event, ada = world.an_event(olga.token, capacity=2), a_person(world)
    row = enrolled(world, event, ada)

    problem(dropped(world, row, ada), 403, "forbidden")

    assert status(world, row, ada) == "confirmed"
    assert figures(world, event) == (2, 1, 1, 0)


def test_of_an_event_that_shrinks_the_seats_that_are_owed_come_first(world: World, olga: Person) -> None:
    event, ada, bob = world.an_event(olga.token, capacity=4, party_max=3), a_person(world), a_person(world)
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": 3}, ada.token).json
    enrolled(world, event, bob)
    assert lowered(world, event, olga, 3).status == 200

    assert dropped(world, row, olga).status == 200

    assert figures(world, event) == (1, 1, 0, 0)


def test_who_can_never_fit_without_these_seats_is_told(world: World, olga: Person) -> None:
    event, (ada, head, single) = world.an_event(olga.token, capacity=2, party_max=2), people(world, 3)
    rows = [enrolled(world, event, one) for one in (ada, a_person(world))]
    places = [joins(world, event, head, party_size=2), joins(world, event, single)]

    assert dropped(world, rows[0], olga).status == 200
    world.work()

    assert [status(world, place, one) for place, one in zip(places, (head, single), strict=True)] == [
        "cancelled",
        "waitlisted",
    ]
    assert world.patch(f"/events/{event['id']}", {"title": "Smaller"}, olga.token).status == 200


def test_an_event_without_a_limit_loses_nothing(world: World, olga: Person) -> None:
    event, ada = world.an_event(olga.token, capacity=None), a_person(world)
    row = enrolled(world, event, ada)

    assert dropped(world, row, olga).status == 200
    world.work()

    assert figures(world, event) == (None, 0, None, 0)


def test_a_party_limit_above_what_is_left_is_refused_only_to_who_writes_it(world: World, olga: Person) -> None:
    event, ada = world.an_event(olga.token, capacity=3, party_max=3), a_person(world)
    assert dropped(world, enrolled(world, event, ada), olga).status == 200
    url = f"/events/{event['id']}"

    assert world.patch(url, {"title": "Smaller"}, olga.token).status == 200
    assert faults(world.patch(url, {"party_max": 4}, olga.token)) == [("/party_max", "party_over_capacity")]
    assert world.patch(url, {"party_max": 2}, olga.token).json["party_max"] == 2
