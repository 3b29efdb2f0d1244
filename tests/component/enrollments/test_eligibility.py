"""Eligibility says what enrolling then does: every state is asked first and tried afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person, people
from tests.support.problems import faults, problem
from tests.support.world import World


class Case:
    """Somebody who looks at an event, and how they would enrol."""

    def __init__(self, world: World, **fields: Any) -> None:
        self.world = world
        self.olga = a_person(world)
        self.ada = a_person(world)
        self.fields = {"capacity": 3, "party_max": 2, **fields}
        self.party = 1
        self._event: dict[str, Any] | None = None

    @property
    def event(self) -> dict[str, Any]:
        if self._event is None:
            self._event = self.world.an_event(self.olga.token, **self.fields)
        return self._event

    @property
    def url(self) -> str:
        return f"/events/{self.event['id']}"

    def enrol(self, person: Person, **fields: Any) -> dict[str, Any]:
        answer = self.world.post(f"{self.url}/enrollments", fields, person.token)
        assert answer.status == 201, answer.text
        return dict(answer.json)

    def cancel(self, row: dict[str, Any]) -> None:
        assert self.world.post(f"/enrollments/{row['id']}/cancel", None, self.olga.token).status == 200

    def fill(self, number: int = 3) -> list[dict[str, Any]]:
        return [self.enrol(one) for one in people(self.world, number)]

    def later(self, **step: int) -> None:
        self.world.clock.advance(timedelta(**step))
        self.ada = Person(self.ada.account, self.world.logged_in(self.ada.email)["access"], "")


def plain(case: Case) -> None:
    assert case.event


def unlimited(case: Case) -> None:
    case.fields["capacity"] = None


def draft(case: Case) -> None:
    case.fields["status"] = "draft"
    case.ada = case.olga


def not_open(case: Case) -> None:
    case.fields["enrollment_opens_at"] = "2026-06-20T09:00:00Z"


def closed(case: Case) -> None:
    case.fields["enrollment_closes_at"] = "2026-06-02T09:00:00Z"
    assert case.event
    case.later(days=2)


def started(case: Case) -> None:
    assert case.event
    case.later(days=30, minutes=1)


def past(case: Case) -> None:
    assert case.event
    case.later(days=31)


def cancelled(case: Case) -> None:
    assert case.world.post(f"{case.url}/cancel", None, case.olga.token).status == 200


def full(case: Case) -> None:
    case.fields["waitlist_mode"] = "off"
    case.fill()


def full_with_a_waitlist(case: Case) -> None:
    case.fill()


def somebody_waits(case: Case) -> None:
    case.fill()
    case.enrol(a_person(case.world), waitlist=True)


def free_beside_a_waiting_pair(case: Case) -> None:
    case.fill(2)
    case.enrol(a_person(case.world), party_size=2, waitlist=True)


def waiting_oneself(case: Case) -> None:
    case.fill()
    case.enrol(case.ada, waitlist=True)


def offered(case: Case) -> None:
    case.fields["waitlist_mode"] = "offer"
    row, *_ = case.fill()
    case.enrol(case.ada, waitlist=True)
    case.cancel(row)


def own_offer_is_over(case: Case) -> None:
    offered(case)
    case.later(days=1)


def pending(case: Case) -> None:
    case.enrol(case.ada, confirm=False)


def own_hold_is_over(case: Case) -> None:
    pending(case)
    case.later(minutes=16)


def expired_hold_has_the_last_seat(case: Case) -> None:
    case.fill(2)
    case.enrol(a_person(case.world), confirm=False)
    case.later(minutes=16)


def expired_hold_beside_somebody_who_waits(case: Case) -> None:
    expired_hold = case.fill(2)
    assert expired_hold
    case.enrol(a_person(case.world), confirm=False)
    case.enrol(a_person(case.world), waitlist=True)
    case.later(minutes=16)


def two_expired_holds_beside_one_who_waits(case: Case) -> None:
    case.fill(1)
    for one in people(case.world, 2):
        case.enrol(one, confirm=False)
    case.enrol(a_person(case.world), waitlist=True)
    case.later(minutes=16)


def nobody_waits_any_more(case: Case) -> None:
    rows = case.fill()
    waiting = case.enrol(a_person(case.world), waitlist=True)
    case.cancel(waiting)
    case.cancel(rows[0])


def enrolled_already(case: Case) -> None:
    case.enrol(case.ada)


def cancelled_before(case: Case) -> None:
    case.cancel(case.enrol(case.ada))


def role_is_missing(case: Case) -> None:
    case.ada = a_person(case.world, roles=(Role.FACILITATOR,))


def unverified(case: Case) -> None:
    case.ada = a_person(case.world, email_verified=False)


def party_too_large(case: Case) -> None:
    case.party = 3


def pair_finds_one_seat(case: Case) -> None:
    case.party = 2
    case.fill(2)


def no_such_event(case: Case) -> None:
    case._event = {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}


STATES: list[tuple[Callable[[Case], None], str | None, str | None]] = [
    (plain, None, "confirmed"),
    (unlimited, None, "confirmed"),
    (draft, "event_not_published", None),
    (not_open, "enrollment_not_open", None),
    (closed, "enrollment_closed", None),
    (started, "event_started", None),
    (past, "event_past", None),
    (cancelled, "event_cancelled", None),
    (full, "event_full", None),
    (full_with_a_waitlist, "event_full", "waitlisted"),
    (somebody_waits, "event_full", "waitlisted"),
    (free_beside_a_waiting_pair, "event_full", "waitlisted"),
    (waiting_oneself, "already_enrolled", None),
    (offered, "already_enrolled", None),
    (own_offer_is_over, None, "confirmed"),
    (pending, "already_enrolled", None),
    (own_hold_is_over, None, "confirmed"),
    (expired_hold_has_the_last_seat, None, "confirmed"),
    (expired_hold_beside_somebody_who_waits, "event_full", "waitlisted"),
    (two_expired_holds_beside_one_who_waits, None, "confirmed"),
    (nobody_waits_any_more, None, "confirmed"),
    (enrolled_already, "already_enrolled", None),
    (cancelled_before, None, "confirmed"),
    (role_is_missing, "role_required", None),
    (unverified, "email_not_verified", None),
    (party_too_large, "invalid_request", None),
    (pair_finds_one_seat, "event_full", "waitlisted"),
]


@pytest.mark.parametrize("options", [{}, {"waitlist": True}], ids=["seat", "or-wait"])
@pytest.mark.parametrize(("state", "code", "would"), STATES, ids=lambda one: getattr(one, "__name__", ""))
def test_what_is_said_is_what_enrolling_then_answers(
    world: World, state: Callable[[Case], None], code: str | None, would: str | None, options: dict[str, bool]
) -> None:
    case = Case(world)
    state(case)

    said = world.get(f"{case.url}/eligibility?party_size={case.party}", case.ada.token).json
    done = world.post(f"{case.url}/enrollments", {"party_size": case.party, **options}, case.ada.token)

    assert (said["code"], said["would"], said["can_enrol"]) == (code, would, code is None)
    if options and would:
        world.work()  # who waits for a seat that an expired hold has gets it a moment later
        row = world.get(f"/enrollments/{done.json['id']}", case.ada.token).json
        assert (done.status, row["status"]) == (201, would)
    elif options and code == "event_full":
        problem(done, 409, "waitlist_off")
    elif code is None:
        assert (done.status, done.json["status"]) == (201, "confirmed")
    else:
        assert done.json["code"] == code
        assert said["next_step"] == done.json.get("next_step")
        assert said["enrollment"] == done.json.get("enrollment")
        assert said["detail"] == done.json["detail"] or code == "invalid_request"


def test_it_says_when_how_many_and_who_waits(world: World) -> None:
    case = Case(world, enrollment_opens_at="2026-05-01T09:00:00Z", waitlist_mode="offer")
    case.fill()
    case.enrol(a_person(world), waitlist=True)

    said = world.get(f"{case.url}/eligibility", case.ada.token)

    assert said.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert said.json == {
        "can_enrol": False,
        "would": "waitlisted",
        "code": "event_full",
        "detail": "Every seat is taken.",
        "next_step": {"action": "join_waitlist", "method": "POST", "href": f"{case.url}/enrollments"},
        "opens_at": "2026-05-01T09:00:00Z",
        "closes_at": "2026-07-01T09:00:00Z",
        "party_max": 2,
        "waitlist": {"mode": "offer", "count": 1},
        "available_spots": 0,
        "enrollment": None,
    }


def test_an_own_offer_is_shown_with_the_way_to_accept_it(world: World) -> None:
    case = Case(world)
    offered(case)

    said = world.get(f"{case.url}/eligibility", case.ada.token).json

    assert said["enrollment"]["status"] == "offered"
    assert said["next_step"]["href"] == f"/enrollments/{said['enrollment']['id']}/confirm"


def test_expired_holds_count_as_free(world: World) -> None:
    case = Case(world)
    expired_hold_has_the_last_seat(case)

    assert world.get(f"{case.url}/eligibility").json["available_spots"] == 1


def test_asking_writes_nothing(world: World) -> None:
    case = Case(world)
    two_expired_holds_beside_one_who_waits(case)
    before = {name: world.db.snapshot_all(f"turnout-{name}") for name in ("seats", "enrollments", "due")}

    assert world.get(f"{case.url}/eligibility", case.ada.token).status == 200

    assert {name: world.db.snapshot_all(f"turnout-{name}") for name in before} == before


# Without an account


def test_anybody_learns_about_the_event_and_nothing_else(world: World) -> None:
    case = Case(world)
    case.enrol(case.ada)

    answer = world.get(f"{case.url}/eligibility")

    assert answer.headers["Cache-Control"] == "public, max-age=5"
    said = answer.json
    assert (said["can_enrol"], said["would"], said["code"], said["enrollment"]) == (True, "pending", None, None)
    href = f"{case.url}/enrollments"
    assert said["next_step"] == {"action": "enrol_as_guest", "method": "POST", "href": href}
    assert world.post(href, {"name": "Grace", "email": "grace@example.org"}).status == 202
    world.work()
    assert world.get(f"{case.url}/capacity").json["attendees_count"] == 2


def test_where_no_guests_are_taken_one_has_to_sign_in(world: World) -> None:
    case = Case(world, guests_allowed=False)

    said = world.get(f"{case.url}/eligibility").json

    assert (said["can_enrol"], said["would"], said["code"]) == (False, None, "unauthenticated")
    assert said["next_step"] == {"action": "login", "method": "POST", "href": "/auth/login"}


@pytest.mark.parametrize(
    ("state", "code"),
    [(not_open, "enrollment_not_open"), (cancelled, "event_cancelled"), (full, "event_full"), (party_too_large, None)],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_an_event_that_takes_nobody_takes_no_guest(
    world: World, state: Callable[[Case], None], code: str | None
) -> None:
    case = Case(world)
    state(case)

    said = world.get(f"{case.url}/eligibility?party_size={case.party}").json

    assert (said["can_enrol"], said["code"]) == (False, code or "invalid_request")


def test_drafts_and_strange_ids_are_not_found_and_parameters_are_checked(world: World) -> None:
    case = Case(world, status="draft")

    problem(world.get(f"{case.url}/eligibility"), 404, "not_found")
    problem(world.get(f"{case.url}/eligibility", case.ada.token), 404, "not_found")
    problem(world.get("/events/junk/eligibility"), 404, "not_found")
    problem(world.get(f"{case.url}/eligibility", "bad"), 401, "unauthenticated")
    assert faults(world.get(f"{case.url}/eligibility?party_size=0")) == [("party_size", "invalid")]
    assert faults(world.get(f"{case.url}/eligibility?party_size=two")) == [("party_size", "invalid")]
    assert faults(world.get(f"{case.url}/eligibility?waitlist=true")) == [("waitlist", "unknown_parameter")]
