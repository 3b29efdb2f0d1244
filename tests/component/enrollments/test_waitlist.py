"""The waitlist over HTTP: joining, positions, promotion in order, offers, and seats that nobody overtakes for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import EnrollmentChange
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import Step
from chalicelib.services.enrollments.changes.cancel import Cancel
from chalicelib.services.enrollments.changes.change import EnrollmentChanger
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.enrollments.enrollments import DynamoEnrollments
from tests.support.builders import Person, a_person, due_rows, free_seats
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World


def people(world: World, number: int) -> list[Person]:
    return [a_person(world) for _ in range(number)]


def enrol(world: World, event: dict[str, Any], person: Person, **fields: Any) -> Answer:
    return world.post(f"/events/{event['id']}/enrollments", fields, person.token)


def waits(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = enrol(world, event, person, waitlist=True, **fields)
    assert (answer.status, answer.json["status"]) == (201, "waitlisted")
    return dict(answer.json)


def status(world: World, row: dict[str, Any], person: Person) -> str:
    return str(world.get(f"/enrollments/{row['id']}", person.token).json["status"])


def cancel(world: World, row: dict[str, Any], person: Person) -> Answer:
    answer = world.post(f"/enrollments/{row['id']}/cancel", None, person.token)
    assert answer.status == 200
    return answer


@pytest.fixture
def full(world: World, olga: Person) -> tuple[dict[str, Any], Person, dict[str, Any]]:
    """An event with one seat, who has it, and their enrollment."""
    event, winner = world.an_event(olga.token, capacity=1), a_person(world)
    return event, winner, enrol(world, event, winner).json


def test_a_full_event_names_the_way_to_its_waitlist(world: World, full: Any) -> None:
    event, *_ = full

    refused = problem(enrol(world, event, a_person(world)), 409, "event_full")

    href = f"/events/{event['id']}/enrollments"
    assert refused["next_step"] == {"action": "join_waitlist", "method": "POST", "href": href}


def test_with_a_free_seat_nobody_waits(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1)

    assert enrol(world, event, a_person(world), waitlist=True).json["status"] == "confirmed"


def test_people_wait_in_the_order_of_joining_and_move_up_by_themselves(world: World, full: Any) -> None:
    event, winner, row = full
    first, second, third = people(world, 3)
    rows = [waits(world, event, one) for one in (first, second, third)]
    assert [one["position"] for one in rows] == [1, 2, 3]
    assert world.get(f"/events/{event['id']}/capacity").json["waitlist_count"] == 3

    cancel(world, row, winner)

    assert [status(world, one, who) for one, who in zip(rows, (first, second, third), strict=True)] == [
        "confirmed",
        "waitlisted",
        "waitlisted",
    ]
    cancel(world, rows[1], second)
    cancel(world, rows[0], first)
    assert status(world, rows[2], third) == "confirmed"
    assert free_seats(world, event) == [0]


def test_nobody_overtakes_a_waitlist(world: World, full: Any) -> None:
    event, winner, row = full
    waits(world, event, a_person(world))

    cancel(world, row, winner)

    problem(enrol(world, event, a_person(world)), 409, "event_full")


def test_once_nobody_waits_seats_are_for_everybody_again(world: World, full: Any) -> None:
    event, winner, row = full
    waiting = a_person(world)
    place = waits(world, event, waiting)

    cancel(world, place, waiting)
    cancel(world, row, winner)

    assert enrol(world, event, a_person(world)).json["status"] == "confirmed"
    assert world.get(f"/events/{event['id']}/capacity").json["waitlist_count"] == 0


def test_an_event_without_a_waitlist_says_so(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1, waitlist_mode="off")
    enrol(world, event, a_person(world))

    problem(enrol(world, event, a_person(world), waitlist=True), 409, "waitlist_off")
    assert "next_step" not in problem(enrol(world, event, a_person(world)), 409, "event_full")


def test_more_capacity_promotes_at_once(world: World, olga: Person, full: Any) -> None:
    event, *_ = full
    waiting = people(world, 8)
    rows = [waits(world, event, one) for one in waiting]

    assert world.patch(f"/events/{event['id']}", {"capacity": 7}, olga.token).status == 200
    assert status(world, rows[0], waiting[0]) == "confirmed"
    world.work()

    found = [status(world, row, one) for row, one in zip(rows, waiting, strict=True)]
    assert found == ["confirmed"] * 6 + ["waitlisted"] * 2
    assert free_seats(world, event) == [0]


def test_without_a_limit_everybody_is_promoted_and_the_waitlist_is_over(world: World, olga: Person, full: Any) -> None:
    event, *_ = full
    waiting = people(world, 3)
    rows = [waits(world, event, one) for one in waiting]

    assert world.patch(f"/events/{event['id']}", {"capacity": None}, olga.token).status == 200
    world.work()

    assert {status(world, row, one) for row, one in zip(rows, waiting, strict=True)} == {"confirmed"}
    assert enrol(world, event, a_person(world)).json["status"] == "confirmed"


def test_a_promotion_is_told_by_mail(world: World, full: Any) -> None:
    event, winner, row = full
    waiting = a_person(world)
    waits(world, event, waiting)

    cancel(world, row, winner)
    world.work()

    assert [one.subject for one in world.mailer.to(waiting.email)] == ["You have a place: Python Workshop"]


# Offers


@pytest.fixture
def offering(world: World, olga: Person) -> tuple[dict[str, Any], Person, dict[str, Any]]:
    event, winner = world.an_event(olga.token, capacity=1, waitlist_mode="offer", offer_minutes=30), a_person(world)
    return event, winner, enrol(world, event, winner).json


def test_an_offered_seat_is_kept_until_it_is_accepted(world: World, offering: Any) -> None:
    event, winner, row = offering
    first = a_person(world)
    place = waits(world, event, first)

    cancel(world, row, winner)

    offered = world.get(f"/enrollments/{place['id']}", first.token).json
    assert (offered["status"], offered["expires_at"]) == ("offered", "2026-06-01T09:30:00Z")
    problem(enrol(world, event, a_person(world)), 409, "event_full")
    accepted = world.post(f"/enrollments/{place['id']}/confirm", None, first.token)
    assert (accepted.status, accepted.json["status"], accepted.json["expires_at"]) == (200, "confirmed", None)


def test_a_declined_offer_goes_to_the_next(world: World, offering: Any) -> None:
    event, winner, row = offering
    first, second = people(world, 2)
    places = [waits(world, event, one) for one in (first, second)]
    cancel(world, row, winner)

    cancel(world, places[0], first)

    assert status(world, places[1], second) == "offered"


def test_who_joins_beside_an_offer_that_is_over_stands_behind_those_who_still_wait(world: World, offering: Any) -> None:
    event, winner, row = offering
    first, second, third = people(world, 3)
    places = [waits(world, event, one) for one in (first, second)]
    cancel(world, row, winner)
    assert status(world, places[0], first) == "offered"

    world.clock.advance(timedelta(minutes=30))

    assert waits(world, event, third)["position"] == 1
    assert [status(world, place, one) for place, one in zip(places, (first, second), strict=True)] == [
        "expired",
        "offered",
    ]


def test_an_offer_that_nobody_answers_goes_to_the_next_with_the_tick(world: World, offering: Any) -> None:
    event, winner, row = offering
    first, second = people(world, 2)
    places = [waits(world, event, one) for one in (first, second)]
    cancel(world, row, winner)
    world.work()

    world.clock.advance(timedelta(minutes=31))
    problem(world.post(f"/enrollments/{places[0]['id']}/confirm", None, first.token), 409, "offer_expired")
    world.tick()
    world.work()

    assert [status(world, places[0], first), status(world, places[1], second)] == ["expired", "offered"]
    problem(world.post(f"/enrollments/{places[0]['id']}/confirm", None, first.token), 409, "offer_expired")


# Parties


def test_a_party_is_seated_whole_or_waits_whole(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=4, party_max=3)
    assert enrol(world, event, a_person(world), party_size=3).json["party_size"] == 3

    problem(enrol(world, event, a_person(world), party_size=2), 409, "event_full")
    waits(world, event, a_person(world), party_size=2)

    problem(enrol(world, event, a_person(world)), 409, "event_full")  # the free seat is the waitlist's
    assert free_seats(world, event) == [1]


def test_strict_means_that_a_smaller_party_waits_behind_a_head_that_does_not_fit(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=4, party_max=4)
    four, three, one = people(world, 3)
    row = enrol(world, event, four, party_size=4).json
    big, small = waits(world, event, three, party_size=3), waits(world, event, one)

    cancel(world, row, four)
    world.work()

    assert [status(world, big, three), status(world, small, one)] == ["confirmed", "confirmed"]
    assert free_seats(world, event) == [0]


def test_best_fit_lets_few_seats_pass_the_head_and_writes_down_why(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2, party_max=2, party_policy="best_fit", max_skips=1)
    singles, (pair, after, later) = people(world, 2), people(world, 3)
    rows = [enrol(world, event, one).json for one in singles]
    head = waits(world, event, pair, party_size=2)
    first, second = waits(world, event, after), waits(world, event, later)

    cancel(world, rows[0], singles[0])
    assert [status(world, head, pair), status(world, first, after)] == ["waitlisted", "confirmed"]
    cancel(world, rows[1], singles[1])

    assert [status(world, head, pair), status(world, second, later)] == ["waitlisted", "waitlisted"]  # one seat passed
    cancel(world, first, after)
    assert status(world, head, pair) == "confirmed"


class Raced(DynamoEnrollments):
    """Somebody else is always faster with the head of the waitlist."""

    def write(
        self, changes: Sequence[EnrollmentChange], steps: Sequence[Step], entries: Sequence[OutboxEntry], **options: Any
    ) -> None:
        if len(changes) > 1:
            raise StaleError
        super().write(changes, steps, entries, **options)


def test_who_loses_the_race_for_the_head_leaves_the_seat_to_the_waitlist(world: World, full: Any) -> None:
    event, winner, row = full
    waiting = a_person(world)
    place = waits(world, event, waiting)
    ports = replace(
        world.container.seats.ports, enrollments=Raced(world.container.store.dynamo, world.container.store.answers)
    )
    world.container.enrollments.cancel = Cancel(
        EnrollmentChanger(ports, SeatRelease(ports), world.container.seats.settlement)
    )

    cancel(world, row, winner)

    assert (free_seats(world, event), status(world, place, waiting)) == ([1], "waitlisted")
    problem(enrol(world, event, a_person(world)), 409, "event_full")  # the seat is not for newcomers
    world.work()
    assert status(world, place, waiting) == "confirmed"


def test_seats_that_come_free_without_a_mail_leave_a_job_behind_that_gives_them_on(world: World, olga: Person) -> None:
    """Nobody is told of a party that became smaller; the head may leave in the very moment that nobody fits."""
    event = world.an_event(olga.token, capacity=4, party_max=4)
    four, three = people(world, 2)
    row = enrol(world, event, four, party_size=4).json
    waits(world, event, three, party_size=3)
    world.work()

    assert world.patch(f"/enrollments/{row['id']}", {"party_size": 3}, four.token).status == 200

    assert free_seats(world, event) == [1]
    assert [due["about"] for due in due_rows(world, "job_settle")] == [f'{{"event":"{event["id"]}"}}']
