"""Known and unknown addresses cost the same calls: what takes as long cannot be told apart by its time.

A clock in a test would measure the machine. So the calls are compared: which, on which tables, in which order, and how
many bytes were sent. Bodies differ by ids and names, whose lengths are the same here.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.shared.limits import MAX_SIGN_UPS_IN_ALL
from chalicelib.security.keyring import RingMacs
from chalicelib.settings import Settings
from chalicelib.store.dynamo.definitions import Item
from devtools.simdb.meter import Meter
from tests.support.builders import a_person
from tests.support.world import PASSWORD, SETTINGS, World

STRICT = Settings(
    key_ring=SETTINGS.key_ring, limits="production", sign_up_profile="strict", password_min_length=15, log_level="ERROR"
)
STATES = ["unknown", "proven", "unproven", "signedup", "crowded", "guest999"]  # of one length: sizes are compared
Calls = list[tuple[str, str, int]]


@contextmanager
def recorded(world: World) -> Iterator[Calls]:
    """Each call of the store, its table or tables and the bytes of its request; passwords computed; pushes."""
    calls: Calls = []
    dynamo, queue = world.container.store.dynamo, world.queue
    passwords: Any = world.container.security.passwords
    call, hashed, alike, pushed = dynamo.call, passwords.hash, passwords._hash_like, queue.push

    def store(operation: str, kwargs: dict[str, Any]) -> Any:
        calls.append((operation, _tables(kwargs), len(json.dumps(kwargs, default=str)) // 64))
        return call(operation, kwargs)

    def hashing(*given: Any, **named: Any) -> str:
        calls.append(("argon2", "", 0))
        return str(hashed(*given, **named))

    def hashing_like(*given: Any) -> str:
        calls.append(("argon2", "", 0))
        return str(alike(*given))

    def push(*entries: Any) -> None:
        calls.append(("push", "", len(entries)))
        pushed(*entries)

    verify = passwords.verify

    def verifying(*given: Any) -> bool:
        calls.append(("argon2", "", 0))
        return bool(verify(*given))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dynamo, "call", store)
        patched.setattr(passwords, "hash", hashing)
        patched.setattr(passwords, "verify", verifying)
        patched.setattr(passwords, "_hash_like", hashing_like)
        patched.setattr(queue, "push", push)
        yield calls


@contextmanager
def computed() -> Iterator[list[str]]:
    """What is computed beside the calls and takes long: items made of what was read, and digests, by what they are."""
    made: list[str] = []
    item: Any = Item.from_raw_data.__func__  # type: ignore[attr-defined]  # of the class method
    mac = RingMacs.mac

    def making(model: type[Item], raw: Any) -> Any:
        made.append(model.__name__)
        return item(model, raw)

    def digesting(macs: RingMacs, purpose: str, *given: str) -> str:
        made.append(purpose)
        return mac(macs, purpose, *given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Item, "from_raw_data", classmethod(making))
        patched.setattr(RingMacs, "mac", digesting)
        yield made


def _tables(kwargs: dict[str, Any]) -> str:
    operations = [next(iter(one.values())) for one in kwargs.get("TransactItems", [])]
    return " ".join(one["TableName"] for one in operations) or str(kwargs.get("TableName", "batch"))


def sign_up(world: World, email: str) -> int:
    return world.post("/auth/signup", {"email": email, "password": PASSWORD}).status


def resend(world: World, email: str) -> int:
    return world.post("/auth/resend-otp", {"email": email}).status


def verify_by_password(world: World, email: str) -> int:
    return world.post("/auth/verify-email", {"email": email, "otp": "123456", "password": "another password"}).status


def verify_by_id(world: World, email: str) -> int:
    return world.post("/auth/verify-email", {"email": email, "otp": "123456", "signup_id": "made up"}).status


def forgot(world: World, email: str) -> int:
    return world.post("/auth/forgot-password", {"email": email}).status


def log_in(world: World, email: str) -> int:
    return world.post("/auth/login", {"email": email, "password": "another password"}).status


DOORS: list[Callable[[World, str], int]] = [sign_up, resend, verify_by_password, verify_by_id, forgot, log_in]


def begun(world: World, state: str) -> str:
    """The address of somebody in this state."""
    email = f"{state:8}@example.org".replace(" ", "x")
    match state:
        case "proven":
            a_person(world, email)
        case "unproven":
            a_person(world, email, email_verified=False)
        case "signedup":
            with world.elsewhere():
                world.post("/auth/signup", {"email": email, "password": PASSWORD})
                world.work()
        case "crowded":
            for number in range(6):
                with world.elsewhere(f"203.0.{number}.9"):
                    world.post("/auth/signup", {"email": email, "password": f"a password of number {number}"})
        case "neighbor":
            world.post("/auth/signup", {"email": email, "password": PASSWORD})
            world.work()
        case "guest999":
            world.container.store.people.guest(email, world.clock())
    return email


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("state", [state for state in STATES if state != "unknown"])
def test_every_address_costs_the_same_calls(door: Callable[[World, str], int], state: str) -> None:
    costs: dict[str, tuple[int, Calls]] = {}
    for one in ("unknown", state):
        with World(STRICT) as world:
            email = begun(world, one)
            with recorded(world) as calls:
                status = door(world, email)
            costs[one] = (status, list(calls))

    assert costs[state][0] == costs["unknown"][0]
    assert costs[state][1] == costs["unknown"][1]
    assert len(costs["unknown"][1]) >= 2


def change_address(world: World, email: str) -> int:
    token = a_person(world, "asking@example.org").token
    return world.post("/auth/me/email", {"email": email, "password": PASSWORD}, token).status


QUICK = [resend, forgot, change_address]  # no password is computed for the address: little work would show beside it


@pytest.mark.parametrize("door", QUICK, ids=lambda door: door.__name__)
@pytest.mark.parametrize("state", [*(state for state in STATES if state != "unknown"), "neighbor"])
def test_every_address_costs_the_same_items_and_digests(door: Callable[[World, str], int], state: str) -> None:
    costs: dict[str, list[str]] = {}
    for one in ("unknown", state):
        with World(STRICT) as world:
            email = begun(world, one)
            world.clock.advance(timedelta(minutes=6))  # a code may be asked for again
            with computed() as made:
                assert door(world, email) == 202
            costs[one] = list(made)

    assert costs[state] == costs["unknown"]
    assert len(costs["unknown"]) >= 2


@pytest.mark.parametrize("door", [forgot, change_address], ids=lambda door: door.__name__)
def test_however_many_sign_ups_wait_at_an_address_nothing_of_them_is_read(door: Callable[[World, str], int]) -> None:
    reads: dict[str, float] = {}
    for one in ("unknown", "signedup"):
        with World(STRICT) as world:
            email = begun(world, one)
            if one == "signedup":
                kept = world.container.store.sign_ups.of(email).sign_ups[0]
                for number in range(1, MAX_SIGN_UPS_IN_ALL):
                    world.container.store.sign_ups.add(replace(kept, id=f"{number:040}"), [])
            with Meter(world.db) as meter:
                assert door(world, email) == 202
            reads[one] = meter.reads

    assert reads["signedup"] == reads["unknown"]


@pytest.mark.parametrize("state", [state for state in STATES if state != "unknown"])
def test_every_address_that_an_account_wants_costs_the_same_calls(state: str) -> None:
    costs: dict[str, tuple[int, Calls]] = {}
    for one in ("unknown", state):
        with World(STRICT) as world:
            token = a_person(world, "asking@example.org").token
            email = begun(world, one)
            with recorded(world) as calls:
                answer = world.post("/auth/me/email", {"email": email, "password": PASSWORD}, token)
            costs[one] = (answer.status, list(calls))

    assert costs[state] == costs["unknown"]
    assert costs["unknown"][0] == 202


@pytest.mark.parametrize("state", [state for state in STATES if state != "unknown"])
def test_every_address_that_is_invited_to_a_team_costs_the_same_calls(state: str) -> None:
    costs: dict[str, tuple[int, Any, Calls]] = {}
    for one in ("unknown", state):
        with World(STRICT) as world:
            owner = a_person(world, "owner@example.org")
            event = world.an_event(owner.token)
            email = begun(world, one)
            with recorded(world) as calls:
                answer = world.post(f"/events/{event['id']}/team", {"email": email, "role": "viewer"}, owner.token)
            told = {**answer.json, "id": len(answer.json["id"]), "email": answer.json["email"] == email}
            costs[one] = (answer.status, told, list(calls))

    assert costs[state] == costs["unknown"]
    assert costs["unknown"][0] == 201


@pytest.mark.parametrize("username", ["unknown", "somebody"])
def test_a_username_costs_the_same_calls(username: str) -> None:
    with World(STRICT) as world:
        a_person(world, username="somebody")
        with recorded(world) as calls:
            answer = world.post("/auth/login", {"username": username, "password": "another password"})

    assert answer.status == 401
    assert [(operation, table) for operation, table, _ in calls] == [
        ("GetItem", "turnout-accounts"), ("GetItem", "turnout-accounts"), ("UpdateItem", "turnout-accounts"),
        ("GetItem", "turnout-accounts"), ("GetItem", "turnout-accounts"), ("UpdateItem", "turnout-accounts"),
        ("Query", "turnout-accounts"), ("argon2", ""),
    ]  # fmt: skip
