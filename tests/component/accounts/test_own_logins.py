"""One's own logins: listed, and ended one by one or all at once, in force on the very next request."""

from datetime import timedelta

import pytest

from tests.support.builders import Person, a_person, signed_in
from tests.support.problems import problem
from tests.support.world import World


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org")


def session_of(person: Person) -> str:
    return person.refresh.split(".")[1]


def test_logins_are_listed_the_present_one_first_then_the_last_used(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(minutes=1))
    phone = signed_in(world, ada.account)
    world.clock.advance(timedelta(minutes=1))
    tablet = signed_in(world, ada.account)
    world.clock.advance(timedelta(minutes=1))
    assert world.post("/auth/refresh", {"refresh": phone.refresh}).status == 200

    listed = world.get("/auth/sessions", ada.token)

    assert listed.status == 200
    assert listed.json["count"] == 3
    assert [one["id"] for one in listed.json["results"]] == [session_of(one) for one in (ada, phone, tablet)]
    assert [one["current"] for one in listed.json["results"]] == [True, False, False]
    used = listed.json["results"][1]
    assert used["created_at"] < used["last_used_at"] == "2026-06-01T09:03:00Z"


def test_a_login_tells_its_network_and_never_an_address(world: World, ada: Person) -> None:
    with world.elsewhere("203.0.113.77"):
        token = world.logged_in(ada.email)["access"]
    with world.elsewhere("2001:db8:1:2::3"):
        token = world.logged_in(ada.email)["access"]

    listed = world.get("/auth/sessions", token)

    assert {one["network"] for one in listed.json["results"]} == {None, "203.0.113.0/24", "2001:db8:1::/48"}
    assert "203.0.113.77" not in str(world.db.snapshot_all("turnout-accounts"))


def test_a_login_tells_when_it_ends_at_the_latest_a_month_after_it_began(world: World, ada: Person) -> None:
    refresh = ada.refresh
    for _ in range(4):
        world.clock.advance(timedelta(days=6))
        pair = world.post("/auth/refresh", {"refresh": refresh}).json
        refresh = pair["refresh"]

    [shown] = world.get("/auth/sessions", pair["access"]).json["results"]

    assert (shown["created_at"], shown["expires_at"]) == ("2026-06-01T09:00:00Z", "2026-07-01T09:00:00Z")


def test_a_row_from_before_networks_and_ends_were_kept_is_shown_as_it_is(world: World, ada: Person) -> None:
    """Such a row may say that it lives longer than any login does, and says nothing of a network."""
    [row] = [one for one in world.db.snapshot_all("turnout-accounts") if one["sk"]["S"].startswith("session#")]
    assert "network" not in row
    old = {**row, "expires_at": {"S": "2026-08-01T09:00:00.000Z"}}
    world.db.load("turnout-accounts", [old])

    [shown] = world.get("/auth/sessions", ada.token).json["results"]

    assert (shown["network"], shown["expires_at"]) == (None, "2026-07-01T09:00:00Z")


def test_a_login_that_is_over_is_not_listed(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(days=7))
    later = signed_in(world, ada.account)

    assert [one["id"] for one in world.get("/auth/sessions", later.token).json["results"]] == [session_of(later)]


def test_reading_the_list_and_using_a_token_write_nothing(world: World, ada: Person) -> None:
    before = world.db.snapshot_all("turnout-accounts")
    world.clock.advance(timedelta(minutes=5))

    world.get("/auth/sessions", ada.token)

    assert world.db.snapshot_all("turnout-accounts") == before


def test_one_login_is_ended_and_no_other(world: World, ada: Person) -> None:
    phone, tablet = signed_in(world, ada.account), signed_in(world, ada.account)

    assert world.delete(f"/auth/sessions/{session_of(phone)}", ada.token).status == 204

    problem(world.get("/auth/me", phone.token), 401, "unauthenticated")
    problem(world.post("/auth/refresh", {"refresh": phone.refresh}), 401, "credentials_wrong")
    assert world.get("/auth/me", tablet.token).status == 200
    problem(world.delete(f"/auth/sessions/{session_of(phone)}", ada.token), 404, "not_found")


def test_the_present_login_may_be_ended_too(world: World, ada: Person) -> None:
    assert world.delete(f"/auth/sessions/{session_of(ada)}", ada.token).status == 204

    problem(world.get("/auth/me", ada.token), 401, "unauthenticated")


@pytest.mark.parametrize("what", ["of another", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "junk", "%00"])
def test_nobody_ends_a_login_that_is_not_theirs(world: World, ada: Person, what: str) -> None:
    bob = a_person(world)
    session_id = session_of(bob) if what == "of another" else what

    problem(world.delete(f"/auth/sessions/{session_id}", ada.token), 404, "not_found")

    assert world.get("/auth/me", bob.token).status == 200


def test_all_others_end_at_once(world: World, ada: Person) -> None:
    others = [signed_in(world, ada.account) for _ in range(3)]
    bob = a_person(world)

    assert world.delete("/auth/sessions", ada.token).status == 204

    for other in others:
        problem(world.get("/auth/me", other.token), 401, "unauthenticated")
        problem(world.post("/auth/refresh", {"refresh": other.refresh}), 401, "credentials_wrong")
    assert world.get("/auth/sessions", ada.token).json["count"] == 1
    assert world.get("/auth/me", bob.token).status == 200
    assert world.delete("/auth/sessions", ada.token).status == 204, "when there is none"


@pytest.mark.parametrize(("method", "url"), [("GET", ""), ("DELETE", ""), ("DELETE", "/01ARZ3NDEKTSV4RRFFQ69G5FAV")])
def test_one_must_be_signed_in(world: World, method: str, url: str) -> None:
    problem(world.send(method, f"/auth/sessions{url}"), 401, "unauthenticated")
