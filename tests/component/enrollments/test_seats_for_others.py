"""What one account may take of an event for others: a limit that holds in any order and for many requests at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import ChargeItem
from tests.support.builders import Person, a_person, cancelled, signed_in
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import SETTINGS, World

FOUR = replace(SETTINGS, seats_for_others=4)


@pytest.fixture
def world() -> Any:
    with World(FOUR) as made:
        yield made


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world)


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=30, party_max=6)


def a_record(world: World, keeper: Person) -> str:
    answer = world.post("/attendees", {"first_name": "Robin"}, keeper.token)
    assert answer.status == 201
    return str(answer.json["id"])


def enrol(world: World, event: dict[str, Any], keeper: Person, **fields: Any) -> Answer:
    """Somebody new whose record the keeper keeps."""
    body = {"attendee_id": a_record(world, keeper), **fields}
    return world.post(f"/events/{event['id']}/enrollments", body, keeper.token)


def taken(world: World, event: dict[str, Any], keeper: Person) -> int:
    """What is counted, after a look at whether it is what the enrollments say."""
    pk, sk = keys.charge(event["id"], keeper.id)
    items = world.db.snapshot_all("turnout-enrollments")
    counted = [int(one["n"]["N"]) for one in items if (one["pk"]["S"], one["sk"]["S"]) == (pk, sk)]
    live = {"pending", "confirmed", "waitlisted", "offered"}
    here = [one for one in items if one["pk"]["S"].startswith(event["id"]) and one.get("charged") == {"S": keeper.id}]
    charged = [one for one in here if one["status"]["S"] in live]
    number = counted[0] if counted else 0
    assert number == sum(int(one["n"]["N"]) for one in charged)
    return number


def test_one_account_takes_no_more_than_the_limit_and_is_told_so(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    assert [enrol(world, event, ada).status for _ in range(4)] == [201] * 4

    refused = problem(enrol(world, event, ada), 409, "too_many_for_others")

    assert refused["limit"] == 4
    assert world.get(f"/events/{event['id']}").json["attendees_count"] == 4
    assert taken(world, event, ada) == 4


def test_oneself_other_events_and_other_accounts_are_not_counted(
    world: World, event: dict[str, Any], ada: Person, olga: Person
) -> None:
    for _ in range(4):
        enrol(world, event, ada)

    assert world.post(f"/events/{event['id']}/enrollments", {"party_size": 6}, ada.token).status == 201
    assert enrol(world, world.an_event(olga.token), ada).status == 201
    assert enrol(world, event, a_person(world)).status == 201
    assert taken(world, event, ada) == 4


def test_who_is_in_charge_is_free(world: World, event: dict[str, Any], olga: Person) -> None:
    assert [enrol(world, event, olga, party_size=3).status for _ in range(4)] == [201] * 4
    by_address = {"name": "Grace", "email": "grace@example.org", "party_size": 6}
    assert world.post(f"/events/{event['id']}/enrollments", by_address, olga.token).status == 201
    assert taken(world, event, olga) == 0


def test_people_of_a_party_and_those_who_wait_count(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    problem(enrol(world, event, ada, party_size=5), 409, "too_many_for_others")
    small = world.an_event(olga.token, capacity=3, party_max=3)
    assert enrol(world, small, ada, party_size=3).json["status"] == "confirmed"
    problem(enrol(world, small, ada, party_size=2, waitlist=True), 409, "too_many_for_others")
    assert enrol(world, small, ada, waitlist=True).json["status"] == "waitlisted"
    problem(enrol(world, small, ada, waitlist=True), 409, "too_many_for_others")
    assert taken(world, small, ada) == 4


def test_what_is_given_back_may_be_taken_again(world: World, event: dict[str, Any], ada: Person) -> None:
    made = [enrol(world, event, ada).json["id"] for _ in range(4)]
    assert world.post(f"/enrollments/{made[0]}/cancel", None, ada.token).status == 200
    assert enrol(world, event, ada).status == 201
    problem(enrol(world, event, ada), 409, "too_many_for_others")

    held = world.an_event(a_person(world).token, capacity=9)
    for _ in range(4):
        assert enrol(world, held, ada, confirm=False).json["status"] == "pending"
    problem(enrol(world, held, ada), 409, "too_many_for_others")
    world.clock.advance(timedelta(minutes=16))
    while world.container.seats.settlement.settle(held["id"]):
        pass
    assert taken(world, held, ada) == 0
    assert enrol(world, held, ada).status == 201


def test_a_party_grows_within_the_limit_and_shrinks_out_of_it(
    world: World, event: dict[str, Any], ada: Person, olga: Person
) -> None:
    url = f"/enrollments/{enrol(world, event, ada, party_size=3).json['id']}"

    problem(world.patch(url, {"party_size": 5}, ada.token), 409, "too_many_for_others")
    assert world.patch(url, {"party_size": 4}, ada.token).status == 200
    assert taken(world, event, ada) == 4
    assert world.patch(url, {"party_size": 1}, ada.token).status == 200
    assert taken(world, event, ada) == 1
    assert world.patch(url, {"party_size": 6}, olga.token).status == 200, "the organizer answers for it"
    assert taken(world, event, ada) == 0


def test_handing_places_on_is_no_way_around(world: World, event: dict[str, Any], ada: Person) -> None:
    """Enrol oneself, hand the place on, enrol oneself again: each time one more seat is theirs."""
    url = f"/events/{event['id']}/enrollments"
    for number in range(5):
        own = world.post(url, {}, ada.token)
        given = world.post(f"/enrollments/{own.json['id']}/transfer", {"attendee_id": a_record(world, ada)}, ada.token)
        assert given.status == (201 if number < 4 else 409), given.text

    problem(given, 409, "too_many_for_others")
    stranger = {"name": "Grace", "email": "grace@example.org"}
    problem(world.post(f"/enrollments/{own.json['id']}/transfer", stranger, ada.token), 409, "too_many_for_others")
    assert taken(world, event, ada) == 4


def test_a_place_that_is_counted_is_handed_on_without_another_one(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    made = [enrol(world, event, ada).json["id"] for _ in range(4)]

    given = world.post(f"/enrollments/{made[0]}/transfer", {"attendee_id": a_record(world, ada)}, ada.token)

    assert given.status == 201
    assert taken(world, event, ada) == 4


def test_an_enrollment_from_before_there_was_a_limit_is_cancelled_without_a_count(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    made = enrol(world, event, ada).json["id"]
    rows = world.db.snapshot_all("turnout-enrollments")
    [row] = [one for one in rows if one.get("attendee") and one.get("charged")]
    world.db.load("turnout-enrollments", [{name: value for name, value in row.items() if name != "charged"}])
    charge = keys.charge(event["id"], ada.id)
    world.container.store.dynamo.delete(ChargeItem, charge)

    assert world.post(f"/enrollments/{made}/cancel", None, ada.token).status == 200
    assert taken(world, event, ada) == 0


def test_a_cancelled_event_leaves_nothing_counted(
    world: World, event: dict[str, Any], ada: Person, olga: Person
) -> None:
    for _ in range(3):
        enrol(world, event, ada)

    cancelled(world, event, olga)
    world.work()

    assert taken(world, event, ada) == 0


def test_a_hold_that_is_over_counts_no_more_before_any_schedule_has_run(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    confirmed = enrol(world, event, ada, party_size=2).json
    for _ in range(2):
        assert enrol(world, event, ada, confirm=False).status == 201
    problem(enrol(world, event, ada), 409, "too_many_for_others")
    world.clock.advance(timedelta(minutes=15))

    assert enrol(world, event, ada).status == 201
    assert world.patch(f"/enrollments/{confirmed['id']}", {"party_size": 3}, ada.token).status == 200
    assert taken(world, event, ada) == 4
    problem(enrol(world, event, ada), 409, "too_many_for_others")


@pytest.mark.parametrize("change", ["a larger party", "a place of one's own that is handed on"])
def test_a_change_that_takes_for_others_counts_no_hold_that_is_over(
    world: World, event: dict[str, Any], ada: Person, change: str
) -> None:
    own = world.post(f"/events/{event['id']}/enrollments", {"party_size": 2}, ada.token).json
    row = enrol(world, event, ada, party_size=2).json
    assert enrol(world, event, ada, party_size=2, confirm=False).status == 201
    world.clock.advance(timedelta(minutes=15))

    if change == "a larger party":
        answer = world.patch(f"/enrollments/{row['id']}", {"party_size": 4}, ada.token)
    else:
        answer = world.post(f"/enrollments/{own['id']}/transfer", {"attendee_id": a_record(world, ada)}, ada.token)

    assert answer.status in {200, 201}, answer.text
    assert taken(world, event, ada) == 4


def test_who_came_in_time_gets_the_seat_back_whatever_their_keeper_has_taken_since(
    world: World, ada: Person, olga: Person
) -> None:
    start = world.clock() + timedelta(hours=3)
    event = world.an_event(
        olga.token,
        capacity=30,
        party_max=6,
        starts_at=start.isoformat(),
        ends_at=(start + timedelta(hours=8)).isoformat(),
        enrollment_closes_at=(start + timedelta(hours=8)).isoformat(),
        no_show_release_minutes=30,
    )
    row = enrol(world, event, ada, party_size=4).json
    world.work()
    world.clock.advance(timedelta(hours=3, minutes=31))
    for _ in range(3):
        world.tick()
        world.work()
    organizer, keeper = signed_in(world, olga.account), signed_in(world, ada.account)
    assert enrol(world, event, keeper, party_size=4).status == 201

    scan = {"enrollment_id": row["id"], "checked_in_at": (start + timedelta(minutes=5)).isoformat()}
    answer = world.post(f"/events/{event['id']}/check-ins", {"rows": [scan]}, organizer.token)

    assert [one["status"] for one in answer.json["results"]] == ["checked_in"], answer.text
    assert world.get(f"/enrollments/{row['id']}", organizer.token).json["status"] == "confirmed"
    assert taken(world, event, ada) == 4
