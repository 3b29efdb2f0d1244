"""Deleting an event: it is gone, and those who were enrolled still see what it was."""

from datetime import timedelta

import pytest

from tests.support.builders import Person, a_person, cancelled, deleted, due_rows, enrolled, free_seats, people
from tests.support.problems import problem
from tests.support.world import World


@pytest.mark.parametrize("status", ["published", "draft"])
def test_a_deleted_event_is_gone_for_everybody(world: World, olga: Person, status: str) -> None:
    event = world.an_event(olga.token, status=status)
    url = f"/events/{event['id']}"

    answer = world.delete(url, olga.token)

    assert (answer.status, answer.text) == (204, "")
    for token in (None, olga.token):
        problem(world.get(url, token), 404, "not_found")
        problem(world.get(f"{url}/capacity", token), 404, "not_found")
        assert world.get("/events", token).json["results"] == []
    assert world.get("/me/events", olga.token).json == {
        "count": 0, "count_exact": True, "next": None, "previous": None, "results": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "action", "body"),
    [
        ("PUT", "", {"title": "x", "starts_at": "2026-07-01T09:00:00Z"}),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("POST", "/publish", None),
        ("POST", "/cancel", None),
        ("POST", "/enrollments", {}),
        ("GET", "/enrollments", None),
    ],
)
def test_nothing_can_be_done_with_it_any_more(
    world: World, olga: Person, method: str, action: str, body: dict[str, str] | None
) -> None:
    event = world.an_event(olga.token)
    deleted(world, event, olga)

    problem(world.send(method, f"/events/{event['id']}{action}", body, token=olga.token), 404, "not_found")


def test_with_people_it_must_be_confirmed(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    url = f"/events/{event['id']}"

    body = problem(world.delete(url, olga.token), 409, "confirmation_required")

    assert body["preview"] == {"people": 1, "holds": 0, "offers": 0, "waiting": 0}
    assert world.get(url).status == 200
    assert world.delete(f"{url}?confirm={body['confirm']}", olga.token).status == 204


def test_everybody_is_cancelled_and_told(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=4)
    everybody = people(world, 2)
    for person in everybody:
        enrolled(world, event, person)
    world.work()
    world.mailer.sent.clear()

    deleted(world, event, olga)
    world.work()

    assert sorted(message.to for message in world.mailer.sent) == sorted(person.email for person in everybody)
    assert "Python Workshop" in world.mailer.sent[0].text
    assert free_seats(world, event) == [4]


def test_its_enrollments_keep_title_and_start(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, location="Berlin", timezone="Europe/Berlin")
    guest = a_person(world)
    row = enrolled(world, event, guest)

    deleted(world, event, olga)
    world.work()

    kept = {
        "id": event["id"],
        "title": "Python Workshop",
        "starts_at": "2026-07-01T09:00:00Z",
        "ends_at": "2026-07-01T10:00:00Z",
        "timezone": "Europe/Berlin",
        "location": "Berlin",
        "status": "deleted",
    }
    shown = world.get(f"/enrollments/{row['id']}", guest.token).json
    assert (shown["event"], shown["status"]) == (kept, "cancelled")
    [listed] = world.get("/me/enrollments", guest.token).json["results"]
    assert listed["event"] == kept


def test_a_cancelled_event_can_be_deleted(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    cancelled(world, event, olga)
    world.work()
    told = len(world.mailer.sent)

    assert world.delete(f"/events/{event['id']}", olga.token).status == 204

    world.work()
    assert len(world.mailer.sent) == told, "nobody is told twice"


def test_an_event_that_is_over_can_be_deleted_and_nobody_is_told(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, starts_at="2026-06-01T09:10:00Z", ends_at="2026-06-01T09:20:00Z")
    guest = a_person(world)
    row = enrolled(world, event, guest)
    world.work()
    world.mailer.sent.clear()
    world.clock.advance(timedelta(minutes=30))

    deleted(world, event, olga)
    world.work()

    assert world.mailer.sent == []
    assert world.get(f"/enrollments/{row['id']}", guest.token).json["status"] == "cancelled"
    assert [intent["detail"] for intent in due_rows(world, "event_cancelled")] == ["the event is over"]


def test_only_its_organizer_deletes(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    problem(world.delete(f"/events/{event['id']}", a_person(world).token), 403, "forbidden")
    problem(world.delete(f"/events/{event['id']}"), 401, "unauthenticated")

    assert world.get(f"/events/{event['id']}").json == event
