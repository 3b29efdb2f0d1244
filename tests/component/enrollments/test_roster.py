"""Who is enrolled in an event: for its organizer, with addresses; for nobody else."""

import itertools
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.services.enrollments.lists import roster as event_rosters
from tests.support.builders import Person, a_person, enrolled, people
from tests.support.lists import earlier, ids, page, walk
from tests.support.problems import faults, problem
from tests.support.world import World


def roster_url(event: dict[str, Any], query: str = "") -> str:
    return f"/events/{event['id']}/enrollments{query}"


def test_the_organizer_sees_everybody_with_name_and_address(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    guests = [a_person(world, first_name="Ada", last_name="Lovelace"), a_person(world, first_name="", last_name="")]
    rows = [enrolled(world, event, guest) for guest in guests]

    listed = page(world, roster_url(event), olga.token)

    mail = {"kind": "enrollment_confirmed", "state": "queued", "at": "2026-06-01T09:00:00Z", "reason": None}
    wanted = [
        {**row, "attendee": {**row["attendee"], "email": guest.email}, "mail": mail}
        for row, guest in zip(rows, guests, strict=True)
    ]
    assert sorted(listed["results"], key=lambda row: str(row["id"])) == sorted(wanted, key=lambda row: str(row["id"]))
    assert (listed["count"], listed["count_exact"]) == (2, True)


def test_an_organizer_who_comes_sees_their_own_address_too(world: World, olga: Person) -> None:
    """Its organizer sees the attendee's address: also when both are one person."""
    event = world.an_event(olga.token)
    enrolled(world, event, olga)

    [row] = page(world, roster_url(event), olga.token)["results"]

    assert row["attendee"]["email"] == "olga@example.org"


def test_nobody_else_sees_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    guest = a_person(world)
    enrolled(world, event, guest)

    problem(world.get(roster_url(event)), 401, "unauthenticated")
    problem(world.get(roster_url(event), guest.token), 403, "forbidden")
    problem(world.get(roster_url(event), a_person(world).token), 403, "forbidden")
    problem(world.get(roster_url({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}), olga.token), 404, "not_found")


def test_an_admin_sees_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))

    assert page(world, roster_url(event), a_person(world, roles=(Role.ADMIN,)).token)["count"] == 1


def test_it_is_filtered_by_status(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=5)
    guests = people(world, 4)
    rows = [enrolled(world, event, guest) for guest in guests]
    world.delete(f"/enrollments/{rows[2]['id']}", guests[2].token)

    confirmed = page(world, roster_url(event, "?status=confirmed"), olga.token)
    gone = page(world, roster_url(event, "?status=cancelled"), olga.token)
    waiting = page(world, roster_url(event, "?status=waitlisted"), olga.token)

    assert set(ids([confirmed])) == {rows[0]["id"], rows[1]["id"], rows[3]["id"]}
    assert ids([gone]) == [rows[2]["id"]]
    assert [each["count"] for each in (confirmed, gone, waiting)] == [3, 1, 0]
    for query in ("?status=waitlisted&status=cancelled", "?status=waitlisted,cancelled&status=cancelled"):
        several = page(world, roster_url(event, query), olga.token)
        assert (ids([several]), several["count"]) == ([rows[2]["id"]], 1)
    both = roster_url(event, "?status=confirmed&status=cancelled")
    assert sorted(ids([page(world, both, olga.token)])) == sorted(row["id"] for row in rows)
    table = world.get(both.replace("enrollments?", "enrollments.csv?"), olga.token)
    assert (table.status, table.text.count("\r\n")) == (200, 5)
    assert page(world, roster_url(event), olga.token)["count"] == 4


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?status=gone", [("status", "invalid")]),
        ("?status=confirmed,gone", [("status", "invalid")]),
        ("?q=", [("q", "empty_parameter")]),
        (f"?q={'x' * 101}", [("q", "invalid")]),
        ("?name=ada", [("name", "unknown_parameter")]),
    ],
)
def test_a_filter_that_is_none_is_refused(
    world: World, olga: Person, query: str, expected: list[tuple[str, str]]
) -> None:
    event = world.an_event(olga.token)

    assert faults(world.get(roster_url(event, query), olga.token)) == expected


@pytest.mark.parametrize("capacity", [50, 600], ids=["one bucket", "sixteen buckets"])
def test_pages_show_everybody_once_in_both_directions(world: World, olga: Person, capacity: int) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    guests = people(world, 10)
    rows = [enrolled(world, event, guest) for guest in guests]
    world.delete(f"/enrollments/{rows[0]['id']}", guests[0].token)

    for size, status in itertools.product((1, 3, 10, 100), ("", "&status=confirmed")):
        wanted = {row["id"] for row in (rows[1:] if status else rows)}

        pages = walk(world, roster_url(event, f"?page_size={size}{status}"), olga.token)

        assert len(ids(pages)) == len(wanted)
        assert set(ids(pages)) == wanted
        assert {each["count"] for each in pages} == {len(wanted)}
        assert earlier(world, pages, olga.token) + ids(pages[-1:]) == ids(pages)


def test_it_is_never_cached(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    assert world.get(roster_url(event), olga.token).headers["Cache-Control"] == "no-store"


# Searching


@pytest.fixture
def crowd(world: World, olga: Person) -> tuple[dict[str, Any], dict[str, str]]:
    """An event, and the enrollment ids of its people by their first names."""
    event = world.an_event(olga.token, capacity=600)
    names = {"José": "Müller", "Anna": "Straße", "Bob": "O'Neil", "李": "雷"}
    made: dict[str, str] = {}
    for first, last in names.items():
        person = a_person(world, f"{len(made)}.Mixed@Example.org", first_name=first, last_name=last)
        made[first] = enrolled(world, event, person)["id"]
    return event, made


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("jose", ["José"]),
        ("JOSÉ", ["José"]),
        ("jose%CC%81", ["José"]),
        ("e mu", ["José"]),
        ("MULL", ["José"]),
        ("strasse", ["Anna"]),
        ("o'n", ["Bob"]),
        ("%E9%9B%B7", ["李"]),
        ("2.mixed@", ["Bob"]),
        ("example.ORG", ["José", "Anna", "Bob", "李"]),
        ("nobody", []),
        ("%25", []),
    ],
)
def test_people_are_found_by_a_part_of_their_name_or_address(
    world: World, olga: Person, crowd: Any, q: str, expected: list[str]
) -> None:
    event, made = crowd

    listed = page(world, roster_url(event, f"?q={q}"), olga.token)

    assert set(ids([listed])) == {made[name] for name in expected}
    assert (listed["count"], listed["count_exact"]) == (len(expected), True)


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("Łukasz Ørsted", "lukasz"),
        ("Łukasz Ørsted", "ŁUKASZ ors"),
        ("Þóra Æsir", "thora aes"),
        ("Đorđe", "dorde"),
        ("Işıl", "isil"),
        ("Kar\u00adlson", "karlson"),
        ("O’Neil", "o'n"),
        ("Ann\u00a0 Lee", "ann lee"),
    ],
)
def test_people_are_found_as_others_write_their_names(world: World, olga: Person, name: str, q: str) -> None:
    event = world.an_event(olga.token)
    body = {"name": name, "email": "somebody@example.org"}
    made = world.post(f"/events/{event['id']}/enrollments", body, olga.token).json

    assert ids([page(world, roster_url(event, f"?q={quote(q)}"), olga.token)]) == [made["id"]]
    assert ids([page(world, roster_url(event, f"?q={quote(made['attendee']['name'])}"), olga.token)]) == [made["id"]]


def test_a_search_goes_together_with_the_status(world: World, olga: Person, crowd: Any) -> None:
    event, made = crowd
    world.post(f"/enrollments/{made['Bob']}/cancel", None, olga.token)

    assert ids([page(world, roster_url(event, "?q=mixed&status=cancelled"), olga.token)]) == [made["Bob"]]
    assert ids([page(world, roster_url(event, "?q=jose&status=cancelled"), olga.token)]) == []


def test_pages_of_a_search_show_everybody_once_in_both_directions(world: World, olga: Person, crowd: Any) -> None:
    event, made = crowd
    for person in people(world, 20):
        enrolled(world, event, person)

    for size in (1, 2, 3, 4, 5):
        pages = walk(world, roster_url(event, f"?q=mixed&page_size={size}"), olga.token)

        assert sorted(ids(pages)) == sorted(made.values())
        assert earlier(world, pages, olga.token) + ids(pages[-1:]) == ids(pages)


def test_a_page_of_a_search_looks_at_a_bounded_number_of_people(world: World, olga: Person, crowd: Any) -> None:
    event, made = crowd
    row = next(item for item in world.db.snapshot_all("turnout-enrollments") if "history" in item)
    number = 3 * event_rosters.LOOKED
    others = [
        {**row, "pk": {"S": f"{event['id']}#{n % 16}"}, "sk": {"S": f"01JZ3V4Q8RS6K1W3N5P7T{n:05d}"}}
        for n in range(number)
    ]
    world.db.load("turnout-enrollments", others)

    pages = walk(world, roster_url(event, "?q=mixed&page_size=100"), olga.token)

    assert sorted(ids(pages)) == sorted(made.values())
    assert len(pages) >= number // event_rosters.LOOKED
    assert [each["count_exact"] for each in pages] == [False] * len(pages)
