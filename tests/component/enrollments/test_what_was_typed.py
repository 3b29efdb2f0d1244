"""Of a place that was made by an address others are shown that address, until its person agrees, and nothing of theirs.

Neither where somebody stands in a list nor what becomes of their account tells that there is one.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.builders import Person, a_person, enrolled
from tests.support.lists import walk
from tests.support.mails.mailed import link_of, pressed
from tests.support.people.guests import ask
from tests.support.stories.busy import erased, expire, fresh, traces
from tests.support.world import PASSWORD, World

TYPED, NEW = "vera@example.org", "wilhelmina@new.example"
MANY = 20  # of each kind, in the test of places


@pytest.fixture
def vera(world: World) -> Person:
    return a_person(world, "Vera@Example.org", first_name="Wilhelmina", last_name="")


def moved(world: World, person: Person) -> None:
    """Their account has another address from now on."""
    assert world.post("/auth/me/email", {"email": NEW, "password": PASSWORD}, person.token).status == 202
    assert world.post("/auth/verify-new-email", {"otp": world.code_for(NEW)}, person.token).status == 200


def enrolled_by_olga(world: World, olga: Person, event: dict[str, Any]) -> None:
    body = {"name": "Somebody", "email": TYPED.upper()}
    assert world.post(f"/events/{event['id']}/enrollments", body, olga.token).status == 201


def asked_as_guest(world: World, olga: Person, event: dict[str, Any]) -> None:
    assert ask(world, event, TYPED).status == 202


def handed_on(world: World, olga: Person, event: dict[str, Any]) -> None:
    row = enrolled(world, event, a_person(world))
    body = {"name": "Somebody", "email": TYPED}
    assert world.post(f"/enrollments/{row['id']}/transfer", body, olga.token).status == 201


def enrolled_twice(world: World, olga: Person, event: dict[str, Any]) -> None:
    """Again by the id that the organizer was shown of them."""
    enrolled_by_olga(world, olga, event)
    row = row_of(world, olga, event)
    assert world.post(f"/enrollments/{row['id']}/cancel", None, olga.token).status == 200
    body = {"attendee_id": row["attendee"]["id"]}
    assert world.post(f"/events/{event['id']}/enrollments", body, olga.token).status == 201


def row_of(world: World, olga: Person, event: dict[str, Any], query: str = "") -> dict[str, Any]:
    [row] = world.get(f"/events/{event['id']}/enrollments?status=confirmed,pending&{query}", olga.token).json["results"]
    return dict(row)


@pytest.mark.parametrize(
    "door", [enrolled_by_olga, asked_as_guest, handed_on, enrolled_twice], ids=lambda one: one.__name__
)
def test_an_account_that_moves_is_shown_as_it_was_typed_until_it_agrees(
    world: World, olga: Person, vera: Person, door: Callable[[World, Person, dict[str, Any]], None]
) -> None:
    event = world.an_event(olga.token)
    door(world, olga, event)
    world.work()
    before = row_of(world, olga, event)

    moved(world, vera)

    url = f"/events/{event['id']}/enrollments"
    assert row_of(world, olga, event) == row_of(world, olga, event, f"q={TYPED}") == before
    assert before["attendee"]["email"] == TYPED
    assert world.get(f"/enrollments/{before['id']}", olga.token).json["attendee"] == before["attendee"]
    assert world.get(f"{url}?q=new.example", olga.token).json["results"] == []
    assert NEW not in world.get(f"{url}.csv", olga.token).text
    pressed(world, link_of(world, before), "confirm")
    assert row_of(world, olga, event)["attendee"]["email"] == NEW


def test_of_an_account_that_moved_and_was_erased_nothing_is_left_of_what_was_typed(
    world: World, olga: Person, vera: Person
) -> None:
    for number, event in enumerate([world.an_event(olga.token), world.an_event(olga.token)]):
        enrolled_by_olga(world, olga, event)
        if number:
            assert world.post(f"/enrollments/{row_of(world, olga, event)['id']}/cancel", None, olga.token).status == 200
    moved(world, vera)
    assert any("-enrollments" in one for one in traces(world, TYPED))

    erased(world, fresh(world, NEW))
    expire(world)

    assert traces(world, TYPED, NEW) == []


def test_where_somebody_stands_does_not_tell_whether_the_address_has_an_account(world: World, olga: Person) -> None:
    """Accounts that were made a moment ago stand among addresses that nobody had, and not beside each other."""
    known = [f"known{number}@example.org" for number in range(MANY)]
    for email in known:
        world.signed_up(email)
    event = world.an_event(olga.token, capacity=10 * MANY)
    url = f"/events/{event['id']}/enrollments"
    for email in [*known, *(f"nobody{number}@example.org" for number in range(MANY))]:
        assert world.post(url, {"name": "Somebody", "email": email}, olga.token).status == 201

    rows = [row for page in walk(world, url, olga.token) for row in page["results"]]
    shown = [row["attendee"]["email"].startswith("known") for row in rows]

    assert len(shown) == 2 * MANY
    for kind in (True, False):  # by chance there are two of the others outside of where these are
        between = shown[shown.index(kind) : len(shown) - shown[::-1].index(kind)]
        assert between.count(not kind) > MANY // 3
