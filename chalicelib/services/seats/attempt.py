"""One request's way to a seat or a place in the waitlist: one transaction in the end, under any race (docs/adr/0002).

The checks before it make good messages; the conditions inside it decide.
"""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.enrollments.deadlines import is_live, is_over
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentChange, EnrollmentStatus, tally
from chalicelib.domain.errors import (
    AlreadyEnrolledError,
    BusyError,
    ConflictError,
    EventFullError,
    NotFoundError,
    TooManyForOthersError,
)
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import SeatMode, Seats, Shard, Step
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.seats.allocation import Join, Plan, Seat
from chalicelib.services.seats.closed_shards import stop_if_closed
from chalicelib.services.seats.enrollment_store import EnrollmentExistsError, SeatRefusedError
from chalicelib.services.seats.first_hold import FirstHold
from chalicelib.services.seats.kept_seats import first_holds
from chalicelib.services.seats.outbox_entries import entries_of
from chalicelib.services.seats.request import (
    SeatRequest,
    already,
    is_ending_waitlist,
    place_for,
    seat_for,
    wants_settling,
)
from chalicelib.services.seats.seat_result import SeatResult, enrollment_of
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import MANY_STEPS, Settlement
from chalicelib.services.seats.waitlist_position import position_at_the_end
from chalicelib.services.shared.idempotency import Remember
from chalicelib.services.shared.outcomes import OutcomeUnknownError, StaleError, TryAgainError

_ROW_CHANGES, _LOOKS = 3, 6


class Attempt:
    """Its tries share one attempt id, by which a lost response is recognised."""

    def __init__(
        self,
        ports: SeatingPorts,
        settlement: Settlement,
        seat_request: SeatRequest,
        remember: Callable[[SeatResult], Remember | None] | None = None,
    ) -> None:
        self._ports = ports
        self._settlement = settlement
        self._seat_request = seat_request
        self._event = seat_request.event
        self._remember = remember
        self._id = ports.new_id(ports.clock())
        self._before: Enrollment | None = None
        self._shards = 1
        self._waiting = 0
        self._first_hold = FirstHold(ports.enrollments, self._event)
        self._unsure = False  # the answer to one of the tries was lost: it may still happen
        self._waitlist_number: int | None = None
        self._position: int | None = None

    def run(self, seats: Seats) -> SeatResult:
        """A seat, a place, or why not. After a lost answer no refusal is certain: the try may yet succeed."""
        try:
            result = self._run(seats)
        except AlreadyEnrolledError:
            raise
        except (ConflictError, NotFoundError) as refusal:
            if self._unsure:
                raise BusyError from refusal
            raise
        self._ports.nearly_full.expect(self._event, seats, self._seat_request.party_size)
        return result

    def _run(self, seats: Seats) -> SeatResult:
        self._shards, self._waiting = seats.shards, seats.waiting
        plan = self._first_plan(seats)
        for _ in self._ports.retries.tries():
            try:
                return self._commit(plan)
            except SeatRefusedError as refused:
                stop_if_closed(self._ports, self._seat_request, refused.shard)
                plan = self._look()
            except StaleError:
                plan = self._look()
            except TooManyForOthersError:
                if not self._settlement.takes_back(self._event, MANY_STEPS):
                    raise
                plan = self._look()  # what was over counts no more among theirs
            except TryAgainError as again:
                self._unsure = self._unsure or isinstance(again, OutcomeUnknownError)
                plan = self._elsewhere(plan)  # a conflict is about one shard; another one may be quiet
        raise BusyError

    def _first_plan(self, seats: Seats) -> Plan:
        if self._seat_request.unproven:
            return self._look()  # always: how long it takes must not tell a stranger what there is
        if seats.mode is SeatMode.FENCED and seats.waiting and self._seat_request.may_join:
            # who waits has the seats of what was over now, and the end of the line is another place
            return self._look() if seats.kept > 0 and self._settlement.takes_back(self._event) else Join()
        if seats.mode is SeatMode.FENCED or (seats.shards == 1 and seats.free < self._seat_request.party_size):
            return self._look()
        return self._anywhere()

    def _anywhere(self) -> Seat:
        """Any shard, unread; it refuses if it has too few."""
        return Seat(((self._ports.rng.randrange(self._shards), self._seat_request.party_size),))

    def _elsewhere(self, plan: Plan) -> Plan:
        if isinstance(plan, Seat):
            return self._look() if len(plan.parts) > 1 or self._seat_request.unproven else self._anywhere()
        return plan if plan.fence is None else self._look()

    # Looking for a seat

    def _look(self) -> Plan:
        """Where to go, decided on all shards and the own enrollment at one moment; or why there is nowhere."""
        for _ in range(_LOOKS):
            shards, enrollment = self._ports.enrollments.seats_and_enrollment(self._seat_request.key, self._shards)
            if not shards:
                raise NotFoundError
            if shards[0].shards != self._shards:
                self._shards = shards[0].shards or 1  # shards were added since the header was read
                continue
            stop_if_closed(self._ports, self._seat_request, shards[0])
            plan = self._plan(shards, enrollment)
            if plan is not None:
                return plan
        raise BusyError

    def _plan(self, shards: list[Shard], enrollment: Enrollment | None) -> Plan | None:
        """A plan; None after something was put right, so that looking again is worth it. Raises `EventFullError`."""
        if enrollment is not None and enrollment.attempt_id == self._id:
            return self._anywhere()  # it happened and the answer was lost: the next try finds the enrollment
        now = to_milliseconds(self._ports.clock())
        event = self._event
        held = first_holds(self._ports.enrollments, event, now, 1) if self._seat_request.unproven else None
        if held and held[0].deadline(event) <= now:
            self._settlement.settle(event.id)
            return None
        if enrollment is not None and is_live(enrollment, event, now):
            raise already(self._ports.handles, enrollment, event)
        self._before = enrollment if enrollment is not None and not enrollment.is_live else self._before
        found = seat_for(self._seat_request, shards, self._ports.rng)
        if found:
            return found
        held = self._first_hold.read(shards, now) if held is None else held
        if held is None:
            return None
        is_over_now = bool(held) and held[0].deadline(event) <= now
        if wants_settling(shards, expired=is_over_now) or is_ending_waitlist(self._seat_request, shards):
            self._settlement.settle(event.id)
            self._first_hold.forget()
            return None
        try:
            return place_for(self._seat_request, shards)
        except EventFullError:
            if self._seat_request.is_plain:
                self._ports.sold_out.remember(event, now, held[0].deadline(event) if held else None)
            raise

    # The transaction

    def _commit(self, plan: Plan) -> SeatResult:
        """Write the enrollment. A dead one of the person is written over; the own one of a lost response is success."""
        if isinstance(plan, Join) and self._waitlist_number is None:
            self._waitlist_number = self._ports.enrollments.draw_waitlist_number(self._event.id)
            self._position = position_at_the_end(
                self._ports.enrollments, self._event.id, self._waitlist_number, self._waiting
            )
        for _ in range(_ROW_CHANGES):
            now = to_milliseconds(self._ports.clock())
            result = self._result(self._enrollment(plan, now))
            change = self._change_to(result.enrollment)
            entries = self._entries(result.enrollment)
            remember = self._remember(result) if self._remember else None
            try:
                self._ports.enrollments.enrol(change, self._steps(plan, change, now), entries, remember=remember)
            except EnrollmentExistsError as exists:
                enrollment = exists.enrollment
                if enrollment.attempt_id != self._id:
                    self._before = self._dead(enrollment, now)
                    continue
                result = self._result(enrollment)
            self._ports.push(self._entries(result.enrollment))
            return result
        raise TryAgainError

    def _entries(self, enrollment: Enrollment) -> list[OutboxEntry]:
        entries = entries_of(enrollment, self._id, by=self._seat_request.asked_by)
        return entries if self._seat_request.mailed else [entry for entry in entries if not entry.kind.is_mail]

    def _change_to(self, enrollment: Enrollment) -> EnrollmentChange:
        asked = self._seat_request
        proven_name = asked.name if asked.proves else None
        return EnrollmentChange(
            self._before,
            enrollment,
            proven_name=proven_name,
            kept_by=asked.kept_by,
            is_first_contact=asked.is_first_contact,
        )

    def _dead(self, enrollment: Enrollment, now: datetime) -> Enrollment:
        """The enrollment to write over; one whose time is up is taken back first. Raises `AlreadyEnrolledError`."""
        if not enrollment.is_live:
            return enrollment
        if not is_over(enrollment, self._event, now):
            raise already(self._ports.handles, enrollment, self._event)
        self._settlement.expire(enrollment.key)
        found = self._ports.enrollments.by_key(enrollment.key) or enrollment
        if found.is_live:
            raise StaleError  # the event was moved in this moment, and its time is not up after all
        return found

    def _enrollment(self, plan: Plan, now: datetime) -> Enrollment:
        number = self._waitlist_number if isinstance(plan, Join) else None
        return enrollment_of(self._seat_request, now, self._id, before=self._before, waitlist_number=number)

    def _result(self, enrollment: Enrollment) -> SeatResult:
        return SeatResult(enrollment, self._position if enrollment.status is EnrollmentStatus.WAITLISTED else None)

    def _steps(self, plan: Plan, change: EnrollmentChange, now: datetime) -> list[Step]:
        opens = None if self._seat_request.at_any_time else now
        if isinstance(plan, Join):
            return plan.steps(tally([change]), opens, self._ports.rng.randrange(self._shards))
        return plan.steps(tally([change]), opens, unproven=change.after.unproven)
