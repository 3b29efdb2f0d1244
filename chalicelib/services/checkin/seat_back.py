"""A seat for whoever came in time, when that is known only after their seat was given on.

They get one that is free, also beside a waitlist: they are here, and the organizer's scan says so. Nobody loses theirs.
"""

from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentStatus,
    Transition,
    tally,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import SeatMode, Shard, Step
from chalicelib.services.seats.allocation import open_seats
from chalicelib.services.seats.release import POOL
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement

_LOOKS = 3


def seated_again(noted: Enrollment, by: Transition) -> Enrollment:
    """What a sighting of somebody makes of the enrollment that had given way, if there is a seat for it.

    The organizer gives it, so that it counts among nobody's seats for others.
    """
    at = Transition(by.at, EnrollmentStatus.CONFIRMED, by.actor, Cause.CAME_AFTER_ALL, by.request_id)
    return noted.moved(at, no_show_at=None, charged_to=None)


class SeatBack:
    def __init__(self, ports: SeatingPorts, settlement: Settlement) -> None:
        self._ports = ports
        self._settlement = settlement

    def steps(self, event: Event, shards: int, change: EnrollmentChange) -> list[Step]:
        """What takes the seats of the whole party; nothing when so many are not free. Raises `TryAgainError`."""
        for _ in range(_LOOKS):
            seen, _ = self._ports.enrollments.seats_and_enrollment(change.after.key, shards)
            if not seen or seen[0].mode is SeatMode.CLOSED:
                return []
            if seen[0].shards not in {None, shards}:
                shards = seen[0].shards or 1  # shards were added since the header was read
                continue
            steps = self._of(seen, change)
            if steps or not self._settlement.takes_back(event):  # what is over makes nobody full
                return steps
        return []

    def _of(self, shards: list[Shard], change: EnrollmentChange) -> list[Step]:
        counts, party = tally([change]), change.after.party_size
        if shards[0].mode is SeatMode.OPEN:
            seat = open_seats(shards, party, self._ports.rng, unproven=False)
            return seat.steps(counts, None, unproven=False) if seat else []
        fits = shards[POOL].free >= party
        return [Step(shard=POOL, free=-party, counts=counts, mode=SeatMode.FENCED)] if fits else []
