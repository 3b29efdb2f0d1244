"""What scanners bring that had no network: many check-ins at once, each decided for itself, and safe to send twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.enrollments import Enrollment, EnrollmentChange, Transition
from chalicelib.domain.errors import BusyError, EventCancelledError, ForbiddenError, NotFoundError, TurnoutError
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.checkin import scan as rules
from chalicelib.services.checkin.check_in import cause_of, count_of, is_mine, noted
from chalicelib.services.checkin.scan import Outcome, Plan, Scan
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.enrollments.access import is_in_charge
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.outcomes import StaleError, TryAgainError

BUDGET = timedelta(seconds=15)  # of one batch, well before the gateway gives up: what is left is refused as busy
_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where, by whom, in which request, and until when."""

    event: Event
    shards: int
    actor: str
    request_id: str
    until: datetime


class CheckInBatch:
    def __init__(self, ports: SeatingPorts, tickets: Tickets, totals: SeatTotals) -> None:
        self._ports = ports
        self._tickets = tickets
        self._totals = totals

    def __call__(self, principal: Principal, event_id: str, scans: Sequence[Scan], request_id: str) -> list[Outcome]:
        """One outcome a scan, in their order; a bad one spoils no other. Of parallel scans of one ticket one checks in.

        Raises `NotFoundError`, `ForbiddenError`, `EventCancelledError`. A scan with its time is safe to send again:
        what happened after it stays.
        """
        now = to_milliseconds(self._ports.clock())
        event, seats = self._event(principal, event_id)
        desk = _Desk(event, seats.shards, principal.user_id, request_id, now + BUDGET)
        outcomes: dict[int, Outcome] = {}
        plans = []
        for index, scan in enumerate(scans):
            try:
                plans.append(rules.plan(event, index, scan, now, self._tickets))
            except TurnoutError as error:
                outcomes[index] = rules.refused(error)
        for group in rules.groups(plans):
            outcomes |= self._group(desk, group)
        self._totals.refresh_after(event, seats, to_milliseconds(self._ports.clock()))
        return [outcomes[index] for index in range(len(scans))]

    def _event(self, principal: Principal, event_id: str) -> tuple[Event, Seats]:
        found = self._ports.events.get(event_id, consistent=True) if ids.is_ulid(event_id) else None
        if found is None or not found[0].visible_to(principal.user_id):
            raise NotFoundError
        if not is_in_charge(principal, found[0]):
            raise ForbiddenError
        if found[0].status is EventStatus.CANCELLED:
            raise EventCancelledError
        return found

    def _group(self, desk: _Desk, group: Sequence[Plan]) -> dict[int, Outcome]:
        """Rows of different people, in one transaction if they are all as they were read, else one by one."""
        outcomes: dict[int, Outcome] = {}
        changes: dict[int, EnrollmentChange] = {}
        enrollments = self._ports.enrollments.many([plan.key for plan in group])
        for plan in group:
            enrollment = enrollments.get(plan.key.id)
            decided = self._decide(desk, plan, enrollment, desk.event)
            if isinstance(decided, Outcome):
                outcomes[plan.index] = decided
            else:
                changes[plan.index] = EnrollmentChange(enrollment, decided)
        if not changes:
            return outcomes
        try:
            self._write(desk, list(changes.values()))
        except (StaleError, TryAgainError):
            alone = [(plan, changes[plan.index].after) for plan in group if plan.index in changes]
            return outcomes | {plan.index: self._alone(desk, plan, tried) for plan, tried in alone}
        return outcomes | {index: rules.done(change.after) for index, change in changes.items()}

    def _alone(self, desk: _Desk, plan: Plan, tried: Enrollment) -> Outcome:
        """One row on its own; a write of its own whose answer was lost is recognised."""
        for _ in range(_TRIES):
            enrollment = self._ports.enrollments.get(plan.key)
            if enrollment is not None and is_mine(tried, enrollment):
                return rules.done(tried)
            found = self._ports.events.get(desk.event.id, consistent=True)
            decided = self._decide(desk, plan, enrollment, found[0] if found else None)
            if isinstance(decided, Outcome):
                return decided
            tried = decided
            try:
                self._write(desk, [EnrollmentChange(enrollment, decided)])
            except StaleError:
                continue
            except TryAgainError:
                break
            return rules.done(decided)
        return rules.refused(BusyError(), enrollment_id=plan.key.id)

    def _decide(
        self, desk: _Desk, plan: Plan, enrollment: Enrollment | None, event: Event | None
    ) -> Enrollment | Outcome:
        """The row as it is to be, or what there is to say without a change."""
        now = to_milliseconds(self._ports.clock())
        if enrollment is None or event is None:
            return rules.refused(rules.nobody())
        if now > desk.until:
            return rules.refused(BusyError(), enrollment)
        by = Transition(now, enrollment.status, desk.actor, cause_of(undo=plan.undo), desk.request_id)
        try:
            plan.stop_unless_good(enrollment)
            after = noted(enrollment, event, by, None if plan.undo else plan.at or now)
        except TurnoutError as error:
            return rules.refused(error, enrollment)
        return rules.as_it_is(enrollment) if after is None or plan.outdated(enrollment) else after

    def _write(self, desk: _Desk, changes: list[EnrollmentChange]) -> None:
        step = count_of(changes, self._ports.rng.randrange(desk.shards))
        self._ports.enrollments.write(changes, [step], [])
