"""Refresh tokens: each is good once, a lost answer signs nobody out, and a copied token ends the login."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.shared.times import stamp
from tests.support.builders import Person, a_person, signed_in
from tests.support.http import Answer
from tests.support.problems import faults, problem
from tests.support.world import KEY_RING, SETTINGS, World


def refresh(world: World, token: Any) -> Answer:
    return world.post("/auth/refresh", {"refresh": token})


def test_a_refresh_answers_a_new_pair(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(minutes=50))

    answer = refresh(world, ada.refresh)

    assert answer.status == 200
    assert set(answer.json) == {"access", "refresh", "expires_in"}
    assert answer.json["refresh"] != ada.refresh
    assert answer.json["expires_in"] == 3600
    world.clock.advance(timedelta(minutes=30))
    assert world.get("/auth/me", ada.token).status == 401, "the first access token is over after an hour"
    assert world.get("/auth/me", answer.json["access"]).json["id"] == ada.id


def test_a_chain_of_refreshes_keeps_somebody_signed_in(world: World, ada: Person) -> None:
    token = ada.refresh
    for _ in range(4):
        world.clock.advance(timedelta(days=6))
        answer = refresh(world, token)
        assert answer.status == 200
        token = answer.json["refresh"]

    assert world.get("/auth/me", answer.json["access"]).status == 200


def test_a_login_ends_after_thirty_days_however_often_it_is_refreshed(world: World, ada: Person) -> None:
    token = ada.refresh
    for _ in range(29):
        world.clock.advance(timedelta(days=1))
        token = refresh(world, token).json["refresh"]
    world.clock.advance(timedelta(hours=23, minutes=59, seconds=59))
    last = refresh(world, token).json
    assert world.get("/auth/me", last["access"]).status == 200

    world.clock.advance(timedelta(seconds=1))

    assert world.get("/auth/me", last["access"]).status == 401
    problem(refresh(world, last["refresh"]), 401, "credentials_wrong")


def test_a_login_that_was_written_with_a_later_end_is_over_too(world: World, ada: Person) -> None:
    """Before there was an absolute end, each refresh moved it."""
    later = world.clock() + timedelta(days=90)
    [row] = [one for one in world.db.snapshot_all("turnout-accounts") if one["sk"]["S"].startswith("session#")]
    world.container.store.dynamo.call(
        "PutItem", {"TableName": "turnout-accounts", "Item": {**row, "expires_at": {"S": stamp(later)}}}
    )
    world.clock.advance(timedelta(days=30))

    problem(refresh(world, ada.refresh), 401, "credentials_wrong")


def test_a_refresh_token_is_over_after_seven_days(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(days=7))

    problem(refresh(world, ada.refresh), 401, "credentials_wrong")


@pytest.mark.parametrize("seconds", [0, 5, 10])
def test_a_retry_within_ten_seconds_gets_the_same_successor(world: World, ada: Person, seconds: int) -> None:
    first = refresh(world, ada.refresh)
    world.clock.advance(timedelta(seconds=seconds))

    retried = refresh(world, ada.refresh)

    assert retried.status == 200
    assert retried.json["refresh"] == first.json["refresh"]
    assert world.get("/auth/me", retried.json["access"]).status == 200
    assert refresh(world, first.json["refresh"]).status == 200


@pytest.mark.parametrize("then", ["new,old", "old,new"], ids=["old process first", "new process first"])
def test_a_retry_that_meets_a_process_with_other_keys_gets_the_same_successor(then: str) -> None:
    """Processes read the ring again at different moments: for minutes two of them sign with different keys."""
    keys = {"old": KEY_RING, "new": KEY_RING.replace("test1:q83v", "test2:Zm9v")}
    second = ",".join(keys[name] for name in then.split(","))
    first = ",".join(keys[name] for name in reversed(then.split(",")))
    with World(replace(SETTINGS, key_ring=first)) as one, World(replace(SETTINGS, key_ring=second)) as other:
        other.container.store.dynamo.connection._client = one.container.store.dynamo.connection._client
        ada = a_person(one)

        given = refresh(one, ada.refresh).json["refresh"]

        assert refresh(other, ada.refresh).json["refresh"] == given
        assert refresh(other, given).status == 200


def test_a_retry_after_ten_seconds_is_theft_and_ends_the_login(world: World, ada: Person) -> None:
    successor = refresh(world, ada.refresh).json
    world.clock.advance(timedelta(seconds=11))

    problem(refresh(world, ada.refresh), 401, "credentials_wrong")

    problem(refresh(world, successor["refresh"]), 401, "credentials_wrong")
    for access in (ada.token, successor["access"]):
        problem(world.get("/auth/me", access), 401, "unauthenticated")


def test_a_retry_after_the_successor_was_used_is_theft_even_within_ten_seconds(world: World, ada: Person) -> None:
    second = refresh(world, ada.refresh).json["refresh"]
    third = refresh(world, second).json

    problem(refresh(world, ada.refresh), 401, "credentials_wrong")

    problem(refresh(world, third["refresh"]), 401, "credentials_wrong")
    problem(world.get("/auth/me", third["access"]), 401, "unauthenticated")


def test_theft_of_one_login_leaves_the_others_alone(world: World, ada: Person) -> None:
    other = signed_in(world, ada.account)
    refresh(world, ada.refresh)
    world.clock.advance(timedelta(minutes=1))
    refresh(world, ada.refresh)

    assert world.get("/auth/me", ada.token).status == 401
    assert world.get("/auth/me", other.token).status == 200
    assert refresh(world, other.refresh).status == 200


def forgeries(token: str) -> dict[str, str]:
    user, session, secret, mac = token.split(".")
    other = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    return {
        "no token": "nonsense",
        "four empty parts": "...",
        "too few parts": f"{user}.{session}.{secret}",
        "too many parts": f"{token}.x",
        "another secret": f"{user}.{session}.{secret[::-1]}.{mac}",
        "another user": f"{other}.{session}.{secret}.{mac}",
        "another session": f"{user}.{other}.{secret}.{mac}",
        "another mac": f"{user}.{session}.{secret}.{mac[:-2]}xx",
        "no mac": f"{user}.{session}.{secret}.",
        "unknown key": f"{user}.{session}.{secret}.other-{mac.split('-', 1)[1]}",
        "no key": f"{user}.{session}.{secret}.{mac.split('-', 1)[1]}",
        "letters beyond ASCII": f"{user}.{session}.{secret}.{mac[:-1]}é",
        "NUL": f"{token}\x00",
    }


@pytest.mark.parametrize("kind", list(forgeries("a.b.c.k-d")))
def test_a_forged_token_is_refused_and_harms_nobody(world: World, ada: Person, kind: str) -> None:
    problem(refresh(world, forgeries(ada.refresh)[kind]), 401, "credentials_wrong")

    assert world.get("/auth/me", ada.token).status == 200
    assert refresh(world, ada.refresh).status == 200


@pytest.mark.parametrize("token", [None, 1, "", ["x"], "x" * 501])
def test_what_is_no_text_is_a_fault_of_the_request(world: World, token: Any) -> None:
    assert faults(refresh(world, token)) == [("/refresh", "invalid")]


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(world: World, ada: Person) -> None:
    problem(refresh(world, ada.token), 401, "credentials_wrong")
    problem(world.get("/auth/me", ada.refresh), 401, "unauthenticated")


def test_a_token_that_was_good_before_a_logout_is_refused_after_it(world: World, ada: Person) -> None:
    world.post("/auth/logout", token=ada.token)

    problem(refresh(world, ada.refresh), 401, "credentials_wrong")


def test_only_hashes_of_refresh_tokens_are_stored(world: World, ada: Person) -> None:
    successor = refresh(world, ada.refresh).json["refresh"]

    stored = str(world.db.snapshot_all("turnout-accounts"))

    for token in (ada.refresh, successor):
        for part in token.split(".")[2:]:
            assert part not in stored
