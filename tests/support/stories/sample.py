"""One world with something of everything, and a request to every endpoint that there is."""

import itertools
from typing import Any

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.pages import frame
from chalicelib.api.resources import RESOURCES
from chalicelib.domain.accounts.account import Principal, Role
from chalicelib.domain.accounts.teams import Member, TeamRole
from chalicelib.domain.events.slugs import slug
from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.services.teams.organize import InvitationRequest
from tests.support.builders import Person, a_letter, a_person, an_api_key, enrolled, signed_in
from tests.support.http import Answer
from tests.support.mails.mailed import link_of
from tests.support.people.teams import joined
from tests.support.world import World

ENDPOINTS = [endpoint for resource in RESOURCES for endpoint in resource.endpoints]
ABSENT = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


class Sample:
    """An organizer with an event and a record, an attendee, a stranger, an admin; nothing here is meant to change."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.olga = a_person(world, "olga.organizer@example.org", first_name="Olga", last_name="Organizer")
        self.ada = a_person(world, "ada.attendee@example.org", first_name="Ada", last_name="Lovelace", username="ada")
        self.stranger = a_person(world, "sam.stranger@example.org", first_name="", last_name="")
        self.admin = a_person(world, "root.admin@example.org", roles=(Role.ADMIN,))
        self.event = world.an_event(self.olga.token, capacity=5)
        self.draft = world.an_event(self.olga.token, status="draft")
        self.row = enrolled(world, self.event, self.ada)
        self.kept = world.post("/attendees", {"first_name": "Kim"}, self.olga.token).json
        self._doors = itertools.count()
        self.invited = self._invite()
        self.membership = ""
        self.letter = a_letter(world)
        self.feed = world.get("/auth/me/feeds", self.ada.token).json["url"].rpartition("/")[2]

    @property
    def _unsubscribe_token(self) -> str:
        return self.world.container.notifications.unsubscribe_links.token(Category.REMINDERS, self.ada.email)

    def _token(self, endpoint: Endpoint) -> str:
        if endpoint.tag == "mailboxes":
            return self._unsubscribe_token
        if endpoint.tag == "memberships":
            invited = self._open_invitation()
            return self.world.container.security.team_links.token(invited.mailbox, invited.id)
        return link_of(self.world, self.row)

    def _open_invitation(self) -> Member:
        """The one that there is, or another one after that was answered."""
        if self.world.container.store.teams.invitation(self.invited.mailbox, self.invited.id) is None:
            self.invited = self._invite(f"door{next(self._doors)}@example.org")
        return self.invited

    def _member_id(self, endpoint: Endpoint) -> str:
        """Of Olga in a team of all events of somebody, where their events are asked for; else of an invitation."""
        if not endpoint.path.startswith("/me/teams/{member_id}/events"):
            return self.invited.id
        if not self.membership:
            una = a_person(self.world, "una.owner@example.org")
            event = self.world.an_event(una.token)
            self.membership = joined(self.world, event, una, self.olga, "viewer", all_events=True)
        return self.membership

    def _invite(self, email: str = "door@example.org") -> Member:
        """An open invitation to the team of the event."""
        teams = self.world.container.teams.of_events
        request = InvitationRequest(event_id=self.event["id"], email=email, role=TeamRole.CHECK_IN)
        owner = Principal(self.olga.id, "", self.olga.account.roles, email_verified=True)
        return teams.invite(owner, request).member

    @property
    def everybody(self) -> list[Person]:
        return [self.olga, self.ada, self.stranger, self.admin]

    def url(self, endpoint: Endpoint, **values: str) -> str:
        """The endpoint's path with ids that are there, or those that are given."""
        present = {
            "event_id": self.event["id"],
            "enrollment_id": self.row["id"],
            "attendee_id": self.kept["id"],
            "user_id": self.olga.id,
            "letter_id": self.letter,
            "feed": self.feed,
            "token": self._token(endpoint),
            "code": "DE",
            "asset": "none",
            "problem": "event_full",
            "event": f"{self.event['id']}-{slug(self.event['title'])}",
            "month": "2026-07",
            "part": "2026-07",
            "file": frame.asset_name("css"),
        }
        if "{session_id}" in endpoint.path:  # one that nobody needs afterwards
            present["session_id"] = signed_in(self.world, self.olga.account).refresh.split(".")[1]
        if "{member_id}" in endpoint.path:
            present["member_id"] = self._member_id(endpoint)
        if "{key_id}" in endpoint.path:
            present["key_id"] = an_api_key(self.world, self.olga)["id"]
        return endpoint.path.format(**{**present, **values})

    def send(self, endpoint: Endpoint, body: Any = None, token: str | None = None, **options: Any) -> Answer:
        """What Olga sends to a route of admins, she has an admin send."""
        if endpoint.auth is Auth.ADMIN and token == self.olga.token:
            token = self.admin.token
        return self.world.send(endpoint.method, self.url(endpoint), body, token=token, **options)
