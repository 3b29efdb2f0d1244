"""Handing a place on over HTTP: one person out, another in, and never a free seat in between."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.settings import Settings
from tests.support.builders import Person, a_person, enrolled, free_seats, people
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import KEY_RING, World

GRACE = {"name": "Grace Hopper", "email": "grace@example.org"}


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=2, party_max=2)


def transfer(world: World, row: dict[str, Any], person: Person, body: dict[str, Any], **headers: str) -> Answer:
    return world.post(f"/enrollments/{row['id']}/transfer", body, person.token, **headers)


def a_record(world: World, keeper: Person, **fields: Any) -> str:
    answer = world.post("/attendees", {"first_name": "Kim", **fields}, keeper.token)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def show(world: World, row: dict[str, Any], person: Person) -> Answer:
    return world.get(f"/enrollments/{row['id']}", person.token)


def capacity(world: World, event: dict[str, Any]) -> tuple[int, int]:
    found = world.get(f"/events/{event['id']}/capacity").json
    return found["attendees_count"], found["available_spots"]


def test_a_place_goes_to_somebody_else_with_its_seats_and_both_are_told(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    row = world.post(f"/events/{event['id']}/enrollments", {"party_size": 2}, ada.token).json
    world.work()

    answer = transfer(world, row, ada, GRACE)

    made = answer.json
    assert (answer.status, made["status"], made["party_size"]) == (201, "confirmed", 2)
    assert made["attendee"]["name"] == "Grace Hopper"
    assert made["id"] != row["id"]
    assert answer.headers["Location"] == f"https://api.test/enrollments/{made['id']}"
    assert show(world, row, ada).json["status"] == "cancelled"
    assert free_seats(world, event) == [0]
    world.work()
    assert "passed on to somebody else" in world.mailer.to(ada.email)[-1].text
    assert "passed on to you" in world.mailer.to("grace@example.org")[-1].text


def test_who_gave_a_place_away_has_no_say_in_it_any_more(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)

    made = transfer(world, row, ada, GRACE).json

    problem(show(world, made, ada), 404, "not_found")
    problem(world.post(f"/enrollments/{made['id']}/cancel", None, ada.token), 404, "not_found")


def test_an_account_with_the_address_gets_the_place_and_its_name_is_not_told(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    bob = a_person(world, first_name="Robert", last_name="Secret")
    row = enrolled(world, event, ada)

    made = transfer(world, row, ada, {"name": "Bobby", "email": bob.email}).json

    assert made["attendee"]["name"] == "Bobby"
    assert show(world, made, bob).json["attendee"] == {"id": bob.id, "name": "Robert Secret", "email": None}


def test_to_somebody_whose_record_one_keeps(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)
    kim = a_record(world, ada)

    made = transfer(world, row, ada, {"attendee_id": kim}).json

    assert made["attendee"] == {"id": kim, "name": "Kim", "email": None}
    back = transfer(world, made, ada, {"attendee_id": ada.id})  # the keeper may hand it on again: to themselves
    assert (back.status, back.json["id"]) == (201, row["id"])
    assert show(world, row, ada).json["status"] == "confirmed"
    assert capacity(world, event) == (1, 1)


def test_the_organizer_hands_on_also_after_the_start_and_stays_in_charge(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    row = enrolled(world, event, ada)
    world.clock.advance(timedelta(days=30, minutes=10))
    fresh, adas = world.logged_in(olga.email)["access"], world.logged_in(ada.email)["access"]

    problem(world.post(f"/enrollments/{row['id']}/transfer", GRACE, adas), 409, "event_started")
    answer = world.post(f"/enrollments/{row['id']}/transfer", GRACE, fresh)

    assert (answer.status, answer.json["attendee"]["email"]) == (201, "grace@example.org")


def test_handing_on_to_the_same_person_again_answers_the_same(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)
    first = transfer(world, row, ada, GRACE, If_Match='"1"')

    assert transfer(world, row, ada, GRACE, If_Match='"1"').json == first.json
    problem(transfer(world, row, ada, {"name": "Eve", "email": "eve@example.org"}), 409, "not_confirmed")
    assert capacity(world, event) == (1, 1)


def test_a_key_gives_the_first_answer_again(world: World, event: dict[str, Any], olga: Person, ada: Person) -> None:
    row = enrolled(world, event, ada)
    first = transfer(world, row, olga, GRACE, Idempotency_Key="k1")
    assert world.post(f"/enrollments/{first.json['id']}/cancel", None, olga.token).status == 200

    again = transfer(world, row, olga, GRACE, Idempotency_Key="k1")

    assert (again.status, again.json, again.headers["Idempotency-Replayed"]) == (201, first.json, "true")
    other = transfer(world, row, olga, {**GRACE, "name": "Other"}, Idempotency_Key="k1")
    problem(other, 422, "idempotency_key_reused")


def test_nobody_gets_a_second_place_and_nothing_is_told_about_the_first(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    bob = a_person(world)
    row, bobs = enrolled(world, event, ada), enrolled(world, event, bob)
    to_bob = {"name": "Bob", "email": bob.email}

    assert "enrollment" not in problem(transfer(world, row, ada, to_bob), 409, "already_enrolled")
    told = problem(transfer(world, row, olga, to_bob), 409, "already_enrolled")
    assert told["enrollment"] == {"id": bobs["id"], "status": "confirmed", "expires_at": None}
    own = problem(transfer(world, row, ada, {"attendee_id": ada.id}), 409, "already_enrolled")
    assert own["enrollment"]["id"] == row["id"]


@pytest.mark.parametrize("place", ["first", "only"])
def test_somebody_who_waits_gets_the_place_and_frees_theirs_in_line(
    world: World, event: dict[str, Any], ada: Person, place: str
) -> None:
    row, *_ = [enrolled(world, event, one) for one in (ada, a_person(world))]
    bob, cem = people(world, 2)
    waiting = [bob, cem] if place == "first" else [bob]
    places = [world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, one.token).json for one in waiting]

    answer = transfer(world, row, ada, {"name": "Bob", "email": bob.email})

    assert (answer.status, answer.json["status"]) == (201, "confirmed")
    assert (answer.json["id"], answer.json["position"]) == (places[0]["id"], None)
    assert show(world, row, ada).json["status"] == "cancelled"
    assert capacity(world, event) == (2, 0)
    found = world.get(f"/events/{event['id']}/capacity").json
    assert found["waitlist_count"] == len(waiting) - 1
    world.work()
    if place == "first":
        assert show(world, places[1], cem).json["position"] == 1
    again = transfer(world, row, ada, {"name": "Bob", "email": bob.email})
    assert (again.status, again.json["id"]) == (201, places[0]["id"])


def test_a_party_that_is_handed_to_the_head_lets_the_next_ones_move_up(world: World, olga: Person, ada: Person) -> None:
    """The head waits for three seats; one is free, and the next is alone."""
    event = world.an_event(olga.token, capacity=4, party_max=3)
    url = f"/events/{event['id']}/enrollments"
    row = world.post(url, {"party_size": 3}, ada.token).json
    leaving, head, single = people(world, 3)
    other = enrolled(world, event, leaving)
    world.post(url, {"waitlist": True, "party_size": 3}, head.token)
    last = world.post(url, {"waitlist": True}, single.token).json
    world.post(f"/enrollments/{other['id']}/cancel", None, leaving.token)
    assert show(world, last, single).json["status"] == "waitlisted"

    assert transfer(world, row, ada, {"name": "Head", "email": head.email}).status == 201
    world.work()

    assert show(world, last, single).json["status"] == "confirmed"


def test_an_expired_hold_of_the_new_person_is_no_obstacle(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    row, bob = enrolled(world, event, ada), a_person(world)
    assert world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, bob.token).status == 201
    world.clock.advance(timedelta(minutes=16))

    assert transfer(world, row, olga, {"name": "Bob", "email": bob.email}).json["status"] == "confirmed"
    assert capacity(world, event) == (1, 1)


def test_a_person_who_cancelled_can_take_a_place_over(
    world: World, event: dict[str, Any], ada: Person, olga: Person
) -> None:
    bob = a_person(world)
    row, bobs = enrolled(world, event, ada), enrolled(world, event, bob)
    assert world.post(f"/enrollments/{bobs['id']}/cancel", None, bob.token).status == 200

    answer = transfer(world, row, olga, {"name": "Bob", "email": bob.email})

    assert (answer.status, answer.json["id"], answer.json["version"]) == (201, bobs["id"], 3)
    assert world.get(f"/events/{event['id']}").json["attendees_count"] == 1


def test_only_a_confirmed_place_of_somebody_who_has_not_come_is_handed_on(
    world: World, event: dict[str, Any], olga: Person
) -> None:
    first, second = people(world, 2)
    held = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, first.token).json
    problem(transfer(world, held, first, GRACE), 409, "not_confirmed")

    here = enrolled(world, event, second)
    checked = world.post(f"/enrollments/{here['id']}/check-in", None, olga.token)
    assert checked.status == 200, checked.text
    problem(transfer(world, here, olga, GRACE), 409, "checked_in")


def test_strangers_learn_nothing_and_unknown_attendees_are_not_found(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    row, stranger = enrolled(world, event, ada), a_person(world)

    problem(transfer(world, row, stranger, GRACE), 404, "not_found")
    problem(transfer(world, row, ada, {"attendee_id": stranger.id}), 404, "not_found")
    problem(transfer(world, row, ada, {"attendee_id": "junk"}), 404, "not_found")
    problem(world.post(f"/enrollments/{row['id']}/transfer", GRACE), 401, "unauthenticated")
    problem(transfer(world, row, ada, GRACE, If_Match='"5"'), 412, "precondition_failed")


def test_an_event_without_guests_takes_none_through_the_back_door(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=2, guests_allowed=False)
    row = enrolled(world, event, ada)

    problem(transfer(world, row, ada, GRACE), 403, "forbidden")
    assert transfer(world, row, olga, GRACE).status == 201


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/attendee_id", "required")),
        ({"name": "Grace"}, ("/email", "required")),
        ({"email": "grace@example.org"}, ("/name", "required")),
        ({"attendee_id": "x", **GRACE}, ("/attendee_id", "one_person")),
        ({**GRACE, "party_size": 1}, ("/party_size", "unknown_field")),
    ],
)
def test_one_person_is_named_in_one_way(
    world: World, event: dict[str, Any], ada: Person, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    row = enrolled(world, event, ada)

    assert faults(transfer(world, row, ada, body)) == [fault]


def test_a_cancelled_event_hands_nothing_on(world: World, event: dict[str, Any], olga: Person, ada: Person) -> None:
    row = enrolled(world, event, ada)
    url = f"/events/{event['id']}/cancel"
    asked = problem(world.post(url, None, olga.token), 409, "confirmation_required")
    assert world.post(f"{url}?confirm={asked['confirm']}", None, olga.token).status == 200

    problem(transfer(world, row, olga, GRACE), 409, "event_cancelled")


def test_too_many_strangers_are_not_written_to(world: World) -> None:
    settings = Settings(key_ring=KEY_RING, limits="production", public_url="https://api.test", log_level="ERROR")
    with World(settings) as strict:
        olga, ada = a_person(strict), a_person(strict)
        rows = [enrolled(strict, strict.an_event(olga.token), ada) for _ in range(6)]
        for row in rows[:5]:
            assert transfer(strict, row, ada, GRACE).status == 201

        refused = transfer(strict, rows[5], ada, GRACE)

        problem(refused, 429, "too_many_requests")
        assert (refused.headers["Retry-After"], refused.headers["RateLimit-Limit"]) == ("720", "5")
        assert transfer(strict, rows[5], olga, GRACE).status == 201
