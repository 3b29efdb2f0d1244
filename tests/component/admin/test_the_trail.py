"""Every act of an admin, by whatever route, leaves exactly one entry; a refusal and what others do leave none."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.audit import ActKind
from chalicelib.domain.shared.limits import FRESH_LOGIN
from devtools.simdb.client import SimClient
from devtools.simdb.faults import ENDPOINT
from tests.support.builders import Person, a_letter, a_person, enrolled, people
from tests.support.http import Answer
from tests.support.people.admin import acts, kinds
from tests.support.people.second_factor import turned_on
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, name
from tests.support.world import World

WRITES = {
    name(endpoint)
    for endpoint in ENDPOINTS
    if endpoint.method != "GET"
    and endpoint.path.startswith(("/events/{", "/enrollments/{", "/admin/"))
    and endpoint.tag != "teams"  # no admin changes whom an owner works with
    and endpoint.name != "duplicate_event"  # nor makes copies of what is theirs
}


@dataclass(frozen=True, slots=True)
class Case:
    """An organizer's event with a person in it, before something is done to them."""

    world: World
    olga: Person
    ada: Person
    event: dict[str, Any]
    row: dict[str, Any]

    def enrol(self, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
        answer = self.world.post(f"/events/{event['id']}/enrollments", fields, person.token)
        assert answer.status == 201, answer.text
        return dict(answer.json)

    def draft(self) -> str:
        return str(self.world.an_event(self.olga.token, status="draft")["id"])

    def empty(self) -> str:
        return str(self.world.an_event(self.olga.token, capacity=1)["id"])

    def held(self) -> str:
        return str(self.enrol(self.event, a_person(self.world), confirm=False)["id"])

    def seated(self) -> str:
        return str(self.enrol(self.event, a_person(self.world))["id"])

    def arrived(self) -> str:
        row = self.seated()
        assert self.world.post(f"/enrollments/{row}/check-in", {}, self.olga.token).status == 200
        return row

    def passed(self) -> str:
        """Somebody behind a party for which one free seat is not enough."""
        event = self.world.an_event(self.olga.token, capacity=3, party_max=3)
        seated, pair, behind = people(self.world, 3)
        self.enrol(event, seated, party_size=2)
        self.enrol(event, pair, party_size=2, waitlist=True)
        return str(self.enrol(event, behind, waitlist=True)["id"])


def a_case(world: World) -> Case:
    olga, ada = people(world, 2)
    event = world.an_event(olga.token, capacity=20)
    return Case(world, olga, ada, event, enrolled(world, event, ada))


@dataclass(frozen=True, slots=True)
class Act:
    """A request that somebody in charge of an event, or an admin, makes; `about` is the id in its path."""

    route: str
    kind: ActKind
    about: Callable[[Case], str]
    body: Callable[[Case], Any] = lambda _: None
    confirmed: bool = False  # the first answer is a preview
    of_admins_only: bool = False

    def __call__(self, case: Case, about: str, token: str) -> Answer:
        method, _, path = self.route.partition(" ")
        url = path.replace(path[path.index("{") : path.index("}") + 1], about)
        body = self.body(case)
        answer = case.world.send(method, url, body, token=token)
        if self.confirmed and answer.status == 409:
            answer = case.world.send(method, f"{url}?confirm={answer.json['confirm']}", body, token=token)
        return answer


def _event(case: Case) -> str:
    return str(case.event["id"])


def _row(case: Case) -> str:
    return str(case.row["id"])


def _title(case: Case) -> dict[str, Any]:
    return {**case.event, "title": "Another"}


def _stranger(_: Case) -> dict[str, str]:
    return {"name": "Grace", "email": "grace@example.org"}


def _guarded(case: Case) -> str:
    person = a_person(case.world)
    turned_on(case.world, person)
    return person.id


def _closed(_: Case) -> dict[str, Any]:
    return {"disabled": True, "reason": "spam"}


ACTS = [
    Act("PUT /events/{event_id}", ActKind.EDIT_EVENT, _event, _title),
    Act("PATCH /events/{event_id}", ActKind.EDIT_EVENT, _event, lambda _: {"title": "Third"}),
    Act("POST /events/{event_id}/publish", ActKind.PUBLISH_EVENT, Case.draft),
    Act("POST /events/{event_id}/cancel", ActKind.CANCEL_EVENT, Case.empty),
    Act("DELETE /events/{event_id}", ActKind.DELETE_EVENT, Case.empty),
    Act("POST /events/{event_id}/enrollments", ActKind.ENROL, _event, _stranger),
    Act("POST /events/{event_id}/enrollments/import", ActKind.ENROL, _event, lambda _: {"rows": [_stranger(_)]}),
    Act("POST /events/{event_id}/enrollments/bulk", ActKind.CANCEL_ENROLLMENT, _event,
        lambda case: {"action": "cancel", "enrollment_ids": [case.row["id"]]}),
    Act("POST /events/{event_id}/messages", ActKind.WRITE_TO_PEOPLE, _event,
        lambda _: {"segment": "confirmed", "subject": "Rooms", "body": "Room 4."}, confirmed=True),
    Act("POST /events/{event_id}/check-ins", ActKind.CHECK_IN_ENROLLMENT, _event,
        lambda case: {"rows": [{"enrollment_id": case.row["id"]}]}),
    Act("POST /events/{event_id}/door/walk-ins", ActKind.ENROL, _event, lambda _: {"name": "Grace"}),
    Act("POST /enrollments/{enrollment_id}/confirm", ActKind.CONFIRM_ENROLLMENT, Case.held),
    Act("POST /enrollments/{enrollment_id}/cancel", ActKind.CANCEL_ENROLLMENT, Case.seated),
    Act("DELETE /enrollments/{enrollment_id}", ActKind.CANCEL_ENROLLMENT, Case.seated),
    Act("POST /enrollments/{enrollment_id}/promote", ActKind.PROMOTE_ENROLLMENT, Case.passed),
    Act("POST /enrollments/{enrollment_id}/transfer", ActKind.TRANSFER_ENROLLMENT, Case.seated,
        lambda _: {"name": "Kim", "email": "kim@example.org"}),
    Act("PUT /enrollments/{enrollment_id}", ActKind.EDIT_ENROLLMENT, _row, lambda _: {"note": "Vegan"}),
    Act("PATCH /enrollments/{enrollment_id}", ActKind.EDIT_ENROLLMENT, _row, lambda _: {"note": "Vegetarian"}),
    Act("POST /enrollments/{enrollment_id}/resend", ActKind.RESEND_ENROLLMENT, _row),
    Act("POST /enrollments/{enrollment_id}/check-in", ActKind.CHECK_IN_ENROLLMENT, Case.seated, lambda _: {}),
    Act("DELETE /enrollments/{enrollment_id}/check-in", ActKind.CHECK_IN_ENROLLMENT, Case.arrived),
    Act("PATCH /admin/users/{user_id}", ActKind.DISABLE_ACCOUNT, lambda case: a_person(case.world).id, _closed,
        of_admins_only=True),
    Act("POST /admin/users/{user_id}/second-factor/remove", ActKind.REMOVE_SECOND_FACTOR, _guarded,
        lambda _: {"reason": "requested"}, of_admins_only=True),
    Act("POST /admin/dead-letters/{letter_id}/redrive", ActKind.REDRIVE_LETTER, lambda case: a_letter(case.world),
        of_admins_only=True),
]  # fmt: skip
LOOKS = {
    **dict.fromkeys(
        ("/events/{event}/enrollments", "/events/{event}/enrollments.csv", "/events/{event}/waitlist",
         "/events/{event}/door/people",
         "/enrollments/{row}", "/enrollments/{row}/history", "/enrollments/{row}/ticket.svg"),
        ActKind.SEE_PEOPLE,
    ),
    "/events/{event}/activity": ActKind.SEE_ACTIVITY,
    "/events/{event}/messages": ActKind.SEE_MESSAGES,
}  # fmt: skip


class Losing(SimClient):
    """Every transaction happens, and its first answer is lost."""

    def __init__(self, world: World) -> None:
        super().__init__(world.db)
        self._told: set[str] = set()

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        answer = super()._make_api_call(operation_name, api_params)
        token = api_params.get("ClientRequestToken", "")
        if operation_name == "TransactWriteItems" and token not in self._told:
            self._told.add(token)
            raise ReadTimeoutError(endpoint_url=ENDPOINT)
        return answer


def route(act: Act) -> str:
    return act.route


def test_there_is_an_act_for_every_route_that_changes_what_is_somebody_elses() -> None:
    assert {act.route for act in ACTS} == WRITES


@pytest.mark.parametrize("act", ACTS, ids=route)
def test_an_act_leaves_one_entry_that_says_who_what_and_in_which_request(world: World, admin: Person, act: Act) -> None:
    """Also when every answer of the tables is lost once."""
    case = a_case(world)
    about = act.about(case)
    world.container.store.dynamo.connection._client = Losing(world)  # type: ignore[assignment]

    answer = act(case, about, admin.token)

    assert answer.status < 300, answer.text
    [entry] = acts(world)
    assert (entry["admin"], entry["what"]) == (admin.id, act.kind)
    assert entry["request_id"] == answer.headers["X-Request-Id"]
    is_of_each = act.kind in {ActKind.ENROL, ActKind.CHECK_IN_ENROLLMENT} or act.route.endswith("/bulk")
    if not is_of_each:
        assert entry["about"] == about
    assert "@" not in str(entry)


@pytest.mark.parametrize("act", ACTS, ids=route)
def test_an_old_login_does_nothing(world: World, admin: Person, act: Act) -> None:
    case = a_case(world)
    about = act.about(case)
    world.clock.advance(FRESH_LOGIN)
    before = {table: world.db.snapshot_all(table) for table in world.db.tables}

    problem(act(case, about, admin.token), 403, "fresh_login_required")

    assert {table: world.db.snapshot_all(table) for table in world.db.tables} == before


@pytest.mark.parametrize("act", [act for act in ACTS if not act.of_admins_only], ids=route)
def test_what_organizers_do_is_none(world: World, act: Act) -> None:
    case = a_case(world)
    about = act.about(case)

    answer = act(case, about, case.olga.token)

    assert answer.status < 300, answer.text
    assert acts(world) == []


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_people_and_at_what_they_were_told_is_an_act_too(world: World, admin: Person, look: str) -> None:
    case = a_case(world)
    url = look.format(event=_event(case), row=_row(case))

    assert world.get(url, admin.token).status == 200
    assert world.get(url, case.olga.token).status == 200

    [entry] = acts(world)
    assert (entry["what"], entry["admin"]) == (LOOKS[look].value, admin.id)
    assert entry["about"] in {_event(case), _row(case)}
    world.clock.advance(FRESH_LOGIN)
    problem(world.get(url, admin.token), 403, "fresh_login_required")


def test_a_preview_and_a_refusal_are_no_acts(world: World, admin: Person) -> None:
    case = a_case(world)
    event, row = f"/events/{_event(case)}", f"/enrollments/{_row(case)}"

    problem(world.post(f"{event}/cancel", None, admin.token), 409, "confirmation_required")
    problem(world.patch(event, {"title": ""}, admin.token), 400, "invalid_request")
    problem(world.patch(event, {"title": "x"}, admin.token, If_Match='"99"'), 412, "precondition_failed")
    assert world.post(f"{row}/promote", None, admin.token).status == 200, "it has its place already"
    world.post(f"{row}/cancel", None, case.ada.token)
    assert world.post(f"{row}/cancel", None, admin.token).status == 200, "it is over already"

    assert acts(world) == []


def test_nor_is_what_an_admin_does_to_events_of_their_own(world: World) -> None:
    both = a_person(world, roles=(Role.FACILITATOR, Role.ADMIN))
    event = world.an_event(both.token, capacity=5)
    row = enrolled(world, event, a_person(world))
    world.clock.advance(FRESH_LOGIN)

    assert world.patch(f"/events/{event['id']}", {"title": "A"}, both.token).status == 200
    assert world.post(f"/enrollments/{row['id']}/check-in", {}, both.token).status == 200
    assert world.get(f"/events/{event['id']}/enrollments", both.token).status == 200
    assert acts(world) == []


def test_an_admin_is_to_their_own_enrollments_what_everybody_is(world: World, admin: Person) -> None:
    case = a_case(world)
    row = case.enrol(case.event, admin, confirm=False)
    world.clock.advance(FRESH_LOGIN)
    url = f"/enrollments/{row['id']}"

    assert world.post(f"{url}/confirm", None, admin.token).status == 200
    problem(world.post(f"{url}/check-in", {}, admin.token), 403, "forbidden")
    problem(world.patch(url, {"note": "Front row"}, admin.token), 403, "forbidden")
    assert world.post(f"{url}/cancel", None, admin.token).status == 200
    assert acts(world) == []


def test_a_batch_of_scans_is_an_act_for_each_that_changes_something(world: World, admin: Person) -> None:
    case = a_case(world)
    case.world.patch(f"/events/{_event(case)}", {"capacity": 60}, case.olga.token)
    rows = [{"enrollment_id": case.seated()} for _ in range(30)]
    url = f"/events/{_event(case)}/check-ins"

    for _ in range(2):
        assert world.post(url, {"rows": rows}, admin.token).status == 200

    assert kinds(world) == ["check_in_enrollment"] * 30
    assert len({act["about"] for act in acts(world)}) == 30


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(2, 40))])
def test_a_walk_of_admins_and_organizers_leaves_what_the_admins_did(world: World, admin: Person, seed: int) -> None:
    rng, case = random.Random(seed), a_case(world)
    second = a_person(world, "second@example.org", roles=(Role.ADMIN,))
    world.container.store.dynamo.connection._client = Losing(world)  # type: ignore[assignment]
    expected = []
    for number in range(12):
        act, actor = rng.choice(ACTS), rng.choice([admin, second, case.olga])
        if act.of_admins_only and actor is case.olga:
            continue
        is_new = actor is not case.olga and number % 2 == 0
        case = a_case(world) if is_new else case  # where nothing is as it is to be yet
        before = [act["sk"] for act in acts(world)]
        answer = act(case, act.about(case), actor.token)
        added = [(one["admin"], one["what"]) for one in acts(world) if one["sk"] not in before]
        is_done = answer.status < 300 and actor in (admin, second)
        assert int(is_new) <= len(added) <= int(is_done), answer.text
        expected += added
        world.clock.advance(timedelta(seconds=1))

    assert [(act["admin"], act["what"]) for act in acts(world)] == expected


def test_admins_read_it_the_last_acts_first(world: World, admin: Person) -> None:
    case = a_case(world)
    for title in ("A", "B", "C"):
        assert world.patch(f"/events/{_event(case)}", {"title": title}, admin.token, X_Request_Id=title).status == 200
        world.clock.advance(timedelta(seconds=1))

    first = world.get("/admin/audit?page_size=2", admin.token).json
    second = world.get(first["next"], admin.token).json

    read = first["results"] + second["results"]
    assert [one["at"] for one in read] == [f"2026-06-01T09:00:0{second}Z" for second in (2, 1, 0)]
    assert {one["kind"] for one in read} == {"edit_event"}
    assert (second["next"], read[0]["admin_id"], read[0]["about"]) == (None, admin.id, _event(case))
    assert "email" not in read[0]
    assert kinds(world) == ["edit_event"] * 3, "reading the trail is not in it"


def test_an_entry_goes_when_its_time_is_over(world: World, admin: Person) -> None:
    case = a_case(world)
    world.patch(f"/events/{_event(case)}", {"title": "A"}, admin.token)

    [entry] = acts(world)
    days = world.container.settings.audit_days
    assert int(entry["expires"]) == int((world.clock() + timedelta(days=days)).timestamp())
