"""PUT and PATCH of an enrollment: the organizer's note, and a party that becomes smaller or larger."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, enrolled, free_seats, people
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=6, party_max=4)


def enrol(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", fields, person.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def patch(world: World, row: dict[str, Any], person: Person, body: dict[str, Any], **headers: str) -> Answer:
    return world.patch(f"/enrollments/{row['id']}", body, person.token, **headers)


def put(world: World, row: dict[str, Any], person: Person, body: dict[str, Any], **headers: str) -> Answer:
    return world.put(f"/enrollments/{row['id']}", body, person.token, **headers)


def show(world: World, row: dict[str, Any], person: Person) -> dict[str, Any]:
    return dict(world.get(f"/enrollments/{row['id']}", person.token).json)


def causes(world: World, row: dict[str, Any], person: Person) -> list[str]:
    return [one["cause"] for one in world.get(f"/enrollments/{row['id']}/history", person.token).json["results"]]


# Notes


def test_the_organizer_writes_a_note_that_the_person_reads(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    row = enrolled(world, event, ada)
    world.work()
    sent = len(world.mailer.sent)

    answer = patch(world, row, olga, {"note": "Vegetarian"})

    assert (answer.status, answer.json["note"], answer.headers["ETag"]) == (200, "Vegetarian", '"2"')
    assert show(world, row, ada)["note"] == "Vegetarian"
    assert causes(world, row, ada) == ["enrolled", "note_changed"]
    world.work()
    assert len(world.mailer.sent) == sent
    assert patch(world, row, olga, {"note": None}).json["note"] is None


def test_nobody_else_writes_or_clears_a_note(world: World, event: dict[str, Any], olga: Person, ada: Person) -> None:
    row = enrolled(world, event, ada)
    patch(world, row, olga, {"note": "Vegetarian"})

    problem(patch(world, row, ada, {"note": "Vegan"}), 403, "forbidden")
    problem(patch(world, row, ada, {"note": None}), 403, "forbidden")
    problem(put(world, row, ada, {"note": "Vegan"}), 403, "forbidden")
    assert put(world, row, ada, {"party_size": 1}).json["note"] == "Vegetarian"


def test_a_note_on_somebody_who_waits_keeps_their_place_and_goes_with_them(
    world: World, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token, capacity=1)
    row, waiting = enrolled(world, event, ada), a_person(world)
    place = enrol(world, event, waiting, waitlist=True)

    assert patch(world, place, olga, {"note": "VIP"}).json["status"] == "waitlisted"
    assert world.post(f"/enrollments/{row['id']}/cancel", None, ada.token).status == 200

    found = show(world, place, waiting)
    assert (found["status"], found["note"]) == ("confirmed", "VIP")


# What may be sent


def test_what_was_read_can_be_sent_back(world: World, event: dict[str, Any], olga: Person, ada: Person) -> None:
    row = enrol(world, event, ada, party_size=2)
    read = show(world, row, olga)

    answer = put(world, row, olga, read | {"note": "Front row"}, If_Match='"1"')

    assert (answer.status, answer.json["note"], answer.json["party_size"]) == (200, "Front row", 2)
    same = put(world, row, olga, answer.json)
    assert (same.status, same.headers["ETag"]) == (200, '"2"')  # nothing changed, nothing was written


def test_put_takes_what_is_left_out_back_to_its_default(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    row = enrol(world, event, ada, party_size=3)
    patch(world, row, olga, {"note": "Vegetarian"})

    answer = put(world, row, olga, {})

    assert (answer.json["note"], answer.json["party_size"]) == (None, 1)
    assert causes(world, row, olga)[-2:] == ["party_size_changed", "note_changed"]
    assert free_seats(world, event) == [5]


def test_a_status_changes_by_its_actions_only(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)

    assert faults(patch(world, row, ada, {"status": "cancelled"})) == [("/status", "read_only")]
    assert patch(world, row, ada, {"status": "confirmed"}).status == 200


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"party_size": 0}, ("/party_size", "invalid")),
        ({"party_size": "2"}, ("/party_size", "invalid")),
        ({"party_size": 5}, ("/party_size", "party_too_large")),
        ({"note": "x" * 501}, ("/note", "invalid")),
        ({"seats": 2}, ("/seats", "unknown_field")),
    ],
)
def test_bad_values_are_named(
    world: World, event: dict[str, Any], olga: Person, ada: Person, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    row = enrolled(world, event, ada)

    assert faults(patch(world, row, olga, body)) == [fault]
    assert faults(put(world, row, olga, body)) == [fault]


def test_strangers_find_nothing_and_old_versions_are_refused(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)

    problem(patch(world, row, a_person(world), {"party_size": 2}), 404, "not_found")
    problem(world.patch(f"/enrollments/{row['id']}", {}), 401, "unauthenticated")
    problem(patch(world, row, ada, {"party_size": 2}, If_Match='"7"'), 412, "precondition_failed")
    assert patch(world, row, ada, {"party_size": 2}, If_Match='"1"').json["party_size"] == 2


# Parties


def test_a_smaller_party_gives_seats_back_and_a_larger_one_takes_them(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    row = enrol(world, event, ada, party_size=3)

    assert patch(world, row, ada, {"party_size": 1}).json["party_size"] == 1
    assert free_seats(world, event) == [5]
    assert patch(world, row, ada, {"party_size": 4}).json["party_size"] == 4
    assert free_seats(world, event) == [2]
    assert causes(world, row, ada) == ["enrolled", "party_size_changed", "party_size_changed"]


def test_a_party_over_a_new_limit_may_always_become_smaller(
    world: World, event: dict[str, Any], ada: Person, olga: Person
) -> None:
    row = enrol(world, event, ada, party_size=4)
    assert world.patch(f"/events/{event['id']}", {"party_max": 2}, olga.token).status == 200

    assert patch(world, row, ada, {"party_size": 3}).json["party_size"] == 3
    assert faults(patch(world, row, ada, {"party_size": 4})) == [("/party_size", "party_too_large")]
    assert put(world, row, ada, {"party_size": 3}).status == 200
    assert patch(world, row, ada, {"party_size": 1}).json["party_size"] == 1


def test_seats_that_are_given_back_go_to_the_waitlist(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=3)
    row, waiting = enrol(world, event, ada, party_size=3), a_person(world)
    place = enrol(world, event, waiting, waitlist=True)

    assert patch(world, row, ada, {"party_size": 1}).status == 200

    assert show(world, place, waiting)["status"] == "confirmed"
    world.work()
    assert free_seats(world, event) == [1]


def test_a_larger_party_needs_all_the_seats_that_it_lacks(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrol(world, event, ada)
    enrol(world, event, a_person(world), party_size=3)

    problem(patch(world, row, ada, {"party_size": 4}), 409, "event_full")
    assert free_seats(world, event) == [2]
    assert patch(world, row, ada, {"party_size": 3}).status == 200
    assert free_seats(world, event) == [0]


def test_beside_a_waitlist_nobody_grows(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=4, party_max=4)
    row = enrol(world, event, ada, party_size=2)
    enrol(world, event, a_person(world), party_size=3, waitlist=True)
    assert free_seats(world, event) == [2]

    problem(patch(world, row, ada, {"party_size": 3}), 409, "event_full")


def test_the_seats_of_an_expired_hold_are_taken_by_who_needs_them(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=2, party_max=2)
    row = enrol(world, event, ada)
    enrol(world, event, a_person(world), confirm=False)
    problem(patch(world, row, ada, {"party_size": 2}), 409, "event_full")

    world.clock.advance(timedelta(minutes=16))

    assert patch(world, row, ada, {"party_size": 2}).status == 200
    assert free_seats(world, event) == [0]


def test_a_party_grows_over_several_shards(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=64, party_max=4, on_sale_shards=32)
    row = enrol(world, event, ada)

    assert patch(world, row, ada, {"party_size": 4}).json["party_size"] == 4
    assert sum(free_seats(world, event)) == 60


def test_a_party_that_waits_may_only_become_smaller(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=3)
    enrol(world, event, ada, party_size=2)
    big, small = people(world, 2)
    head = enrol(world, event, big, party_size=2, waitlist=True)
    behind = enrol(world, event, small, waitlist=True)

    problem(patch(world, head, big, {"party_size": 3}), 409, "party_waits")
    answer = patch(world, head, big, {"party_size": 1})

    assert (answer.json["status"], answer.json["party_size"]) == ("confirmed", 1)  # it fits what is free
    assert show(world, behind, small)["status"] == "waitlisted"
    assert free_seats(world, event) == [0]


def test_a_hold_changes_its_size_and_keeps_its_deadline(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrol(world, event, ada, confirm=False, party_size=2)

    grown = patch(world, row, ada, {"party_size": 3}).json

    assert (grown["status"], grown["expires_at"]) == ("pending", row["expires_at"])
    world.clock.advance(timedelta(minutes=15))
    problem(patch(world, row, ada, {"party_size": 1}), 409, "enrollment_over")
    world.tick()
    world.work()
    assert free_seats(world, event) == [6]


def test_what_is_over_does_not_change_its_size(world: World, event: dict[str, Any], olga: Person, ada: Person) -> None:
    bob = a_person(world)
    row, other = enrol(world, event, ada, party_size=2), enrol(world, event, bob, party_size=2)
    assert world.post(f"/enrollments/{row['id']}/cancel", None, ada.token).status == 200

    problem(patch(world, row, ada, {"party_size": 1}), 409, "enrollment_over")
    assert patch(world, row, olga, {"note": "Did not say why"}).status == 200
    world.clock.advance(timedelta(days=30, minutes=5))
    organizer, person = (world.logged_in(one.email)["access"] for one in (olga, bob))
    url = f"/enrollments/{other['id']}"
    problem(world.patch(url, {"party_size": 3}, person), 409, "event_started")
    assert world.patch(url, {"party_size": 3}, organizer).status == 200
    assert world.patch(url, {"party_size": 1}, organizer).json["party_size"] == 1
    world.clock.advance(timedelta(hours=2))
    problem(world.patch(url, {"party_size": 2}, world.logged_in(olga.email)["access"]), 409, "event_past")


@pytest.mark.parametrize("change", ["note", "name", "party", "nothing"])
def test_who_waits_has_their_place_in_every_answer(world: World, olga: Person, change: str) -> None:
    event = world.an_event(olga.token, capacity=2, party_max=2)
    url = f"/events/{event['id']}/enrollments"
    world.post(url, {"party_size": 2}, a_person(world).token)
    rows = [world.post(url, {"party_size": 2, "waitlist": True}, a_person(world).token).json for _ in range(2)]
    body = {"note": {"note": "Soon"}, "name": {"attendee": {"name": "Ada"}}, "party": {"party_size": 1}, "nothing": {}}

    for place, row in enumerate(rows, start=1):
        answer = world.patch(f"/enrollments/{row['id']}", body[change], olga.token)
        assert (answer.status, answer.json["status"], answer.json["position"]) == (200, "waitlisted", place)
