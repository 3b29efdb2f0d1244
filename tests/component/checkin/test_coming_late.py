"""After the start, and after the seats of no-shows were given on: walk-ins, late-comers, scans that came too late."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.enrollments.enrollments import DynamoEnrollments
from tests.component.checkin.test_check_in import check_in, code_of, counts, undo
from tests.component.checkin.test_check_in_batches import hand_in, results, statuses
from tests.component.checkin.test_no_shows import an_event, at, enrol, shown, state
from tests.support.builders import Person, a_person, free_seats, people, signed_in
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World

IN_TIME = "2026-06-01T12:10:00Z"
TOO_LATE = "2026-06-01T12:45:00Z"


def walk_in(world: World, event: dict[str, Any], by: Person, **body: Any) -> Answer:
    who = body or {"name": "Wilma Walker", "email": "wilma@example.org"}
    return world.post(f"/events/{event['id']}/enrollments", who, by.token)


def scanned(row: dict[str, Any], time: str = IN_TIME, **fields: Any) -> dict[str, Any]:
    return {"enrollment_id": row["id"], "checked_in_at": time, **fields}


# Walk-ins


@pytest.mark.parametrize("minutes", [0, 1, 479, 480 + 24 * 60 - 1])
@pytest.mark.parametrize("role", ["organizer", "admin"])
def test_who_is_in_charge_seats_people_after_the_start(world: World, olga: Person, minutes: int, role: str) -> None:
    event = an_event(world, olga, capacity=600 if minutes else 1)
    who = olga if role == "organizer" else a_person(world, roles=(Role.ADMIN,))
    [organizer] = at(world, minutes, who)

    answer = walk_in(world, event, organizer)

    assert (answer.status, answer.json["status"]) == (201, "confirmed"), answer.text
    assert check_in(world, answer.json, organizer).status == 200


def test_who_walked_in_is_no_no_show(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=3)
    missed = enrol(world, event, a_person(world))
    [organizer] = at(world, 10, olga)
    walked_in = walk_in(world, event, organizer)
    assert walked_in.status == 201
    world.clock.advance(timedelta(minutes=21))
    for _ in range(3):
        world.tick()
        world.work()

    assert state(world, walked_in.json, organizer) == ("confirmed", False)
    assert state(world, missed, organizer) == ("cancelled", True)


def test_a_day_after_the_end_it_is_over(world: World, olga: Person) -> None:
    event = an_event(world, olga)
    [organizer] = at(world, 480 + 24 * 60, olga)

    problem(walk_in(world, event, organizer), 409, "event_past")


def test_a_full_event_takes_nobody_who_walks_in(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1, no_show_release_minutes=None)
    enrol(world, event, a_person(world))
    [organizer] = at(world, 5, olga)

    problem(walk_in(world, event, organizer), 409, "event_full")


def test_everybody_else_is_too_late(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=5)
    late, keeper = people(world, 2)
    record = world.post("/attendees", {"first_name": "Kim"}, keeper.token).json
    late, keeper = at(world, 1, late, keeper)
    guest = {"name": "Gus", "email": "gus@example.org"}

    problem(world.post(f"/events/{event['id']}/enrollments", {}, late.token), 409, "event_started")
    problem(
        world.post(f"/events/{event['id']}/enrollments", {"attendee_id": record["id"]}, keeper.token),
        409,
        "event_started",
    )
    problem(world.post(f"/events/{event['id']}/enrollments", guest), 409, "event_started")
    [organizer] = [signed_in(world, olga.account)]
    problem(world.post(f"/events/{event['id']}/enrollments", {}, organizer.token), 409, "event_started")


@pytest.mark.parametrize(
    ("window", "code"),
    [
        (
            {"enrollment_closes_at": "2026-06-01T08:59:00Z", "enrollment_opens_at": "2026-06-01T08:00:00Z"},
            "enrollment_closed",
        ),
        ({"enrollment_opens_at": "2026-06-01T10:00:00Z"}, "enrollment_not_open"),
    ],
)
@pytest.mark.parametrize("body", [{}, {"confirm": False}, {"waitlist": True}], ids=["seat", "hold", "wait"])
@pytest.mark.parametrize("capacity", [600, 2])
def test_the_window_of_enrolling_binds_all_others(
    world: World, olga: Person, window: dict[str, Any], code: str, body: dict[str, Any], capacity: int
) -> None:
    event = an_event(world, olga, capacity=capacity, **window)

    problem(world.post(f"/events/{event['id']}/enrollments", body, a_person(world).token), 409, code)

    for number in range(2):
        who = {"name": "Vip", "email": f"vip{number}@example.org", **body}
        assert walk_in(world, event, olga, **who).status == 201
    if capacity == 2:
        third = walk_in(world, event, olga, name="Vip", email="vip3@example.org", **body)
        assert third.json.get("code", third.json["status"]) == ("waitlisted" if "waitlist" in body else "event_full")


def test_after_the_end_nobody_is_held_or_waits(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=5)
    [organizer] = at(world, 481, olga)
    who = {"name": "Vip", "email": "vip@example.org"}

    problem(walk_in(world, event, organizer, **who, confirm=False), 409, "event_past")
    problem(walk_in(world, event, organizer, **who, waitlist=True), 409, "event_past")


# After the seats of no-shows were given on


def test_a_late_comer_is_enrolled_again_by_the_organizer(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=2)
    ada = a_person(world)
    row = enrol(world, event, ada)
    [organizer] = at(world, 45, olga)
    assert state(world, row, organizer) == ("cancelled", True)

    refused = problem(check_in(world, row, organizer), 409, "not_confirmed")
    assert refused["detail"].startswith("Nobody had come when the seat was given on. Enrol the person again")
    again = walk_in(world, event, organizer, attendee_id=ada.id)

    assert (again.status, again.json["id"], again.json["no_show_at"]) == (201, row["id"], None)
    assert check_in(world, again.json, organizer).status == 200
    for _ in range(2):
        world.tick()
        world.work()
    assert state(world, row, organizer) == ("confirmed", False)


@pytest.mark.parametrize("capacity", [1, 600], ids=["one shard", "several shards"])
@pytest.mark.parametrize("by", ["id", "code"])
def test_a_scan_from_before_gives_the_seat_back(world: World, olga: Person, capacity: int, by: str) -> None:
    event = an_event(world, olga, capacity=capacity)
    row = enrol(world, event, a_person(world))
    ticket = {"code": code_of(world, row)} if by == "code" else {"enrollment_id": row["id"]}
    [organizer] = at(world, 45, olga)
    assert state(world, row, organizer) == ("cancelled", True)
    assert counts(world, organizer)["no_show"] == 1

    [told] = results(hand_in(world, event, organizer, {**ticket, "checked_in_at": IN_TIME}))

    assert (told["status"], told["checked_in_at"], told["already_checked_in_at"]) == ("checked_in", IN_TIME, None)
    assert state(world, row, organizer) == ("confirmed", False)
    assert sum(free_seats(world, event)) == capacity - 1
    found = counts(world, organizer)
    if capacity == 1:  # several counters are summed a while later
        assert [found[name] for name in ("confirmed", "cancelled", "checked_in", "no_show")] == [1, 0, 1, 0]
    history = world.get(f"/enrollments/{row['id']}/history", organizer.token).json["results"]
    assert [one["cause"] for one in history][-3:] == ["no_show", "checked_in", "came_after_all"]
    again = {**ticket, "checked_in_at": IN_TIME}
    assert statuses(hand_in(world, event, organizer, again)) == ["already_checked_in"]


def taken_over(
    world: World, olga: Person, **fields: Any
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], Person]:
    """An event of one seat that went from a no-show to somebody who waited; and the organizer, signed in again."""
    event = an_event(world, olga, capacity=1, **fields)
    row = enrol(world, event, a_person(world))
    waiting = enrol(world, event, a_person(world), waitlist=True)
    [organizer] = at(world, 45, olga)
    assert state(world, waiting, organizer)[0] == "confirmed"
    return event, row, waiting, organizer


def test_without_a_free_seat_who_came_is_noted_and_nobody_loses_theirs(world: World, olga: Person) -> None:
    event, row, waiting, organizer = taken_over(world, olga)

    [told] = results(hand_in(world, event, organizer, scanned(row)))

    assert (told["status"], told["checked_in_at"], told["checked_in_people"]) == ("checked_in_without_seat", IN_TIME, 1)
    assert "no seat" in told["detail"]
    found = shown(world, row, organizer)
    assert (found["status"], found["checked_in_at"], found["no_show_at"]) == ("cancelled", IN_TIME, None)
    assert state(world, waiting, organizer)[0] == "confirmed"
    assert free_seats(world, event) == [0]
    figures = counts(world, organizer)
    assert [figures[name] for name in ("confirmed", "cancelled", "checked_in", "no_show")] == [1, 1, 1, 0]


def test_of_who_is_noted_nobody_is_told_that_they_had_not_come(world: World, olga: Person) -> None:
    event, row, _, organizer = taken_over(world, olga)
    hand_in(world, event, organizer, scanned(row))

    single = problem(check_in(world, row, organizer), 409, "not_confirmed")
    [late] = results(hand_in(world, event, organizer, scanned(row, TOO_LATE)))

    assert single["detail"] == late["detail"]
    assert single["detail"].startswith("Who came has no seat: it was given on.")
    assert late["checked_in_at"] == IN_TIME


def test_who_is_noted_gets_the_next_free_seat_when_the_scan_comes_again(world: World, olga: Person) -> None:
    event, row, waiting, organizer = taken_over(world, olga)
    hand_in(world, event, organizer, scanned(row))
    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["checked_in_without_seat"]
    world.post(f"/enrollments/{waiting['id']}/cancel", None, organizer.token)

    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["checked_in"]

    assert (state(world, row, organizer), free_seats(world, event)) == (("confirmed", False), [0])
    figures = counts(world, organizer)
    assert [figures[name] for name in ("confirmed", "cancelled", "checked_in", "no_show")] == [1, 1, 1, 0]


def test_who_is_noted_and_then_enrolled_again_is_here(world: World, olga: Person) -> None:
    event, row, _, organizer = taken_over(world, olga)
    hand_in(world, event, organizer, scanned(row))
    assert world.patch(f"/events/{event['id']}", {"capacity": 2}, organizer.token).status == 200

    again = walk_in(world, event, organizer, attendee_id=shown(world, row, organizer)["attendee"]["id"])

    assert (again.status, again.json["status"], again.json["checked_in_at"]) == (201, "confirmed", IN_TIME)
    figures = counts(world, organizer)
    assert [figures[name] for name in ("confirmed", "checked_in", "no_show")] == [2, 1, 0]
    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["already_checked_in"]
    undo(world, row, organizer)
    assert [counts(world, organizer)[name] for name in ("checked_in", "no_show")] == [0, 0]
    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["invalid_request"]


def test_what_was_noted_without_a_seat_can_be_taken_back(world: World, olga: Person) -> None:
    event, row, _, organizer = taken_over(world, olga)
    hand_in(world, event, organizer, scanned(row))

    assert undo(world, row, organizer).status == 204

    assert state(world, row, organizer) == ("cancelled", True)
    assert [counts(world, organizer)[name] for name in ("checked_in", "no_show")] == [0, 1]
    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["undone"]


def test_a_scan_that_was_undone_before_gives_nothing_back(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    row = enrol(world, event, a_person(world))
    [organizer] = at(world, 45, olga)

    told = hand_in(world, event, organizer, scanned(row), scanned(row, "2026-06-01T12:11:00Z", undo=True))

    assert statuses(told)[1] == "undone"
    assert state(world, row, organizer) == ("cancelled", True)
    assert free_seats(world, event) == [1]


def test_an_undo_that_came_first_keeps_a_scan_from_before_it_from_giving_anything_back(
    world: World, olga: Person
) -> None:
    event = an_event(world, olga, capacity=1)
    row = enrol(world, event, a_person(world))
    [organizer] = at(world, 45, olga)

    assert statuses(hand_in(world, event, organizer, scanned(row, "2026-06-01T12:11:00Z", undo=True))) == ["undone"]
    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["undone"]
    assert state(world, row, organizer) == ("cancelled", True)


def test_a_scan_from_after_gives_nothing_back(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    row = enrol(world, event, a_person(world))
    [organizer] = at(world, 45, olga)
    world.clock.advance(timedelta(minutes=5))

    for time in (TOO_LATE, "2026-06-01T12:49:00Z"):
        assert statuses(hand_in(world, event, organizer, scanned(row, time))) == ["not_confirmed"]
    assert state(world, row, organizer) == ("cancelled", True)


def test_who_cancelled_themselves_gets_nothing_back(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    ada = a_person(world)
    row = enrol(world, event, ada)
    world.post(f"/enrollments/{row['id']}/cancel", None, ada.token)
    [organizer] = at(world, 45, olga)

    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["not_confirmed"]


def test_a_party_gets_all_its_seats_back_or_none(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=3, party_max=3)
    row = enrol(world, event, a_person(world), party_size=3)
    [organizer] = at(world, 45, olga)
    other = walk_in(world, event, organizer)
    assert other.status == 201

    [told] = results(hand_in(world, event, organizer, scanned(row, people=2)))
    assert (told["status"], told["checked_in_people"]) == ("checked_in_without_seat", 2)
    world.post(f"/enrollments/{other.json['id']}/cancel", None, organizer.token)
    assert statuses(hand_in(world, event, organizer, scanned(row, people=2))) == ["checked_in"]

    assert (shown(world, row, organizer)["checked_in_people"], free_seats(world, event)) == (2, [0])
    assert counts(world, organizer)["checked_in"] == 2


def test_a_hold_that_is_over_does_not_keep_the_seat_from_them(world: World, olga: Person) -> None:
    event = an_event(world, olga, capacity=1)
    row = enrol(world, event, a_person(world))
    [organizer] = at(world, 45, olga)
    held = walk_in(world, event, organizer, name="H", email="h@example.org", confirm=False)
    assert held.json["status"] == "pending"
    world.clock.advance(timedelta(minutes=20))
    [organizer] = [signed_in(world, olga.account)]

    assert statuses(hand_in(world, event, organizer, scanned(row))) == ["checked_in"]


def test_a_table_that_is_busy_spoils_no_other_row(world: World, olga: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    event = an_event(world, olga, capacity=3)
    missed, there = enrol(world, event, a_person(world)), enrol(world, event, a_person(world))
    check_in(world, there, olga)
    [organizer] = at(world, 45, olga)

    def busy(*_: object) -> None:
        raise TryAgainError

    monkeypatch.setattr(DynamoEnrollments, "seats_and_enrollment", busy)
    told = statuses(hand_in(world, event, organizer, scanned(missed), scanned(there)))

    assert told == ["busy", "already_checked_in"]
