"""The audit of seats: every event that somebody enrolled in is compared with its enrollments within two hours."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.seats import SeatMode, Shard
from chalicelib.services.seats.audit import Finding, SeatAudit, Verdict
from chalicelib.services.seats.repair import corrections
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled
from tests.support.ticking import ticks
from tests.support.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=100)


def told(caplog: pytest.LogCaptureFixture, text: str) -> list[str]:
    return [record.message for record in caplog.records if text in record.message]


def wreck(world: World, event: dict[str, Any], **counters: int) -> None:
    """Counters as no change of an enrollment leaves them."""
    raw = next(row for row in world.db.snapshot_all("turnout-seats") if row["pk"]["S"] == event["id"])
    world.db.load("turnout-seats", [{**raw, **{name: {"N": str(number)} for name, number in counters.items()}}])


def two_hours(world: World) -> None:
    ticks(world, 120)


def test_an_event_is_audited_once_in_an_hour_in_which_people_enrolled(
    world: World, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        enrolled(world, event, a_person(world))
    world.work()

    two_hours(world)

    assert [row["state"] for row in due_rows(world, "job_audit_seats")] == ["done"]
    assert len(told(caplog, '"SeatAudits": 1, "SeatAuditMismatches": 0')) == 1
    two_hours(world)
    assert len(due_rows(world, "job_audit_seats")) == 1


def test_a_mismatch_is_a_metric_and_a_line_with_the_figures(
    world: World, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    enrolled(world, event, a_person(world))
    world.work()
    wreck(world, event, confirmed=3)

    two_hours(world)

    assert len(told(caplog, '"SeatAuditMismatches": 1')) == 1
    [line] = told(caplog, "seat counters differ")
    assert event["id"] in line
    assert '"confirmed": "3, 1 by its enrollments"' in line


def test_an_audit_that_decides_nothing_is_a_line_and_no_figure(
    world: World, event: dict[str, Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(world, event, a_person(world))
    world.work()
    undecided = Verdict(event["id"], Finding.BUSY)
    monkeypatch.setattr(SeatAudit, "step", lambda self, event_id, so_far: undecided)

    with caplog.at_level("INFO", logger="turnout"):
        two_hours(world)

    assert told(caplog, "SeatAudits") == []
    assert len(told(caplog, "seat audit undecided")) == 1


def test_a_deleted_event_is_no_mismatch(world: World, event: dict[str, Any], olga: Person) -> None:
    verdict = world.container.seats.audit.audit("01ARZ3NDEKTSV4RRFFQ69G5FAV")

    assert verdict.finding is Finding.GONE
    cancelled(world, event, olga)
    world.work()
    assert world.container.seats.audit.audit(event["id"]).finding is Finding.AGREES


def test_a_repair_gives_seats_back_that_nobody_has(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2)
    enrolled(world, event, a_person(world))
    wreck(world, event, free=0)
    verdict = world.container.seats.audit.audit(event["id"])
    assert verdict.differences == {"free": (0, 1)}

    assert world.container.seats.repair.repair(verdict) == 0

    assert world.container.seats.audit.audit(event["id"]).finding is Finding.AGREES
    assert enrolled(world, event, a_person(world))["status"] == "confirmed"


def test_people_beyond_the_capacity_keep_their_places_and_newcomers_wait(world: World, olga: Person) -> None:
    """What an oversold event needs: the truth, and nobody more."""
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, a_person(world))
    wreck(world, event, free=1)
    enrolled(world, event, a_person(world))
    verdict = world.container.seats.audit.audit(event["id"])

    assert world.container.seats.repair.repair(verdict) == 1

    assert world.container.seats.audit.audit(event["id"]).finding is Finding.AGREES
    newcomer = world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token)
    assert newcomer.json["code"] == "event_full"


OPEN, FENCED = SeatMode.OPEN, SeatMode.FENCED


@pytest.mark.parametrize(
    ("free", "mode", "change", "expected", "becomes"),
    [
        ([2, 3], OPEN, 1, [1, 0], [None, None]),
        ([2, 3], OPEN, -1, [0, -1], [None, None]),
        ([2, 3], OPEN, -4, [-1, -3], [None, None]),
        ([2, 3], OPEN, -6, [-3, -3], [FENCED, FENCED]),
        ([-1, 3], OPEN, 0, [1, -1], [None, None]),
        ([2, 0], FENCED, -3, [-3, 0], [None, None]),
        ([2, 1], FENCED, 0, [1, -1], [None, None]),
    ],
)
def test_seats_are_corrected_where_they_are(
    free: list[int], mode: SeatMode, change: int, expected: list[int], becomes: list[SeatMode | None]
) -> None:
    verdict = Verdict("event", Finding.DIFFERS, {"free": (sum(free), sum(free) + change)})

    steps = corrections(verdict, [Shard(free=seats, mode=mode) for seats in free])

    assert [step.free for step in steps] == expected
    assert [step.becomes for step in steps] == becomes


def test_a_job_that_the_counters_ask_for_what_nobody_can_do_is_given_up_and_shown(world: World, olga: Person) -> None:
    """They say that somebody waits, and nobody does: it neither goes on for ever nor ends as if it were done."""
    event = world.an_event(olga.token, capacity=1)
    enrolled(world, event, a_person(world))
    enrolled(world, event, a_person(world), waitlist=True)
    world.work()
    wreck(world, event, waitlisted=2)

    assert world.patch(f"/events/{event['id']}", {"capacity": 3}, olga.token).status == 200
    world.work()

    [job] = due_rows(world, "job_settle")
    assert (job["state"], job["detail"]) == ("failed", "counters and enrollments contradict each other")
    assert world.get(f"/events/{event['id']}/waitlist", olga.token).json["results"] == [], "who waited has a seat"
