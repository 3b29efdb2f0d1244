"""Whoever changes enrollments: places handed on, parties resized, somebody promoted, all of it at the same moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, fold_email
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.changes.edit import EnrollmentFacts, Present
from chalicelib.services.enrollments.changes.transfer import TransferRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import NameItem
from devtools.simdb.faults import Crash, Faults
from tests.simulation.world import ROUGH, SimWorld

Tamper = Callable[[SimWorld], None]
NAMES = ("ada", "bob", "carl", "dora")


@dataclass(slots=True)
class Told:
    action: str
    answer: str
    about: str = ""


@dataclass(slots=True)
class Stage:
    """An event of a few seats and four people, who do what the lot says."""

    world: SimWorld
    event: Event
    organizer: Claims
    people: dict[str, Claims]
    told: list[Told] = field(default_factory=list)

    def key(self, name: str) -> EnrollmentKey:
        return EnrollmentKey.of(self.event.id, self.event.buckets, self.people[name].user_id)

    def spawn(self, action: str, do: Callable[[Container], EnrollmentView]) -> None:
        self.world.busy_clients += 1
        after = self.world.rng.random() * 0.04
        self.world.scheduler.spawn(lambda: self._do(action, do), action, after=after)

    def _do(self, action: str, do: Callable[[Container], EnrollmentView]) -> None:
        answer, about = "crashed", ""
        try:
            entry = do(self.world.another_process())
            answer, about = str(entry.enrollment.status), entry.enrollment.key.attendee_id
        except errors.TurnoutError as refusal:
            answer = refusal.code
        except TryAgainError:
            answer = "busy"
        except Crash:
            raise
        finally:
            self.told.append(Told(action, answer, about))
            self.world.busy_clients -= 1

    # What they do

    def enrols(self, name: str, **request: Any) -> Callable[[Container], EnrollmentView]:
        asked = EnrolmentRequest(event_id=self.event.id, request_id=f"enrol {name}", **request)
        return lambda container: container.enrollments.enrol(self.people[name], asked, idempotency=None)

    def leaves(self, name: str) -> Callable[[Container], EnrollmentView]:
        asked = CancelRequest(enrollment_id=self.key(name).id, request_id=f"leave {name}")
        return lambda container: container.enrollments.cancel(self.people[name], asked, None)

    def hands_on(self, name: str, to: str) -> Callable[[Container], EnrollmentView]:
        asked = TransferRequest(
            enrollment_id=self.key(name).id, request_id=f"{name} to {to}", name=to, email=f"{to}@example.org"
        )
        return lambda container: container.enrollments.transfer(self.people[name], asked, None)

    def resizes(self, name: str, size: int) -> Callable[[Container], EnrollmentView]:
        asked = ChangeRequest(enrollment_id=self.key(name).id, request_id=f"resize {name}")

        def rewrite(present: Present) -> EnrollmentFacts:
            return EnrollmentFacts(note=present.enrollment.note, party_size=size)

        return lambda container: container.enrollments.edit(self.people[name], asked, rewrite)

    def promotes(self, name: str) -> Callable[[Container], EnrollmentView]:
        asked = ChangeRequest(enrollment_id=self.key(name).id, request_id=f"promote {name}")
        return lambda container: container.enrollments.promote(self.organizer, asked, None)


def a_stage(seed: int, free: list[int], *, faults: Faults = ROUGH, **facts: Any) -> Stage:
    """Ada has a place; so many more seats are free as are left of `free`."""
    world = SimWorld(seed, faults=faults)
    organizer = world.a_person("organizer")
    people = {name: world.a_person(name) for name in NAMES}
    for name, claims in people.items():
        pk, sk = keys.email(fold_email(f"{name}@example.org"))
        world.db.load("turnout-accounts", [NameItem(pk, sk, user_id=claims.user_id).serialize()])
    stage = Stage(world, world.an_event(organizer, free=free, **facts), organizer, people)
    world.scheduler.now += 1  # every replica has the event
    stage.enrols("ada")(world.container)
    return stage


def changing(seed: int, *, faults: Faults = ROUGH) -> list[str]:
    """Ada has a place that she hands on twice, or leaves, while everybody else wants one too."""
    shards = 1 + seed % 3
    free = [1 + (seed // 3) % 2, *[seed % 2] * (shards - 1)]
    stage = a_stage(seed, free, faults=faults, party_max=3)
    world, rng = stage.world, stage.world.rng
    stage.spawn("ada to bob", stage.hands_on("ada", "bob"))
    others: list[tuple[str, Callable[[Container], EnrollmentView]]] = [
        ("ada to carl", stage.hands_on("ada", "carl")),
        ("ada to bob again", stage.hands_on("ada", "bob")),
        ("ada leaves", stage.leaves("ada")),
        ("bob enrols", stage.enrols("bob")),
        ("bob waits", stage.enrols("bob", waitlist=True)),
        ("carl waits", stage.enrols("carl", waitlist=True, party_size=2)),
        ("dora waits", stage.enrols("dora", waitlist=True)),
        ("dora promoted", stage.promotes("dora")),
        ("carl resized", stage.resizes("carl", 1)),
        ("ada grows", stage.resizes("ada", 2)),
        ("bob grows", stage.resizes("bob", 3)),
        ("bob shrinks", stage.resizes("bob", 1)),
    ]
    for action, do in rng.sample(others, rng.randint(2, 6)):
        stage.spawn(action, do)
    world.run()
    unserved = world.witness.unserved(stage.event.id)
    return [*world.witness.violations, *([unserved] if unserved else []), *_handed_on_once(stage)]


def _handed_on_once(stage: Stage) -> list[str]:
    """A place goes to one person; who was told so has it, or had it."""
    found = []
    rows = stage.world.witness.log(stage.event.id).rows
    pairs: dict[tuple[datetime, str], list[Cause]] = {}
    for row in rows.values():
        for one in row.history:
            if one.cause in {Cause.HANDED_ON, Cause.TAKEN_OVER}:
                pairs.setdefault((one.at, one.request_id), []).append(one.cause)
    if any(sorted(causes) != sorted([Cause.HANDED_ON, Cause.TAKEN_OVER]) for causes in pairs.values()):
        found.append(f"half a transfer: {pairs}")
    receivers = {told.about for told in stage.told if " to " in told.action and told.answer == "confirmed"}
    if len(receivers) > 1:
        found.append("one place was handed on to two people")
    found += [
        "told that a place was handed on, and nothing says so"
        for person in receivers
        if Cause.TAKEN_OVER not in [one.cause for one in rows[person].history]
    ]
    ada = rows[stage.people["ada"].user_id]
    if receivers and ada.status is not EnrollmentStatus.CANCELLED:
        found.append("handed on and kept")
    return found
