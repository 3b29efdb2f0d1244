"""Logical clients: people who enrol and leave, and an organizer who changes their mind. Each keeps a log of answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.container import Container
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.events.event import Event
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.events.change import Change
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Crash
from tests.simulation.world import SimWorld

UNKNOWN = ("busy", "crashed")  # the caller cannot know whether it happened


@dataclass(slots=True)
class Told:
    """One request and what its caller was told."""

    action: str
    start: float
    end: float
    answer: str


@dataclass(slots=True)
class Person:
    """Does one thing after the other; a crashed request is over for its caller, who simply goes on."""

    world: SimWorld
    claims: Claims
    event: Event
    actions: list[str]
    told: list[Told] = field(default_factory=list)
    enrollment_id: str = ""

    def start(self) -> None:
        self._spawn(0)

    def _spawn(self, number: int) -> None:
        if number < len(self.actions):
            self.world.busy_clients += 1
            after = self.world.rng.random() * 0.05
            self.world.scheduler.spawn(lambda: self._do(number), f"{self.claims.user_id[-4:]} {number}", after=after)

    def _do(self, number: int) -> None:
        action = self.actions[number]
        start = self.world.scheduler.now
        answer = "crashed"
        container = self.world.container if self.world.rng.random() < 0.5 else self.world.another_process()
        try:
            answer = self._enrol(container) if action == "enrol" else self._cancel(container)
        except errors.TurnoutError as refusal:
            answer = refusal.code
            if isinstance(refusal, errors.AlreadyEnrolledError) and refusal.enrollment:
                self.enrollment_id = refusal.enrollment["id"]
        except TryAgainError:
            answer = "busy"
        except Crash:
            answer = "crashed"
            raise
        finally:
            self.told.append(Told(action, start, self.world.scheduler.now, answer))
            self._spawn(number + 1)
            self.world.busy_clients -= 1

    def _enrol(self, container: Container) -> str:
        request = EnrolmentRequest(event_id=self.event.id, request_id="sim")
        entry = container.enrollments.enrol(self.claims, request, idempotency=None)
        self.enrollment_id = entry.enrollment.key.id
        return "enrolled"

    def _cancel(self, container: Container) -> str:
        if not self.enrollment_id:
            return "nothing to cancel"
        container.enrollments.cancel(
            self.claims, CancelRequest(enrollment_id=self.enrollment_id, request_id="sim"), None
        )
        return "cancelled"


@dataclass(slots=True)
class Organizer:
    """Runs a list of actions on their event, repeating what asks for confirmation."""

    world: SimWorld
    claims: Claims
    event: Event
    told: list[str] = field(default_factory=list)

    @property
    def _principal(self) -> Principal:
        roles = (Role.SEEKER, Role.FACILITATOR)
        return Principal(self.claims.user_id, self.claims.session_id, roles, email_verified=True)

    def start(self, action: Callable[["Organizer"], str], after: float) -> None:
        self.world.busy_clients += 1
        self.world.scheduler.spawn(lambda: self._do(action), "organizer", after=after)

    def _do(self, action: Callable[["Organizer"], str]) -> None:
        try:
            self.told.append(action(self))
        except errors.TurnoutError as refusal:
            self.told.append(refusal.code)
        except TryAgainError:
            self.told.append("busy")
        finally:
            self.world.busy_clients -= 1

    def cancel_event(self) -> str:
        confirm = None
        for _ in range(6):
            try:
                self.world.container.events.cancellation.cancel(
                    self._principal, Change(event_id=self.event.id), confirm, None
                )
            except errors.ConfirmationRequiredError as needed:
                confirm = needed.confirm
            else:
                return "cancelled"
        return "gave up"
