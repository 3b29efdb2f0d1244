"""Cancelling an event: everybody is counted before, told afterwards, and it is final."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, free_seats, live_people, people
from tests.support.problems import problem
from tests.support.world import World


def cancel(world: World, event: dict[str, Any], person: Person, confirm: str = "") -> Any:
    query = f"?confirm={confirm}" if confirm else ""
    return world.post(f"/events/{event['id']}/cancel{query}", token=person.token)


def test_an_event_without_people_is_cancelled_at_once(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    answer = cancel(world, event, olga)

    assert answer.status == 200
    assert answer.json == {**event, "status": "cancelled", "is_active": False, "version": 2}
    assert due_rows(world) == []


def test_with_people_the_first_request_only_shows_whom_it_would_hit(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    for person in people(world, 3):
        enrolled(world, event, person)
    world.work()
    sent = len(world.mailer.sent)

    body = problem(cancel(world, event, olga), 409, "confirmation_required")

    assert body["preview"] == {"people": 3, "holds": 0, "offers": 0, "waiting": 0}
    assert body["confirm"]
    assert world.get(f"/events/{event['id']}").json["status"] == "published"
    world.work()
    assert len(world.mailer.sent) == sent


def test_confirmed_it_cancels_everybody_and_tells_each_of_them_once(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    everybody = people(world, 3)
    rows = [enrolled(world, event, person) for person in everybody]
    world.work()
    world.mailer.sent.clear()
    confirm = cancel(world, event, olga).json["confirm"]

    answer = cancel(world, event, olga, confirm)
    world.work()

    assert answer.status == 200
    assert answer.json["status"] == "cancelled"
    assert sorted(message.to for message in world.mailer.sent) == sorted(person.email for person in everybody)
    assert {message.subject for message in world.mailer.sent} == {"Cancelled: Python Workshop will not take place"}
    for person, row in zip(everybody, rows, strict=True):
        shown = world.get(f"/enrollments/{row['id']}", person.token).json
        assert (shown["status"], shown["event"]["status"]) == ("cancelled", "cancelled")
    assert live_people(world, event) == []
    assert free_seats(world, event) == [5]
    assert world.get(f"/events/{event['id']}").json["attendees_count"] == 0


def test_a_cancelled_event_is_public_and_in_no_list(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    cancelled(world, event, olga)

    assert world.get(f"/events/{event['id']}").json["status"] == "cancelled"
    for url in ("/events", "/events/upcoming", "/events/available"):
        assert world.get(url).json["results"] == []
        assert world.get(url).json["count"] == 0
    assert [one["status"] for one in world.get("/me/events", olga.token).json["results"]] == ["cancelled"]


@pytest.mark.parametrize(
    ("method", "action", "body"),
    [
        ("PUT", "", {"title": "x", "starts_at": "2026-07-01T09:00:00Z"}),
        ("PATCH", "", {"title": "x"}),
        ("POST", "/publish", None),
        ("POST", "/enrollments", {}),
    ],
)
def test_cancelled_is_final(world: World, olga: Person, method: str, action: str, body: Any) -> None:
    event = world.an_event(olga.token)
    cancelled(world, event, olga)

    answer = world.send(method, f"/events/{event['id']}{action}", body, token=olga.token)

    problem(answer, 409, "event_cancelled")


def test_cancelling_twice_is_cancelling_once(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    cancelled(world, event, olga)
    world.work()
    told = len(world.mailer.sent)

    again = cancel(world, event, olga)
    world.work()

    assert again.status == 200
    assert again.json["status"] == "cancelled"
    assert len(world.mailer.sent) == told


def test_a_confirmation_is_good_for_ten_minutes(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    confirm = cancel(world, event, olga).json["confirm"]

    world.clock.advance(timedelta(minutes=10))
    late = problem(cancel(world, event, olga, confirm), 409, "confirmation_required")
    world.clock.advance(timedelta(minutes=9, seconds=59))

    assert cancel(world, event, olga, late["confirm"]).status == 200


def test_a_confirmation_is_good_for_the_people_that_it_counted(world: World, olga: Person) -> None:
    """Whoever enrols between the two requests must not be cancelled unseen."""
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    confirm = cancel(world, event, olga).json["confirm"]
    enrolled(world, event, a_person(world))

    body = problem(cancel(world, event, olga, confirm), 409, "confirmation_required")

    assert body["preview"]["people"] == 2
    assert len(live_people(world, event)) == 2


def test_a_confirmation_is_good_for_the_version_that_it_was_given_for(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    confirm = cancel(world, event, olga).json["confirm"]
    world.patch(f"/events/{event['id']}", {"title": "Renamed"}, olga.token)

    problem(cancel(world, event, olga, confirm), 409, "confirmation_required")


def test_a_confirmation_is_good_for_its_own_event_and_action(world: World, olga: Person) -> None:
    first, second = world.an_event(olga.token), world.an_event(olga.token)
    for event in (first, second):
        enrolled(world, event, a_person(world))
    confirm = cancel(world, first, olga).json["confirm"]

    problem(cancel(world, second, olga, confirm), 409, "confirmation_required")
    other_action = world.delete(f"/events/{first['id']}?confirm={confirm}", olga.token)

    problem(other_action, 409, "confirmation_required")


@pytest.mark.parametrize("forged", ["yes", "true", "a.b.c", "test1.e30.AAAAAAAAAAAAAAAAAAAAAA"])
def test_a_confirmation_cannot_be_made_up(world: World, olga: Person, forged: str) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))

    problem(cancel(world, event, olga, forged), 409, "confirmation_required")


def test_a_confirmation_is_never_in_the_body(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    confirm = cancel(world, event, olga).json["confirm"]

    answer = world.post(f"/events/{event['id']}/cancel", {"confirm": confirm}, olga.token)

    assert answer.status == 400
    assert answer.json["errors"][0]["pointer"] == "/confirm"


def test_only_its_organizer_cancels(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    guest = a_person(world)
    enrolled(world, event, guest)

    problem(cancel(world, event, guest), 403, "forbidden")
    problem(world.post(f"/events/{event['id']}/cancel"), 401, "unauthenticated")

    assert world.get(f"/events/{event['id']}").json["status"] == "published"


def test_a_draft_is_not_cancelled_but_deleted(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")

    problem(cancel(world, draft, olga), 409, "event_not_published")


def test_an_event_that_is_over_is_not_cancelled(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, starts_at="2026-06-01T09:10:00Z", ends_at="2026-06-01T09:20:00Z")
    world.clock.advance(timedelta(minutes=20))

    problem(cancel(world, event, olga), 409, "event_past")


def test_an_event_that_has_begun_can_still_be_cancelled(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, starts_at="2026-06-01T09:10:00Z")
    world.clock.advance(timedelta(minutes=20))

    assert cancel(world, event, olga).status == 200


def test_people_who_had_cancelled_before_are_not_told(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    left, stayed = people(world, 2)
    row = enrolled(world, event, left)
    enrolled(world, event, stayed)
    world.delete(f"/enrollments/{row['id']}", left.token)
    world.work()
    world.mailer.sent.clear()

    cancelled(world, event, olga)
    world.work()

    assert [message.to for message in world.mailer.sent] == [stayed.email]
