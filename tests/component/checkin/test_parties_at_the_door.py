"""A party comes whole or in parts, at one door or at several; who is told that a ticket was used is told since when."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import EnrollmentItem, SeatItem
from tests.component.checkin.test_check_in import check_in, code_of, counts, undo
from tests.component.checkin.test_check_in_batches import hand_in, results, statuses
from tests.component.checkin.test_order_of_scans import scan, shown
from tests.support.builders import Person, a_person
from tests.support.problems import faults
from tests.support.world import World

NOON = "2026-06-01T09:00:00Z"


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=20, party_max=5)


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    """A party of four."""
    return dict(world.post(f"/events/{event['id']}/enrollments", {"party_size": 4}, ada.token).json)


def came(world: World, row: dict[str, Any], olga: Person, people: int | None = None) -> tuple[int, str | None]:
    """How many are here after one more check-in, and since when, if it was in vain."""
    answer = check_in(world, row, olga, {} if people is None else {"people": people})
    assert answer.status == 200, answer.text
    return answer.json["checked_in_people"], answer.json["already_checked_in_at"]


def test_a_party_comes_whole_unless_it_is_said_how_many(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    assert shown(world, row, olga)["checked_in_people"] == 0
    assert came(world, row, olga) == (4, None)
    assert counts(world, olga)["checked_in"] == 4
    world.clock.advance(timedelta(minutes=5))
    assert came(world, row, olga) == (4, NOON)
    undo(world, row, olga)
    assert (counts(world, olga)["checked_in"], shown(world, row, olga)["checked_in_people"]) == (0, 0)


def test_a_party_comes_in_parts(world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]) -> None:
    assert came(world, row, olga, 1) == (1, None)
    assert came(world, row, olga, 1) == (2, None)
    assert counts(world, olga)["checked_in"] == 2
    assert faults(check_in(world, row, olga, {"people": 3})) == [("/people", "too_many_people")]
    world.clock.advance(timedelta(minutes=5))
    assert came(world, row, olga) == (4, None)  # the rest
    assert came(world, row, olga, 1) == (4, NOON)
    assert shown(world, row, olga)["checked_in_at"] == NOON
    assert counts(world, olga)["checked_in"] == 4


@pytest.mark.parametrize("people", [0, -1, 21, 1.5, "2", True])
def test_a_number_that_is_none_is_refused(world: World, olga: Person, row: dict[str, Any], people: Any) -> None:
    assert faults(check_in(world, row, olga, {"people": people})) == [("/people", "invalid")]


@pytest.mark.parametrize("names", ["id", "code"])
def test_more_than_are_enrolled_are_refused(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], names: str
) -> None:
    assert faults(check_in(world, row, olga, {"people": 5})) == [("/people", "too_many_people")]
    ticket = {"code": code_of(world, row)} if names == "code" else {"enrollment_id": row["id"]}

    [refused] = results(hand_in(world, event, olga, {**ticket, "people": 5}))

    assert (refused["code"], refused["detail"]) == (
        "invalid_request",
        "people must be at most 4: so many are enrolled.",
    )
    assert shown(world, row, olga)["checked_in_people"] == 0


def test_batches_count_people_and_are_safe_to_send_again(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    world.clock.advance(timedelta(minutes=30))
    first = [scan(row, "09:10:00", people=1), scan(row, "09:12:00", people=2)]

    for _ in range(2):
        hand_in(world, event, olga, *first)
        assert counts(world, olga)["checked_in"] == 3
    told = results(hand_in(world, event, olga, scan(row, "09:11:00", people=2), scan(row, "09:13:00", people=1)))

    assert [one["status"] for one in told] == ["checked_in", "already_checked_in"]
    assert [one["checked_in_people"] for one in told] == [4, 4]
    assert [one["already_checked_in_at"] for one in told] == [None, "2026-06-01T09:10:00Z"]
    assert counts(world, olga)["checked_in"] == 4


def test_an_undo_takes_back_whoever_came_before_it(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    world.clock.advance(timedelta(minutes=30))
    hand_in(world, event, olga, scan(row, "09:10:00", people=2), scan(row, "09:20:00", people=1))

    assert statuses(hand_in(world, event, olga, scan(row, "09:15:00", undo=True))) == ["already_checked_in"]

    found = shown(world, row, olga)
    assert (found["checked_in_people"], found["checked_in_at"]) == (1, "2026-06-01T09:20:00Z")
    assert counts(world, olga)["checked_in"] == 1


def test_two_doors_at_once_let_in_their_parts(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    ticket = {"code": code_of(world, row)}

    told = results(hand_in(world, event, olga, {**ticket, "people": 1}, {**ticket, "people": 2}, ticket, ticket))

    assert [one["checked_in_people"] for one in told] == [1, 3, 4, 4]
    assert [one["already_checked_in_at"] for one in told] == [None, None, None, NOON]


def test_a_smaller_party_is_no_more_than_itself(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    check_in(world, row, olga)

    assert world.patch(f"/enrollments/{row['id']}", {"party_size": 2}, olga.token).json["checked_in_people"] == 2
    assert counts(world, olga)["checked_in"] == 2
    assert world.patch(f"/enrollments/{row['id']}", {"party_size": 3}, olga.token).json["checked_in_people"] == 2
    assert came(world, row, olga) == (3, None)
    undo(world, row, olga)
    assert counts(world, olga)["checked_in"] == 0


@pytest.mark.parametrize("people", [3, 4, None], ids=["a part", "all, counted", "all"])
def test_a_row_means_the_same_when_the_party_has_become_smaller_since(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], people: int | None
) -> None:
    world.clock.advance(timedelta(minutes=30))
    told = scan(row, "09:10:00", **({"people": people} if people else {}))
    assert statuses(hand_in(world, event, olga, told)) == ["checked_in"]

    world.patch(f"/enrollments/{row['id']}", {"party_size": 2}, olga.token)

    assert statuses(hand_in(world, event, olga, told)) == ["already_checked_in"]
    assert statuses(hand_in(world, event, olga, scan(row, "09:11:00", people=3))) == ["invalid_request"]
    assert undo(world, row, olga).status == 204
    assert statuses(hand_in(world, event, olga, told, scan(row, "09:11:00", people=3))) == ["undone", "undone"]


def test_a_party_that_shrank_below_its_part_and_grew_lacks_those_who_are_new(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    assert came(world, row, olga, 3) == (3, None)

    sizes = [2, 4]
    told = [world.patch(f"/enrollments/{row['id']}", {"party_size": size}, olga.token).json for size in sizes]

    assert [one["checked_in_people"] for one in told] == [2, 2]
    assert counts(world, olga)["checked_in"] == 2
    assert came(world, row, olga) == (4, None)


def test_a_row_of_old_was_checked_in_whole_and_counted_as_one(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    check_in(world, row, olga)
    [stored] = [one for one in world.db.snapshot_all("turnout-enrollments") if one["pk"]["S"].endswith("#0")]
    for name in ("why", "was", "came", "arrivals", "undone"):
        stored.pop(name, None)
    world.container.store.dynamo.put(EnrollmentItem.from_raw_data(stored))
    pk, sk = keys.seat(event["id"], 0)
    seat = world.container.store.dynamo.get(SeatItem, (pk, sk))
    assert seat is not None
    seat.checked_in = 1
    world.container.store.dynamo.put(seat)

    assert shown(world, row, olga)["checked_in_people"] == 4
    world.patch(f"/enrollments/{row['id']}", {"note": "Front row"}, olga.token)
    assert came(world, row, olga)[1] == NOON
    undo(world, row, olga)
    assert counts(world, olga)["checked_in"] == 0


def test_of_several_doors_all_but_one_are_told_since_when(world: World, olga: Person, event: dict[str, Any]) -> None:
    row = world.post(f"/events/{event['id']}/enrollments", {}, a_person(world).token).json
    told = []
    for _ in range(3):
        told.append(came(world, row, olga))
        world.clock.advance(timedelta(seconds=1))

    assert told == [(1, None), (1, NOON), (1, NOON)]


@pytest.mark.parametrize("first", ["at the door", "in the same batch"])
def test_one_of_a_party_whose_scanner_is_ahead_is_another_one_than_who_came_in_this_moment(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], first: str
) -> None:
    rows = [{"enrollment_id": row["id"], "checked_in_at": "2026-06-01T09:00:30Z", "people": 1}]
    if first == "at the door":
        assert came(world, row, olga, 1) == (1, None)
    else:
        rows.insert(0, {"enrollment_id": row["id"], "checked_in_at": NOON, "people": 1})
    url = f"/events/{event['id']}/check-ins"

    handed_in = world.post(url, {"rows": rows}, olga.token).json["results"]
    again = world.post(url, {"rows": rows}, olga.token).json["results"]

    assert [one["status"] for one in handed_in] == ["checked_in"] * len(rows)
    assert [(one["status"], one["checked_in_people"]) for one in again] == [("already_checked_in", 2)] * len(rows)
    undo(world, row, olga)
    assert {one["checked_in_people"] for one in world.post(url, {"rows": rows}, olga.token).json["results"]} == {0}
