"""Every route and every caller: who is let in, what they are shown, and what nobody can write."""

import functools
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.response import qr
from chalicelib.domain.accounts.account import Account, ApiKey, Role, Session
from chalicelib.domain.accounts.teams import Member, TeamRole
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.limits import FRESH_LOGIN
from chalicelib.services.enrollments.access import Action
from chalicelib.services.events.access import EventAction
from tests.support.builders import Person, a_letter, a_member, a_person, an_api_key, enrolled, signed_in
from tests.support.expected.access_matrix import (
    KEYS,
    LET_IN,
    NEEDED,
    NO_LOGIN,
    NOT_THERE,
    SCOPE,
    Caller,
    Need,
    expected,
    may_of_enrollment,
    may_of_event,
)
from tests.support.expected.documented import document
from tests.support.handles import key_named
from tests.support.http import Answer
from tests.support.mails.mailed import link_of
from tests.support.mails.notices import bounce
from tests.support.people.admin import set_access
from tests.support.people.teams import invited
from tests.support.stories.sample import ABSENT, ENDPOINTS, Sample, name
from tests.support.world import World

BODIES: dict[str, Any] = {
    "enrol_in_event": {"name": "Jean Bartik", "email": "jean@example.org"},
    "transfer_enrollment": {"name": "Jean Bartik", "email": "jean@example.org"},
    "change_enrollments": {"action": "cancel", "enrollment_ids": [ABSENT]},
    "import_enrollments": {"rows": [{"name": "Jean Bartik", "email": "jean@example.org"}]},
    "enrol_walk_in": {"name": "Jean Bartik"},
    "check_in_batch": {"rows": [{"enrollment_id": ABSENT}]},
    "check_in": {},
    "replace_enrollment": {"party_size": 1},
    "change_enrollment": {"party_size": 1},
    "create_api_key": {"name": "a program", "scope": "read"},
    # Without a password these take a login of a moment ago.
    "ask_for_new_email": {"email": "ada@new.example"},
    "set_up_second_factor": {},
}
NOTE = "Needs a ramp."
MARK = "nobody writes this"
OWN_NAME = "Veritatis"
USERNAME = "vera.of.the.truth"
PHONE = "+493012398745"
BORN = "1906-12-09"
KEY_NAME = "Olga's own program"
MESSAGE = {"subject": "Bring boots", "body": "It rains.", "segment": "confirmed"}
BOUNCED_AT = "2026-06-01T09:05:00.417Z"  # a moment at which nothing else happens
WHY = "552 this mailbox holds too much"
MODULES = re.compile(r'<path[^>]* d="([^"]{200,})"')  # of a code, as it is drawn
REFUSALS = {"unauthenticated", "forbidden", "role_required", "scope_missing", "fresh_login_required", "not_found"}


def came_back(world: World, row: dict[str, Any]) -> None:
    """The confirmation of this enrollment, as its address takes no more mails."""
    key = key_named(row["id"])
    assert key is not None
    [mail] = [due for due in world.queue.waiting if due.kind.is_mail and due.about.get("enrollment") == key.id]
    world.work()
    world.handed("feedback", bounce("ada.attendee@example.org", mail.key, at=BOUNCED_AT, diagnosis=WHY))


def ticket_of(world: World, row: dict[str, Any]) -> str:
    key = key_named(row["id"])
    enrollment = world.container.store.enrollments.by_key(key) if key else None
    assert enrollment is not None
    return world.container.security.tickets.code(enrollment)


@functools.cache
def drawn(code: str) -> str:
    """The squares of the picture."""
    found = MODULES.search(qr.svg(code, ""))
    assert found is not None
    return found[1]


class Scene:
    """An event with people in every relation to it. Each request finds it as it was made."""

    def __init__(self, world: World) -> None:
        self.world = world
        stale = a_person(world, "stale.admin@example.org", roles=(Role.SEEKER, Role.ADMIN))
        world.clock.advance(FRESH_LOGIN + timedelta(minutes=1))
        self.sample = Sample(world)
        came_back(world, self.sample.row)
        self.owner, self.ada = self.sample.olga, self.sample.ada
        self.event = self.sample.event
        self.keeper = a_person(world, "kay.keeper@example.org")
        record = {"first_name": "Grace", "email": "grace.kept@example.org", "phone": PHONE, "date_of_birth": BORN}
        self.kept = world.post("/attendees", record, self.keeper.token).json
        self.vera = a_person(world, "vera@example.org", last_name=OWN_NAME, username=USERNAME)
        body = {"name": "Somebody", "email": self.vera.email}
        assert world.post(f"/events/{self.event['id']}/enrollments", body, self.owner.token).status == 201
        self.kept_row = self._enrolled_by_keeper()
        self.noted = world.patch(f"/enrollments/{self.sample.row['id']}", {"note": NOTE}, self.owner.token)
        assert self.noted.status == 200, self.noted.text
        self._write_to_people()
        self.people = self._people(stale)
        self.tokens: dict[Caller, str | None] = {Caller.ANONYMOUS: None, Caller.LINK: link_of(world, self.sample.row)}
        self.tokens |= {caller: person.token for caller, person in self.people.items()}
        self.tokens |= {caller: self._key(caller) for caller in KEYS}
        self.ids = self._ids()
        closed = set_access(world, self.sample.admin, self.people[Caller.DISABLED], disabled=True)
        assert closed.status == 200, closed.text
        world.work()
        self.code = ticket_of(world, self.sample.row)
        self.written = ""  # what the tables had after the last request with a mark in it
        self.answers: dict[str, dict[Caller, Answer]] = {}

    def _write_to_people(self) -> None:
        url = f"/events/{self.event['id']}/messages"
        asked = self.world.post(url, MESSAGE, self.owner.token)
        sent = self.world.post(f"{url}?confirm={asked.json['confirm']}", MESSAGE, self.owner.token)
        assert sent.status == 202, sent.text

    def _enrolled_by_keeper(self) -> dict[str, Any]:
        body = {"attendee_id": self.kept["id"]}
        answer = self.world.post(f"/events/{self.event['id']}/enrollments", body, self.keeper.token)
        assert answer.status == 201, answer.text
        return dict(answer.json)

    def _people(self, stale: Person) -> dict[Caller, Person]:
        world = self.world
        gone = a_person(world, "gone@example.org")
        enrolled(world, self.event, gone)
        return {
            Caller.STRANGER: self.sample.stranger,
            Caller.SEEKER: a_person(world, "sue.seeker@example.org", roles=(Role.SEEKER,)),
            Caller.FACILITATOR: a_person(world, "fay.facilitator@example.org", roles=(Role.FACILITATOR,)),
            Caller.ATTENDEE: self.ada,
            Caller.KEEPER: self.keeper,
            Caller.OWNER: self.owner,
            Caller.MANAGER: a_member(world, self.event, TeamRole.MANAGER, all_events=True),
            Caller.VIEWER: a_member(world, self.event, TeamRole.VIEWER),
            Caller.CHECK_IN: a_member(world, self.event, TeamRole.CHECK_IN),
            Caller.ADMIN: self.sample.admin,
            Caller.STALE_ADMIN: stale,
            Caller.DISABLED: gone,
        }

    def _key(self, caller: Caller) -> str:
        fields = {"event_id": self.event["id"]} if caller is Caller.KEY_CHECK_IN else {}
        return str(an_api_key(self.world, self.owner, KEYS[caller].value, **fields)["secret"])

    def _ids(self) -> dict[str, str]:
        """Of what the routes are about that belong to one caller."""
        stranger = self.people[Caller.STRANGER]
        membership = self.people[Caller.MANAGER].account.teams[0].member_id
        return {
            "attendee_id": self.kept["id"],
            "session_id": signed_in(self.world, self.owner.account).refresh.split(".")[1],
            "key_id": an_api_key(self.world, self.owner, name=KEY_NAME)["id"],
            "letter_id": a_letter(self.world),
            "invitation": invited(self.world, self.event, self.owner, stranger.email, "viewer"),
            "membership": membership,
        }

    def url(self, endpoint: Endpoint, caller: Caller, **values: str) -> str:
        """With the ids of what is there; a keeper asks for the enrollment of whom they keep."""
        row = self.kept_row if caller is Caller.KEEPER else self.sample.row
        need = NEEDED[endpoint.name]
        member = {Need.OF_INVITED: self.ids["invitation"], Need.OF_MANAGER: self.ids["membership"]}
        found = {**self.ids, "enrollment_id": row["id"], "member_id": self.sample.invited.id, **values}
        if need in member and "member_id" not in values:
            found["member_id"] = member[need]
        kept = {part: value for part, value in found.items() if f"{{{part}}}" in endpoint.path}
        missing = [part for part in ("session_id", "member_id", "key_id") if f"{{{part}}}" in endpoint.path]
        assert set(missing) <= set(kept)
        return self.sample.url(endpoint, **kept)

    def ask(self, endpoint: Endpoint, caller: Caller, body: Any = None, **values: str) -> Answer:
        """One request, and everything as before."""
        world = self.world
        with world.undone():
            url = self.url(endpoint, caller, **values)  # it may make what it names
            answer = world.send(endpoint.method, url, body, token=self.tokens[caller])
            marked = MARK in str(body)
            self.written = str([world.db.snapshot_all(table) for table in world.db.tables]) if marked else ""
            return answer

    def of(self, endpoint: Endpoint) -> dict[Caller, Answer]:
        """What each caller is told there."""
        if endpoint.name not in self.answers:
            body = body_of(endpoint)
            self.answers[endpoint.name] = {caller: self.ask(endpoint, caller, body) for caller in Caller}
        return self.answers[endpoint.name]


def body_of(endpoint: Endpoint) -> Any:
    """One with which nothing is wrong."""
    if endpoint.name in BODIES:
        return BODIES[endpoint.name]
    asked = document()["paths"][endpoint.path][endpoint.method.lower()].get("requestBody")
    return asked["content"]["application/json"].get("example", {}) if asked else None


def told(answer: Answer) -> str:
    """Whether who asked was let in; whatever else is wrong with the request comes after that."""
    return f"{answer.status} {answer.code}" if answer.code in REFUSALS else LET_IN


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with World() as world:
        yield Scene(world)


def test_every_route_says_what_it_needs_and_nothing_else_does() -> None:
    assert {one.name for one in ENDPOINTS} == set(NEEDED)


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.auth is not Auth.PUBLIC], ids=name)
def test_each_caller_is_told_what_the_tables_say(scene: Scene, endpoint: Endpoint) -> None:
    found = {caller.value: told(answer) for caller, answer in scene.of(endpoint).items()}

    assert found == {caller.value: expected(endpoint, caller) for caller in Caller}


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.auth is Auth.PUBLIC], ids=name)
def test_where_no_login_is_looked_at_all_callers_are_answered_alike(scene: Scene, endpoint: Endpoint) -> None:
    answers = {(answer.status, answer.code) for answer in scene.of(endpoint).values()}

    assert NEEDED[endpoint.name] is Need.NOTHING or isinstance(NEEDED[endpoint.name], EventAction)
    assert len(answers) == 1


# What is told of what is not theirs to know of


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if "{" in one.path], ids=name)
def test_what_is_not_for_a_caller_is_answered_as_if_there_were_none(scene: Scene, endpoint: Endpoint) -> None:
    """The same status, the same body, the same headers: only the request's id differs."""
    if endpoint.auth is Auth.PUBLIC:
        return
    absent = dict.fromkeys(("event_id", "enrollment_id", "attendee_id", "session_id", "member_id"), ABSENT)
    absent |= dict.fromkeys(("key_id", "letter_id", "user_id"), ABSENT)
    for caller, answer in scene.of(endpoint).items():
        if expected(endpoint, caller) == NOT_THERE:
            assert bare(answer) == bare(scene.ask(endpoint, caller, body_of(endpoint), **absent)), caller


OF_EVENTS = [one for one in ENDPOINTS if "{event_id}" in one.path and one.auth is not Auth.PUBLIC]


@pytest.mark.parametrize("endpoint", OF_EVENTS, ids=name)
def test_a_draft_is_not_there_for_whom_the_table_does_not_show_it(scene: Scene, endpoint: Endpoint) -> None:
    for caller in Caller:
        if expected(endpoint, caller) in {NO_LOGIN, SCOPE} or may_of_event(caller, EventAction.SEE_DRAFT):
            continue
        answer = scene.ask(endpoint, caller, body_of(endpoint), event_id=scene.sample.draft["id"])
        absent = scene.ask(endpoint, caller, body_of(endpoint), event_id=ABSENT)
        assert told(answer) == NOT_THERE, caller
        assert bare(answer) == bare(absent), caller


def bare(answer: Answer) -> tuple[int, dict[str, str], dict[str, Any]]:
    return answer.status, dict(answer.headers), {**answer.json, "request_id": ""}


# What is shown


def secrets(scene: Scene) -> dict[str, tuple[str, set[Caller]]]:
    """What stands in the tables, and who may be shown it anywhere."""

    def those(action: Action) -> set[Caller]:
        return {caller for caller in Caller if may_of_enrollment(caller, action)} - {Caller.STALE_ADMIN}

    in_charge = those(Action.SEE_ADDRESS)
    owner = {Caller.OWNER, Caller.KEY_READ, Caller.KEY_WRITE}
    letters, ticket = those(Action.SEE_LETTERS), those(Action.SHOW_TICKET)
    team = {caller for caller in Caller if may_of_event(caller, EventAction.SEE_TEAM)}
    messages = {caller for caller in Caller if may_of_event(caller, EventAction.SEE_MESSAGES)} - {Caller.STALE_ADMIN}
    return {
        "address of the attendee": (scene.ada.email, {*in_charge, Caller.ATTENDEE}),
        "address of who is kept": ("grace.kept@example.org", {*in_charge, Caller.KEEPER}),
        "address of the owner": (scene.owner.email, {*owner, Caller.ADMIN}),
        "address of who is invited": (scene.sample.stranger.email, {*team, Caller.STRANGER, Caller.ADMIN}),
        "address of the manager": (scene.people[Caller.MANAGER].email, {Caller.MANAGER, Caller.ADMIN}),
        "note": (NOTE, letters),
        "kind of the last mail": ('"mail":{"kind":"enrollment_confirmed"', letters),
        "state of the last mail": ('"state":"bounced"', letters),
        "time of the last mail": (BOUNCED_AT, letters),
        "reason of the last mail": (WHY, letters),
        "ticket as it is drawn": (drawn(scene.code), ticket),
        "ticket as it is read": (scene.code, set()),
        "account of the attendee": (scene.ada.id, those(Action.SEE)),  # who has enrolled themselves
        "account of who has not agreed": (scene.vera.id, set()),
        "own name of who has not agreed": (OWN_NAME, set()),
        "account of the keeper": (scene.keeper.id, {Caller.KEEPER, Caller.ADMIN}),
        "account of the manager": (scene.people[Caller.MANAGER].id, {Caller.MANAGER, Caller.ADMIN}),
        "record of who is kept": (scene.kept["id"], those(Action.SEE)),
        "telephone of who is kept": (PHONE, {Caller.KEEPER}),
        "date of birth of who is kept": (BORN, {Caller.KEEPER}),
        "username of who has not agreed": (USERNAME, set()),
        "name of an API key": (KEY_NAME, {Caller.OWNER}),
        "address of a private calendar": (scene.sample.feed, {Caller.ATTENDEE}),
        "message to the people": (MESSAGE["subject"], messages),
        "account of an admin": (scene.sample.admin.id, {Caller.ADMIN}),
        "hash of a password": ("$argon2", set()),
    }


# Their addresses are credentials of somebody, whoever calls them: what they show is that person's.
BY_ADDRESS = {"links", "mailboxes", "memberships", "calendars"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_no_answer_shows_what_is_not_for_its_caller(scene: Scene, endpoint: Endpoint) -> None:
    if endpoint.auth is Auth.PUBLIC and endpoint.tag in BY_ADDRESS:
        return
    table = secrets(scene)
    for caller, answer in scene.of(endpoint).items():
        said = f"{answer.text} {dict(answer.headers)}"
        shown = [what for what, (text, to) in table.items() if text in said and caller not in to]
        assert shown == [], caller


def test_what_is_secret_here_is_somewhere_shown_to_whom_it_may_be(scene: Scene) -> None:
    """Otherwise the test above looks for what nobody could be shown."""
    texts = [
        answer.text for endpoint in ENDPOINTS if endpoint.method == "GET" for answer in scene.of(endpoint).values()
    ]

    found = secrets(scene)
    never = {what for what, (text, _) in found.items() if not any(text in said for said in texts)}
    assert never == {what for what, (_, to) in found.items() if not to}


# What is written

STORED = {field.name for kind in (Account, Session, ApiKey, Event, Enrollment, Member) for field in fields(kind)}
# Of what is stored, what a body may name: everything else is the service's to say. Whoever adds a field decides here.
WRITABLE: dict[str, set[str]] = {
    "sign_up": {"email", "first_name", "last_name", "locale", "roles", "username"},
    "verify_email": {"email"},
    "resend_otp": {"email"},
    "forgot_password": {"email"},
    "log_in": {"email", "username"},
    "replace_me": {"embed_on", "first_name", "last_name", "locale", "roles", "username"},
    "change_me": {"embed_on", "first_name", "last_name", "locale", "roles", "username"},
    "ask_for_new_email": {"email"},
    "create_api_key": {"event_id", "expires_at", "name", "scope"},
    "create_event": {"status"},
    "change_own_organizer": {"name"},
    "enrol_in_event": {"email", "name", "party_size"},
    "enrol_walk_in": {"email", "name", "party_size"},
    "cancel_enrollment": {"note"},
    "change_enrollments": {"note"},
    "transfer_enrollment": {"email", "name"},
    "replace_enrollment": {"note", "party_size"},
    "change_enrollment": {"note", "party_size"},
    "create_attendee": {"email", "first_name", "last_name"},
    "replace_attendee": {"email", "first_name", "last_name"},
    "change_attendee": {"email", "first_name", "last_name"},
    "invite_to_team": {"email", "role"},
    "change_role": {"role"},
    "follow_link": {"name", "party_size"},
    "send_event_form": {"email", "name", "party_size"},
    "set_access": {"disabled"},
    "turn_on_second_factor": {"key"},  # of its own answer, signed
}
READS_BODIES = [one for one in ENDPOINTS if one.method not in {"GET", "DELETE"} and not one.any_body]


def writer(endpoint: Endpoint) -> Caller:
    """Somebody who is let in."""
    callers: list[Caller] = [Caller.OWNER, Caller.ATTENDEE, *Caller]
    return next(one for one in callers if expected(endpoint, one) == LET_IN)


@pytest.mark.parametrize("endpoint", READS_BODIES, ids=name)
def test_no_body_names_what_is_not_the_clients_to_say(scene: Scene, endpoint: Endpoint) -> None:
    known = set(endpoint.body.model_fields) if endpoint.body else set()
    assert known & STORED == WRITABLE.get(endpoint.name, set())

    caller, good = writer(endpoint), body_of(endpoint) or {}
    others = sorted(STORED - known)
    answer = scene.ask(endpoint, caller, {**good, **dict.fromkeys(others, MARK)})

    assert (answer.status, answer.code) == (400, "invalid_request")
    refused = {one["pointer"][1:] for one in answer.json["errors"] if one["code"] in {"unknown_field", "read_only"}}
    for field in sorted(set(others) - refused):  # what answers have may come back with them, and counts for nothing
        alone = scene.ask(endpoint, caller, {**good, field: MARK})
        assert MARK not in scene.written, field
        assert MARK not in alone.text or alone.status >= 400, field
        assert alone.status == scene.of(endpoint)[caller].status or alone.status == 400, field


@pytest.mark.parametrize("endpoint", [one for one in READS_BODIES if "roles" in WRITABLE.get(one.name, ())], ids=name)
@pytest.mark.parametrize("roles", [["admin"], ["seeker", "admin"], ["owner"]], ids=str)
def test_nobody_gives_themselves_a_role_that_is_given(scene: Scene, endpoint: Endpoint, roles: list[str]) -> None:
    answer = scene.ask(endpoint, writer(endpoint), {**body_of(endpoint), "roles": roles})

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert all(one["pointer"].startswith("/roles") for one in answer.json["errors"])
