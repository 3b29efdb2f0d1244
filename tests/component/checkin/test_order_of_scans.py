"""A scan counts at its own time: handed in late, early, again, by a wrong clock, or about an enrolment of before."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.shared.limits import MAX_SCANS_AHEAD
from chalicelib.domain.shared.times import rfc3339
from tests.component.checkin.test_check_in import check_in, code_of, counts, undo
from tests.component.checkin.test_check_in_batches import hand_in, results, statuses
from tests.support.builders import Person, enrolled, people
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=600)


@pytest.fixture
def row(world: World, event: dict[str, Any], ada: Person) -> dict[str, Any]:
    found = enrolled(world, event, ada)
    world.clock.advance(timedelta(minutes=30))
    return found


def scan(row: dict[str, Any], time: str, **fields: Any) -> dict[str, Any]:
    return {"enrollment_id": row["id"], "checked_in_at": f"2026-06-01T{time}Z", **fields}


def out(row: dict[str, Any], time: str) -> dict[str, Any]:
    return scan(row, time, undo=True)


def shown(world: World, row: dict[str, Any], olga: Person) -> dict[str, Any]:
    return dict(world.get(f"/enrollments/{row['id']}", olga.token).json)


def note(world: World, row: dict[str, Any], olga: Person, times: int) -> None:
    for number in range(times):
        assert world.patch(f"/enrollments/{row['id']}", {"note": f"Seat {number}"}, olga.token).status == 200


# What was forgotten


def test_an_undo_is_not_forgotten_however_much_happens_after_it(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    batch = [scan(row, "09:10:00")]
    assert statuses(hand_in(world, event, olga, *batch)) == ["checked_in"]
    undo(world, row, olga)
    note(world, row, olga, 7)

    assert statuses(hand_in(world, event, olga, *batch)) == ["undone"]
    assert shown(world, row, olga)["checked_in_at"] is None


def test_an_undo_that_meets_nothing_is_remembered(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    assert statuses(hand_in(world, event, olga, out(row, "09:20:00"))) == ["undone"]

    assert statuses(hand_in(world, event, olga, scan(row, "09:10:00"))) == ["undone"]
    assert statuses(hand_in(world, event, olga, scan(row, "09:21:00"))) == ["checked_in"]


def test_an_undo_at_the_desk_is_later_than_scans_that_come_after_it(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    undo(world, row, olga)
    world.clock.advance(timedelta(minutes=5))

    assert statuses(hand_in(world, event, olga, scan(row, "09:29:00"))) == ["undone"]
    assert statuses(hand_in(world, event, olga, scan(row, "09:34:00"))) == ["checked_in"]


STORY = (("09:10:00", False), ("09:12:00", True), ("09:14:00", False), ("09:16:00", False), ("09:15:00", True))


@pytest.mark.parametrize("left_out", range(len(STORY) + 1))
def test_the_order_of_scans_does_not_matter_nor_how_often_they_come(world: World, olga: Person, left_out: int) -> None:
    told = [one for place, one in enumerate(STORY) if place != left_out]
    came = max(time for time, is_undo in told if not is_undo)
    gone = max(time for time, is_undo in told if is_undo)
    event = world.an_event(olga.token, capacity=None)
    orders = list(itertools.permutations(told))[:: 7 if len(told) > 4 else 1]
    rows = [enrolled(world, event, one) for one in people(world, len(orders))]
    world.clock.advance(timedelta(minutes=30))

    for row, order in zip(rows, orders, strict=True):
        for time, is_undo in (*order, *order[:2]):
            hand_in(world, event, olga, scan(row, time, undo=is_undo))

    assert {shown(world, row, olga)["checked_in_at"] is not None for row in rows} == {came > gone}


def test_within_a_batch_rows_are_taken_in_the_order_of_their_times(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    told = statuses(hand_in(world, event, olga, out(row, "09:12:00"), scan(row, "09:14:00"), scan(row, "09:10:00")))

    assert told == ["undone", "checked_in", "checked_in"]
    assert shown(world, row, olga)["checked_in_at"] == "2026-06-01T09:14:00Z"


def test_the_earliest_scan_says_since_when(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    hand_in(world, event, olga, scan(row, "09:10:00"))

    [late] = results(hand_in(world, event, olga, scan(row, "09:05:00")))

    assert (late["status"], late["already_checked_in_at"]) == ("already_checked_in", "2026-06-01T09:10:00Z")
    assert shown(world, row, olga)["checked_in_at"] == "2026-06-01T09:05:00Z"


# Which enrolment it is about


def again(world: World, event: dict[str, Any], row: dict[str, Any], ada: Person) -> dict[str, Any]:
    assert world.post(f"/enrollments/{row['id']}/cancel", None, ada.token).status == 200
    world.clock.advance(timedelta(minutes=1))
    return enrolled(world, event, ada)


@pytest.mark.parametrize("undone", [False, True], ids=["scan", "undo"])
def test_a_scan_from_before_the_enrolment_is_not_about_it(
    world: World, olga: Person, ada: Person, event: dict[str, Any], row: dict[str, Any], *, undone: bool
) -> None:
    batch = [scan(row, "09:29:00", undo=undone)]
    hand_in(world, event, olga, *batch)
    undo(world, row, olga)
    new = again(world, event, row, ada)

    [refused] = results(hand_in(world, event, olga, *batch))

    assert (refused["code"], refused["detail"]) == (
        "invalid_request",
        "checked_in_at is from before this enrolment.",
    )
    assert shown(world, new, olga)["checked_in_at"] is None
    world.clock.advance(timedelta(minutes=1))
    assert statuses(hand_in(world, event, olga, scan(new, "09:31:01"))) == ["checked_in"]


def test_not_even_one_of_the_very_moment_of_the_enrolment_or_of_a_clock_that_was_ahead(
    world: World, olga: Person, ada: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    batch = [scan(row, "09:31:00"), scan(row, "09:31:20")]  # it is half past nine, and a minute later
    assert statuses(hand_in(world, event, olga, *batch)) == ["checked_in", "already_checked_in"]
    undo(world, row, olga)
    new = again(world, event, row, ada)
    world.clock.advance(timedelta(minutes=5))

    assert statuses(hand_in(world, event, olga, *batch)) == ["invalid_request"] * 2
    assert shown(world, new, olga)["checked_in_at"] is None


@pytest.mark.parametrize("by_code", [False, True], ids=["by id", "by ticket"])
@pytest.mark.parametrize("time", ["1970-01-01T00:00:00Z", "2026-06-01T08:54:59Z"])
def test_a_time_from_long_before_the_enrolment_is_refused(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], time: str, *, by_code: bool
) -> None:
    names = {"code": code_of(world, row)} if by_code else {"enrollment_id": row["id"]}

    assert statuses(hand_in(world, event, olga, {**names, "checked_in_at": time})) == ["invalid_request"]
    assert shown(world, row, olga)["checked_in_at"] is None


def test_a_clock_that_is_slow_is_forgiven_where_no_other_enrolment_can_be_meant(
    world: World, olga: Person, ada: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    assert results(hand_in(world, event, olga, scan(row, "08:58:00")))[0]["checked_in_at"] == "2026-06-01T09:00:00Z"
    undo(world, row, olga)
    new = again(world, event, row, ada)

    assert statuses(hand_in(world, event, olga, scan(new, "09:30:00"))) == ["invalid_request"]
    ticket = {"code": code_of(world, new), "checked_in_at": "2026-06-01T09:30:00Z"}
    assert results(hand_in(world, event, olga, ticket))[0]["checked_in_at"] == "2026-06-01T09:31:00Z"


# Clocks that are ahead


@pytest.mark.parametrize(("ahead", "status"), [("30", "checked_in"), ("300", "checked_in"), ("301", "invalid_request")])
def test_five_minutes_ahead_are_taken_for_now(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], ahead: str, status: str
) -> None:
    time = rfc3339(world.clock() + timedelta(seconds=int(ahead)))

    [told] = results(hand_in(world, event, olga, {"enrollment_id": row["id"], "checked_in_at": time}))

    assert (told["code"] or told["status"]) == status
    assert told["checked_in_at"] == ("2026-06-01T09:30:00Z" if status == "checked_in" else None)


def test_what_a_clock_said_that_was_ahead_is_not_news_later(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    batch = [scan(row, "09:30:40")]
    assert statuses(hand_in(world, event, olga, *batch)) == ["checked_in"]
    world.clock.advance(timedelta(seconds=10))
    undo(world, row, olga)
    world.clock.advance(timedelta(minutes=2))

    assert statuses(hand_in(world, event, olga, *batch)) == ["undone"]
    check_in(world, row, olga)
    world.clock.advance(timedelta(minutes=2))
    assert statuses(hand_in(world, event, olga, *batch)) == ["already_checked_in"]


def test_not_one_of_many_scans_of_such_a_clock_is_news_later(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    """Nor one that changed nothing when it was handed in."""
    batch = [scan(row, f"09:32:{second:02}") for second in range(30)]
    for one in batch:
        hand_in(world, event, olga, one)
    world.clock.advance(timedelta(seconds=10))
    undo(world, row, olga)
    world.clock.advance(timedelta(minutes=4))

    assert set(statuses(hand_in(world, event, olga, *batch))) == {"undone"}
    assert shown(world, row, olga)["checked_in_at"] is None


def test_one_of_such_a_clock_that_was_void_is_not_news_later(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    undo(world, row, olga)
    hand_in(world, event, olga, out(row, "09:30:00"))
    batch = [scan(row, "09:30:40")]
    assert statuses(hand_in(world, event, olga, *batch)) == ["undone"]
    world.clock.advance(timedelta(minutes=2))

    assert statuses(hand_in(world, event, olga, *batch)) == ["undone"]


def test_one_scan_too_many_of_such_a_clock_waits_for_its_time(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    batch = [scan(row, f"09:32:{second:02}") for second in range(MAX_SCANS_AHEAD + 1)]
    for one in batch[:-1]:
        assert statuses(hand_in(world, event, olga, one)) != ["invalid_request"]

    [refused] = results(hand_in(world, event, olga, batch[-1]))

    assert (refused["code"], refused["detail"]) == (
        "invalid_request",
        "checked_in_at is ahead, as too many scans of this ticket were; hand it in again when its time has come.",
    )
    assert statuses(hand_in(world, event, olga, batch[0])) == ["already_checked_in"]
    world.clock.advance(timedelta(minutes=3))
    assert statuses(hand_in(world, event, olga, batch[-1])) == ["already_checked_in"]


def test_an_undo_of_such_a_clock_is_not_news_either(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    check_in(world, row, olga)
    world.clock.advance(timedelta(seconds=1))
    batch = [out(row, "09:30:50")]
    assert statuses(hand_in(world, event, olga, *batch)) == ["undone"]
    world.clock.advance(timedelta(seconds=5))
    check_in(world, row, olga)
    world.clock.advance(timedelta(minutes=5))

    assert statuses(hand_in(world, event, olga, *batch)) == ["already_checked_in"]


def test_rows_of_such_a_clock_stay_in_their_order(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    rows = [scan(row, "09:30:50"), out(row, "09:30:40"), scan(row, "09:30:30")]

    hand_in(world, event, olga, *rows)

    assert shown(world, row, olga)["checked_in_at"] is not None
    assert counts(world, olga)["checked_in"] == 1


MINUTES = ("09:31:00", "09:32:00", "09:33:00", "09:34:00")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
@pytest.mark.parametrize("undone", [(), (0,), (2,), (3,), (1, 3)], ids=str)
def test_rows_of_such_a_clock_stay_in_their_order_when_they_are_handed_in_one_after_the_other(
    world: World, olga: Person, event: dict[str, Any], row: dict[str, Any], order: tuple[int, ...], undone: Any
) -> None:
    for place in (*order, *order):
        hand_in(world, event, olga, scan(row, MINUTES[place], undo=place in undone))
        world.clock.advance(timedelta(seconds=2))

    assert (shown(world, row, olga)["checked_in_at"] is not None) == (3 not in undone)


def test_a_row_of_such_a_clock_is_of_the_enrolment_that_it_was_made_in(
    world: World, olga: Person, ada: Person, event: dict[str, Any], row: dict[str, Any]
) -> None:
    new = again(world, event, row, ada)
    world.clock.advance(timedelta(seconds=10))
    assert statuses(hand_in(world, event, olga, scan(new, "09:35:00"))) == ["checked_in"]

    assert statuses(hand_in(world, event, olga, out(new, "09:32:00"))) == ["already_checked_in"]
    assert shown(world, new, olga)["checked_in_people"] == 1
