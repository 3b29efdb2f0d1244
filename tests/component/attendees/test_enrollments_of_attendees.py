"""What a keeper sees of the enrollments of those whom they keep, what an organizer sees, and what a deletion leaves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, enrolled, live_people, signed_in
from tests.support.lists import earlier, ids, page, walk
from tests.support.problems import faults, problem
from tests.support.world import SETTINGS, World


@pytest.fixture
def grace(world: World, ada: Person) -> dict[str, Any]:
    """A record that Ada keeps."""
    body = {
        "first_name": "Grace",
        "last_name": "Hopper",
        "email": "grace@example.org",
        "phone": "+12025550123",
        "date_of_birth": "1906-12-09",
    }
    answer = world.post("/attendees", body, ada.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def seated(world: World, event: dict[str, Any], keeper: Person, attendee: dict[str, Any]) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": attendee["id"]}, keeper.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def theirs(attendee: dict[str, Any], query: str = "") -> str:
    return f"/attendees/{attendee['id']}/enrollments{query}"


def test_the_keeper_sees_them_in_the_order_of_enrolling(
    world: World, olga: Person, ada: Person, grace: dict[str, Any]
) -> None:
    rows = []
    for _ in range(5):
        world.clock.advance(timedelta(minutes=1))
        event = world.an_event(olga.token)
        rows.append(seated(world, event, ada, grace))
        enrolled(world, event, ada)

    assert page(world, theirs(grace), ada.token)["results"] == rows
    assert {row["attendee"]["name"] for row in rows} == {"Grace Hopper"}
    for size in (1, 2, 5):
        pages = walk(world, theirs(grace, f"?page_size={size}"), ada.token)
        assert ids(pages) == [row["id"] for row in rows]
        assert {each["count"] for each in pages} == {5}
        assert earlier(world, pages, ada.token) + ids(pages[-1:]) == ids(pages)


def test_they_are_filtered_like_ones_own(world: World, olga: Person, ada: Person, grace: dict[str, Any]) -> None:
    first, second = world.an_event(olga.token), world.an_event(olga.token)
    rows = [seated(world, event, ada, grace) for event in (first, second)]
    assert world.post(f"/enrollments/{rows[0]['id']}/cancel", None, ada.token).status == 200

    assert ids([page(world, theirs(grace, "?status=cancelled"), ada.token)]) == [rows[0]["id"]]
    assert ids([page(world, theirs(grace, f"?event={second['id']}"), ada.token)]) == [rows[1]["id"]]
    assert ids([page(world, theirs(grace, "?when=past"), ada.token)]) == []
    assert faults(world.get(theirs(grace, "?made_by=me"), ada.token)) == [("made_by", "unknown_parameter")]
    assert faults(world.get(theirs(grace, "?status=gone"), ada.token)) == [("status", "invalid")]


def test_ones_own_id_lists_ones_own(world: World, olga: Person, ada: Person, grace: dict[str, Any]) -> None:
    event = world.an_event(olga.token)
    seated(world, event, ada, grace)
    mine = enrolled(world, event, ada)

    assert page(world, theirs({"id": ada.id}), ada.token)["results"] == [mine]


def test_to_all_others_there_is_nothing(world: World, olga: Person, ada: Person, grace: dict[str, Any]) -> None:
    row = seated(world, world.an_event(a_person(world).token), ada, grace)
    admin = a_person(world, roles=(Role.ADMIN,))

    for stranger in (olga, a_person(world, "grace@example.org"), admin):
        problem(world.get(theirs(grace), stranger.token), 404, "not_found")
    problem(world.get(f"/enrollments/{row['id']}", olga.token), 404, "not_found")
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["attendee"]["name"] == "Grace Hopper"


def test_a_cursor_is_for_one_attendee(world: World, olga: Person, ada: Person, grace: dict[str, Any]) -> None:
    for _ in range(2):
        seated(world, world.an_event(olga.token), ada, grace)
    other = world.post("/attendees", {"first_name": "Jean"}, ada.token).json
    cursor = page(world, theirs(grace, "?page_size=1"), ada.token)["next"].split("cursor=")[1]

    problem(world.get(theirs(other, f"?cursor={cursor}"), ada.token), 400, "invalid_cursor")


def test_the_organizer_sees_name_and_address_and_nothing_else(
    world: World, olga: Person, ada: Person, grace: dict[str, Any]
) -> None:
    event = world.an_event(olga.token)
    row = seated(world, event, ada, grace)

    answer = world.get(f"/events/{event['id']}/enrollments", olga.token)

    [listed] = answer.json["results"]
    assert listed["attendee"] == {"id": grace["id"], "name": "Grace Hopper", "email": "grace@example.org"}
    assert row["attendee"]["email"] is None, "the keeper reads it in the record"
    for personal in (grace["phone"], grace["date_of_birth"], ada.email):
        assert personal not in answer.text
    problem(world.get(f"/attendees/{grace['id']}", olga.token), 404, "not_found")


def test_a_changed_name_is_shown_at_once(world: World, olga: Person, ada: Person, grace: dict[str, Any]) -> None:
    row = seated(world, world.an_event(olga.token), ada, grace)

    world.patch(f"/attendees/{grace['id']}", {"last_name": "Murray"}, ada.token)

    assert world.get(f"/enrollments/{row['id']}", olga.token).json["attendee"]["name"] == "Grace Murray"


def test_who_is_enrolled_is_not_deleted(world: World, olga: Person, ada: Person, grace: dict[str, Any]) -> None:
    row = seated(world, world.an_event(olga.token), ada, grace)

    problem(world.delete(f"/attendees/{grace['id']}", ada.token), 409, "has_enrollments")
    assert world.get(f"/attendees/{grace['id']}", ada.token).json == grace

    assert world.post(f"/enrollments/{row['id']}/cancel", None, ada.token).status == 200
    assert world.delete(f"/attendees/{grace['id']}", ada.token).status == 204


def test_a_hold_that_is_over_keeps_nobodys_record(
    world: World, olga: Person, ada: Person, grace: dict[str, Any]
) -> None:
    event = world.an_event(olga.token, capacity=1)
    body = {"attendee_id": grace["id"], "confirm": False}
    assert world.post(f"/events/{event['id']}/enrollments", body, ada.token).json["status"] == "pending"
    problem(world.delete(f"/attendees/{grace['id']}", ada.token), 409, "has_enrollments")

    world.clock.advance(timedelta(minutes=15))

    assert world.delete(f"/attendees/{grace['id']}", ada.token).status == 204


@pytest.mark.parametrize("status", ["confirmed", "waitlisted"])
def test_who_was_enrolled_in_what_is_over_can_be_forgotten(
    world: World, olga: Person, ada: Person, grace: dict[str, Any], status: str
) -> None:
    times = {"starts_at": "2026-06-01T12:00:00Z", "ends_at": "2026-06-01T14:00:00Z"}
    event = world.an_event(olga.token, capacity=1, **times)
    if status == "waitlisted":
        enrolled(world, event, a_person(world))
    body = {"attendee_id": grace["id"], "waitlist": True}
    row = world.post(f"/events/{event['id']}/enrollments", body, ada.token).json
    assert row["status"] == status

    world.clock.advance(timedelta(hours=5) - timedelta(seconds=1))
    keeper = signed_in(world, ada.account)
    problem(world.delete(f"/attendees/{grace['id']}", keeper.token), 409, "has_enrollments")
    world.clock.advance(timedelta(seconds=1))

    assert world.delete(f"/attendees/{grace['id']}", keeper.token).status == 204
    seen = world.get(f"/enrollments/{row['id']}", keeper.token).json
    assert (seen["status"], seen["attendee"]["name"]) == (status, "")


def test_past_enrollments_of_a_deleted_record_show_nobody(
    world: World, olga: Person, ada: Person, grace: dict[str, Any]
) -> None:
    event = world.an_event(olga.token)
    row = seated(world, event, ada, grace)
    world.post(f"/enrollments/{row['id']}/cancel", None, ada.token)
    world.delete(f"/attendees/{grace['id']}", ada.token)

    [listed] = page(world, f"/events/{event['id']}/enrollments", olga.token)["results"]

    assert listed["attendee"] == {"id": grace["id"], "name": "", "email": None}
    assert world.get(f"/enrollments/{row['id']}", ada.token).json["attendee"]["name"] == ""
    refused = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": grace["id"]}, ada.token)
    problem(refused, 404, "not_found")


def test_a_guest_is_shown_by_the_name_they_gave(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    body = {"name": "Gil Guest", "email": "gil@example.org"}

    made = world.post(f"/events/{event['id']}/enrollments", body, olga.token)

    assert made.status == 201, made.text
    assert made.json["attendee"]["name"] == "Gil Guest"
    [listed] = page(world, f"/events/{event['id']}/enrollments", olga.token)["results"]
    assert (listed["attendee"]["name"], listed["attendee"]["email"]) == ("Gil Guest", "gil@example.org")


def test_an_organizer_names_one_address_so_often_an_hour_then_429() -> None:
    """Each brings a mail to somebody who may never have heard of them."""
    with World(replace(SETTINGS, limits="production")) as strict:
        olga = a_person(strict)
        body = {"name": "Gil Guest", "email": "gil@example.org"}
        for _ in range(5):
            url = f"/events/{strict.an_event(olga.token)['id']}/enrollments"
            assert strict.post(url, body, olga.token).status == 201
        event = strict.an_event(olga.token)

        refused = strict.post(f"/events/{event['id']}/enrollments", body, olga.token)

        problem(refused, 429, "too_many_requests")
        assert refused.headers["Retry-After"] == "720"
        assert live_people(strict, event) == []
