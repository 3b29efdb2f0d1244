"""A dry run of creating and editing: the answer and the refusals of the real request, and nothing written or mailed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, enrolled, people
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import World

NEW = {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00Z", "description": "Bring **a laptop**."}
MOVING = {"updated_at", "would", "waiting_in_vain"}


def everything(world: World) -> Mapping[str, str]:
    """All items of all tables."""
    return {name: repr(sorted(map(repr, world.db.snapshot_all(name)))) for name in world.db.tables}


def tried(world: World, event: dict[str, Any], person: Person, method: str = "PATCH", **fields: Any) -> Answer:
    """The answer to a dry run, which has written nothing and queued nothing."""
    before, waiting = everything(world), list(world.queue.waiting)
    answer = world.send(method, f"/events/{event['id']}", {**fields, "dry_run": True}, token=person.token)
    assert (everything(world), list(world.queue.waiting)) == (before, waiting)
    return answer


def resting(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.json.items() if name not in MOVING}


@pytest.mark.parametrize("status", ["published", "draft"])
def test_creating_is_answered_as_it_would_be_and_makes_nothing(world: World, olga: Person, status: str) -> None:
    before = everything(world)

    answer = world.post("/events", {**NEW, "status": status, "dry_run": True}, olga.token)

    assert (answer.status, everything(world)) == (200, before)
    assert (answer.json["id"], answer.json["html_url"], "Location" in answer.headers) == ("0" * 26, None, False)
    made = world.post("/events", {**NEW, "status": status}, olga.token)
    unlike = {"id", "html_url", "created_at"}
    expected = {name: value for name, value in resting(made).items() if name not in unlike}
    assert {name: value for name, value in resting(answer).items() if name not in unlike} == expected
    assert "<strong>a laptop</strong>" in answer.json["description_html"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [({"title": ""}, "/title"), ({"dry_run": "yes"}, "/dry_run")],
    ids=["a title", "the flag"],
)
def test_what_is_wrong_with_an_event_is_said_as_ever(
    world: World, olga: Person, fields: dict[str, Any], pointer: str
) -> None:
    found = faults(world.post("/events", {**NEW, "dry_run": True, **fields}, olga.token))

    assert [where for where, *_ in found] == [pointer]


def test_who_may_not_publish_may_not_try_it(world: World) -> None:
    seeker = a_person(world, roles=(Role.SEEKER,))

    problem(world.post("/events", {**NEW, "dry_run": True}, seeker.token), 403, "role_required")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_edit_is_answered_as_it_would_be(world: World, olga: Person, method: str) -> None:
    event = world.an_event(olga.token, capacity=5)
    fields = {**NEW, "title": "HTML Workshop", "capacity": 4, "description": "*New*"}

    answer = tried(world, event, olga, method, **fields)

    assert (answer.status, "ETag" in answer.headers) == (200, False)
    assert world.get(f"/events/{event['id']}").json == event
    assert resting(answer) == resting(world.send(method, f"/events/{event['id']}", fields, token=olga.token))


def test_what_was_tried_can_be_sent_back(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    answer = tried(world, event, olga, title="HTML Workshop")

    done = world.put(f"/events/{event['id']}", answer.json, olga.token)

    assert (done.status, done.json["title"]) == (200, "HTML Workshop")


def test_the_refusals_are_those_of_the_edit(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    for one in people(world, 2):
        enrolled(world, event, one)
    url = f"/events/{event['id']}"

    assert problem(tried(world, event, olga, capacity=1), 409, "capacity_below_taken")["taken"] == 2
    problem(tried(world, event, a_person(world)), 403, "forbidden")
    assert faults(tried(world, event, olga, starts_at="2020-07-01T09:00:00Z"))
    stale = world.patch(url, {"title": "x", "dry_run": True}, olga.token, If_Match='"9"')
    problem(stale, 412, "precondition_failed")
    confirm = world.post(f"{url}/cancel", None, olga.token).json["confirm"]
    assert world.post(f"{url}/cancel?confirm={confirm}", None, olga.token).status == 200
    problem(tried(world, event, olga, title="x"), 409, "event_cancelled")


@pytest.mark.parametrize("shards", [None, 4], ids=["one counter", "four counters"])
def test_a_smaller_capacity_says_how_many_seats_are_above_it(world: World, olga: Person, shards: int | None) -> None:
    event = world.an_event(olga.token, capacity=3, on_sale_shards=shards)
    for one in people(world, 3):
        enrolled(world, event, one)
    world.work()

    answer = tried(world, event, olga, capacity=1, shrink=True)

    assert (answer.json["would"]["seats_above_capacity"], answer.json["waiting_in_vain"]) == (2, [])
    real = world.patch(f"/events/{event['id']}", {"capacity": 1, "shrink": True}, olga.token)
    assert resting(real) == resting(answer)


def test_a_smaller_capacity_names_who_would_wait_in_vain(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3, party_max=2)
    for one in people(world, 3):
        enrolled(world, event, one)
    ada = a_person(world, first_name="Ada", last_name="Byron")
    enrolled(world, event, ada, waitlist=True, party_size=2)
    world.work()

    answer = tried(world, event, olga, capacity=1, party_max=1, shrink=True)

    assert answer.json["would"] == {"seats_above_capacity": 2, "mail_about": [], "mail_to": 0}
    assert [(one["name"], one["party_size"]) for one in answer.json["waiting_in_vain"]] == [("Ada Byron", 2)]
    real = world.patch(f"/events/{event['id']}", {"capacity": 1, "party_max": 1, "shrink": True}, olga.token)
    assert (real.json["waiting_in_vain"], resting(real)) == (answer.json["waiting_in_vain"], resting(answer))


def test_holds_that_are_over_are_in_nobodys_way_and_are_not_taken_back(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2, hold_minutes=5)
    for one in people(world, 2):
        enrolled(world, event, one, confirm=False)
    world.work()
    world.clock.advance(timedelta(minutes=6))

    answer = tried(world, event, olga, capacity=0)

    assert (answer.status, answer.json["attendees_count"], answer.json["would"]["seats_above_capacity"]) == (200, 0, 0)
    real = world.patch(f"/events/{event['id']}", {"capacity": 0}, olga.token)
    assert resting(real) == resting(answer)


def test_however_many_holds_are_over_none_is_in_the_way(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=700, hold_minutes=5)
    for _ in range(120):
        world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, a_person(world).token)
    world.clock.advance(timedelta(minutes=6))

    answer = world.patch(f"/events/{event['id']}", {"capacity": 5, "dry_run": True}, olga.token)

    assert (answer.status, answer.json["would"]["seats_above_capacity"]) == (200, 0)


def test_seats_of_holds_that_are_over_are_those_of_who_waits(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1, hold_minutes=5)
    enrolled(world, event, a_person(world), confirm=False)
    enrolled(world, event, a_person(world), waitlist=True)
    world.work()
    world.clock.advance(timedelta(minutes=6))

    assert problem(tried(world, event, olga, capacity=0), 409, "capacity_below_taken")["taken"] == 1


def test_it_says_of_what_and_to_how_many_a_mail_would_be(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    for one in people(world, 2):
        enrolled(world, event, one)
    world.work()

    told = tried(world, event, olga, location="Hall 2", tags=["web"]).json["would"]
    silent = tried(world, event, olga, location="Hall 2", notify=False).json["would"]

    assert (told["mail_about"], told["mail_to"]) == (["location"], 2)
    assert (silent["mail_about"], silent["mail_to"]) == ([], 0)


def test_no_answer_is_kept_for_a_key(world: World, olga: Person) -> None:
    key = {"Idempotency_Key": "one"}
    first = world.post("/events", {**NEW, "dry_run": True}, olga.token, **key)

    made = world.post("/events", NEW, olga.token, **key)

    assert (first.status, made.status, "Idempotency-Replayed" in made.headers) == (200, 201, False)
    problem(world.post("/events", {**NEW, "dry_run": True}, olga.token, **key), 422, "idempotency_key_reused")
