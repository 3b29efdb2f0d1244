"""The organizer's choice: somebody who waits gets a free seat before the queue, and the row says by whom."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts import Claims
from chalicelib.domain.enrollments import Cause, EnrollmentStatus, Transition, tally
from chalicelib.domain.errors import BusyError, EventFullError, NotWaitlistedError
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.domain.times import to_milliseconds
from chalicelib.domain.waitlist import Next
from chalicelib.services.enrollments.load import (
    TRIES,
    Found,
    Wanted,
    find,
    stop_unless_in_charge,
    stop_unless_matching,
    view_of,
)
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.release import POOL, SeatRelease
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import StaleError


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoteRequest(Wanted):
    """Somebody is to be seated out of turn."""


class Promote:
    def __init__(self, ports: SeatingPorts, release: SeatRelease, settlement: Settlement) -> None:
        self._ports = ports
        self._release = release
        self._settlement = settlement

    def __call__(
        self, claims: Claims, command: PromoteRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Seat the chosen one; a confirmed one is answered as it is. Only for who is in charge of the event.

        The seat is theirs at once, also where the waitlist makes offers: an offer asks whether somebody still wants
        to come, and an organizer who picks one person out has asked.
        Raises `NotWaitlistedError`, `EventFullError`, what has become of the event, `PreconditionFailedError`.
        """
        for _ in range(TRIES):
            now = to_milliseconds(self._ports.clock())
            found = find(self._ports, claims, command, idempotency, now)
            stop_unless_in_charge(found)
            stop_unless_matching(found, command)
            if found.enrollment.status is EnrollmentStatus.CONFIRMED:
                return view_of(self._ports, found)
            if found.enrollment.status is not EnrollmentStatus.WAITLISTED:
                raise NotWaitlistedError
            gone = found.event.refuses_seating(now)
            if gone:
                raise gone
            try:
                if found.seats.pool >= found.enrollment.party_size:
                    return self._seat(found, command, idempotency, now)
                self._reclaim(found, now)
            except StaleError:
                continue
        raise BusyError

    def _reclaim(self, found: Found, now: datetime) -> None:
        """Take an expired hold back, so that looking again is worth it. Raises `EventFullError` when there is none.

        Its seat goes where every seat goes that comes free: to the head of the waitlist, if it fits.
        """
        held = self._ports.enrollments.holds(found.event.id, 1)
        if not held or held[0].expires_at > now or not self._settlement.expire(held[0].key):
            raise EventFullError

    def _seat(
        self, found: Found, command: PromoteRequest, idempotency: Idempotency[EnrollmentView] | None, now: datetime
    ) -> EnrollmentView:
        """T9 for the chosen one: the seat is still in the pool, and they are still waiting."""
        by = Transition(now, EnrollmentStatus.CONFIRMED, found.principal.user_id, Cause.CHOSEN, command.request_id)
        made = self._release.seat(found.event, Next(found.enrollment), now, by=by)
        taken = Step(shard=POOL, free=-made.seats, counts=tally(made.changes), mode=SeatMode.FENCED)
        entry = view_of(self._ports, found.with_enrollment(made.changes[0].after))
        remember = idempotency.remember(entry) if idempotency else None
        self._ports.enrollments.write(made.changes, [taken], made.entries, remember=remember)
        self._ports.push(made.entries)
        return entry
