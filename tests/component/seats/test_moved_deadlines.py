"""Deadlines follow the start and the closing of enrolling whenever these change, for everybody who looks or acts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, free_seats
from tests.support.http import Answer
from tests.support.people.guests import asked
from tests.support.problems import problem
from tests.support.world import World

FAR = {"starts_at": "2026-07-01T09:00:00Z", "ends_at": "2026-07-01T18:00:00Z"}
SOON = "2026-06-01T09:02:00Z"
START_MOVES = {"starts_at": SOON, "ends_at": "2026-06-01T18:00:00Z"}
CLOSING_MOVES = {"enrollment_closes_at": SOON}
EDITS = pytest.mark.parametrize("edit", [START_MOVES, CLOSING_MOVES], ids=["start", "closing"])


def an_event(world: World, olga: Person, **fields: Any) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=1, hold_minutes=1440, **FAR, **fields)


def held(world: World, olga: Person) -> tuple[dict[str, Any], dict[str, Any], Person]:
    event, ada = an_event(world, olga), a_person(world)
    row = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json
    assert row["expires_at"] == "2026-06-02T09:00:00Z"
    return event, row, ada


def offered(world: World, olga: Person) -> tuple[dict[str, Any], dict[str, Any], Person]:
    event = an_event(world, olga, waitlist_mode="offer", offer_minutes=1440)
    url = f"/events/{event['id']}/enrollments"
    winner, ada = a_person(world), a_person(world)
    first = world.post(url, {}, winner.token).json
    row = world.post(url, {"waitlist": True}, ada.token).json
    world.post(f"/enrollments/{first['id']}/cancel", None, winner.token)
    return event, row, ada


KINDS: dict[str, Callable[[World, Person], tuple[dict[str, Any], dict[str, Any], Person]]] = {
    "hold": held,
    "offer": offered,
}
BOTH = pytest.mark.parametrize("kind", KINDS)


def edited(world: World, event: dict[str, Any], olga: Person, **fields: Any) -> None:
    answer = world.patch(f"/events/{event['id']}", fields, olga.token)
    assert answer.status == 200, answer.text


def shown(world: World, row: dict[str, Any], person: Person) -> tuple[str, str | None]:
    found = world.get(f"/enrollments/{row['id']}", person.token).json
    return found["status"], found["expires_at"]


def confirm(world: World, row: dict[str, Any], person: Person) -> Answer:
    return world.post(f"/enrollments/{row['id']}/confirm", None, person.token)


@BOTH
@EDITS
def test_an_event_that_is_moved_forward_brings_the_deadline_with_it(
    world: World, olga: Person, kind: str, edit: dict[str, str]
) -> None:
    event, row, ada = KINDS[kind](world, olga)

    edited(world, event, olga, **edit)

    assert shown(world, row, ada)[1] == SOON
    world.clock.advance(timedelta(minutes=2))
    assert shown(world, row, ada) == ("expired", None)
    problem(confirm(world, row, ada), 409, f"{kind}_expired")


@BOTH
@EDITS
def test_its_seat_is_taken_back_in_time(world: World, olga: Person, kind: str, edit: dict[str, str]) -> None:
    event, *_ = KINDS[kind](world, olga)
    world.work()
    edited(world, event, olga, **edit)
    world.work()
    assert free_seats(world, event) == [0]

    world.clock.advance(timedelta(minutes=2))
    world.tick()
    world.work()

    assert free_seats(world, event) == [1]


@BOTH
@EDITS
def test_the_deadline_of_an_event_that_is_moved_back_again_is_the_one_that_was_said(
    world: World, olga: Person, kind: str, edit: dict[str, str]
) -> None:
    event, row, ada = KINDS[kind](world, olga)
    said = shown(world, row, ada)
    edited(world, event, olga, **edit)

    edited(world, event, olga, **FAR, enrollment_closes_at=None)

    assert shown(world, row, ada) == said
    world.clock.advance(timedelta(minutes=5))
    assert confirm(world, row, ada).json["status"] == "confirmed"


@BOTH
@EDITS
@pytest.mark.parametrize("by_work", [False, True], ids=["not written down", "written down"])
def test_what_was_over_is_not_brought_back_by_moving_the_event_back(
    world: World, olga: Person, kind: str, edit: dict[str, str], *, by_work: bool
) -> None:
    event, row, ada = KINDS[kind](world, olga)
    edited(world, event, olga, **edit)
    world.clock.advance(timedelta(minutes=2))
    if by_work:
        world.tick()
        world.work()
    assert shown(world, row, ada) == ("expired", None)

    edited(world, event, olga, **FAR, enrollment_closes_at=None)

    assert shown(world, row, ada) == ("expired", None)
    problem(confirm(world, row, ada), 409, f"{kind}_expired")
    assert free_seats(world, event) == [1]


def test_many_that_were_over_are_not_brought_back_either(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=100, hold_minutes=1440, **FAR)
    url = f"/events/{event['id']}"
    for _ in range(70):
        world.post(f"{url}/enrollments", {"confirm": False}, a_person(world).token)
    edited(world, event, olga, **CLOSING_MOVES)
    world.clock.advance(timedelta(minutes=2))

    edited(world, event, olga, enrollment_closes_at=None)

    assert free_seats(world, event) == [100]
    assert world.get(f"{url}/enrollments?status=expired", olga.token).json["count"] == 70


@BOTH
def test_an_event_that_is_put_off_prolongs_nothing(world: World, olga: Person, kind: str) -> None:
    event, row, ada = KINDS[kind](world, olga)
    said = shown(world, row, ada)

    edited(world, event, olga, starts_at="2026-08-01T09:00:00Z", ends_at="2026-08-01T18:00:00Z")

    assert shown(world, row, ada) == said


def test_closing_at_once_ends_what_is_held(world: World, olga: Person) -> None:
    event, row, ada = held(world, olga)
    world.clock.advance(timedelta(minutes=10))

    edited(world, event, olga, enrollment_closes_at="2026-06-01T08:00:00Z")

    assert shown(world, row, ada) == ("expired", None)
    assert free_seats(world, event) == [1]
    problem(confirm(world, row, ada), 409, "hold_expired")


def test_an_offer_after_the_closing_lasts_until_the_start(world: World, olga: Person) -> None:
    event = an_event(world, olga, waitlist_mode="offer", offer_minutes=1440, enrollment_closes_at=SOON)
    url = f"/events/{event['id']}/enrollments"
    winner, ada = a_person(world), a_person(world)
    first = world.post(url, {}, winner.token).json
    row = world.post(url, {"waitlist": True}, ada.token).json
    world.clock.advance(timedelta(minutes=10))

    world.post(f"/enrollments/{first['id']}/cancel", None, winner.token)

    assert shown(world, row, ada) == ("offered", "2026-06-02T09:10:00Z")
    assert confirm(world, row, ada).json["status"] == "confirmed"


def test_a_guests_link_follows_the_event_too(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2, guest_hold_minutes=1440, **FAR)
    link = asked(world, event, "gus@example.org")
    edited(world, event, olga, **START_MOVES)
    assert link_view(world, link)["expires_at"] == SOON

    world.clock.advance(timedelta(minutes=2))

    assert link_view(world, link)["status"] == "expired"
    assert world.get(f"/events/{event['id']}").json["attendees_count"] == 0


def link_view(world: World, link: str) -> dict[str, Any]:
    answer = world.send("GET", f"/g/{link}", headers={"Accept": "application/json"})
    assert answer.status == 200, answer.text
    return dict(answer.json)


def test_a_deadline_that_moves_while_somebody_confirms_is_looked_at_again(
    world: World, olga: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event is read first; what is written demands that enrolling still closes when it did."""
    event, row, ada = held(world, olga)
    store = world.container.store.enrollments
    read = store.read_for_request
    moved: list[datetime] = []

    def read_and_be_overtaken(*args: Any, **options: Any) -> Any:
        found = read(*args, **options)
        if not moved:
            moved.append(world.clock())
            edited(world, event, olga, enrollment_closes_at="2026-06-01T08:00:00Z")
            world.clock.advance(timedelta(minutes=2))
        return found

    monkeypatch.setattr(store, "read_for_request", read_and_be_overtaken)

    problem(confirm(world, row, ada), 409, "hold_expired")


@BOTH
@EDITS
def test_what_was_written_before_deadlines_followed_the_event_follows_it_too(
    world: World, olga: Person, kind: str, edit: dict[str, str]
) -> None:
    """Rows and deadlines of before do not say since when a seat is kept."""
    event, row, ada = KINDS[kind](world, olga)
    world.work()
    for stored in world.db.tables["turnout-enrollments"].rows():
        stored.attributes.pop("kept", None)
        stored.attributes.pop("offer", None)
    edited(world, event, olga, **edit)
    assert shown(world, row, ada)[1] == SOON

    world.clock.advance(timedelta(minutes=2))
    world.tick()
    world.work()

    assert shown(world, row, ada) == ("expired", None)
    assert free_seats(world, event) == [1]


def test_an_old_offer_that_was_made_after_the_closing_is_not_ended_by_it(world: World, olga: Person) -> None:
    event = an_event(world, olga, waitlist_mode="offer", offer_minutes=1440, enrollment_closes_at=SOON)
    url = f"/events/{event['id']}/enrollments"
    winner, ada = a_person(world), a_person(world)
    first = world.post(url, {}, winner.token).json
    row = world.post(url, {"waitlist": True}, ada.token).json
    world.clock.advance(timedelta(minutes=10))
    world.post(f"/enrollments/{first['id']}/cancel", None, winner.token)
    for stored in world.db.tables["turnout-enrollments"].rows():
        stored.attributes.pop("kept", None)
        stored.attributes.pop("offer", None)

    world.container.seats.settlement.settle(event["id"])

    assert shown(world, row, ada) == ("offered", "2026-06-02T09:10:00Z")
    assert free_seats(world, event) == [0]
