"""A keeper deletes the record of somebody whom another device enrols at the same moment."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts
from chalicelib.domain.enrollments.enrollment import LIVE
from chalicelib.domain.events.event import Event
from chalicelib.services.attendees.records import AttendeeChange
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.changes.transfer import TransferRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import NO_FAULTS, Crash, Faults
from tests.simulation.world import SimWorld

WAYS = ("enrols", "enrols again", "hands on")
STEPS = 12  # moments at which the deletion begins, from before the enrolment to after it
_APART = 0.005  # seconds between two of them: less than one call takes


@dataclass(slots=True)
class Run:
    """What each of the two was told, and what is left."""

    world: SimWorld
    keeper: Claims
    child: Attendee
    event: Event
    told: dict[str, str] = field(default_factory=dict)

    @property
    def principal(self) -> Principal:
        return Principal(self.keeper.user_id, self.keeper.session_id, (Role.SEEKER,), email_verified=True)

    def request(self) -> EnrolmentRequest:
        return EnrolmentRequest(event_id=self.event.id, request_id="enrol", attendee_id=self.child.id)

    def spawn(self, name: str, do: Callable[[Container], object], after: float) -> None:
        self.world.busy_clients += 1
        self.world.scheduler.spawn(lambda: self._do(name, do), name, after=after)

    def _do(self, name: str, do: Callable[[Container], object]) -> None:
        self.told[name] = "crashed"
        try:
            do(self.world.another_process())
            self.told[name] = "done"
        except errors.TurnoutError as refusal:
            self.told[name] = refusal.code
        except TryAgainError:
            self.told[name] = "busy"
        except Crash:
            raise
        finally:
            self.world.busy_clients -= 1

    def wrong(self) -> list[str]:
        """Whoever has a place has a record, and exactly one of the two is told that they did it."""
        record = self.world.container.store.attendees.get(self.child.id)
        rows = self.world.db.snapshot_all("turnout-enrollments")
        theirs = [row["status"]["S"] for row in rows if row["sk"]["S"] == self.child.id and "status" in row]
        found = []
        if record is None and any(status in LIVE for status in theirs):
            found.append("somebody without a record has a place")
        if self.told["enrol"] == "done" and self.told["delete"] == "done":
            found.append("both were told that they did it")
        return found


def forgetting(
    seed: int, way: str, step: int, *, faults: Faults = NO_FAULTS, tamper: Callable[[SimWorld], None] | None = None
) -> Run:
    """One schedule of the two."""
    world = SimWorld(seed, faults=faults)
    keeper, organizer = world.a_person("keeper"), world.a_person("organizer")
    event = world.an_event(organizer, free=[2])
    world.scheduler.now += 1
    if tamper:
        tamper(world)
    made = world.container
    principal = Principal(keeper.user_id, keeper.session_id, (Role.SEEKER,), email_verified=True)
    child = made.attendees.records.create(principal, AttendeeFacts(first_name="Byron"), None)
    run = Run(world, keeper, child, event)
    enrol: Callable[[Container], object] = lambda container: container.enrollments.enrol(  # noqa: E731
        keeper, run.request(), idempotency=None
    )
    if way == "enrols again":
        row = made.enrollments.enrol(keeper, run.request(), idempotency=None).enrollment
        made.enrollments.cancel(keeper, CancelRequest(enrollment_id=row.key.id, request_id="leave"), None)
    if way == "hands on":
        own = EnrolmentRequest(event_id=event.id, request_id="own")
        row = made.enrollments.enrol(keeper, own, idempotency=None).enrollment
        asked = TransferRequest(enrollment_id=row.key.id, request_id="hand on", attendee_id=child.id)
        enrol = lambda container: container.enrollments.transfer(keeper, asked, None)  # noqa: E731
    world.scheduler.now += 1  # the index has what was
    change = AttendeeChange(attendee_id=child.id)
    run.spawn("enrol", enrol, after=0.02)
    run.spawn("delete", lambda container: container.attendees.records.delete(principal, change), after=step * _APART)
    world.run_clients()
    return run
