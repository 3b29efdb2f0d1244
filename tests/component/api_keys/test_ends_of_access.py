"""Every kind of credential and every act that ends access: none is forgotten by any."""

import ast
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from chalicelib.domain.accounts.account import ApiKey, Credential, Role, Session
from chalicelib.store.accounts.credentials import KINDS
from tests.support.builders import Person, a_person, an_api_key, cancelled, signed_in
from tests.support.http import Answer
from tests.support.world import PASSWORD, World

CODE = Path(__file__).resolve().parents[3] / "chalicelib"
Use = Callable[[], Answer]


def of_a_login(world: World, person: Person) -> Use:
    token = signed_in(world, person.account).token
    return lambda: world.get("/auth/me", token)


def of_a_refresh(world: World, person: Person) -> Use:
    """Good once, so what is used is another one each time."""
    tokens = [signed_in(world, person.account).refresh for _ in range(2)]
    return lambda: world.post("/auth/refresh", {"refresh": tokens.pop()})


def of_a_key(scope: str) -> Callable[[World, Person], Use]:
    def make(world: World, person: Person) -> Use:
        secret = an_api_key(world, person, scope)["secret"]
        return lambda: world.get("/auth/me", secret)

    return make


def of_a_door_key(world: World, person: Person) -> Use:
    event = world.an_event(person.token)
    secret = an_api_key(world, person, "check-in", event_id=event["id"])["secret"]
    return lambda: world.get(f"/events/{event['id']}", secret)


def of_a_feed(world: World, person: Person) -> Use:
    url = world.get("/auth/me/feeds", person.token).json["url"].removeprefix("https://api.test")
    return lambda: world.get(url)


def reset_key(world: World, person: Person) -> str:
    world.post("/auth/forgot-password", {"email": person.email})
    world.work()
    [token] = re.findall(r"\b\w+\.[\w-]{80,}\.[\w-]{22}\b", world.mailer.to(person.email)[-1].text)
    return str(token)


def of_a_reset_key(world: World, person: Person) -> Use:
    """Mailed before the act; good once, so what it does is undone."""
    body = {"token": reset_key(world, person), "new_password": "one more long sentence"}

    def use() -> Answer:
        with world.undone():
            return world.post("/auth/reset-password", body)

    return use


KINDS_OF_USE: Mapping[str, Callable[[World, Person], Use]] = {
    "login": of_a_login,
    "refresh token": of_a_refresh,
    "read key": of_a_key("read"),
    "write key": of_a_key("write"),
    "check-in key": of_a_door_key,
    "calendar address": of_a_feed,
    "key to a new password": of_a_reset_key,
}
ISSUED_AS: Mapping[type[Credential], set[str]] = {
    Session: {"login", "refresh token"},
    ApiKey: {"read key", "write key", "check-in key"},
}


def changed(world: World, person: Person) -> None:
    body = {"old_password": PASSWORD, "new_password": "a different sentence"}
    assert world.post("/auth/change-password", body, person.token).status == 200


def reset(world: World, person: Person) -> None:
    body = {"token": reset_key(world, person), "new_password": "a different sentence"}
    answer = world.post("/auth/reset-password", body)
    assert answer.status == 200, answer.text


def disabled(world: World, person: Person) -> None:
    root = a_person(world, roles=(Role.ADMIN,))
    body = {"disabled": True, "reason": "spam"}
    assert world.patch(f"/admin/users/{person.id}", body, root.token).status == 200


def enabled_again(world: World, person: Person) -> None:
    """What ended with the account does not come back with it."""
    root = a_person(world, roles=(Role.ADMIN,))
    for is_disabled in (True, False):
        body = {"disabled": is_disabled, "reason": "spam"}
        answer = world.patch(f"/admin/users/{person.id}", body, root.token)
        assert answer.status == 200, answer.text


def erased(world: World, person: Person) -> None:
    """Closed at once, days before anything is erased; who organizes something cancels it first."""
    for event in world.get("/me/events", person.token).json["results"]:
        cancelled(world, event, person)
    assert world.send("DELETE", "/auth/me", token=person.token).status == 202


ENDS: Mapping[str, Callable[[World, Person], None]] = {
    "change of the password": changed,
    "reset": reset,
    "erasure": erased,
    "disabling": disabled,
    "disabling and enabling": enabled_again,
}


def test_every_kind_that_is_stored_is_tried() -> None:
    assert set(ISSUED_AS) == set(KINDS)
    assert set().union(*ISSUED_AS.values()) <= set(KINDS_OF_USE)


@pytest.mark.parametrize("act", ENDS)
@pytest.mark.parametrize("kind", KINDS_OF_USE)
def test_what_was_good_before_is_not_good_after(world: World, kind: str, act: str) -> None:
    ada, bob = a_person(world), a_person(world)
    use, of_another = KINDS_OF_USE[kind](world, ada), KINDS_OF_USE[kind](world, bob)
    assert use().status == 200

    ENDS[act](world, ada)

    assert use().status in {400, 401, 404}, kind
    assert of_another().status == 200


def test_an_account_without_access_is_written_in_one_place() -> None:
    """Whoever ends all access goes through `end_access`, which ends every kind."""
    found = {
        path.name: sorted(names_in(path) & {"with_access_ended"})
        for path in CODE.rglob("*.py")
        if "with_access_ended" in names_in(path)
    }

    assert found == {"credentials.py": ["with_access_ended"]}


def names_in(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
