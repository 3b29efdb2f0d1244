"""Who waits in vain is told and passed: the waitlist is closed, or the event is smaller than their party."""

from typing import Any

import pytest

from tests.support.builders import Person, a_person, enrolled, people
from tests.support.problems import faults, problem
from tests.support.world import World


def joins(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True, **fields}, person.token)
    assert (answer.status, answer.json["status"]) == (201, "waitlisted"), answer.text
    return dict(answer.json)


def status(world: World, row: dict[str, Any], person: Person) -> str:
    return str(world.get(f"/enrollments/{row['id']}", person.token).json["status"])


def edited(world: World, event: dict[str, Any], olga: Person, **fields: Any) -> None:
    answer = world.patch(f"/events/{event['id']}", fields, olga.token)
    assert answer.status == 200, answer.text
    world.work()


def why(world: World, row: dict[str, Any], person: Person) -> str:
    return str(world.get(f"/enrollments/{row['id']}/history", person.token).json["results"][-1]["cause"])


def subjects(world: World, person: Person) -> list[str]:
    return [one.subject.split(":")[0] for one in world.mailer.to(person.email)]


# Closed

TOLD = "You are no longer on the waitlist"


@pytest.fixture
def waited(world: World, olga: Person) -> tuple[dict[str, Any], dict[str, Any], Person, list[Any]]:
    """A full event, who has the seat, and more than one page of people who wait."""
    event, winner = world.an_event(olga.token, capacity=1), a_person(world)
    row = enrolled(world, event, winner)
    waiting = [(one, joins(world, event, one)) for one in people(world, 30)]
    return event, row, winner, waiting


def test_off_ends_the_waitlist_and_tells_everybody_in_it(world: World, olga: Person, waited: Any) -> None:
    event, _, _, waiting = waited
    world.work()

    edited(world, event, olga, waitlist_mode="off")

    assert {status(world, row, one) for one, row in waiting} == {"cancelled"}
    assert {tuple(subjects(world, one)) for one, _ in waiting} == {("Waitlist", TOLD)}
    assert why(world, waiting[0][1], waiting[0][0]) == "waitlist_closed"
    assert world.get(f"/events/{event['id']}/capacity").json["waitlist_count"] == 0


def test_off_serves_nobody_and_takes_nobody_new(world: World, olga: Person, waited: Any) -> None:
    event, row, winner, waiting = waited
    url = f"/events/{event['id']}/enrollments"
    assert world.patch(f"/events/{event['id']}", {"waitlist_mode": "off"}, olga.token).status == 200
    last, place = waiting[-1]  # nobody has told them yet

    world.post(f"/enrollments/{row['id']}/cancel", None, winner.token)

    assert status(world, place, last) == "waitlisted"
    problem(world.post(f"/enrollments/{place['id']}/promote", None, olga.token), 409, "waitlist_off")
    problem(world.post(url, {"waitlist": True}, a_person(world).token), 409, "waitlist_off")
    world.work()
    assert status(world, place, last) == "cancelled"
    assert world.post(url, {}, last.token).json["status"] == "confirmed"  # the seat is for whoever comes first


def test_a_newcomer_is_not_told_that_an_event_is_full_whose_waitlist_has_just_been_ended(
    world: World, olga: Person, waited: Any
) -> None:
    """Until all of them are told it is busy; few of them are told by the newcomer's own request."""
    event, row, winner, _ = waited
    assert world.patch(f"/events/{event['id']}", {"waitlist_mode": "off"}, olga.token).status == 200
    world.post(f"/enrollments/{row['id']}/cancel", None, winner.token)
    url, new = f"/events/{event['id']}/enrollments", a_person(world)

    first = world.post(url, {}, new.token)
    second = world.post(url, {}, new.token)

    assert (first.status, first.json["code"]) == (503, "busy")
    assert "Retry-After" in first.headers
    assert (second.status, second.json["status"]) == (201, "confirmed")


def test_an_offer_that_was_made_stands(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1, waitlist_mode="offer")
    winner, first, second = people(world, 3)
    row = enrolled(world, event, winner)
    places = [joins(world, event, one) for one in (first, second)]
    world.post(f"/enrollments/{row['id']}/cancel", None, winner.token)

    edited(world, event, olga, waitlist_mode="off")

    assert [status(world, place, one) for place, one in zip(places, (first, second), strict=True)] == [
        "offered",
        "cancelled",
    ]
    assert world.post(f"/enrollments/{places[0]['id']}/confirm", None, first.token).status == 200


def test_what_eligibility_says_of_a_closed_waitlist_is_what_enrolling_does(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    winner, first, new = people(world, 3)
    row = enrolled(world, event, winner)
    joins(world, event, first)
    world.post(f"/enrollments/{row['id']}/cancel", None, winner.token)
    assert joins(world, event, a_person(world))["position"] == 1
    assert world.patch(f"/events/{event['id']}", {"waitlist_mode": "off"}, olga.token).status == 200

    said = world.get(f"/events/{event['id']}/eligibility", new.token).json

    assert (said["can_enrol"], said["would"]) == (False, None)
    problem(world.post(f"/events/{event['id']}/enrollments", {}, new.token), 409, "event_full")


# Too large


@pytest.mark.parametrize("policy", ["strict", "best_fit"])
def test_who_can_never_fit_is_told_and_passed(world: World, olga: Person, policy: str) -> None:
    event = world.an_event(olga.token, capacity=4, party_max=3, party_policy=policy)
    inside = people(world, 4)
    rows = [enrolled(world, event, one) for one in inside]
    parties = zip(people(world, 4), (3, 1, 3, 1), strict=True)
    waiting = [(one, joins(world, event, one, party_size=size)) for one, size in parties]
    for number in (0, 1):
        world.post(f"/enrollments/{rows[number]['id']}/cancel", None, inside[number].token)
    world.work()

    edited(world, event, olga, capacity=2, party_max=2, shrink=True)
    world.post(f"/enrollments/{rows[2]['id']}/cancel", None, inside[2].token)
    world.work()

    found = [status(world, row, one) for one, row in waiting]
    assert (found[0], found[2]) == ("cancelled", "cancelled")
    assert why(world, waiting[0][1], waiting[0][0]) == "party_never_fits"
    assert [TOLD in subjects(world, one) for one, _ in waiting] == [True, False, True, False]
    assert found[1] == "confirmed"
    shown = world.get(f"/events/{event['id']}/capacity").json
    assert shown["available_spots"] == 0 or shown["waitlist_count"] == 0


def test_nobody_waits_beside_free_seats_after_the_edit(world: World, olga: Person) -> None:
    event, winner = world.an_event(olga.token, capacity=4, party_max=3), a_person(world)
    inside = enrolled(world, event, winner)
    other = a_person(world)
    party = world.post(f"/events/{event['id']}/enrollments", {"party_size": 3}, other.token).json
    head, single = people(world, 2)
    places = [joins(world, event, head, party_size=3), joins(world, event, single)]
    world.patch(f"/enrollments/{party['id']}", {"party_size": 1}, other.token)
    world.work()
    assert [status(world, row, one) for row, one in zip(places, (head, single), strict=True)] == ["waitlisted"] * 2

    edited(world, event, olga, capacity=3, party_max=2)  # the party is larger than new ones may be, and would fit
    assert status(world, places[0], head) == "waitlisted"
    world.post(f"/enrollments/{inside['id']}/cancel", None, winner.token)
    edited(world, event, olga, capacity=2)

    assert [status(world, row, one) for row, one in zip(places, (head, single), strict=True)] == [
        "cancelled",
        "confirmed",
    ]


def test_an_edit_says_whom_it_leaves_waiting_in_vain(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=3)
    inside = people(world, 3)
    rows = [enrolled(world, event, one) for one in inside]
    party, single = a_person(world, first_name="Pia", last_name="Party"), a_person(world)
    place = joins(world, event, party, party_size=3)
    joins(world, event, single)
    world.post(f"/enrollments/{rows[0]['id']}/cancel", None, inside[0].token)
    url = f"/events/{event['id']}"

    answer = world.patch(url, {"capacity": 2, "party_max": 2}, olga.token)

    assert answer.json["waiting_in_vain"] == [{"id": place["id"], "name": "Pia Party", "party_size": 3}]
    world.work()
    again = world.put(url, answer.json, olga.token)
    assert (again.status, "waiting_in_vain" in again.json) == (200, False)
    closed = world.patch(url, {"waitlist_mode": "off"}, olga.token).json
    assert [one["name"] for one in closed["waiting_in_vain"]] == ["Robin Doe"]


def test_a_new_rule_serves_whom_it_is_for_at_once(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=3)
    inside = people(world, 3)
    rows = [enrolled(world, event, one) for one in inside]
    head, single = people(world, 2)
    places = [joins(world, event, head, party_size=3), joins(world, event, single)]
    world.post(f"/enrollments/{rows[0]['id']}/cancel", None, inside[0].token)
    assert status(world, places[1], single) == "waitlisted"

    edited(world, event, olga, party_policy="best_fit")

    assert [status(world, row, one) for row, one in zip(places, (head, single), strict=True)] == [
        "waitlisted",
        "confirmed",
    ]


# Interest first


def test_with_a_capacity_of_nothing_people_wait_until_it_is_known(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=0, party_max=4)
    assert (event["capacity"], event["available_spots"], event["is_full"]) == (0, 0, True)
    alone, party, third = people(world, 3)
    refused = problem(world.post(f"/events/{event['id']}/enrollments", {}, alone.token), 409, "event_full")
    assert refused["next_step"]["action"] == "join_waitlist"
    rows = [
        (alone, joins(world, event, alone)),
        (party, joins(world, event, party, party_size=4)),
        (third, joins(world, event, third, party_size=2)),
    ]
    world.work()
    assert {status(world, row, one) for one, row in rows} == {"waitlisted"}

    edited(world, event, olga, capacity=3, party_max=3)

    assert [status(world, row, one) for one, row in rows] == ["confirmed", "cancelled", "confirmed"]


def test_an_event_goes_back_to_interest_only_when_nobody_has_a_seat(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    edited(world, event, olga, capacity=0)

    assert joins(world, event, a_person(world))["position"] == 1


# Given to nobody


def test_a_seat_that_goes_to_nobody_makes_another_version_of_the_event(world: World, olga: Person) -> None:
    event, winner = world.an_event(olga.token, capacity=3), a_person(world)
    url, row = f"/events/{event['id']}", enrolled(world, event, winner)
    before = world.get(url, olga.token)

    assert world.post(f"/enrollments/{row['id']}/cancel", {"hand_over": False}, olga.token).status == 200

    after = world.get(url, olga.token)
    assert (after.json["capacity"], after.json["version"]) == (2, before.json["version"] + 1)
    assert after.headers["ETag"].startswith(f'"{after.json["version"]}.')
    raised = {"capacity": 4}
    problem(world.patch(url, raised, olga.token, If_Match=before.headers["ETag"]), 412, "precondition_failed")
    answer = world.patch(url, raised, olga.token, If_Match=after.headers["ETag"])
    assert (answer.status, answer.json["version"], answer.json["capacity"]) == (200, after.json["version"] + 1, 4)


def test_nobody_waits_for_more_seats_than_are_left_of_the_event(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=4, party_max=4)
    url = f"/events/{event['id']}"
    rows = [enrolled(world, event, one, party_size=2) for one in people(world, 2)]
    assert world.post(f"/enrollments/{rows[0]['id']}/cancel", {"hand_over": False}, olga.token).status == 200
    ada, guest = a_person(world), {"name": "Gus", "email": "gus@example.org"}
    three = {"party_size": 3, "waitlist": True}
    asked = [
        world.post(f"{url}/enrollments", three, ada.token),
        world.post(f"{url}/enrollments", {**guest, **three}, olga.token),
        world.post(f"{url}/enrollments", {**guest, "party_size": 3}),
        world.patch(f"/enrollments/{rows[1]['id']}", {"party_size": 3}, olga.token),
    ]
    imported = world.post(f"{url}/enrollments/import?waitlist=true", {"rows": [{**guest, "party_size": 3}]}, olga.token)
    said = world.get(f"{url}/eligibility?party_size=3", ada.token).json
    page = world.get(event["html_url"].removeprefix("https://api.test"), Accept="text/html").text

    assert [faults(one) for one in asked] == [[("/party_size", "party_too_large")]] * len(asked)
    assert [fault["code"] for fault in imported.json["results"][0]["errors"]] == ["party_too_large"]
    assert (said["would"], said["party_max"]) == (None, 2)
    assert world.get(f"{url}/door", olga.token).json["party_max"] == 2
    assert 'max="2"' in page
    assert joins(world, event, ada, party_size=2)["position"] == 1
    edited(world, event, olga, capacity=4)
    assert joins(world, event, a_person(world), party_size=4)["position"] == 1
