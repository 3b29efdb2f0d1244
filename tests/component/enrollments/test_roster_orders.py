"""The people of an event by name, time and status, in both directions, page by page."""

from typing import Any

import pytest

from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.services.enrollments.lists import sorted_roster
from tests.support.builders import Person, a_member, a_person, enrolled
from tests.support.lists import earlier, ids, page, walk
from tests.support.problems import faults, problem
from tests.support.world import World

NAMES = ("Zoë", "adam", "Émile", "Bob", "Zoë")


@pytest.fixture
def crowd(world: World, olga: Person) -> tuple[str, list[dict[str, Any]], dict[str, Any]]:
    """Five people, two of one name, in the order of enrolling; the second and the fourth are here, the third left."""
    event = world.an_event(olga.token, capacity=600)
    rows = [enrolled(world, event, a_person(world, first_name=name, last_name="")) for name in NAMES]
    for row in (rows[3], rows[1]):
        assert world.post(f"/enrollments/{row['id']}/check-in", None, olga.token).status == 200
    world.post(f"/enrollments/{rows[2]['id']}/cancel", None, olga.token)
    return f"/events/{event['id']}/enrollments", rows, event


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("name", ["adam", "Bob", "Émile", "Zoë", "Zoë"]),
        ("status", ["Émile"]),
        ("-checked_in_at", ["adam", "Bob"]),
    ],
)
def test_people_stand_in_the_order_that_is_asked_for(
    world: World, olga: Person, crowd: Any, ordering: str, expected: list[str]
) -> None:
    url, _, _ = crowd

    rows = page(world, f"{url}?ordering={ordering}", olga.token)["results"]

    shown = [row["attendee"]["name"] for row in rows]
    if ordering == "-checked_in_at":
        assert sorted(shown[:2], key=str.casefold) == expected
        assert [row["checked_in_at"] is None for row in rows] == [False, False, True, True, True]
    else:
        assert shown[: len(expected)] == expected


@pytest.mark.parametrize("ordering", ["name", "created_at", "checked_in_at", "status"])
def test_pages_fit_together_in_both_directions(world: World, olga: Person, crowd: Any, ordering: str) -> None:
    url, rows, _ = crowd
    whole = ids([page(world, f"{url}?ordering={ordering}", olga.token)])
    assert sorted(whole) == sorted(row["id"] for row in rows)
    assert ids([page(world, f"{url}?ordering=-{ordering}", olga.token)]) == whole[::-1]

    for asked, expected in ((ordering, whole), (f"-{ordering}", whole[::-1])):
        for size in (1, 2, 5):
            pages = walk(world, f"{url}?ordering={asked}&page_size={size}", olga.token)
            assert ids(pages) == expected
            assert {(each["count"], each["count_exact"]) for each in pages} == {(5, True)}
            assert earlier(world, pages, olga.token) + ids(pages[-1:]) == expected


def test_a_place_stays_when_somebody_comes(world: World, olga: Person, crowd: Any) -> None:
    url, _, event = crowd
    first = page(world, f"{url}?ordering=name&page_size=2", olga.token)
    enrolled(world, event, a_person(world, first_name="Aaron", last_name=""))

    following = page(world, first["next"].removeprefix("https://api.test"), olga.token)

    assert [row["attendee"]["name"] for row in following["results"]] == ["Émile", "Zoë"]


def test_an_order_goes_together_with_filters_and_search(world: World, olga: Person, crowd: Any) -> None:
    url, rows, _ = crowd

    assert ids([page(world, f"{url}?ordering=-name&checked_in=true", olga.token)]) == [rows[3]["id"], rows[1]["id"]]
    assert len(ids([page(world, f"{url}?ordering=name&q=zoe", olga.token)])) == 2


def test_the_order_is_by_what_is_shown(world: World, olga: Person, crowd: Any) -> None:
    """Somebody whose address the organizer typed stands where the name stands that was typed."""
    url, _, event = crowd
    zed = a_person(world, first_name="Zzz", last_name="")
    world.post(f"/events/{event['id']}/enrollments", {"name": "Aaa", "email": zed.email}, olga.token)
    for reader in (olga, a_member(world, event, TeamRole.VIEWER)):
        [first, *_] = page(world, f"{url}?ordering=name", reader.token)["results"]
        assert first["attendee"]["name"] == "Aaa"


def test_more_people_than_are_sorted_are_refused(
    world: World, olga: Person, crowd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _, _ = crowd
    monkeypatch.setattr(sorted_roster, "SORTED_PEOPLE", 4)

    refused = problem(world.get(f"{url}?ordering=name", olga.token), 422, "too_many_to_sort")

    assert "4" in refused["detail"]
    assert len(ids([page(world, f"{url}?ordering=name&status=cancelled", olga.token)])) == 1
    assert faults(world.get(f"{url}?ordering=email", olga.token)) == [("ordering", "invalid")]
    problem(world.get(f"{url}?ordering=name", a_person(world).token), 403, "forbidden")
