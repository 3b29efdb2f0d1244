"""Every route and every scope: what a key reaches is what the route declares, and nothing that declares nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.domain.accounts.account import KeyScope
from chalicelib.services.accounts.key_scopes import KeyUse
from tests.support.builders import Person, an_api_key
from tests.support.expected.documented import document
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World

ASKING = [endpoint for endpoint in ENDPOINTS if endpoint.auth is not Auth.PUBLIC]
# What a key for a door is for; a route is added here by decision.
AT_THE_DOOR = {
    "GET /events/{event_id}",
    "GET /events/{event_id}/capacity",
    "GET /events/{event_id}/enrollments",
    "GET /events/{event_id}/door",
    "GET /events/{event_id}/door/people",
    "POST /enrollments/{enrollment_id}/check-in",
    "DELETE /enrollments/{enrollment_id}/check-in",
    "POST /events/{event_id}/check-ins",
    "POST /events/{event_id}/door/walk-ins",
}
# What is about the account itself: a key that leaks must not become the account, nor outlive its revocation.
BY_LOGIN_ONLY = {
    "GET /admin/users",
    "PATCH /admin/users/{user_id}",
    "GET /admin/dead-letters",
    "POST /admin/dead-letters/{letter_id}/redrive",
    "GET /admin/figures",
    "GET /admin/audit",
    "POST /auth/logout",
    "POST /auth/change-password",
    "POST /auth/me/email",
    "POST /auth/verify-new-email",
    "POST /admin/users/{user_id}/second-factor/remove",
    "GET /auth/second-factor",
    "POST /auth/second-factor",
    "POST /auth/second-factor/confirm",
    "POST /auth/second-factor/remove",
    "GET /auth/sessions",
    "DELETE /auth/sessions",
    "DELETE /auth/me",
    "GET /auth/me/export",
    "DELETE /auth/sessions/{session_id}",
    "GET /auth/api-keys",
    "POST /auth/api-keys",
    "DELETE /auth/api-keys/{key_id}",
    "GET /auth/me/feeds",
    "POST /auth/me/feeds",
    # Who else works on one's events, and on whose events one works, is a person's to say.
    "GET /events/{event_id}/team",
    "POST /events/{event_id}/team",
    "PATCH /events/{event_id}/team/{member_id}",
    "DELETE /events/{event_id}/team/{member_id}",
    "GET /me/invitations",
    "POST /me/invitations/{member_id}/accept",
    "POST /me/invitations/{member_id}/decline",
    "GET /me/teams",
    "GET /me/teams/{member_id}/events",
    "DELETE /me/teams/{member_id}",
}
TABLES = ("accounts", "due", "enrollments", "events", "seats")


class Keyed(Sample):
    """The sample, and a key of each scope of its organizer."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.keys = {scope: self.key_of(self.olga, scope) for scope in KeyScope}
        for secret in self.keys.values():  # used once: their use is noted for an hour
            world.get(f"/events/{self.event['id']}", secret)

    def key_of(self, owner: Person, scope: KeyScope) -> str:
        fields = {"event_id": self.event["id"]} if scope is KeyScope.CHECK_IN else {}
        return str(an_api_key(self.world, owner, scope.value, **fields)["secret"])

    def stored(self) -> dict[str, Any]:
        return {table: self.world.db.snapshot_all(f"turnout-{table}") for table in TABLES}


@pytest.fixture(scope="module")
def sample() -> Iterator[Keyed]:
    with World() as world:
        yield Keyed(world)


def a_body(endpoint: Endpoint) -> Any:
    documented = document()["paths"][endpoint.path][endpoint.method.lower()].get("requestBody")
    return documented["content"]["application/json"].get("example", {}) if documented else None


@pytest.mark.parametrize("scope", KeyScope)
@pytest.mark.parametrize("endpoint", ASKING, ids=name)
def test_a_key_is_refused_where_its_scope_does_not_reach_before_anything_is_done(
    sample: Keyed, endpoint: Endpoint, scope: KeyScope
) -> None:
    if scope in endpoint.keys.scopes:
        return
    url, before = sample.url(endpoint), sample.stored()

    answer = sample.world.send(endpoint.method, url, a_body(endpoint), token=sample.keys[scope])

    body = problem(answer, 403, "scope_missing")
    assert body["scopes"] == [one.value for one in endpoint.keys.scopes]
    assert sample.stored() == before


@pytest.mark.parametrize("endpoint", [one for one in ASKING if KeyScope.READ in one.keys.scopes], ids=name)
def test_what_a_key_that_reads_may_call_changes_nothing(sample: Keyed, endpoint: Endpoint) -> None:
    before = sample.stored()

    answer = sample.world.send(endpoint.method, sample.url(endpoint), token=sample.keys[KeyScope.READ])

    assert answer.code != "scope_missing"
    assert answer.status in {200, 404}, answer.text
    assert endpoint.method == "GET"
    assert sample.stored() == before


@pytest.mark.parametrize("endpoint", [one for one in ASKING if one.keys is not KeyUse.NONE], ids=name)
def test_a_key_that_writes_reaches_whatever_is_open_to_keys(sample: Keyed, endpoint: Endpoint) -> None:
    """With a body that nothing is done for: it is not the scope that refuses it."""
    assert KeyScope.WRITE in endpoint.keys.scopes

    answer = sample.world.send(
        endpoint.method,
        sample.url(endpoint) if endpoint.method == "GET" else endpoint.path.replace("{", "").replace("}", ""),
        None if endpoint.method in {"GET", "DELETE"} else {"no such field": 1},
        token=sample.keys[KeyScope.WRITE],
    )

    assert answer.code not in {"scope_missing", "unauthenticated"}, answer.text


def test_what_is_at_the_door_and_what_needs_a_login_is_written_down_here_too() -> None:
    assert {name(one) for one in ASKING if KeyScope.CHECK_IN in one.keys.scopes} == AT_THE_DOOR
    of_admins = {name(one) for one in ASKING if one.auth is Auth.ADMIN}
    assert {name(one) for one in ASKING if one.keys is KeyUse.NONE} == BY_LOGIN_ONLY | of_admins


def test_a_route_that_declares_nothing_is_closed() -> None:
    assert Endpoint.__dataclass_fields__["keys"].default is KeyUse.NONE
    assert KeyUse.NONE.scopes == ()


def test_routes_that_look_at_no_token_are_open_to_nobody_more_by_a_key() -> None:
    assert all(one.keys is KeyUse.NONE for one in ENDPOINTS if one.auth is Auth.PUBLIC)


@pytest.mark.parametrize("scope", KeyScope)
@pytest.mark.parametrize("endpoint", [one for one in ASKING if "{event_id}" in one.path], ids=name)
def test_a_key_reaches_no_more_of_an_event_than_its_account(sample: Keyed, endpoint: Endpoint, scope: KeyScope) -> None:
    """A draft of somebody else is not there, whatever the scope; for a door nothing is there but its own event."""
    draft = sample.world.an_event(sample.ada.token, status="draft")
    published = sample.world.an_event(sample.ada.token)
    others = [draft, published] if scope is KeyScope.CHECK_IN else [draft]

    for event in others if scope in endpoint.keys.scopes else []:
        url = sample.url(endpoint, event_id=event["id"])
        answer = sample.world.send(endpoint.method, url, a_body(endpoint), token=sample.keys[scope])
        absent = sample.url(endpoint, event_id="01ARZ3NDEKTSV4RRFFQ69G5FAV")
        nothing = sample.world.send(endpoint.method, absent, a_body(endpoint), token=sample.keys[scope])
        problem(answer, 404, "not_found")
        assert {**answer.json, "request_id": ""} == {**nothing.json, "request_id": ""}, "as if there were none"
