"""Thirty-two clients at once: nobody is ever answered with what belongs to somebody else."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.e2e.client import CONNECTIONS, Client, at_once
from tests.e2e.site import Site, User, in_days
from tests.e2e.tables import Tables
from tests.support.http import Answer
from tests.support.problems import faults, problem

STEPS = 12
LOCALES = ("en", "de-AT", "fr", "pt-BR")


@dataclass(slots=True)
class Visitor:
    """One person at one connection, who knows what is theirs and looks at every answer for anything else."""

    user: User
    client: Client
    rng: random.Random
    events: list[str] = field(default_factory=list)
    enrollments: list[str] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"Visitor {self.user.id}"

    def visit(self) -> list[str]:
        """A random walk; the request ids of all answers."""
        self.chooses_a_name()
        self.publishes()
        for _ in range(STEPS):
            self.rng.choice(list(self.steps()))()
        return self.request_ids

    def steps(self) -> Iterator[Callable[[], None]]:
        yield from (self.publishes, self.enrols, self.looks_at_oneself, self.changes_language, self.lists_events)
        yield from (self.lists_enrollments, self.sends_nonsense, self.asks_without_a_token, self.looks_at_an_event)

    def noted(self, answer: Answer, status: int) -> Answer:
        assert answer.status == status, answer.text
        self.request_ids.append(answer.headers["X-Request-Id"])
        return answer

    def chooses_a_name(self) -> None:
        me = self.noted(self.client.patch("/auth/me", {"first_name": self.name, "last_name": ""}), 200).json
        assert (me["id"], me["first_name"]) == (self.user.id, self.name)

    def looks_at_oneself(self) -> None:
        me = self.noted(self.client.get("/auth/me"), 200).json
        assert (me["id"], me["email"], me["first_name"]) == (self.user.id, self.user.email, self.name)

    def changes_language(self) -> None:
        locale = self.rng.choice(LOCALES)
        me = self.noted(self.client.patch("/auth/me", {"locale": locale}), 200).json
        assert (me["id"], me["locale"]) == (self.user.id, locale)

    def publishes(self) -> None:
        sent = {"title": f"of {self.user.id}", "starts_at": in_days(30), "status": "draft"}
        event = self.noted(self.client.post("/events", sent), 201).json
        assert event["title"] == sent["title"]
        assert event["organizer"] == {"id": self.user.id, "name": self.name}
        self.events.append(event["id"])

    def enrols(self) -> None:
        event_id = self.events[-1]
        if event_id in self.enrollments:
            answer = self.noted(self.client.post(f"/events/{event_id}/enrollments", {}), 409)
            problem(answer, 409, "already_enrolled")
            return
        self.noted(self.client.post(f"/events/{event_id}/publish"), 200)
        entry = self.noted(self.client.post(f"/events/{event_id}/enrollments", {}), 201).json
        assert (entry["attendee"]["id"], entry["event"]["id"]) == (self.user.id, event_id)
        self.enrollments.append(event_id)

    def looks_at_an_event(self) -> None:
        event = self.noted(self.client.get(f"/events/{self.rng.choice(self.events)}"), 200).json
        assert event["organizer"] == {"id": self.user.id, "name": self.name}

    def lists_events(self) -> None:
        page = self.noted(self.client.get("/me/events?page_size=100"), 200).json
        assert sorted(event["id"] for event in page["results"]) == sorted(self.events)
        assert page["count"] == len(self.events)

    def lists_enrollments(self) -> None:
        page = self.noted(self.client.get("/me/enrollments?page_size=100"), 200).json
        assert {entry["attendee"]["id"] for entry in page["results"]} <= {self.user.id}
        assert sorted(entry["event"]["id"] for entry in page["results"]) == sorted(self.enrollments)

    def sends_nonsense(self) -> None:
        answer = self.noted(self.client.post("/events", {"title": "x", "starts_at": in_days(1), self.user.id: 1}), 400)
        assert faults(answer) == [(f"/{self.user.id}", "unknown_field")]

    def asks_without_a_token(self) -> None:
        answer = self.noted(self.client.get("/auth/me", headers={"Authorization": "Bearer no"}), 401)
        problem(answer, 401, "unauthenticated")


def test_thirty_two_clients_at_once_see_nothing_but_their_own(site: Site, tables: Tables) -> None:
    visits = [
        lambda client, user=user, seed=seed: Visitor(user, _of(client, user), random.Random(seed)).visit()
        for seed, user in enumerate(tables.people(CONNECTIONS))
    ]

    request_ids = [one for ids in at_once(site.api_url, visits) for one in ids]

    assert len(request_ids) >= CONNECTIONS * STEPS
    assert len(set(request_ids)) == len(request_ids)


def _of(client: Client, user: User) -> Client:
    client.token = user.token
    return client
