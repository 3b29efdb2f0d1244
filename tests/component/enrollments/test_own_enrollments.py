"""One's own enrollments: all of them by the time of enrolling, filtered by when, status and event."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import Person, a_person, enrolled, signed_in
from tests.support.lists import earlier, ids, page, walk
from tests.support.problems import faults, problem
from tests.support.world import World

START = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", first_name="Ada", last_name="")


@pytest.fixture
def diary(world: World, olga: Person, ada: Person) -> list[dict[str, Any]]:
    """Six enrollments a minute apart, of events that begin in the opposite order; numbers 1 and 4 are cancelled."""
    rows = []
    for number in range(6):
        event = world.an_event(olga.token, starts_at=(START + timedelta(hours=6 - number)).isoformat())
        world.clock.advance(timedelta(minutes=1))
        rows.append(enrolled(world, event, ada))
        enrolled(world, event, olga)
    for number in (1, 4):
        rows[number] = world.post(f"/enrollments/{rows[number]['id']}/cancel", token=ada.token).json
    return rows


def test_one_must_be_signed_in(world: World) -> None:
    problem(world.get("/me/enrollments"), 401, "unauthenticated")


def test_they_are_in_the_order_of_enrolling_with_their_events(
    world: World, ada: Person, diary: list[dict[str, Any]]
) -> None:
    listed = page(world, "/me/enrollments", ada.token)

    assert listed["results"] == diary
    assert (listed["count"], listed["count_exact"]) == (6, True)
    assert {row["attendee"]["name"] for row in listed["results"]} == {"Ada"}
    assert all(row["attendee"]["email"] is None for row in listed["results"])


@pytest.mark.parametrize("query", ["", "&status=confirmed", "&when=upcoming"])
def test_pages_show_each_once_in_both_directions(
    world: World, ada: Person, diary: list[dict[str, Any]], query: str
) -> None:
    wanted = [row["id"] for row in diary if row["status"] == "confirmed" or "status" not in query]

    for size in (1, 2, 4, 5, 6, 7):
        pages = walk(world, f"/me/enrollments?page_size={size}{query}", ada.token)

        assert ids(pages) == wanted
        assert earlier(world, pages, ada.token) + ids(pages[-1:]) == wanted


@pytest.mark.parametrize(
    ("status", "numbers"),
    [
        ("confirmed", [0, 2, 3, 5]),
        ("cancelled", [1, 4]),
        ("cancelled,confirmed", [0, 1, 2, 3, 4, 5]),
        ("pending,waitlisted,offered,expired", []),
    ],
)
def test_they_are_filtered_by_a_list_of_statuses(
    world: World, ada: Person, diary: list[dict[str, Any]], status: str, numbers: list[int]
) -> None:
    listed = page(world, f"/me/enrollments?status={status}", ada.token)

    assert listed["results"] == [diary[number] for number in numbers]
    assert (listed["count"], listed["count_exact"]) == (len(numbers), True)


def test_what_is_past_is_decided_on_the_event_as_it_is_now(
    world: World, olga: Person, ada: Person, diary: list[dict[str, Any]]
) -> None:
    """Events 3, 4 and 5 end at 14:00, 13:00 and 12:00; an event that runs is not over."""
    world.clock.now = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
    late = signed_in(world, ada.account)
    moved = diary[0]["event"]["id"]
    world.patch(f"/events/{moved}", {"starts_at": "2026-07-01T09:00:00Z"}, signed_in(world, olga.account).token)

    past = page(world, "/me/enrollments?when=past", late.token)
    upcoming = page(world, "/me/enrollments?when=upcoming", late.token)

    assert ids([past]) == [diary[4]["id"], diary[5]["id"]]
    assert ids([upcoming]) == [row["id"] for row in diary[:4]]
    assert (past["count"], past["count_exact"]) == (2, True)


def test_filters_go_together(world: World, ada: Person, diary: list[dict[str, Any]]) -> None:
    world.clock.now = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
    late = signed_in(world, ada.account)

    listed = page(world, "/me/enrollments?when=past&status=cancelled", late.token)

    assert ids([listed]) == [diary[4]["id"]]


def test_the_enrollment_in_one_event_is_found_by_the_event(
    world: World, ada: Person, diary: list[dict[str, Any]]
) -> None:
    listed = page(world, f"/me/enrollments?event={diary[2]['event']['id']}", ada.token)

    assert listed == {"count": 1, "count_exact": True, "next": None, "previous": None, "results": [diary[2]]}


@pytest.mark.parametrize("query", ["status=confirmed", "when=past"])
def test_the_event_goes_together_with_the_other_filters(
    world: World, ada: Person, diary: list[dict[str, Any]], query: str
) -> None:
    listed = page(world, f"/me/enrollments?event={diary[1]['event']['id']}&{query}", ada.token)

    assert (listed["results"], listed["count"]) == ([], 0)


@pytest.mark.parametrize("event", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "junk", "%00", "event%23x"])
def test_an_event_that_is_none_has_no_enrollment(world: World, ada: Person, event: str) -> None:
    assert page(world, f"/me/enrollments?event={event}", ada.token)["results"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("when=now", [("when", "invalid")]),
        ("when=PAST", [("when", "invalid")]),
        ("status=gone", [("status", "invalid")]),
        ("status=confirmed,gone", [("status", "invalid")]),
        ("status=confirmed,", [("status", "invalid")]),
        ("made_by=me&made_by=me", [("made_by", "repeated_parameter")]),
        ("made_by=you", [("made_by", "invalid")]),
        ("made_by=", [("made_by", "empty_parameter")]),
        (f"event={'x' * 65}", [("event", "invalid")]),
        ("event=", [("event", "empty_parameter")]),
    ],
)
def test_a_filter_that_is_none_is_refused(
    world: World, ada: Person, query: str, expected: list[tuple[str, str]]
) -> None:
    assert faults(world.get(f"/me/enrollments?{query}", ada.token)) == expected


def test_enrolling_again_moves_an_enrollment_to_the_end(world: World, ada: Person, diary: list[dict[str, Any]]) -> None:
    world.clock.advance(timedelta(minutes=1))
    enrolled(world, diary[1]["event"], ada)

    listed = ids([page(world, "/me/enrollments", ada.token)])

    assert listed == [row["id"] for row in (*diary[:1], *diary[2:], diary[1])]


def test_they_are_private(world: World, ada: Person, diary: list[dict[str, Any]]) -> None:
    assert page(world, "/me/enrollments", a_person(world).token)["results"] == []
    assert world.get("/me/enrollments", ada.token).headers["Cache-Control"] == "no-store"


# Those that one made for others


@pytest.fixture
def made(world: World, olga: Person, ada: Person) -> list[dict[str, Any]]:
    """Ada enrols Grace in three events, a minute apart, and cancels the second."""
    grace = world.post("/attendees", {"first_name": "Grace", "last_name": "Hopper"}, ada.token).json
    rows = []
    for number in range(3):
        event = world.an_event(olga.token, starts_at=(START + timedelta(hours=3 - number)).isoformat())
        world.clock.advance(timedelta(minutes=1))
        answer = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": grace["id"]}, ada.token)
        assert answer.status == 201, answer.text
        rows.append(answer.json)
        enrolled(world, event, ada)
    rows[1] = world.post(f"/enrollments/{rows[1]['id']}/cancel", None, ada.token).json
    return rows


def test_what_one_made_for_others_is_listed_with_their_names(
    world: World, ada: Person, made: list[dict[str, Any]]
) -> None:
    listed = page(world, "/me/enrollments?made_by=me", ada.token)

    assert listed["results"] == made
    assert {row["attendee"]["name"] for row in listed["results"]} == {"Grace Hopper"}
    assert {row["attendee"]["email"] for row in listed["results"]} == {None}
    assert (listed["count"], listed["count_exact"]) == (3, True)
    own = {row["attendee"]["name"] for row in page(world, "/me/enrollments", ada.token)["results"]}
    assert own == {"Ada"}


def test_what_one_made_is_filtered_like_ones_own(
    world: World, olga: Person, ada: Person, made: list[dict[str, Any]]
) -> None:
    url = "/me/enrollments?made_by=me"
    world.clock.now = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    late = signed_in(world, ada.account).token

    assert ids([page(world, f"{url}&status=cancelled", late)]) == [made[1]["id"]]
    assert page(world, f"{url}&status=confirmed", late)["count"] == 2
    assert ids([page(world, f"{url}&event={made[2]['event']['id']}", late)]) == [made[2]["id"]]
    assert ids([page(world, f"{url}&when=past", late)]) == [made[2]["id"]]
    assert ids([page(world, f"{url}&when=upcoming", late)]) == [made[0]["id"], made[1]["id"]]
    assert page(world, url, signed_in(world, olga.account).token)["results"] == []


def test_pages_of_what_one_made_show_each_once(world: World, ada: Person, made: list[dict[str, Any]]) -> None:
    for size in (1, 2, 3, 4):
        pages = walk(world, f"/me/enrollments?made_by=me&page_size={size}", ada.token)

        assert ids(pages) == [row["id"] for row in made]
        assert earlier(world, pages, ada.token) + ids(pages[-1:]) == ids(pages)


def test_what_one_made_is_no_filter_of_anothers_list(world: World, ada: Person) -> None:
    grace = world.post("/attendees", {"first_name": "Grace"}, ada.token).json

    answer = world.get(f"/attendees/{grace['id']}/enrollments?made_by=me", ada.token)

    assert faults(answer) == [("made_by", "unknown_parameter")]
