"""The organizer of a simulated event: resizes, adds shards, and in some runs cancels everything."""

from dataclasses import dataclass, field, replace

from chalicelib.domain import errors
from chalicelib.domain.accounts import Claims, Principal, Role
from chalicelib.domain.events import Event, EventFacts
from chalicelib.services.event_changes import Change
from chalicelib.services.signals import TryAgainError
from devtools.simdb.faults import Crash
from tests.simulation.seekers import Seeker
from tests.simulation.world import SimWorld


@dataclass(slots=True)
class Boss:
    """Does a few things at times of their choice; what they are told is kept."""

    world: SimWorld
    claims: Claims
    event: Event
    seekers: list[Seeker]
    told: list[tuple[str, str]] = field(default_factory=list)

    @property
    def principal(self) -> Principal:
        roles = (Role.SEEKER, Role.FACILITATOR)
        return Principal(self.claims.user_id, self.claims.session_id, roles, email_verified=True)

    def start(self, *, in_a_hurry: bool) -> None:
        rng = self.world.rng
        for _ in range(rng.randint(2, 4) if in_a_hurry else rng.randint(0, 2)):
            within = 0.3 if in_a_hurry else rng.choice([0.3, 3, 60])
            self._spawn(rng.choice(["raise", "lower", "shards", "shards"]), rng.random() * within)
        if rng.random() < 0.1:
            self._spawn("cancel", rng.random() * rng.choice([0.3, 60]))

    def _spawn(self, action: str, after: float) -> None:
        self.world.busy_clients += 1
        self.world.scheduler.spawn(lambda: self._do(action), f"organizer {action}", after=after)

    def _do(self, action: str) -> None:
        answer = "crashed"
        try:
            answer = self._cancel() if action == "cancel" else self._edit(action)
        except errors.TurnoutError as refusal:
            answer = refusal.code
        except TryAgainError:
            answer = "busy"
        except Crash:
            raise
        finally:
            self.told.append((action, answer))
            self.world.busy_clients -= 1

    def _edit(self, action: str) -> str:
        by = self.world.rng.randint(1, 2)

        def rewrite(event: Event) -> EventFacts:
            capacity = event.facts.capacity or 1
            if action == "shards":
                return replace(event.facts, on_sale_shards=self.world.rng.randint(2, 4))
            return replace(event.facts, capacity=capacity + by if action == "raise" else max(1, capacity - by))

        self.world.another_process().publishing.edit(self.principal, Change(event_id=self.event.id), rewrite)
        return "done"

    def _cancel(self) -> str:
        confirm = None
        for _ in range(6):
            try:
                self.world.container.closing.cancel(self.principal, Change(event_id=self.event.id), confirm, None)
            except errors.ConfirmationRequiredError as needed:
                confirm = needed.confirm
            else:
                return "cancelled"
        return "gave up"
