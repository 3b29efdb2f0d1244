"""What clients are told when storage is in trouble: try again, or an opaque 500 with an id to find it by."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.domain import errors
from devtools.simdb.faults import Fault, Faults
from devtools.simdb.scheduler import Scheduler
from tests.support.builders import Person, a_person, free_seats, live_people
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World


def in_trouble(world: World, faults: Faults, send: Callable[[], Answer]) -> Answer:
    """One request while storage answers with faults."""
    answers: list[Answer] = []
    world.db.scheduler = Scheduler(1, faults=faults, latency=(0, 0), start=world.clock().timestamp())
    world.db.scheduler.spawn(lambda: answers.append(send()))
    world.db.scheduler.run()
    world.db.scheduler = None
    return answers[0]


@pytest.mark.parametrize("fault", [Fault.CONFLICT, Fault.THROTTLE, Fault.LOST_REQUEST])
def test_when_every_try_meets_a_conflict_the_answer_is_busy_with_a_time_to_come_back(
    world: World, olga: Person, fault: Fault
) -> None:
    event = world.an_event(olga.token, capacity=3)
    started = world.clock.now

    answer = in_trouble(
        world, Faults(rates={fault: 1.0}), lambda: world.post(f"/events/{event['id']}/enrollments", {}, olga.token)
    )

    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"
    assert (world.clock.now - started).total_seconds() <= 2.0
    assert live_people(world, event) == []
    assert free_seats(world, event) == [3]


@pytest.mark.parametrize("fault", [Fault.CONFLICT, Fault.THROTTLE, Fault.LOST_REQUEST, Fault.LOST_RESPONSE])
@pytest.mark.parametrize("call", range(3))
def test_one_fault_at_any_call_is_got_over_without_the_client_noticing(
    world: World, olga: Person, fault: Fault, call: int
) -> None:
    event = world.an_event(olga.token, capacity=3)

    answer = in_trouble(
        world, Faults(at={call: fault}), lambda: world.post(f"/events/{event['id']}/enrollments", {}, olga.token)
    )

    assert answer.status == 201, answer.text
    assert live_people(world, event) == [olga.id]
    assert free_seats(world, event) == [2]
    world.work()
    assert len(world.mailer.sent) == 1


WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/events", {"title": "x", "starts_at": "2026-07-01T09:00:00Z"}),
    ("PATCH", "/events/{id}", {"title": "Renamed", "capacity": 9}),
    ("POST", "/events/{id}/cancel", None),
    ("DELETE", "/events/{id}", None),
    ("PATCH", "/auth/me", {"first_name": "Renamed", "username": "renamed"}),
    ("POST", "/auth/login", {"email": "olga@example.org", "password": "correct horse battery"}),
    ("POST", "/auth/signup", {"email": "new@example.org", "password": "correct horse battery"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=[f"{method} {path}" for method, path, _ in WRITES])
@pytest.mark.parametrize("fault", [Fault.LOST_RESPONSE, Fault.CONFLICT])
def test_no_write_takes_its_own_lost_answer_for_somebody_elses_work(
    method: str, path: str, body: Any, fault: Fault
) -> None:
    """Whatever single call loses its answer, the request succeeds: it never finds itself in its own way."""
    for call in range(5):
        assert status_with_fault_at(call, fault, method, path, body) in {200, 201, 204}, call


def status_with_fault_at(call: int, fault: Fault, method: str, path: str, body: Any) -> int:
    with World() as world:
        olga = a_person(world, "olga@example.org")
        url = path.replace("{id}", world.an_event(olga.token, capacity=3)["id"])
        return in_trouble(
            world, Faults(at={call: fault}), lambda: world.send(method, url, body, token=olga.token)
        ).status


@pytest.mark.parametrize("first", range(5))
def test_an_event_is_created_once_though_all_answers_of_one_try_are_lost(
    world: World, olga: Person, first: int
) -> None:
    """The next try has another token, so that storage refuses it: its own rows are in its way."""
    lost: dict[int | tuple[str, int], Fault] = {first + number: Fault.LOST_RESPONSE for number in range(3)}
    body = {"title": "x", "starts_at": "2026-07-01T09:00:00Z", "status": "published"}

    answer = in_trouble(world, Faults(at=lost), lambda: world.post("/events", body, olga.token))

    assert answer.status == 201, answer.text
    assert world.get("/events").json["count"] == 1


def test_what_nobody_thought_of_is_a_500_that_tells_nothing_but_its_id(
    world: World, olga: Person, caplog: pytest.LogCaptureFixture
) -> None:
    del world.db.tables["turnout-seats"]

    with caplog.at_level(logging.ERROR, logger="turnout"):
        answer = world.get("/events/01ARZ3NDEKTSV4RRFFQ69G5FAV")

    body = problem(answer, 500, "internal_error")
    assert body["detail"] == "Something is wrong on our side; the request id finds it."
    assert "turnout-seats" not in answer.text
    line = json.loads(caplog.messages[0])
    assert (line["request_id"], line["operation"]) == (body["request_id"], "show_event")
    assert "ResourceNotFoundException" in line["traceback"]


def subclasses(base: type[errors.TurnoutError]) -> set[type[errors.TurnoutError]]:
    return {one for direct in base.__subclasses__() for one in (direct, *subclasses(direct))}


def test_every_refusal_has_its_row_in_the_table_of_problems() -> None:
    codes = {one.code for one in subclasses(errors.TurnoutError)} - {errors.TurnoutError.code}

    assert codes <= set(errors.PROBLEMS)


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_every_endpoint_declares_the_refusals_that_a_hostile_client_meets(sample: Sample, endpoint: Endpoint) -> None:
    """Refusals of the edge itself are known from the declaration; these are the endpoint's own."""
    declared = {one.code for one in endpoint.raises}
    with sample.world.undone():
        bodies = [None, {}, {"title": "x", "starts_at": "2026-07-01T09:00:00Z"}]
        tokens = [None, *(person.token for person in sample.everybody)]
        met = {sample.send(endpoint, body, token).code for body in bodies for token in tokens}

    edge = {
        None, "invalid_request", "malformed_json", "unauthenticated", "unsupported_media_type", "body_too_large",
        "idempotency_key_invalid", "idempotency_key_reused", "busy",
    }  # fmt: skip
    assert met - edge <= declared, met
