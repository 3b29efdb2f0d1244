"""The organizer's choice: somebody who waits gets a free seat before the others, and the enrollment says by whom."""

from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentStatus, tally
from chalicelib.domain.enrollments.waitlist import Next
from chalicelib.domain.errors import EventFullError
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.services.enrollments.access import Action, SignedIn
from chalicelib.services.enrollments.changes.change import Change, Decision, EnrollmentChanger, as_it_is
from chalicelib.services.enrollments.load import ChangeRequest, Loaded
from chalicelib.services.enrollments.rules import ChangeKind
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.kept_seats import over_holds
from chalicelib.services.seats.release import POOL, SeatRelease
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import StaleError


class Promote:
    def __init__(
        self, changer: EnrollmentChanger, ports: SeatingPorts, release: SeatRelease, settlement: Settlement
    ) -> None:
        self._change = changer
        self._ports = ports
        self._release = release
        self._settlement = settlement

    def __call__(
        self, caller: SignedIn, request: ChangeRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Seat the chosen one; a confirmed one is answered as it is. Only for who is in charge of the event.

        The seat is theirs at once, also where the waitlist makes offers: an offer asks whether somebody still wants
        to come, and an organizer who picks one person out has asked.
        Raises `NotWaitlistedError`, `EventFullError`, what has become of the event, `PreconditionFailedError`.
        """
        change = Change(action=Action.PROMOTE, decide=self._decide, exact_seats=True)
        return self._change(caller, request, change, idempotency)

    def _decide(self, loaded: Loaded) -> Decision:
        """T9 for the chosen one: the seat is still in the pool, and they are still waiting."""
        if loaded.enrollment.status is EnrollmentStatus.CONFIRMED:
            return as_it_is(loaded)
        loaded.stop_if_refused(ChangeKind.PROMOTE)
        if loaded.seats.pool < loaded.enrollment.party_size:
            self._reclaim(loaded)
            raise StaleError  # a seat came back: look whether it is there
        by = loaded.by(EnrollmentStatus.CONFIRMED, Cause.CHOSEN)
        succession = self._release.seat(loaded.event, Next(loaded.enrollment), loaded.now, by=by)
        step = Step(shard=POOL, free=-succession.seats, counts=tally(succession.changes), mode=SeatMode.FENCED)
        return Decision(
            answer=succession.changes[0].after,
            changes=tuple(succession.changes),
            steps=(step,),
            entries=tuple(succession.entries),
        )

    def _reclaim(self, loaded: Loaded) -> None:
        """Take an expired hold back, so that looking again is worth it. Raises `EventFullError` when there is none.

        Its seat goes where every seat goes that comes free: to the head of the waitlist, if it fits.
        """
        over = over_holds(self._ports.enrollments, loaded.event, loaded.now, 1)
        if not over or not self._settlement.expire(over[0].key):
            raise EventFullError
