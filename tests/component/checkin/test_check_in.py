"""Checking in over HTTP: by the organizer, with a ticket or without, once, and taken back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Claims, Role
from chalicelib.domain.errors import BusyError, TurnoutError
from chalicelib.services.checkin.check_in import CheckInRequest
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import NO_FAULTS, Faults
from tests.simulation.world import ROUGH, SimWorld
from tests.support.builders import Person, a_person, cancelled, enrolled
from tests.support.handles import key_named
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=5)


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    return enrolled(world, event, ada)


def check_in(world: World, row: dict[str, Any], person: Person, body: Any = None, **headers: str) -> Answer:
    return world.post(f"/enrollments/{row['id']}/check-in", body, person.token, **headers)


def undo(world: World, row: dict[str, Any], person: Person, **headers: str) -> Answer:
    return world.delete(f"/enrollments/{row['id']}/check-in", person.token, **headers)


def code_of(world: World, row: dict[str, Any]) -> str:
    """What the ticket of the enrollment says now."""
    key = key_named(row["id"])
    assert key
    stored = world.container.store.enrollments.by_key(key)
    assert stored
    return world.container.security.tickets.code(stored)


def counts(world: World, organizer: Person, event: dict[str, Any] | None = None) -> dict[str, int]:
    """Of the organizer's only event, or of one of several."""
    found = world.get("/me/events", organizer.token).json["results"]
    [wanted] = [one for one in found if event is None or one["id"] == event["id"]]
    return dict(wanted["counts"])


def test_who_came_is_noted_and_counted(world: World, olga: Person, row: dict[str, Any]) -> None:
    world.clock.advance(timedelta(minutes=5))

    answer = check_in(world, row, olga)

    assert answer.status == 200
    assert answer.json["checked_in_at"] == "2026-06-01T09:05:00Z"
    assert (answer.json["status"], answer.json["version"], answer.headers["ETag"]) == ("confirmed", 2, '"2"')
    assert answer.json["attendee"] == {"id": row["attendee"]["id"], "name": "Ada Lovelace", "email": "ada@example.org"}
    assert (counts(world, olga)["confirmed"], counts(world, olga)["checked_in"]) == (1, 1)


def test_nobody_is_told_by_mail(world: World, olga: Person, ada: Person, row: dict[str, Any]) -> None:
    world.work()
    before = len(world.mailer.to(ada.email))

    check_in(world, row, olga)
    undo(world, row, olga)
    world.work()

    assert len(world.mailer.to(ada.email)) == before


def test_once_is_enough(world: World, olga: Person, row: dict[str, Any]) -> None:
    first = check_in(world, row, olga)
    world.clock.advance(timedelta(minutes=5))

    again = check_in(world, row, olga)

    assert first.json["already_checked_in_at"] is None
    assert (again.status, again.json) == (200, first.json | {"already_checked_in_at": "2026-06-01T09:00:00Z"})
    assert counts(world, olga)["checked_in"] == 1


def test_it_is_taken_back_and_may_be_done_again(world: World, olga: Person, ada: Person, row: dict[str, Any]) -> None:
    check_in(world, row, olga)

    assert undo(world, row, olga).status == 204
    assert undo(world, row, olga).status == 204

    shown = world.get(f"/enrollments/{row['id']}", ada.token).json
    assert (shown["checked_in_at"], shown["version"]) == (None, 3)
    assert counts(world, olga)["checked_in"] == 0
    assert check_in(world, row, olga).json["version"] == 4


def test_who_is_cancelled_is_checked_in_no_more(world: World, olga: Person, ada: Person, row: dict[str, Any]) -> None:
    check_in(world, row, olga)
    assert world.post(f"/enrollments/{row['id']}/cancel", None, olga.token).status == 200

    assert counts(world, olga)["checked_in"] == 0
    again = enrolled(world, row["event"], ada)
    assert again["checked_in_at"] is None


def test_the_code_of_the_ticket_is_held_against_the_enrollment(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    other = enrolled(world, event, a_person(world))

    for code in (code_of(world, other), code_of(world, row)[:-1], "junk", "", "\u0000"):
        assert faults(check_in(world, row, olga, {"code": code})) == [("/code", "ticket_invalid")]

    assert check_in(world, row, olga, {"code": code_of(world, row)}).status == 200


def test_the_ticket_of_an_earlier_enrolment_is_not_good(
    world: World, olga: Person, ada: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    old = code_of(world, row)
    world.post(f"/enrollments/{row['id']}/cancel", None, ada.token)
    enrolled(world, event, ada)

    assert faults(check_in(world, row, olga, {"code": old})) == [("/code", "ticket_invalid")]


@pytest.mark.parametrize("body", [{"code": 5}, {"Code": "x"}, [], {"code": ["x"]}])
def test_a_body_that_is_none_is_refused(world: World, olga: Person, row: dict[str, Any], body: Any) -> None:
    assert faults(check_in(world, row, olga, body))


def test_only_the_organizer_and_admins_check_people_in(
    world: World, olga: Person, ada: Person, row: dict[str, Any]
) -> None:
    stranger = a_person(world)

    problem(world.post(f"/enrollments/{row['id']}/check-in"), 401, "unauthenticated")
    problem(world.delete(f"/enrollments/{row['id']}/check-in"), 401, "unauthenticated")
    for person, status, code in ((ada, 403, "forbidden"), (stranger, 404, "not_found")):
        problem(check_in(world, row, person), status, code)
        problem(check_in(world, row, person, {"code": "junk"}), status, code)
        problem(undo(world, row, person), status, code)
    key = key_named(row["id"])
    assert key
    link = world.container.security.links.token(key)
    problem(world.post(f"/enrollments/{row['id']}/check-in", None, link), 401, "unauthenticated")
    assert check_in(world, row, a_person(world, roles=(Role.ADMIN,))).status == 200


@pytest.mark.parametrize("enrollment", ["junk", "%00", "AZ", "A" * 64])
def test_an_enrollment_that_is_none_is_not_found(world: World, olga: Person, enrollment: str) -> None:
    problem(world.post(f"/enrollments/{enrollment}/check-in", None, olga.token), 404, "not_found")
    problem(world.delete(f"/enrollments/{enrollment}/check-in", olga.token), 404, "not_found")


def test_only_a_confirmed_one_is_checked_in(world: World, olga: Person, ada: Person, event: dict[str, Any]) -> None:
    held = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json

    problem(check_in(world, held, olga), 409, "not_confirmed")
    problem(undo(world, held, olga), 409, "not_confirmed")
    world.post(f"/enrollments/{held['id']}/cancel", None, ada.token)
    problem(check_in(world, held, olga), 409, "not_confirmed")


def test_nobody_comes_to_a_cancelled_event(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    check_in(world, row, olga)
    cancelled(world, event, olga)

    problem(check_in(world, row, olga), 409, "event_cancelled")
    problem(undo(world, row, olga), 409, "event_cancelled")


def test_a_version_that_is_gone_is_refused(world: World, olga: Person, row: dict[str, Any]) -> None:
    problem(check_in(world, row, olga, If_Match='"7"'), 412, "precondition_failed")
    assert check_in(world, row, olga, If_Match='"1"').status == 200
    problem(undo(world, row, olga, If_Match='"1"'), 412, "precondition_failed")
    assert undo(world, row, olga, If_Match='"2"').status == 204


def test_a_key_gets_its_first_answer_again(world: World, olga: Person, row: dict[str, Any]) -> None:
    first = check_in(world, row, olga, Idempotency_Key="scan-1")
    undo(world, row, olga)

    again = check_in(world, row, olga, Idempotency_Key="scan-1")

    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
    problem(check_in(world, row, olga, {"code": "x"}, Idempotency_Key="scan-1"), 422, "idempotency_key_reused")


# Several at once


def checked_in(world: SimWorld) -> tuple[int, int]:
    """People who have come and not gone, and what the shards say together."""
    rows = [
        row for row in world.db.snapshot_all("turnout-enrollments") if row.get("status", {}).get("S") == "confirmed"
    ]
    seats = world.db.snapshot_all("turnout-seats")
    return (
        sum("checked_in_at" in row for row in rows),
        sum(int(seat["checked_in"]["N"]) for seat in seats if "checked_in" in seat),
    )


def race(seed: int, trouble: Faults) -> tuple[SimWorld, list[str]]:
    """Three doors scan one ticket and take it back, as often as they like; what each was told last."""
    world = SimWorld(seed, faults=trouble)
    olga, ada = world.a_person("olga"), world.a_person("ada")
    event = world.an_event(olga, free=[3, 3])
    enrollment = enrol(world, ada, event.id)
    told: list[str] = []

    def door(claims: Claims, steps: list[bool]) -> None:
        for number, back in enumerate(steps):
            command = CheckInRequest(enrollment_id=enrollment, request_id=f"{claims.session_id}{number}", undo=back)
            try:
                entry = world.another_process().checkin.check_in(claims, command)
            except (TryAgainError, BusyError):
                continue
            told.append("out" if entry.enrollment.checked_in_at is None else "in")

    for steps in ([False], [False, True], [False]):
        world.scheduler.spawn(partial(door, olga, steps), "door")
    world.run()
    return world, told


def enrol(world: SimWorld, claims: Claims, event_id: str) -> str:
    world.scheduler.now += 1  # the event is on every replica
    request = EnrolmentRequest(event_id=event_id, request_id="r0")
    return world.container.enrollments.enrol(claims, request, idempotency=None).enrollment.key.id


@pytest.mark.parametrize("trouble", [NO_FAULTS, ROUGH], ids=["in peace", "in trouble"])
def test_the_count_is_the_number_of_people_whoever_scans_at_once(trouble: Faults) -> None:
    for seed in range(10):
        world, told = race(seed, trouble)

        people, counted = checked_in(world)
        assert people == counted, seed
        assert people in {0, 1}, seed
        assert told or trouble is not NO_FAULTS, seed


@pytest.mark.parametrize("trouble", [NO_FAULTS, ROUGH], ids=["in peace", "in trouble"])
def test_nobody_is_checked_in_who_has_left_at_the_same_moment(trouble: Faults) -> None:
    ends = set()
    for seed in range(15):
        world = SimWorld(seed, faults=trouble)
        olga, ada = world.a_person("olga"), world.a_person("ada")
        event = world.an_event(olga, free=[2, 2])
        enrollment = enrol(world, ada, event.id)
        door = CheckInRequest(enrollment_id=enrollment, request_id="door")
        leave = CancelRequest(enrollment_id=enrollment, request_id="leave")

        told: dict[str, str] = {}
        doing = world.another_process()
        world.scheduler.spawn(partial(said, told, doing.checkin.check_in, olga, door), "door")
        world.scheduler.spawn(
            partial(said, told, world.another_process().enrollments.cancel, ada, leave, None), "leaving"
        )
        world.run()

        [row] = [one for one in world.db.snapshot_all("turnout-enrollments") if one["sk"]["S"] == ada.user_id]
        people, counted = checked_in(world)
        assert people == counted, seed
        ends.add((row["status"]["S"], "checked_in_at" in row))
        assert (row["status"]["S"] == "cancelled") is (told["leave"] == "done") or "busy" in told.values(), seed
    assert ends == {("cancelled", False), ("confirmed", True)}


def said(told: dict[str, str], action: Callable[..., object], claims: Claims, *arguments: Any) -> None:
    """Keeps what a client was told, by its request id: "done", or the code of the refusal."""
    told[arguments[0].request_id] = "busy"
    try:
        action(claims, *arguments)
    except (TurnoutError, TryAgainError) as refusal:
        told[arguments[0].request_id] = getattr(refusal, "code", "busy")
    else:
        told[arguments[0].request_id] = "done"
