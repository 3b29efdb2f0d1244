"""A hold or an offer that is over is over for everybody: whoever reads, counts, filters or edits, without any tick."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, confirmed
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World

WHEN = "2026-07-01T09:00:00Z"


@dataclass(frozen=True)
class Scene:
    """Two seats: one is taken, the hold on the other is over, and no schedule has run."""

    world: World
    olga: Person
    winner: Person
    late: Person
    event: dict[str, Any]
    hold: dict[str, Any]

    def get(self, path: str = "", person: Person | None = None) -> dict[str, Any]:
        answer = self.world.get(f"/events/{self.event['id']}{path}", person.token if person else None)
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def enrol(self, person: Person, **fields: Any) -> Answer:
        return self.world.post(f"/events/{self.event['id']}/enrollments", fields, person.token)

    def edit(self, **fields: Any) -> Answer:
        return self.world.patch(f"/events/{self.event['id']}", fields, self.olga.token)


@pytest.fixture
def scene(world: World, olga: Person) -> Scene:
    event = world.an_event(olga.token, capacity=2, party_max=2, hold_minutes=15, starts_at=WHEN)
    winner, late = a_person(world), a_person(world)
    found = Scene(world, olga, winner, late, event, {})
    assert found.enrol(winner).status == 201
    hold = found.enrol(late, confirm=False).json
    world.clock.advance(timedelta(minutes=15))
    return Scene(world, olga, winner, late, event, hold)


def shown(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["attendees_count"], event["available_spots"], event["is_full"]


def in_list(scene: Scene, url: str, token: str | None = None) -> list[dict[str, Any]]:
    return [one for one in scene.world.get(url, token).json["results"] if one["id"] == scene.event["id"]]


READERS: dict[str, Callable[[Scene], bool]] = {
    "the event": lambda scene: shown(scene.get()) == (1, 1, False),
    "its capacity": lambda scene: (
        (
            scene.get("/capacity")["attendees_count"],
            scene.get("/capacity")["available_spots"],
        )
        == (1, 1)
    ),
    "a list": lambda scene: [shown(one) for one in in_list(scene, "/events")] == [(1, 1, False)],
    "what is available": lambda scene: len(in_list(scene, "/events/available")) == 1,
    "those with spots": lambda scene: len(in_list(scene, "/events?has_spots=true")) == 1,
    "those that are full": lambda scene: not in_list(scene, "/events?has_spots=false"),
    "the organizer's figures": lambda scene: (
        [(one["counts"]["pending"], one["counts"]["expired"]) for one in in_list(scene, "/me/events", scene.olga.token)]
        == [(0, 1)]
    ),
    "eligibility": lambda scene: (
        scene.get("/eligibility", scene.late)["would"] == "confirmed"
        and scene.get("/eligibility", scene.late)["enrollment"] is None
    ),
    "the enrollment": lambda scene: (own(scene)["status"], own(scene)["expires_at"]) == ("expired", None),
    "one's own list": lambda scene: [one["status"] for one in mine(scene)] == ["expired"],
    "one's own holds": lambda scene: not mine(scene, "?status=pending"),
    "one's own expired ones": lambda scene: len(mine(scene, "?status=expired,cancelled")) == 1,
    "the roster": lambda scene: {one["status"] for one in roster(scene)["results"]} == {"confirmed", "expired"},
    "the roster's holds": lambda scene: (
        (
            roster(scene, "?status=pending")["count"],
            len(roster(scene, "?status=pending")["results"]),
        )
        == (0, 0)
    ),
    "the roster's expired ones": lambda scene: (
        (
            roster(scene, "?status=expired")["count"],
            len(roster(scene, "?status=expired")["results"]),
        )
        == (1, 1)
    ),
    "the table of people": lambda scene: {row["status"] for row in table(scene)} == {"confirmed", "expired"},
}


def own(scene: Scene) -> dict[str, Any]:
    return dict(scene.world.get(f"/enrollments/{scene.hold['id']}", scene.late.token).json)


def mine(scene: Scene, query: str = "") -> list[dict[str, Any]]:
    page = scene.world.get(f"/me/enrollments{query}", scene.late.token).json
    assert page["count"] == len(page["results"])
    return list(page["results"])


def roster(scene: Scene, query: str = "") -> dict[str, Any]:
    return scene.get(f"/enrollments{query}", scene.olga)


def table(scene: Scene) -> list[dict[str, str]]:
    answer = scene.world.get(f"/events/{scene.event['id']}/enrollments.csv", scene.olga.token)
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_sees_what_is_over_as_over(scene: Scene, reader: str) -> None:
    assert READERS[reader](scene), reader


def test_what_was_seen_before_is_no_longer_true_for_caches(scene: Scene) -> None:
    scene.world.clock.advance(timedelta(minutes=-1))
    before = scene.world.get(f"/enrollments/{scene.hold['id']}", scene.late.token)
    assert before.json["status"] == "pending"
    scene.world.clock.advance(timedelta(minutes=1))

    again = scene.world.get(f"/enrollments/{scene.hold['id']}", scene.late.token, If_None_Match=before.headers["ETag"])

    assert (again.status, again.json["status"]) == (200, "expired")


def test_the_capacity_is_lowered_at_once(scene: Scene) -> None:
    assert scene.edit(capacity=1, party_max=1).status == 200
    assert shown(scene.get()) == (1, 0, True)
    problem(scene.enrol(a_person(scene.world)), 409, "event_full")


def test_a_capacity_that_is_taken_without_the_hold_is_refused_with_the_right_number(scene: Scene) -> None:
    assert scene.enrol(a_person(scene.world)).status == 201

    assert problem(scene.edit(capacity=1, party_max=1), 409, "capacity_below_taken")["taken"] == 2


def test_many_holds_that_are_over_are_nobodys_seats(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=40)
    for _ in range(40):
        url = f"/events/{event['id']}/enrollments"
        assert world.post(url, {"confirm": False}, a_person(world).token).status == 201
    world.clock.advance(timedelta(minutes=15))

    assert world.patch(f"/events/{event['id']}", {"capacity": 1}, olga.token).status == 200
    assert world.get(f"/events/{event['id']}/capacity").json["available_spots"] == 1


@pytest.mark.parametrize(("method", "path"), [("POST", "/cancel"), ("DELETE", "")])
def test_who_let_the_time_pass_is_not_counted_when_an_event_is_closed(scene: Scene, method: str, path: str) -> None:
    url = f"/events/{scene.event['id']}{path}"
    send = scene.world.post if method == "POST" else scene.world.delete

    asked = problem(send(url, token=scene.olga.token), 409, "confirmation_required")

    assert asked["preview"] == {"people": 1, "holds": 0, "offers": 0, "waiting": 0}


def test_an_event_with_nothing_but_what_is_over_is_closed_without_a_question(world: World, olga: Person) -> None:
    event, late = world.an_event(olga.token, capacity=1), a_person(world)
    hold = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, late.token).json
    world.work()
    world.clock.advance(timedelta(minutes=15))

    assert world.post(f"/events/{event['id']}/cancel", None, olga.token).status == 200
    world.work()

    assert world.get(f"/enrollments/{hold['id']}", late.token).json["status"] == "expired"
    assert [one.subject.split(":")[0] for one in world.mailer.to(late.email)] == ["Confirm your place", "Time is up"]


def test_who_let_the_time_pass_cannot_cancel_any_more(scene: Scene) -> None:
    answer = scene.world.post(f"/enrollments/{scene.hold['id']}/cancel", None, scene.late.token)

    assert (answer.status, answer.json["status"]) == (200, "expired")


def test_a_party_grows_into_the_seats_of_a_hold_that_is_over(scene: Scene) -> None:
    row = scene.world.get("/me/enrollments", scene.winner.token).json["results"][0]

    answer = scene.world.patch(f"/enrollments/{row['id']}", {"party_size": 2}, scene.winner.token)

    assert (answer.status, answer.json["party_size"]) == (200, 2)


def test_a_place_is_given_to_somebody_whose_hold_is_over(scene: Scene) -> None:
    row = scene.world.get("/me/enrollments", scene.winner.token).json["results"][0]

    body = {"name": "Robin", "email": scene.late.email}
    answer = scene.world.post(f"/enrollments/{row['id']}/transfer", body, scene.winner.token)

    assert (answer.status, answer.json["status"]) == (201, "confirmed")


def test_an_offer_that_is_over_counts_for_nobody_either(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=1, waitlist_mode="offer", offer_minutes=30)
    url = f"/events/{event['id']}/enrollments"
    winner, first = a_person(world), a_person(world)
    row = world.post(url, {}, winner.token).json
    place = world.post(url, {"waitlist": True}, first.token).json
    world.post(f"/enrollments/{row['id']}/cancel", None, winner.token)
    assert world.get(f"/enrollments/{place['id']}", first.token).json["status"] == "offered"

    world.clock.advance(timedelta(minutes=30))

    assert world.get(f"/enrollments/{place['id']}", first.token).json["status"] == "expired"
    assert world.get(f"{url}?status=offered", olga.token).json["count"] == 0
    assert shown(world.get(f"/events/{event['id']}").json) == (0, 1, False)
    confirmed(world, "POST", f"/events/{event['id']}/cancel", olga)


@pytest.mark.parametrize("sizes", [(3, 1), (1, 3), (3, 1, 2)], ids=["smaller", "larger", "both"])
@pytest.mark.parametrize("offered", [False, True], ids=["a hold", "an offer"])
def test_a_party_that_changed_while_it_was_kept_frees_what_it_had_in_the_end(
    world: World, olga: Person, sizes: tuple[int, ...], *, offered: bool
) -> None:
    event = world.an_event(
        olga.token, capacity=4, party_max=3, starts_at=WHEN, waitlist_mode="offer", offer_minutes=15, hold_minutes=15
    )
    scene = Scene(world, olga, a_person(world), a_person(world), event, {})
    if offered:
        first = [scene.enrol(a_person(world), party_size=2).json for _ in range(2)]
        kept = scene.enrol(scene.late, party_size=sizes[0], waitlist=True).json
        for one in first:
            assert world.post(f"/enrollments/{one['id']}/cancel", None, olga.token).status == 200
        world.work()
    else:
        kept = scene.enrol(scene.late, party_size=sizes[0], confirm=False).json
    for size in sizes[1:]:
        assert world.patch(f"/enrollments/{kept['id']}", {"party_size": size}, scene.late.token).status == 200

    world.clock.advance(timedelta(minutes=16))

    assert world.get(f"/enrollments/{kept['id']}", olga.token).json["status"] == "expired"
    assert shown(scene.get()) == (0, 4, False)
