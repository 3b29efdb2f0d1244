"""The organizer's choice over HTTP: a free seat for somebody who waits, before the queue, written down."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, free_seats, people
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World


def enrol(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", fields, person.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def promote(world: World, row: dict[str, Any], person: Person, **headers: str) -> Answer:
    return world.post(f"/enrollments/{row['id']}/promote", None, person.token, **headers)


def status(world: World, row: dict[str, Any], person: Person) -> str:
    return str(world.get(f"/enrollments/{row['id']}", person.token).json["status"])


class Queue:
    """An event of three seats, one of them free beside a head of two: two behind it wait in vain."""

    def __init__(self, world: World, olga: Person, **fields: Any) -> None:
        self.event = world.an_event(olga.token, capacity=3, party_max=3, **fields)
        self.seated, self.pair, self.first, self.second = people(world, 4)
        self.place = enrol(world, self.event, self.seated, party_size=2)
        self.head = enrol(world, self.event, self.pair, party_size=2, waitlist=True)
        self.rows = [enrol(world, self.event, one, waitlist=True) for one in (self.first, self.second)]
        assert [one["status"] for one in (self.head, *self.rows)] == ["waitlisted"] * 3
        assert free_seats(world, self.event) == [1]


@pytest.fixture
def queue(world: World, olga: Person) -> Queue:
    return Queue(world, olga)


def test_the_chosen_one_gets_a_free_seat_before_the_queue_and_is_told(world: World, olga: Person, queue: Queue) -> None:
    world.work()

    answer = promote(world, queue.rows[1], olga)

    assert (answer.status, answer.json["status"], answer.headers["ETag"]) == (200, "confirmed", '"2"')
    assert free_seats(world, queue.event) == [0]
    assert [status(world, queue.head, queue.pair), status(world, queue.rows[0], queue.first)] == ["waitlisted"] * 2
    world.work()
    assert world.mailer.to(queue.second.email)[-1].subject == "You have a place: Python Workshop"


def test_its_history_says_who_went_past_the_queue(world: World, olga: Person, queue: Queue) -> None:
    promote(world, queue.rows[1], olga)

    history = world.get(f"/enrollments/{queue.rows[1]['id']}/history", olga.token).json
    last = history["results"][-1]
    assert (last["status"], last["cause"]) == ("confirmed", "promoted_by_organizer")


def test_promoting_again_answers_the_same(world: World, olga: Person, queue: Queue) -> None:
    first = promote(world, queue.rows[0], olga)

    assert promote(world, queue.rows[0], olga).json == first.json
    assert free_seats(world, queue.event) == [0]


def test_a_key_gives_the_first_answer_again(world: World, olga: Person, queue: Queue) -> None:
    first = promote(world, queue.rows[0], olga, Idempotency_Key="k1")
    assert world.post(f"/enrollments/{queue.rows[0]['id']}/cancel", None, olga.token).status == 200

    again = promote(world, queue.rows[0], olga, Idempotency_Key="k1")

    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")


def test_without_a_free_seat_nobody_is_promoted(world: World, olga: Person, queue: Queue) -> None:
    problem(promote(world, queue.head, olga), 409, "event_full")
    promote(world, queue.rows[0], olga)

    problem(promote(world, queue.rows[1], olga), 409, "event_full")
    assert free_seats(world, queue.event) == [0]


def test_a_chosen_one_is_confirmed_also_where_the_waitlist_makes_offers(world: World, olga: Person) -> None:
    queue = Queue(world, olga, waitlist_mode="offer")

    assert promote(world, queue.rows[1], olga).json["status"] == "confirmed"


def test_an_expired_hold_is_taken_back_before_anybody_is_told_that_there_is_no_seat(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=3)
    one, late, pair, chosen = people(world, 4)
    enrol(world, event, one, party_size=2)
    enrol(world, event, late, confirm=False)
    enrol(world, event, pair, party_size=2, waitlist=True)
    row = enrol(world, event, chosen, waitlist=True)
    problem(promote(world, row, olga), 409, "event_full")

    world.clock.advance(timedelta(minutes=16))

    assert promote(world, row, olga).json["status"] == "confirmed"
    assert free_seats(world, event) == [0]


def test_only_who_is_in_charge_promotes(world: World, olga: Person, queue: Queue) -> None:
    row = queue.rows[1]
    problem(promote(world, row, queue.second), 403, "forbidden")
    problem(promote(world, row, queue.first), 404, "not_found")
    problem(world.post(f"/enrollments/{row['id']}/promote"), 401, "unauthenticated")
    problem(world.post("/enrollments/junk/promote", None, olga.token), 404, "not_found")
    assert status(world, row, queue.second) == "waitlisted"

    admin = a_person(world, roles=(Role.ADMIN,))
    assert promote(world, row, admin).json["status"] == "confirmed"


def test_who_does_not_wait_is_not_promoted(world: World, olga: Person, queue: Queue) -> None:
    assert world.post(f"/enrollments/{queue.head['id']}/cancel", None, queue.pair.token).status == 200

    problem(promote(world, queue.head, olga), 409, "not_waitlisted")


def test_a_version_that_is_gone_is_refused(world: World, olga: Person, queue: Queue) -> None:
    problem(promote(world, queue.rows[0], olga, If_Match='"9"'), 412, "precondition_failed")
    assert promote(world, queue.rows[0], olga, If_Match='"1"').status == 200


def test_nobody_is_promoted_into_an_event_that_is_over_or_cancelled(world: World, olga: Person) -> None:
    cancelled, past = Queue(world, olga), Queue(world, olga)
    url = f"/events/{cancelled.event['id']}/cancel"
    asked = problem(world.post(url, None, olga.token), 409, "confirmation_required")
    assert world.post(f"{url}?confirm={asked['confirm']}", None, olga.token).status == 200
    problem(promote(world, cancelled.rows[0], olga), 409, "event_cancelled")

    world.clock.advance(timedelta(days=31))
    fresh = world.logged_in(olga.email)["access"]
    problem(world.post(f"/enrollments/{past.rows[0]['id']}/promote", None, fresh), 409, "event_past")
