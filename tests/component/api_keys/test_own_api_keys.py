"""API keys: made once, shown once, listed without what they say, and gone when they are revoked or over."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.shared.limits import API_KEY_LIFE, LONGEST_API_KEY, MAX_API_KEYS
from chalicelib.domain.shared.times import rfc3339
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo.client import Dynamo
from tests.support.builders import Person, a_person, an_api_key, signed_in
from tests.support.problems import faults, problem
from tests.support.world import PASSWORD, SETTINGS, World

TABLE = "turnout-accounts"


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org")


def rows(world: World) -> list[dict[str, Any]]:
    return [row for row in world.db.snapshot_all(TABLE) if row["sk"]["S"].startswith("apikey#")]


def listed(world: World, person: Person) -> list[dict[str, Any]]:
    return list(world.get("/auth/api-keys", signed_in(world, person.account).token).json["results"])


def test_a_key_is_shown_once_and_calls_for_its_account(world: World, ada: Person) -> None:
    made = world.post("/auth/api-keys", {"name": "backup", "scope": "read"}, ada.token)

    assert made.status == 201, made.text
    assert made.headers["Cache-Control"] == "no-store"
    shown = dict(made.json)
    secret = shown.pop("secret")
    assert (shown.pop("link"), shown.pop("qr")) == (None, None)
    assert secret.startswith(shown["prefix"])
    assert secret not in str(listed(world, ada))
    assert world.get("/auth/me", secret).json["email"] == ada.email
    assert listed(world, ada)[0] | {"last_used_at": None} == shown


def test_it_is_kept_as_a_hash(world: World, ada: Person) -> None:
    secret = an_api_key(world, ada)["secret"]

    stored = json.dumps(world.db.snapshot_all(TABLE))

    assert secret not in stored
    assert secret[-49:] not in stored, "the part that is secret"
    assert secret[-49:-6] not in stored


def test_the_newest_is_listed_first_and_says_when_it_ends(world: World, ada: Person) -> None:
    an_api_key(world, ada)
    world.clock.advance(timedelta(minutes=1))
    an_api_key(world, ada, "write", expires_at="2026-06-02T09:00:00+02:00")

    newest, oldest = listed(world, ada)

    assert (newest["scope"], newest["expires_at"]) == ("write", "2026-06-02T07:00:00Z")
    assert (oldest["scope"], oldest["expires_at"]) == (
        "read",
        rfc3339(world.clock() - timedelta(minutes=1) + API_KEY_LIFE),
    )


@pytest.mark.parametrize("ends", [timedelta(0), -timedelta(days=1), LONGEST_API_KEY + timedelta(milliseconds=1)])
def test_an_end_that_is_over_or_too_far_away_is_refused(world: World, ada: Person, ends: timedelta) -> None:
    body = {"name": "x", "scope": "read", "expires_at": (world.clock() + ends).isoformat().replace("+00:00", "Z")}

    assert faults(world.post("/auth/api-keys", body, ada.token)) == [("/expires_at", "expires_out_of_range")]


def test_a_key_is_over_at_its_end_and_not_before(world: World, ada: Person) -> None:
    key = an_api_key(world, ada, expires_at=rfc3339(world.clock() + timedelta(hours=2)))
    world.clock.advance(timedelta(hours=2) - timedelta(milliseconds=1))
    assert world.get("/auth/me", key["secret"]).status == 200

    world.clock.advance(timedelta(milliseconds=1))

    problem(world.get("/auth/me", key["secret"]), 401, "unauthenticated")
    assert listed(world, ada) == []
    again = signed_in(world, ada.account)
    problem(world.delete(f"/auth/api-keys/{key['id']}", again.token), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"scope": "read"}, [("/name", "required")]),
        ({"name": "", "scope": "read"}, [("/name", "invalid")]),
        ({"name": "\u200b", "scope": "read"}, [("/name", "invalid")]),
        ({"name": "a\nb", "scope": "read"}, [("/name", "invalid")]),
        ({"name": "x" * 101, "scope": "read"}, [("/name", "invalid")]),
        ({"name": "x"}, [("/scope", "required")]),
        ({"name": "x", "scope": "admin"}, [("/scope", "invalid")]),
        ({"name": "x", "scope": "check-in"}, [("/event_id", "required")]),
        ({"name": "x", "scope": "write", "event_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, [("/event_id", "invalid")]),
        ({"name": "x", "scope": "read", "roles": ["admin"]}, [("/roles", "unknown_field")]),
    ],
)
def test_what_a_request_may_be(world: World, ada: Person, body: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults(world.post("/auth/api-keys", body, ada.token)) == found
    assert rows(world) == []


def test_making_one_needs_a_fresh_login_or_the_password(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(minutes=10))
    body = {"name": "x", "scope": "read"}

    problem(world.post("/auth/api-keys", body, ada.token), 403, "fresh_login_required")
    problem(world.post("/auth/api-keys", body | {"password": "not this"}, ada.token), 400, "password_wrong")
    assert rows(world) == []
    assert world.post("/auth/api-keys", body | {"password": PASSWORD}, ada.token).status == 201


def test_a_revoked_key_is_refused_on_the_next_request_and_no_other(world: World, ada: Person) -> None:
    key, other = an_api_key(world, ada), an_api_key(world, ada)

    assert world.delete(f"/auth/api-keys/{key['id']}", ada.token).status == 204

    for url in ("/auth/me", "/events"):
        problem(world.get(url, key["secret"]), 401, "unauthenticated")
        assert world.get(url, other["secret"]).status == 200
    problem(world.delete(f"/auth/api-keys/{key['id']}", ada.token), 404, "not_found")


def test_nobody_sees_or_revokes_the_keys_of_others(world: World, ada: Person) -> None:
    key, bob = an_api_key(world, ada), a_person(world)

    problem(world.delete(f"/auth/api-keys/{key['id']}", bob.token), 404, "not_found")

    assert listed(world, bob) == []
    assert world.get("/auth/me", key["secret"]).status == 200


def test_so_many_keys_are_good_at_once_and_those_that_are_over_do_not_count(world: World, ada: Person) -> None:
    soon = rfc3339(world.clock() + timedelta(hours=1))
    keys = [an_api_key(world, ada, expires_at=soon) for _ in range(MAX_API_KEYS)]
    body = {"name": "one more", "scope": "read", "password": PASSWORD}
    refused = problem(world.post("/auth/api-keys", body, ada.token), 409, "api_keys_full")
    assert refused["next_step"]["href"] == "/auth/api-keys"

    world.delete(f"/auth/api-keys/{keys[0]['id']}", ada.token)
    assert world.post("/auth/api-keys", body, ada.token).status == 201
    world.clock.advance(timedelta(hours=1))
    an_api_key(world, ada)

    assert len(rows(world)) == 2, "what is over makes room, so that everything of an account fits into one write"


def test_how_many_are_made_a_day_is_limited_by_account() -> None:
    with World(replace(SETTINGS, limits="production")) as limited:
        olga, bob = a_person(limited), a_person(limited)
        body = {"name": "x", "scope": "read"}
        for _ in range(50):
            made = limited.post("/auth/api-keys", body, olga.token)
            assert made.status == 201, made.text
            limited.delete(f"/auth/api-keys/{made.json['id']}", olga.token)

        problem(limited.post("/auth/api-keys", body, olga.token), 429, "too_many_requests")
        assert limited.post("/auth/api-keys", body, bob.token).status == 201


@pytest.mark.parametrize(
    "spoil",
    [
        lambda secret: secret[:-1],
        lambda secret: secret + "0",
        lambda secret: secret[:-1] + ("0" if secret[-1] != "0" else "1"),
        lambda secret: secret.lower(),
        lambda secret: secret.replace("tk_turnout_", "tk_turnout_0", 1),
        lambda secret: "tk_turnout_",
        lambda secret: "tk_turnout_" + "0" * 101,
        lambda secret: "tk_turnout_" + "\u0660" * 101,
    ],
)
def test_what_is_no_key_is_refused_without_a_read(world: World, ada: Person, spoil: Any) -> None:
    secret = spoil(an_api_key(world, ada)["secret"])

    with world.db.meter() as meter:
        problem(world.get("/auth/me", secret), 401, "unauthenticated")

    assert meter.calls == 0


def test_guessing_writes_nothing(world: World, ada: Person) -> None:
    key = an_api_key(world, ada)
    before = world.db.snapshot_all(TABLE)

    for _ in range(3):
        guess = world.container.security.api_key_texts.make(ada.id, key["id"])
        problem(world.get("/auth/me", guess), 401, "unauthenticated")

    assert world.db.snapshot_all(TABLE) == before


def test_the_last_use_is_known_to_within_an_hour_and_written_once_an_hour(world: World, ada: Person) -> None:
    key = an_api_key(world, ada)
    writes = []
    for minutes in (0, 1, 58, 1, 30):
        world.clock.advance(timedelta(minutes=minutes))
        before = rows(world)
        assert world.get("/auth/me", key["secret"]).status == 200
        writes.append(rows(world) != before)

    assert writes == [True, False, False, True, False]
    assert listed(world, ada)[0]["last_used_at"] == "2026-06-01T10:00:00Z"


def test_a_use_that_cannot_be_noted_is_answered_all_the_same(
    world: World, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = an_api_key(world, ada)

    def throttled(*_: object, **__: object) -> None:
        raise TryAgainError("ThrottlingException")

    with monkeypatch.context() as patched:
        patched.setattr(Dynamo, "update", throttled)
        assert world.get("/auth/me", key["secret"]).status == 200
    assert listed(world, ada)[0]["last_used_at"] is None


def test_roles_of_a_key_are_those_of_its_account_from_the_next_request_on(world: World, ada: Person) -> None:
    key = an_api_key(world, ada, "write")
    event = {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00Z"}
    assert world.post("/events", event, key["secret"]).status == 201

    assert world.patch("/auth/me", {"roles": ["seeker"], "first_name": "Augusta"}, ada.token).status == 200

    problem(world.post("/events", event, key["secret"]), 403, "role_required")
    assert world.get("/auth/me", key["secret"]).json["first_name"] == "Augusta"


def test_no_key_has_the_role_of_an_admin(world: World) -> None:
    root = a_person(world, roles=(Role.ADMIN, Role.SEEKER))
    olga = a_person(world)
    event = world.an_event(olga.token, status="draft")
    key = an_api_key(world, root, "write")

    assert world.get(f"/events/{event['id']}", root.token).status == 200
    problem(world.get(f"/events/{event['id']}", key["secret"]), 404, "not_found")
    problem(world.patch(f"/events/{event['id']}", {"title": "Mine"}, key["secret"]), 404, "not_found")
    public = world.an_event(olga.token)
    problem(world.patch(f"/events/{public['id']}", {"title": "Mine"}, key["secret"]), 403, "forbidden")


def test_no_answer_to_an_idempotency_key_says_a_key(world: World, ada: Person) -> None:
    """Nothing under /auth keeps answers: the same request makes another key, and the lost one is revoked."""
    body = {"name": "x", "scope": "read"}
    first, second = (world.post("/auth/api-keys", body, ada.token, Idempotency_Key="again") for _ in range(2))

    assert first.json["id"] != second.json["id"]
    assert "Idempotency-Replayed" not in second.headers
    assert not [row for row in world.db.snapshot_all(TABLE) if row["pk"]["S"].startswith("answer#")]


def test_what_a_key_is_answered_is_replayed_to_that_key_only(world: World, ada: Person) -> None:
    key, other = an_api_key(world, ada, "write"), an_api_key(world, ada, "write")
    event = world.an_event(a_person(world).token)
    url = f"/events/{event['id']}/enrollments"
    assert world.post(url, {}, key["secret"], Idempotency_Key="once").status == 201

    again = world.post(url, {}, key["secret"], Idempotency_Key="once")

    assert (again.status, again.headers.get("Idempotency-Replayed")) == (201, "true")
    problem(world.post(url, {}, other["secret"], Idempotency_Key="once"), 409, "already_enrolled")
    problem(world.post(url, {}, ada.token, Idempotency_Key="once"), 409, "already_enrolled")


def test_a_call_with_a_key_takes_as_many_reads_as_one_with_a_login(world: World, ada: Person) -> None:
    key = an_api_key(world, ada)
    world.get("/auth/me", key["secret"])

    with world.db.meter() as with_login:
        assert world.get("/auth/me/preferences", ada.token).status == 200
    with world.db.meter() as with_key:
        assert world.get("/auth/me/preferences", key["secret"]).status == 200

    assert with_key.calls == with_login.calls
