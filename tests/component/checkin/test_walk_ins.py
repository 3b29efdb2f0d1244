"""Walk-ins: door staff seat somebody who stands there, where the organizer allows it."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.services.shared.idempotency import StoredAnswer
from chalicelib.store.shared.idempotency import DynamoAnswers
from tests.component.admin.test_the_trail import Losing
from tests.component.checkin.test_check_in import check_in, counts, undo
from tests.component.checkin.test_door_list import walk
from tests.support.builders import Person, a_member, a_person, an_api_key, enrolled, free_seats, live_people
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import World

HOURS = {"starts_at": "2026-06-01T10:00:00Z", "ends_at": "2026-06-01T18:00:00Z"}
WALTER = {"name": "Walter Walker"}


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=2, party_max=2, walk_ins=True, **HOURS)


@pytest.fixture
def key(world: World, olga: Person, event: dict[str, Any]) -> dict[str, Any]:
    return an_api_key(world, olga, "check-in", event_id=event["id"])


@pytest.fixture
def door(key: dict[str, Any]) -> str:
    return str(key["secret"])


def walk_in(world: World, event: dict[str, Any], token: str, body: dict[str, Any] | None = None, **sent: str) -> Answer:
    return world.post(f"/events/{event['id']}/door/walk-ins", body or WALTER, token, **sent)


def seen(world: World, row: dict[str, Any], token: str) -> dict[str, Any]:
    answer = world.get(f"/enrollments/{row['id']}", token)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def last(world: World, row: dict[str, Any], token: str) -> dict[str, Any]:
    return dict(world.get(f"/enrollments/{row['id']}/history", token).json["results"][-1])


def test_a_walk_in_has_a_seat_and_is_in(world: World, olga: Person, event: dict[str, Any], door: str) -> None:
    answer = walk_in(world, event, door, {**WALTER, "party_size": 2})

    assert answer.status == 201, answer.text
    row = answer.json
    assert row == {
        "id": row["id"],
        "name": "Walter Walker",
        "party_size": 2,
        "checked_in_people": 2,
        "checked_in_at": "2026-06-01T09:00:00Z",
        "status": "confirmed",
        "generation": 1,
    }
    assert answer.headers["Location"].endswith(f"/enrollments/{row['id']}")
    assert free_seats(world, event) == [0]
    assert counts(world, olga)["checked_in"] == 2
    figures = world.get(f"/events/{event['id']}/door", door).json
    assert (figures["checked_in_people"], figures["walk_ins_from"]) == (2, "2026-06-01T07:00:00Z")
    assert walk(world, event, door)[0] == [row]


def test_who_said_no_address_is_never_written_to_and_neither_is_the_organizer(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    row = walk_in(world, event, door).json
    world.work()
    message = {"segment": "checked_in", "subject": "Dinner", "body": "At eight."}
    asked = problem(world.post(f"/events/{event['id']}/messages", message, olga.token), 409, "confirmation_required")
    url = f"/events/{event['id']}/messages?confirm={asked['confirm']}"
    assert world.post(url, message, olga.token).status < 300
    assert world.patch(f"/events/{event['id']}", {"location": "The cellar"}, olga.token).status == 200
    world.clock.advance(timedelta(minutes=30))
    for _ in range(3):
        world.tick()
        world.work()
    assert world.post(f"/enrollments/{row['id']}/cancel", None, olga.token).status == 200
    world.work()

    assert [mail.subject for mail in world.mailer.sent if "API key" not in mail.subject] == []


def test_the_organizer_sees_who_came_how_and_by_whom(
    world: World, olga: Person, event: dict[str, Any], key: dict[str, Any]
) -> None:
    row = walk_in(world, event, key["secret"]).json

    mine = seen(world, row, olga.token)
    assert (mine["walk_in"], mine["attendee"]["name"], mine["attendee"]["email"]) == (True, "Walter Walker", None)
    happened = last(world, row, olga.token)
    assert (happened["cause"], happened["actor"]) == ("walked_in", {"kind": "key", "id": key["id"]})
    listed = world.get(f"/events/{event['id']}/enrollments", olga.token).json["results"]
    assert [(one["id"], one["walk_in"]) for one in listed] == [(row["id"], True)]
    assert [one["id"] for one in world.get("/me/enrollments?made_by=me", olga.token).json["results"]] == [row["id"]]
    assert world.get("/attendees", olga.token).json["results"] == [], "nobody's record was written"
    renamed = world.patch(f"/enrollments/{row['id']}", {"attendee": {"name": "Walther"}}, olga.token)
    assert renamed.json["attendee"]["name"] == "Walther"


def test_staff_with_an_account_act_for_the_organizer_under_their_entry(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    member = a_member(world, event, TeamRole.CHECK_IN)
    row = walk_in(world, event, member.token).json

    [entry] = world.get(f"/events/{event['id']}/team", olga.token).json["results"]
    assert last(world, row, olga.token)["actor"] == {"kind": "team", "id": entry["id"]}
    assert world.get("/me/enrollments?made_by=me", member.token).json["results"] == []


def test_with_an_address_the_place_is_mailed_and_nobody_learns_whose_it_is(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    ada = a_person(world, "ada@example.org", first_name="Ada")
    row = walk_in(world, event, door, {"name": "Countess", "email": "Ada@Example.org"}).json
    world.work()

    assert [(mail.to, row["name"]) for mail in world.mailer.sent if mail.to == ada.email] == [(ada.email, "Countess")]
    mine = seen(world, row, olga.token)
    assert (mine["attendee"]["name"], mine["attendee"]["email"]) == ("Countess", "ada@example.org")
    assert mine["attendee"]["id"] != ada.id
    assert seen(world, row, ada.token)["status"] == "confirmed"


def test_an_address_that_is_enrolled_is_told_as_that_alone(world: World, event: dict[str, Any], door: str) -> None:
    ada = a_person(world, "ada@example.org")
    enrolled(world, event, ada)

    refused = problem(walk_in(world, event, door, {**WALTER, "email": ada.email}), 409, "already_enrolled")

    assert "enrollment" not in refused
    assert free_seats(world, event) == [1]


def test_full_is_full_and_who_waits_is_not_passed(world: World, olga: Person, event: dict[str, Any], door: str) -> None:
    first = enrolled(world, event, a_person(world), party_size=2)
    refused = problem(walk_in(world, event, door), 409, "event_full")
    assert "next_step" not in refused
    waiting = enrolled(world, event, a_person(world), party_size=2, waitlist=True)
    assert world.patch(f"/enrollments/{first['id']}", {"party_size": 1}, olga.token).status == 200

    problem(walk_in(world, event, door), 409, "event_full")

    assert seen(world, waiting, olga.token)["status"] == "waitlisted"


@pytest.mark.parametrize("losing", [False, True], ids=["answered", "every answer of the tables lost once"])
def test_one_key_is_one_walk_in(
    world: World,
    event: dict[str, Any],
    door: str,
    losing: bool,  # noqa: FBT001
) -> None:
    if losing:
        world.container.store.dynamo.connection._client = Losing(world)  # type: ignore[assignment]
    first = walk_in(world, event, door, Idempotency_Key="one")
    again = walk_in(world, event, door, Idempotency_Key="one")
    assert (first.status, again.status, again.json) == (201, 201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(live_people(world, event)) == 1

    other = walk_in(world, event, door, Idempotency_Key="two")
    assert (other.status, len(live_people(world, event))) == (201, 2), "two people may have one name"
    problem(walk_in(world, event, door, {"name": "Wilma"}, Idempotency_Key="two"), 422, "idempotency_key_reused")


@pytest.mark.parametrize("who", [WALTER, {**WALTER, "email": "walter@example.org"}], ids=["name", "address"])
def test_pressed_twice_at_once_is_one_walk_in(
    world: World, event: dict[str, Any], door: str, who: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other request takes the last seat between this one's look at its key and its look at the seats."""
    enrolled(world, event, a_person(world))
    find = DynamoAnswers.find
    others: list[Answer | None] = []

    def late(answers: DynamoAnswers, key: str) -> StoredAnswer | None:
        found = find(answers, key)
        if not others:
            others.append(None)
            others[0] = walk_in(world, event, door, who, Idempotency_Key="one")
        return found

    monkeypatch.setattr(DynamoAnswers, "find", late)
    mine = walk_in(world, event, door, who, Idempotency_Key="one")

    assert others[0] is not None
    assert (mine.status, mine.json) == (201, others[0].json)
    assert mine.headers["Idempotency-Replayed"] == "true"


def test_a_walk_in_is_taken_back_and_let_in_like_anybody(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    row = walk_in(world, event, door).json
    world.clock.advance(timedelta(seconds=5))

    assert undo(world, row, olga).status == 204
    assert seen(world, row, olga.token)["checked_in_people"] == 0
    assert check_in(world, row, olga).json["already_checked_in_at"] is None
    assert world.post(f"/enrollments/{row['id']}/cancel", None, olga.token).status == 200
    assert free_seats(world, event) == [2]


def test_when_the_door_may_is_the_organizers_to_say(
    world: World, olga: Person, event: dict[str, Any], door: str
) -> None:
    url = f"/events/{event['id']}"
    assert world.patch(url, {"walk_ins": False}, olga.token).status == 200
    assert world.get(f"{url}/door", door).json["walk_ins_from"] is None
    problem(walk_in(world, event, door), 409, "walk_ins_off")
    assert walk_in(world, event, olga.token).status == 201, "who is in charge enrols others anyway"
    assert world.patch(url, {"walk_ins": True, "starts_at": "2026-06-01T12:30:00Z"}, olga.token).status == 200

    refused = problem(walk_in(world, event, door), 409, "walk_ins_not_open")

    assert "2026-06-01T09:30:00Z" in refused["detail"]
    world.clock.advance(timedelta(minutes=30))
    assert walk_in(world, event, door).status == 201


def test_a_key_that_was_revoked_enrols_nobody(
    world: World, olga: Person, event: dict[str, Any], key: dict[str, Any]
) -> None:
    assert world.delete(f"/auth/api-keys/{key['id']}", olga.token).status == 204

    problem(walk_in(world, event, key["secret"]), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "kim@example.org"}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": "Kim", "email": "kim"}, "/email"),
        ({"name": "Kim", "party_size": 0}, "/party_size"),
        ({"name": "Kim", "party_size": 3}, "/party_size"),
    ],
    ids=["no name", "blank name", "no address", "nobody", "more than party_max"],
)
def test_what_is_wrong_is_named(
    world: World, event: dict[str, Any], door: str, body: dict[str, Any], field: str
) -> None:
    refused = problem(walk_in(world, event, door, body), 400, "invalid_request")

    assert [fault["pointer"] for fault in refused["errors"]] == [field]
    assert free_seats(world, event) == [2]
