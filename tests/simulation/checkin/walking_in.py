"""Two devices enrol who stands at the door, over lost answers, while others take the same seats from home."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, KeyScope, Principal, Role
from chalicelib.domain.enrollments.enrollment import Enrollment, key_actor
from chalicelib.domain.events.event import Event
from chalicelib.services.checkin.door_list import DoorRow
from chalicelib.services.checkin.walk_in import WalkInRequest
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Idempotency
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Faults
from tests.simulation.actors.people import Person
from tests.simulation.world import ROUGH, SimWorld

STARTS_IN = timedelta(hours=1)
_MOST = 8  # times that somebody presses for one who stands there
_LOST = 0.3  # of the answers, on their way to the device


def _said(row: DoorRow) -> tuple[int, str, dict[str, str]]:
    return 201, row.id, {}


@dataclass(slots=True)
class Standing:
    """Somebody at the door: who they are, the key of the request about them, and what their device was told at last.

    `is_unsure`: a try may still happen whose process died or gave up.
    """

    name: str
    email: str | None
    party: int
    key: str | None
    told: str = "unknown"
    enrollment_id: str | None = None
    is_unsure: bool = False


@dataclass(slots=True)
class Doors:
    """One run."""

    world: SimWorld
    organizer: Claims
    event: Event
    standing: list[Standing] = field(default_factory=list)

    def press(self, one: Standing, device: str, after: float, presses: int = _MOST) -> None:
        """Somebody presses, and again as long as there is no answer."""
        self.world.busy_clients += 1
        ask = partial(self._ask, one, device, presses)
        self.world.scheduler.spawn(ask, f"device {device}", after=after)

    def _ask(self, one: Standing, device: str, presses: int) -> None:
        told = ""
        try:
            told = self._answer(one, self._principal(device))
        finally:  # also when the process died
            self.world.busy_clients -= 1
            if not told:
                one.is_unsure = True
            is_lost = not told or self.world.rng.random() < _LOST
            if is_lost and presses > 1:
                self.press(one, device, self.world.rng.uniform(0.0, 1.0), presses - 1)
            elif told and one.told != "in":
                one.told = told

    def _principal(self, device: str) -> Principal:
        return Principal(
            self.organizer.user_id,
            "",
            (Role.SEEKER, Role.FACILITATOR),
            email_verified=True,
            key_id=device,
            scope=KeyScope.CHECK_IN,
            door_of=self.event.id,
        )

    def _answer(self, one: Standing, principal: Principal) -> str:
        """As the edge does: what was answered before is answered again. Empty where nobody knows."""
        container = self.world.another_process()
        asked = WalkInRequest(
            event_id=self.event.id, request_id=one.name, name=one.name, email=one.email, party_size=one.party
        )
        try:
            known = container.store.answers.find(one.key) if one.key else None
            if known is None:
                row = container.checkin.walk_in(principal, asked, Idempotency(one.key, "", _said) if one.key else None)
            one.enrollment_id = known.body if known else row.id
        except AnsweredBeforeError as before:
            one.enrollment_id = before.answer.body
        except (errors.BusyError, TryAgainError):
            return ""
        except errors.TurnoutError as refusal:
            return refusal.code
        return "in"


def walking_in(
    seed: int, *, faults: Faults = ROUGH, tamper: Callable[[SimWorld], None] | None = None, keyed: bool = True
) -> list[str]:
    """Two to four at the door, one to three enrolling from home, one to four seats; what was wrong with the run."""
    world = SimWorld(seed, faults=faults)
    rng, organizer = world.rng, world.a_person("organizer")
    event = world.an_event(
        organizer, free=rng.choice([[1], [2], [3], [1, 1], [2, 2]]), starts_in=STARTS_IN, party_max=2, walk_ins=True
    )
    if tamper:
        tamper(world)
    run = Doors(world, organizer, event)
    for number in range(rng.randint(1, 3)):
        wishes = rng.choice([["enrol"], ["enrol", "cancel"], ["enrol", "cancel", "enrol"]])
        Person(world, world.a_person(f"person{number}"), event, wishes).start()
    for number in range(rng.randint(2, 4)):
        email = rng.choice([None, None, f"walker{number}@example.org"])
        one = Standing(f"Walker {number}", email, rng.choice([1, 1, 1, 2]), f"walk-in {number}" if keyed else None)
        run.standing.append(one)
        device, after = rng.choice("AB"), rng.choice([0.0, 0.0, rng.uniform(0.0, 2.0)])
        for twice in range(rng.choice([1, 1, 2])):
            run.press(one, device, after + twice * rng.uniform(0.0, 0.05))
    world.run()
    return violations(run)


def violations(run: Doors) -> list[str]:
    found = list(dict.fromkeys(run.world.witness.violations))
    log = run.world.witness.log(run.event.id)
    by_name: dict[str, list[Enrollment]] = {}
    for row in log.rows.values():
        if row.name:
            by_name.setdefault(row.name, []).append(row)
    for one in run.standing:
        found += _of(run, one, by_name.get(one.name, []))
    return found


def _of(run: Doors, one: Standing, rows: list[Enrollment]) -> list[str]:
    if len(rows) > 1:
        return ["one request took two seats"]
    if not rows:
        return ["somebody was let in without a seat"] if one.told == "in" else []
    [row] = rows
    found = []
    if one.told not in {"in", "unknown"} and not one.is_unsure:
        found.append(f"somebody has a seat and was told {one.told}")
    if one.told == "in" and one.enrollment_id != run.world.container.seats.ports.handles.of(row.key):
        found.append("somebody was told of another one's seat")
    if row.people_in != one.party or row.seats != one.party:
        found.append("somebody has a seat at the door and is not in")
    if row.history[0].actor not in {key_actor("A"), key_actor("B")} or row.made_by != run.organizer.user_id:
        found.append("a walk-in does not say who made it")
    return found
