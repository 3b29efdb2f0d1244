"""Every function's role allows exactly what its code does: a long story is recorded and held against the template."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.domain.mail import Due, DueKey
from devtools.package import access
from devtools.package.render import render
from devtools.package.template import Template
from devtools.simdb.client import SimClient
from tests.support.fakes import MemoryQueue
from tests.support.world import PASSWORD, World

PROJECT = Path(__file__).resolve().parents[2]
Calls = dict[str, list[access.Call]]
# The job reads a row again where somebody else was faster; the story has no such race, the simulation has.
AFTER_A_LOST_RACE: access.Call = ("GetItem", {"TableName": "turnout-enrollments"})
FUNCTIONS = ["APIHandler", "SendMail", "RunJob", "Tick"]


class WatchedClient(SimClient):
    """Writes down who called what."""

    def __init__(self, world: "WatchedWorld") -> None:
        super().__init__(world.db)
        self._world = world

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        self._world.note(operation_name, api_params)
        return super()._make_api_call(operation_name, api_params)


class WatchedQueue(MemoryQueue):
    def __init__(self, world: "WatchedWorld") -> None:
        super().__init__()
        self._world = world

    def push(self, due: Due) -> None:
        name = "jobs" if due.kind.is_job else "mail"
        self._world.note("SendMessage", {"QueueUrl": f"https://sqs.invalid/turnout-{name}"})
        super().push(due)


class WatchedWorld(World):
    """A world that knows which function is at work."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Calls = defaultdict(list)
        self._function = "APIHandler"
        self.queue = self.container._given_queue = WatchedQueue(self)
        self.container.dynamo.connection._client = WatchedClient(self)  # type: ignore[assignment]

    def note(self, operation: str, arguments: Mapping[str, Any]) -> None:
        self.calls[self._function].append((operation, arguments))

    def run_due(self, key: DueKey, *, job: bool) -> None:
        self._function = "RunJob" if job else "SendMail"
        super().run_due(key, job=job)
        self._function = "APIHandler"

    def tick(self) -> None:
        self._function = "Tick"
        self.container.sweeping.tick()
        self._function = "APIHandler"


def people(world: WatchedWorld) -> tuple[str, str]:
    """Two accounts, and everything that one does with an account; their tokens."""
    first = world.signed_up("ada@example.org", username="ada")
    world.post("/auth/signup", {"email": "bob@example.org", "password": PASSWORD})
    world.post("/auth/resend-otp", {"email": "bob@example.org"})
    world.post("/auth/signup", {"email": "ada@example.org", "password": PASSWORD})
    world.post("/auth/signup", {"email": "bob@example.org", "password": PASSWORD, "username": "robert"})
    code = world.code_for("bob@example.org")
    world.post("/auth/verify-email", {"email": "bob@example.org", "otp": "000000" if code != "000000" else "111111"})
    world.post("/auth/verify-email", {"email": "bob@example.org", "otp": code})
    second = world.logged_in("bob@example.org")
    assert world.post("/auth/refresh", {"refresh": second["refresh"]}).status == 200
    assert world.patch("/auth/me", {"username": "bobby", "first_name": "Bob"}, second["access"]).status == 200
    assert world.get("/auth/me", second["access"]).status == 200
    changed = world.post(
        "/auth/change-password", {"old_password": PASSWORD, "new_password": PASSWORD + "!"}, second["access"]
    )
    assert changed.status == 200, changed.text
    assert world.post("/auth/logout", None, world.logged_in("ada@example.org")["access"]).status == 204
    return first, str(changed.json["access"])


def lists(world: WatchedWorld, token: str) -> None:
    for url in ("/events", "/events/upcoming", "/events/available", "/health", "/countries/DE"):
        assert world.get(url).status == 200, url
    for url in ("/me/events", "/me/enrollments", "/me/enrollments?when=upcoming"):
        assert world.get(url, token).status == 200, url


def confirmed(world: WatchedWorld, method: str, url: str, token: str) -> None:
    """Cancel or delete an event that people are enrolled in: asked once, then confirmed."""
    act = world.post if method == "POST" else lambda where, _, who: world.delete(where, who)
    asked = act(url, None, token)
    assert asked.code == "confirmation_required", asked.text
    assert act(f"{url}?confirm={asked.json['confirm']}", None, token).status in {200, 204}


def story(world: WatchedWorld) -> None:
    organizer, guest = people(world)
    small = world.an_event(organizer, capacity=2)["id"]
    large = world.an_event(organizer, title="Congress", capacity=5000)["id"]
    draft = world.an_event(organizer, title="Later", status="draft")["id"]
    for event in (small, large):
        made = world.post(f"/events/{event}/enrollments", {}, guest, Idempotency_Key=f"key-{event}")
        assert made.status == 201, made.text
        assert world.post(f"/events/{event}/enrollments", {}, guest, Idempotency_Key=f"key-{event}").status == 201
        assert world.post(f"/events/{event}/enrollments", {}, guest).code == "already_enrolled"
        assert world.get(f"/enrollments/{made.json['id']}", guest).status == 200
        assert world.get(f"/me/enrollments?event={event}", guest).status == 200
        assert world.get(f"/events/{event}").status == 200
        assert world.get(f"/events/{event}/capacity").status == 200
        assert world.get(f"/events/{event}/enrollments", organizer).status == 200
        world.work()
        lists(world, guest)
        assert world.post(f"/enrollments/{made.json['id']}/cancel", None, guest).status == 200
        assert world.post(f"/events/{event}/enrollments", {}, guest).status == 201
        assert (
            world.patch(f"/events/{event}", {"starts_at": "2026-08-02T10:00:00Z", "capacity": 40}, organizer).status
            == 200
        )
    lists(world, organizer)
    assert world.post(f"/events/{draft}/publish", None, organizer).status == 200
    assert world.patch("/auth/me", {"first_name": "Ada", "last_name": "L."}, organizer).status == 200
    confirmed(world, "POST", f"/events/{small}/cancel", organizer)
    confirmed(world, "DELETE", f"/events/{large}", organizer)
    world.queue.lossy = True
    world.post("/auth/signup", {"email": "eve@example.org", "password": PASSWORD})
    world.queue.lossy = False
    world.clock.advance(timedelta(minutes=30))
    world.tick()
    world.work()


@pytest.fixture(scope="module")
def calls() -> Calls:
    world = WatchedWorld()
    with world:
        story(world)
    world.calls["RunJob"].append(AFTER_A_LOST_RACE)
    return world.calls


@pytest.fixture(scope="module")
def template() -> Template:
    return render(app, PROJECT)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_aws_would_deny_nothing_that_the_code_does(template: Template, calls: Calls, function: str) -> None:
    assert calls[function]
    assert access.refused(template, function, calls[function]) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_touch_a_table_in_a_way_that_its_code_never_does(
    template: Template, calls: Calls, function: str
) -> None:
    assert access.unused(template, function, calls[function]) == []
