"""The seats that a larger party lacks: all of them, from one shard if one has them, or none."""

from dataclasses import dataclass

from chalicelib.domain.enrollments.enrollment import EnrollmentChange, tally
from chalicelib.domain.errors import EventFullError, NotFoundError
from chalicelib.domain.seats import SeatMode, Shard, total
from chalicelib.services.enrollments.access import IN_CHARGE
from chalicelib.services.enrollments.changes.change import Decision
from chalicelib.services.enrollments.load import Loaded
from chalicelib.services.seats.allocation import Seat, open_seats
from chalicelib.services.seats.kept_seats import first_holds
from chalicelib.services.seats.request import is_idle_fence
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.totals import sums_of
from chalicelib.services.shared.outcomes import StaleError

_HOLDS = 64  # with more than that of them one more or less is not looked for


@dataclass(frozen=True, slots=True)
class Growth:
    ports: SeatingPorts
    settlement: Settlement
    loaded: Loaded
    change: EnrollmentChange

    def decide(self) -> Decision:
        """Raises `EventFullError`, and `StaleError` when the seats must be looked at again."""
        loaded, change = self.loaded, self.change
        shards, _ = self.ports.enrollments.seats_and_enrollment(loaded.enrollment.key, loaded.seats.shards)
        if not shards:
            raise NotFoundError
        if shards[0].shards != loaded.seats.shards or shards[0].mode is SeatMode.CLOSED:
            raise StaleError
        seat = self._seat(shards)
        if seat is None:
            self._reclaim(shards)
            raise StaleError  # something was put right: look again
        opens = loaded.now if loaded.relations.isdisjoint(IN_CHARGE) else None
        steps = seat.steps(tally([change]), opens, unproven=loaded.enrollment.unproven)
        entries = sums_of(loaded.event, loaded.seats, loaded.now)
        return Decision(answer=change.after, changes=(change,), steps=tuple(steps), entries=tuple(entries))

    def _seat(self, shards: list[Shard]) -> Seat | None:
        if shards[0].mode is not SeatMode.OPEN:
            return None
        return open_seats(shards, self.change.seats, self.ports.rng, unproven=self.change.after.unproven)

    def _reclaim(self, shards: list[Shard]) -> None:
        """Take expired holds back, or lift the fence of an empty waitlist; raises `EventFullError` without either."""
        event_id = self.loaded.event.id
        _, counts = total(shards)
        kept = min(counts.get("pending", 0) + counts.get("offered", 0), _HOLDS)
        held = first_holds(self.ports.enrollments, self.loaded.event, self.loaded.now, max(kept, 1))
        if len(held) < kept:
            raise StaleError  # one was taken back since the shards were read: its seat may be free
        is_expired = bool(held) and held[0].deadline(self.loaded.event) <= self.loaded.now
        if not is_expired and not is_idle_fence(shards):
            raise EventFullError
        self.settlement.settle(event_id)
