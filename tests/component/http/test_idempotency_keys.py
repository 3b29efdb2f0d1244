"""Idempotency-Key: the first 2xx answer for a day, to the same account, route and body."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, due_rows, enrolled, free_seats, live_people, signed_in
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World

EVENT = {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00Z"}
KEY = "a2f1b7c0-key"


def create(world: World, person: Person, body: Any = EVENT, key: str = KEY) -> Answer:
    return world.post("/events", body, person.token, Idempotency_Key=key)


def enrol(world: World, event: dict[str, Any], person: Person, key: str = KEY, body: Any = None) -> Answer:
    return world.post(f"/events/{event['id']}/enrollments", body, person.token, Idempotency_Key=key)


def replays(first: Answer, second: Answer) -> bool:
    """The same answer, marked as given before."""
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true", second.text
    for name in ("Location", "ETag", "Content-Type"):
        assert second.headers.get(name) == first.headers.get(name)
    return (second.status, second.text) == (first.status, first.text)


def test_creating_twice_under_one_key_creates_once(world: World, olga: Person) -> None:
    first, second = create(world, olga), create(world, olga)

    assert first.status == 201
    assert replays(first, second)
    assert world.get("/events").json["count"] == 1


def test_enrolling_twice_under_one_key_enrols_once(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=3)

    first, second = enrol(world, event, ada), enrol(world, event, ada)

    assert first.status == 201
    assert replays(first, second)
    assert free_seats(world, event) == [2]
    assert len(due_rows(world)) == 1


def test_an_answer_is_replayed_whatever_has_happened_since(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)
    first = enrol(world, event, ada)
    world.delete(f"/enrollments/{first.json['id']}", ada.token)

    assert replays(first, enrol(world, event, ada))
    assert live_people(world, event) == [], "a replay does nothing"


def test_publishing_and_cancelling_take_keys_too(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")
    for action in ("publish", "cancel"):
        url = f"/events/{draft['id']}/{action}"
        first = world.post(url, token=olga.token, Idempotency_Key=KEY)
        second = world.post(url, token=olga.token, Idempotency_Key=KEY)
        assert replays(first, second), action


def test_cancelling_an_enrollment_takes_a_key(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    url = f"/enrollments/{enrolled(world, event, ada)['id']}/cancel"

    first = world.post(url, {"note": "x"}, olga.token, Idempotency_Key=KEY)
    enrolled(world, event, ada)
    second = world.post(url, {"note": "x"}, olga.token, Idempotency_Key=KEY)

    assert first.status == 200
    assert replays(first, second)
    assert free_seats(world, event) == [1], "the second enrolment stands"


def test_another_key_is_another_request(world: World, olga: Person) -> None:
    create(world, olga)

    assert "Idempotency-Replayed" not in create(world, olga, key="other").headers
    assert world.get("/events").json["count"] == 2


def test_a_key_with_another_body_is_refused(world: World, olga: Person) -> None:
    create(world, olga)

    answer = create(world, olga, {**EVENT, "title": "Another"})

    problem(answer, 422, "idempotency_key_reused")
    assert world.get("/events").json["count"] == 1


def test_a_key_with_another_event_is_refused(world: World, olga: Person, ada: Person) -> None:
    first, second = world.an_event(olga.token), world.an_event(olga.token)
    enrol(world, first, ada)

    problem(enrol(world, second, ada), 422, "idempotency_key_reused")

    assert live_people(world, second) == []


def test_a_key_is_an_accounts_own(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)

    rows = [enrol(world, event, person) for person in (olga, ada)]

    assert [row.status for row in rows] == [201, 201]
    assert all("Idempotency-Replayed" not in row.headers for row in rows)
    assert len(live_people(world, event)) == 2


def test_a_key_is_good_in_every_session_of_the_account(world: World, olga: Person) -> None:
    first = create(world, olga)

    assert replays(first, create(world, signed_in(world, olga.account)))


def test_a_key_is_a_routes_own(world: World, olga: Person) -> None:
    draft = create(world, olga, {**EVENT, "status": "draft"}).json

    answer = world.post(f"/events/{draft['id']}/publish", token=olga.token, Idempotency_Key=KEY)

    assert (answer.status, answer.json["status"]) == (200, "published")


def test_a_key_is_forgotten_after_24_hours(world: World, olga: Person) -> None:
    first = create(world, olga)
    world.clock.advance(timedelta(hours=23, minutes=59))
    late = signed_in(world, olga.account)
    assert replays(first, create(world, late))

    world.clock.advance(timedelta(minutes=1))
    again = create(world, late, {**EVENT, "title": "Another"})

    assert again.status == 201
    assert replays(again, create(world, late, {**EVENT, "title": "Another"}))


def full(world: World, olga: Person) -> dict[str, Any]:
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, olga)
    return event


def draft(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=1, enrollment_opens_at="2026-06-01T09:00:05Z")


def make_room(world: World, event: dict[str, Any], olga: Person) -> None:
    world.patch(f"/events/{event['id']}", {"capacity": 2}, olga.token)


def wait(world: World, event: dict[str, Any], olga: Person) -> None:
    """Time passes anyway."""


@pytest.mark.parametrize(
    ("closed", "opened", "code"), [(full, make_room, "event_full"), (draft, wait, "enrollment_not_open")]
)
def test_a_refusal_is_not_kept(
    world: World,
    olga: Person,
    ada: Person,
    closed: Callable[[World, Person], dict[str, Any]],
    opened: Callable[[World, dict[str, Any], Person], None],
    code: str,
) -> None:
    event = closed(world, olga)
    problem(enrol(world, event, ada), 409, code)
    opened(world, event, olga)
    world.clock.advance(timedelta(seconds=5))

    answer = enrol(world, event, ada)

    assert answer.status == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_a_fault_of_the_request_is_not_kept(world: World, olga: Person) -> None:
    assert create(world, olga, {}).status == 400

    assert create(world, olga).status == 201


def test_a_confirmation_goes_together_with_a_key(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, ada)
    url = f"/events/{event['id']}/cancel"
    confirm = world.post(url, token=olga.token, Idempotency_Key=KEY).json["confirm"]

    first = world.post(f"{url}?confirm={confirm}", token=olga.token, Idempotency_Key=KEY)
    second = world.post(f"{url}?confirm={confirm}", token=olga.token, Idempotency_Key=KEY)
    world.work()

    assert first.status == 200
    assert replays(first, second)
    assert len(world.mailer.to(ada.email)) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ключ", "a\tb", "a\x7f", "naïve"])
def test_a_key_that_is_none_is_refused(world: World, olga: Person, ada: Person, key: str) -> None:
    event = world.an_event(olga.token)

    problem(create(world, olga, key=key), 400, "idempotency_key_invalid")
    problem(enrol(world, event, ada, key=key), 400, "idempotency_key_invalid")

    assert live_people(world, event) == []


@pytest.mark.parametrize("key", ["x", "x" * 255, "!~", '{"json": 1}'.replace(" ", "")])
def test_keys_are_visible_ascii_of_any_kind(world: World, olga: Person, key: str) -> None:
    assert replays(create(world, olga, key=key), create(world, olga, key=key))


def test_a_bad_token_is_told_first(world: World) -> None:
    problem(world.post("/events", EVENT, "junk", Idempotency_Key=""), 401, "unauthenticated")


def test_a_stored_answer_is_for_nobody_who_is_signed_out(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)
    create(world, olga)
    enrol(world, event, ada)
    for person in (olga, ada):
        world.post("/auth/logout", token=person.token)

    problem(create(world, olga), 401, "unauthenticated")
    problem(enrol(world, event, ada), 401, "unauthenticated")
