"""What scanners without a network bring: each row decided for itself, once, and safe to send again."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.errors import BusyError
from chalicelib.services.checkin import scan as rules
from chalicelib.services.checkin.scan import Plan, Scan
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import NO_FAULTS, Faults
from tests.component.checkin.test_check_in import check_in, checked_in, code_of, counts, enrol, undo
from tests.simulation.world import ROUGH, SimWorld
from tests.support.builders import Person, a_person, cancelled, enrolled, people, rows_of_people
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import World

NOW = "2026-06-01T09:00:00Z"
RUNS = 10


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=600, timezone="Europe/Berlin")


def hand_in(world: World, event: dict[str, Any], person: Person, *rows: dict[str, Any], **headers: str) -> Answer:
    return world.post(f"/events/{event['id']}/check-ins", {"rows": list(rows)}, person.token, **headers)


def results(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["results"]
    assert [one["index"] for one in found] == list(range(len(found)))
    assert all((one["status"] == "refused") == (one["code"] is not None) for one in found)
    return found


def statuses(answer: Answer) -> list[str]:
    return [one["code"] or one["status"] for one in results(answer)]


def test_each_row_is_decided_for_itself(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada, bob, eve, held = people(world, 4)
    first, second, third = (enrolled(world, event, one) for one in (ada, bob, eve))
    waiting = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, held.token).json
    elsewhere = enrolled(world, world.an_event(olga.token), ada)
    check_in(world, third, olga)
    world.clock.advance(timedelta(minutes=1))

    answer = hand_in(
        world,
        event,
        olga,
        {"code": code_of(world, first)},
        {"code": "junk"},
        {"enrollment_id": second["id"]},
        {"enrollment_id": elsewhere["id"]},
        {"code": code_of(world, elsewhere)},
        {"enrollment_id": third["id"]},
        {"enrollment_id": waiting["id"]},
        {"enrollment_id": "junk"},
        {"enrollment_id": first["id"], "code": code_of(world, first)},
        {},
        {"enrollment_id": third["id"], "undo": True},
        {"code": code_of(world, first)},
    )

    assert statuses(answer) == [
        "checked_in",
        "invalid_request",
        "checked_in",
        "not_found",
        "not_found",
        "already_checked_in",
        "not_confirmed",
        "not_found",
        "invalid_request",
        "invalid_request",
        "undone",
        "already_checked_in",
    ]
    found = results(answer)
    assert [found[row]["detail"] for row in (8, 9)] == ["code or enrollment_id is required, not both."] * 2
    assert found[0] == {
        "index": 0,
        "enrollment_id": first["id"],
        "status": "checked_in",
        "code": None,
        "detail": None,
        "checked_in_at": "2026-06-01T09:01:00Z",
        "already_checked_in_at": None,
        "checked_in_people": 1,
    }
    assert (found[1]["enrollment_id"], found[1]["detail"]) == (None, "code is not a ticket.")
    assert (found[6]["enrollment_id"], found[10]["checked_in_at"]) == (waiting["id"], None)
    assert (found[11]["checked_in_at"], found[11]["already_checked_in_at"]) == ("2026-06-01T09:01:00Z",) * 2
    assert counts(world, olga, event)["checked_in"] == 2


def test_the_time_of_the_scan_is_kept(world: World, olga: Person, event: dict[str, Any]) -> None:
    rows = [enrolled(world, event, one) for one in people(world, 3)]
    world.clock.advance(timedelta(minutes=50))

    answer = hand_in(
        world,
        event,
        olga,
        {"enrollment_id": rows[0]["id"], "checked_in_at": "2026-06-01T11:30:00+02:00"},
        {"enrollment_id": rows[1]["id"], "checked_in_at": "2026-06-01T11:30:00"},
        {"enrollment_id": rows[2]["id"], "checked_in_at": "2026-06-01T09:55:01Z"},
    )

    assert [one["checked_in_at"] for one in results(answer)] == ["2026-06-01T09:30:00Z"] * 2 + [None]
    assert statuses(answer)[2] == "invalid_request"
    assert results(answer)[2]["detail"] == "checked_in_at must not be in the future."
    shown = world.get(f"/enrollments/{rows[0]['id']}", olga.token).json
    assert (shown["checked_in_at"], shown["updated_at"]) == ("2026-06-01T09:30:00Z", "2026-06-01T09:50:00Z")


def test_the_whole_batch_is_safe_to_send_twice(world: World, olga: Person, event: dict[str, Any]) -> None:
    rows = [enrolled(world, event, one) for one in people(world, 3)]
    world.clock.advance(timedelta(minutes=30))
    batch = [
        {"enrollment_id": rows[0]["id"], "checked_in_at": "2026-06-01T09:10:00Z"},
        {"enrollment_id": rows[1]["id"], "checked_in_at": "2026-06-01T09:11:00Z"},
        {"enrollment_id": rows[1]["id"], "checked_in_at": "2026-06-01T09:12:00Z", "undo": True},
        {"enrollment_id": rows[2]["id"], "checked_in_at": "2026-06-01T09:13:00Z"},
    ]

    first = statuses(hand_in(world, event, olga, *batch))
    stored = world.db.snapshot_all("turnout-enrollments")
    again = statuses(hand_in(world, event, olga, *batch))

    assert first == ["checked_in", "checked_in", "undone", "checked_in"]
    assert again == ["already_checked_in", "undone", "undone", "already_checked_in"]
    assert world.db.snapshot_all("turnout-enrollments") == stored
    assert counts(world, olga)["checked_in"] == 2


def test_one_in_and_one_out_leave_the_number_as_it_was(world: World, olga: Person, event: dict[str, Any]) -> None:
    inside, outside = (enrolled(world, event, one) for one in people(world, 2))
    check_in(world, inside, olga)
    world.clock.advance(timedelta(minutes=1))

    answer = hand_in(
        world, event, olga, {"enrollment_id": inside["id"], "undo": True}, {"enrollment_id": outside["id"]}
    )

    assert statuses(answer) == ["undone", "checked_in"]
    assert counts(world, olga)["checked_in"] == 1


def test_what_happened_after_a_scan_stays(world: World, olga: Person, event: dict[str, Any]) -> None:
    gone, back = (enrolled(world, event, one) for one in people(world, 2))
    scan = {"enrollment_id": gone["id"], "checked_in_at": NOW}
    mistake = {"enrollment_id": back["id"], "checked_in_at": NOW, "undo": True}
    hand_in(world, event, olga, scan)
    world.clock.advance(timedelta(minutes=1))
    undo(world, gone, olga)
    check_in(world, back, olga)

    assert statuses(hand_in(world, event, olga, scan, mistake)) == ["undone", "already_checked_in"]
    assert statuses(hand_in(world, event, olga, {"enrollment_id": gone["id"]})) == ["checked_in"]


def test_who_has_cancelled_is_refused_whatever_happened_before(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    ada = a_person(world)
    row = enrolled(world, event, ada)
    check_in(world, row, olga)
    undo(world, row, olga)
    world.post(f"/enrollments/{row['id']}/cancel", None, ada.token)

    scans = ({"enrollment_id": row["id"], "checked_in_at": NOW}, {"enrollment_id": row["id"], "undo": True})
    assert statuses(hand_in(world, event, olga, *scans)) == ["not_confirmed", "not_confirmed"]


def test_a_ticket_of_an_earlier_enrolment_is_refused(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world)
    row = enrolled(world, event, ada)
    old = code_of(world, row)
    world.post(f"/enrollments/{row['id']}/cancel", None, ada.token)
    enrolled(world, event, ada)

    [refused] = results(hand_in(world, event, olga, {"code": old}))

    assert (refused["code"], refused["enrollment_id"]) == ("invalid_request", row["id"])


def test_two_hundred_rows_are_written_in_few_transactions(world: World, olga: Person, event: dict[str, Any]) -> None:
    rows = [enrolled(world, event, one) for one in people(world, 200)]
    before = len(rows_of_people(world))
    world.clock.advance(timedelta(minutes=1))

    answer = hand_in(world, event, olga, *({"code": code_of(world, row)} for row in rows))

    assert statuses(answer) == ["checked_in"] * 200
    assert counts(world, olga)["checked_in"] == 200
    assert len(rows_of_people(world)) == before


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/rows", "required")]),
        ({"rows": []}, [("/rows", "invalid")]),
        ({"rows": [{"code": "x"}] * 201}, [("/rows", "invalid")]),
        ({"rows": [{"code": 5}]}, [("/rows/0/code", "invalid")]),
        ({"rows": [{"ticket": "x"}]}, [("/rows/0/ticket", "unknown_field")]),
        ({"rows": [{"code": "x", "checked_in_at": "noon"}]}, [("/rows/0/checked_in_at", "invalid")]),
        ({"rows": [{"code": "x", "undo": "yes"}]}, [("/rows/0/undo", "invalid")]),
        ({"rows": ["x"]}, [("/rows/0", "invalid")]),
    ],
)
def test_a_body_of_another_form_is_refused_as_a_whole(
    world: World, olga: Person, event: dict[str, Any], body: Any, expected: list[tuple[str, str]]
) -> None:
    assert faults(world.post(f"/events/{event['id']}/check-ins", body, olga.token)) == expected


def test_only_the_organizer_hands_in(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world)
    row = {"enrollment_id": enrolled(world, event, ada)["id"]}

    problem(world.post(f"/events/{event['id']}/check-ins", {"rows": [row]}), 401, "unauthenticated")
    problem(hand_in(world, event, ada, row), 403, "forbidden")
    problem(hand_in(world, {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, olga, row), 404, "not_found")
    problem(hand_in(world, {"id": "junk"}, olga, row), 404, "not_found")
    assert statuses(hand_in(world, event, a_person(world, roles=(Role.ADMIN,)), row)) == ["checked_in"]
    cancelled(world, event, olga)
    problem(hand_in(world, event, olga, row), 409, "event_cancelled")


def test_a_key_gets_its_first_answer_again(world: World, olga: Person, event: dict[str, Any]) -> None:
    row = {"enrollment_id": enrolled(world, event, a_person(world))["id"]}

    first = hand_in(world, event, olga, row, Idempotency_Key="batch-1")
    again = hand_in(world, event, olga, row, Idempotency_Key="batch-1")

    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
    problem(hand_in(world, event, olga, row, row, Idempotency_Key="batch-1"), 422, "idempotency_key_reused")


# Several at once


def parallel(seed: int, trouble: Faults) -> tuple[SimWorld, list[list[str]]]:
    """Three doors hand in the same three tickets, one of them in another order; what each was told."""
    world = SimWorld(seed, faults=trouble)
    olga, *crowd = [world.a_person(name) for name in ("olga", "ada", "bob", "cid")]
    event = world.an_event(olga, free=[2, 2])
    rows = [enrol(world, one, event.id) for one in crowd]
    told: list[list[str]] = []

    def door(number: int) -> None:
        order = 1 if number else -1
        container = world.another_process()
        scans = [Scan(enrollment_id=row) for row in rows[::order]]
        try:
            principal = container.accounts.sessions.authenticate(olga)
            outcomes = container.checkin.batch(principal, event.id, scans, f"r{number}")
        except (TryAgainError, BusyError):
            return
        told.append([one.status.value for one in outcomes[::order]])

    for number in range(3):
        world.scheduler.spawn(partial(door, number), f"door {number}")
    world.run()
    return world, told


@pytest.mark.parametrize("trouble", [NO_FAULTS, ROUGH], ids=["in peace", "in trouble"])
def test_of_parallel_scanners_of_one_ticket_exactly_one_checks_it_in(trouble: Faults) -> None:
    certain = 0
    for seed in range(RUNS):
        world, told = parallel(seed, trouble)

        came = [scans.count("checked_in") for scans in zip(*told, strict=True)]
        assert checked_in(world)[0] == checked_in(world)[1], seed
        assert all(number <= 1 for number in came), seed
        if len(told) == 3 and not any("refused" in one for one in told):
            assert (checked_in(world)[0], came) == (3, [1, 1, 1]), seed
            certain += 1
    assert certain == RUNS if trouble is NO_FAULTS else certain > 0


def test_rows_are_grouped_so_that_nobody_is_twice_in_a_transaction() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    keys = [EnrollmentKey("E", 0, str(number)) for number in (*range(30), 29, 0, 29)]
    plans = [Plan(index=index, key=key, generation=None, at=at, undo=False) for index, key in enumerate(keys)]

    groups = [[plan.index for plan in group] for group in rules.groups(plans)]

    assert groups == [list(range(25)), [25, 26, 27, 28, 29], [30, 31], [32]]
