"""The table of rules over HTTP: every change by every caller in a case that trips one rule, and no door forgets it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.domain.shared.times import rfc3339
from chalicelib.services.enrollments import rules
from chalicelib.services.enrollments.access import MAY, Action, Relation
from chalicelib.services.enrollments.rules import RULES, Case, ChangeKind, Rule, refusal_of
from tests.support.builders import Person, a_member, a_person, an_api_key, cancelled, signed_in
from tests.support.handles import key_named
from tests.support.http import Answer
from tests.support.mails.mailed import link_for, link_of
from tests.support.world import World

STRANGER = "stranger"
ENROLLING: dict[ChangeKind, dict[str, Any]] = {
    ChangeKind.ENROL: {},
    ChangeKind.HOLD: {"confirm": False},
    ChangeKind.JOIN: {"waitlist": True},
}
NEW = {*ENROLLING, ChangeKind.WALK_IN, ChangeKind.ASK_AS_GUEST}
NEEDED = {
    ChangeKind.CONFIRM: Action.CONFIRM,
    ChangeKind.CANCEL: Action.CANCEL,
    ChangeKind.NOTE: Action.WRITE_NOTE,
    ChangeKind.NAME: Action.CORRECT_NAME,
    ChangeKind.SHRINK: Action.EDIT,
    ChangeKind.GROW: Action.EDIT,
    ChangeKind.CHECK_IN: Action.CHECK_IN,
    ChangeKind.UNDO_CHECK_IN: Action.CHECK_IN,
    ChangeKind.PROMOTE: Action.PROMOTE,
    ChangeKind.TRANSFER: Action.TRANSFER,
    ChangeKind.RESEND: Action.RESEND,
}
WRITTEN: dict[ChangeKind, dict[str, Any]] = {
    ChangeKind.NOTE: {"note": "Front row."},
    ChangeKind.NAME: {"attendee": {"name": "Jean Bartik"}},
}
HOURS = {"starts_at": timedelta(minutes=30), "ends_at": timedelta(minutes=90)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What trips a rule: a state of the enrollment, a time, or what becomes of the event."""

    rule: Rule | None
    code: str = "done"
    status: str = "confirmed"
    later: timedelta = timedelta(0)  # how long after everybody has enrolled
    event: dict[str, timedelta] = field(default_factory=lambda: dict(HOURS))  # times from now
    spoil: Callable[["Scene"], None] = lambda _: None
    party: int = 0  # that is asked for; 0: what the change needs

    def __str__(self) -> str:
        return self.rule.__name__ if self.rule else f"nothing of one that is {self.status}"


@dataclass(slots=True, kw_only=True)
class Scene:
    """An event, its organizer, and one enrollment of a party of two for a caller of each kind."""

    world: World
    organizer: Person
    admin: Person
    event: dict[str, Any]
    person: Person
    row: dict[str, Any] = field(default_factory=dict)
    member: Person | None = None

    @property
    def url(self) -> str:
        return f"/enrollments/{self.row['id']}"

    def token(self, caller: str) -> str | None:
        """Of a fresh login: the clock has moved."""
        if caller == STRANGER:
            return None
        if caller == Relation.LINK:
            return link_of(self.world, self.row) if self.row else link_for(self.world, self.event, self.person)
        if caller == Relation.CHECK_IN:
            return str(an_api_key(self.world, self.organizer, "check-in", event_id=self.event["id"])["secret"])
        if caller in set(TeamRole):
            self.member = self.member or a_member(self.world, self.event, TeamRole(caller))
            return signed_in(self.world, self.member.account).token
        who = {Relation.ORGANIZER: self.organizer, Relation.ADMIN: self.admin}.get(Relation(caller), self.person)
        return signed_in(self.world, who.account).token

    def by_organizer(self, verb: str) -> None:
        answer = self.world.post(f"{self.url}/{verb}", None, self.token(Relation.ORGANIZER))
        assert answer.status == 200, answer.text


def cancel_event(scene: Scene) -> None:
    if scene.world.get(f"/events/{scene.event['id']}").json["status"] == "published":
        cancelled(scene.world, scene.event, signed_in(scene.world, scene.organizer.account))


def release(scene: Scene) -> None:
    for _ in range(3):
        scene.world.tick()
        scene.world.work()


def close_waitlist(scene: Scene) -> None:
    """By a request that died before it told those who wait."""
    events = scene.world.container.store.events
    found = events.with_seats(scene.event["id"], consistent=True)
    assert found
    event, seats = found
    facts = replace(event.facts, waitlist_mode=WaitlistMode.OFF)
    events.replace(event, event.changed(scene.world.clock(), facts=facts), seats=seats)


STAGES = (
    Stage(rule=None),
    Stage(rule=None, status="pending"),
    Stage(rule=None, status="waitlisted"),
    Stage(rule=rules.event_has_started, code="event_started", later=timedelta(minutes=31)),
    Stage(rule=rules.event_is_gone, code="event_past", later=timedelta(minutes=91)),
    Stage(rule=rules.enrolling_is_over, code="event_past", later=timedelta(hours=26)),
    Stage(rule=rules.event_is_cancelled, code="event_cancelled", spoil=cancel_event),
    Stage(
        rule=rules.enrolling_is_closed,
        code="enrollment_closed",
        event=HOURS | {"enrollment_closes_at": timedelta(minutes=10)},
        later=timedelta(minutes=11),
    ),
    Stage(rule=rules.walk_ins_are_off, code="walk_ins_off"),
    Stage(
        rule=rules.too_early_for_walk_ins,
        code="walk_ins_not_open",
        event={"starts_at": timedelta(minutes=181), "ends_at": timedelta(minutes=241)},
    ),
    Stage(rule=rules.party_is_too_large, code="invalid_request", party=5),
    Stage(rule=rules.enrollment_is_over, code="enrollment_over", spoil=lambda scene: scene.by_organizer("cancel")),
    Stage(rule=rules.time_is_up, code="hold_expired", status="pending", later=timedelta(minutes=6)),
    Stage(rule=rules.nothing_is_kept, code="nothing_to_confirm", status="waitlisted"),
    Stage(rule=rules.not_confirmed, code="not_confirmed", status="pending"),
    Stage(rule=rules.never_had_a_place, code="not_confirmed", status="waitlisted"),
    Stage(rule=rules.was_not_confirmed, code="not_confirmed", later=timedelta(minutes=41), spoil=release),
    Stage(rule=rules.not_waitlisted, code="not_waitlisted", status="pending"),
    Stage(rule=rules.is_waitlisted, code="party_waits", status="waitlisted"),
    Stage(rule=rules.waitlist_is_off, code="waitlist_off", status="waitlisted", spoil=close_waitlist),
    Stage(rule=rules.is_checked_in, code="checked_in", spoil=lambda scene: scene.by_organizer("check-in")),
)


def callers_of(kind: ChangeKind) -> list[str]:
    if kind is ChangeKind.ASK_AS_GUEST:
        return [STRANGER]
    if kind is ChangeKind.WALK_IN:  # nobody else is let in: tests/component/http/test_access_matrix.py
        return [Relation.ORGANIZER, Relation.ADMIN, Relation.MANAGER, Relation.CHECK_IN]
    if kind in ENROLLING:  # a link holds nothing, and who only looks on or scans enrols as anybody does
        nobody = {Relation.VIEWER, Relation.CHECK_IN} | ({Relation.LINK} if kind is ChangeKind.HOLD else set())
        return [one for one in Relation if one not in nobody]
    return list(Relation)


def a_third_of(callers: list[str], stage: Stage, kind: ChangeKind) -> list[str]:
    """Others for each stage and for each change: every change by every caller comes in seven of the stages or more.

    Of few callers all: who stands at the door has stages of their own.
    """
    turn = STAGES.index(stage) + list(ChangeKind).index(kind)
    return callers[turn % 3 :: 3] if len(callers) > 4 else callers


def prepared(world: World, stage: Stage, kind: ChangeKind, callers: list[str]) -> dict[str, Scene]:
    organizer, admin = a_person(world), a_person(world, roles=(Role.ADMIN,))
    is_new = kind in NEW
    fields = {name: rfc3339(world.clock() + ahead) for name, ahead in stage.event.items()}
    waits = stage.status == "waitlisted" and not is_new
    event = world.an_event(
        organizer.token,
        capacity=4 if waits else 40,
        party_max=4,
        hold_minutes=5,
        walk_ins=stage.rule is not rules.walk_ins_are_off,
        no_show_release_minutes=10 if stage.spoil is release else None,
        **fields,
    )
    if waits:
        filler = world.post(f"/events/{event['id']}/enrollments", {"party_size": 4}, a_person(world).token)
        assert filler.status == 201, filler.text
    scenes = {
        one: Scene(world=world, organizer=organizer, admin=admin, event=event, person=a_person(world))
        for one in callers
    }
    if not is_new:
        for caller, scene in scenes.items():
            scene.row = enrolled(scene, caller, stage.status)
    world.clock.advance(stage.later)
    for scene in scenes.values():
        if scene.row or stage.spoil is cancel_event:
            stage.spoil(scene)
    return scenes


def enrolled(scene: Scene, caller: str, status: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"party_size": 2, "confirm": status != "pending", "waitlist": status == "waitlisted"}
    if caller == Relation.KEEPER:
        asked["attendee_id"] = record_of(scene)
    answer = scene.world.post(f"/events/{scene.event['id']}/enrollments", asked, scene.person.token)
    assert (answer.status, answer.json["status"]) == (201, status), answer.text
    return dict(answer.json)


def record_of(scene: Scene) -> str:
    token = scene.token(Relation.PERSON)
    answer = scene.world.post("/attendees", {"first_name": "Kim", "email": "kim@example.org"}, token)
    return str(answer.json["id"])


def ask(scene: Scene, kind: ChangeKind, caller: str, party: int) -> Answer:
    world, token = scene.world, scene.token(caller)
    if kind in NEW:
        return ask_for_a_place(scene, kind, caller, party)
    if kind in {ChangeKind.SHRINK, ChangeKind.GROW}:
        return world.patch(scene.url, {"party_size": 1 if kind is ChangeKind.SHRINK else party or 3}, token)
    if kind in WRITTEN:
        return world.patch(scene.url, WRITTEN[kind], token)
    if kind is ChangeKind.UNDO_CHECK_IN:
        return world.delete(f"{scene.url}/check-in", token)
    given = {"name": "Jean", "email": f"{caller}@example.net"} if kind is ChangeKind.TRANSFER else None
    return world.post(f"{scene.url}/{kind.value.replace('_', '-')}", given, token)


def ask_for_a_place(scene: Scene, kind: ChangeKind, caller: str, party: int) -> Answer:
    world, token, url = scene.world, scene.token(caller), f"/events/{scene.event['id']}"
    if kind is ChangeKind.WALK_IN:
        return world.post(f"{url}/door/walk-ins", {"name": "Gus", "party_size": party or 1}, token)
    if caller == Relation.LINK:
        action = {"action": "join" if kind is ChangeKind.JOIN else "confirm", "party_size": min(party or 1, 4)}
        return world.post(f"/g/{token}", action, Accept="application/json")
    body = {**ENROLLING.get(kind, {}), "party_size": party or 1, **whom(scene, caller)}
    return world.post(f"{url}/enrollments", body, token)


def whom(scene: Scene, caller: str) -> dict[str, Any]:
    if caller == Relation.KEEPER:
        return {"attendee_id": record_of(scene)}
    return {} if caller == Relation.PERSON else {"name": "Gus", "email": f"{caller}@example.com"}


def expected(scene: Scene, kind: ChangeKind, caller: str, party: int) -> str:
    """What the tables of who and when say: a code, or "done"."""
    found = scene.world.container.store.events.with_seats(scene.event["id"])
    key = key_named(scene.row["id"]) if scene.row else None
    enrollment = scene.world.container.store.enrollments.by_key(key) if key else None
    assert found is not None
    at_door = {ChangeKind.CHECK_IN, ChangeKind.UNDO_CHECK_IN, ChangeKind.WALK_IN}
    if caller == Relation.CHECK_IN and kind not in at_door:
        return "scope_missing"
    if enrollment and caller not in MAY[NEEDED[kind]]:
        return "unauthenticated" if caller == Relation.LINK else "forbidden"
    if enrollment and is_so_already(kind, enrollment.status):
        return "done"
    by = frozenset() if caller == STRANGER else frozenset({Relation(caller)})
    wanted = {ChangeKind.SHRINK: 1, ChangeKind.GROW: party or 3}.get(kind, party or 1)
    if caller == Relation.LINK:
        wanted = min(wanted, 4)  # the page asks for as many as there can be
    refusal = refusal_of(
        kind,
        Case(event=found[0], now=scene.world.clock(), enrollment=enrollment, by=by, party_size=wanted),
    )
    return refusal.code if refusal else "done"


def is_so_already(kind: ChangeKind, status: EnrollmentStatus) -> bool:
    """What is asked for once more is answered as it is, whatever the rules say now."""
    if kind is ChangeKind.CANCEL:
        return status in {EnrollmentStatus.CANCELLED, EnrollmentStatus.EXPIRED}
    return kind in {ChangeKind.CONFIRM, ChangeKind.PROMOTE} and status is EnrollmentStatus.CONFIRMED


def told(answer: Answer) -> str:
    """A seat that is not there is no rule's refusal."""
    code = answer.json["code"] if answer.status >= 400 else "done"
    return "done" if code == "event_full" else str(code)


EVERYBODY = pytest.param(False, id="every-caller", marks=pytest.mark.deep)


@pytest.mark.parametrize("is_short", [pytest.param(True, id="a-third-of-the-callers"), EVERYBODY])
@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_every_door_keeps_the_rules_of_the_table(world: World, stage: Stage, *, is_short: bool) -> None:
    found: dict[tuple[str, str], str] = {}
    wanted: dict[tuple[str, str], str] = {}
    for kind in ChangeKind:
        callers = a_third_of(callers_of(kind), stage, kind) if is_short else callers_of(kind)
        for caller, scene in prepared(world, stage, kind, callers).items():
            wanted[kind, caller] = expected(scene, kind, caller, stage.party)
            found[kind, caller] = told(ask(scene, kind, caller, stage.party))

    assert found == wanted
    assert stage.code in found.values(), "nobody is told what this stage is about"


def test_every_rule_has_its_stage() -> None:
    assert {stage.rule for stage in STAGES} - {None} == {clause.rule for row in RULES.values() for clause in row}
