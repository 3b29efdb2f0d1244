"""What scanners bring that had no network: many check-ins at once, each decided for itself, and safe to send twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain import ids
from chalicelib.domain.accounts import Principal
from chalicelib.domain.enrollments import Enrollment, EnrollmentChange, Transition
from chalicelib.domain.errors import BusyError, EventCancelledError, TurnoutError
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.checkin import scan as rules
from chalicelib.services.checkin.check_in import cause_of, count_of, noted
from chalicelib.services.checkin.scan import Outcome, Plan, Scan
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.events.access import EventAction, stop_unless_may, visible_with_seats
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.outcomes import StaleError, TryAgainError

BUDGET = timedelta(seconds=15)  # of one batch, well before the gateway gives up: what is left is refused as busy
_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Batch:
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
        batch = _Batch(event, seats.shards, principal.user_id, request_id, now + BUDGET)
        outcomes: dict[int, Outcome] = {}
        plans = []
        for index, scan in enumerate(scans):
            try:
                plans.append(rules.plan(event, index, scan, now, self._tickets))
            except TurnoutError as error:
                outcomes[index] = rules.refused(error)
        for group in rules.groups(plans):
            outcomes |= self._group(batch, group)
        self._totals.refresh_after(event, seats, to_milliseconds(self._ports.clock()))
        return [outcomes[index] for index in range(len(scans))]

    def _event(self, principal: Principal, event_id: str) -> tuple[Event, Seats]:
        found = self._ports.events.with_seats(event_id, consistent=True) if ids.is_ulid(event_id) else None
        event, seats = visible_with_seats(found, principal)
        stop_unless_may(principal, EventAction.SCAN, event)
        if event.status is EventStatus.CANCELLED:
            raise EventCancelledError
        return event, seats

    def _group(self, batch: _Batch, group: Sequence[Plan]) -> dict[int, Outcome]:
        """Scans of different people, in one transaction if they are all as they were read, else one by one."""
        outcomes: dict[int, Outcome] = {}
        changes: dict[int, EnrollmentChange] = {}
        enrollments = self._ports.enrollments.by_keys([plan.key for plan in group])
        for plan in group:
            enrollment = enrollments.get(plan.key.id)
            decided = self._decide(batch, plan, enrollment, batch.event)
            if isinstance(decided, Outcome):
                outcomes[plan.index] = decided
            else:
                changes[plan.index] = EnrollmentChange(enrollment, decided)
        if not changes:
            return outcomes
        try:
            self._write(batch, list(changes.values()))
        except (StaleError, TryAgainError):
            alone = [(plan, changes[plan.index]) for plan in group if plan.index in changes]
            return outcomes | {plan.index: self._alone(batch, plan, tried) for plan, tried in alone}
        return outcomes | {index: rules.done(change.after) for index, change in changes.items()}

    def _alone(self, batch: _Batch, plan: Plan, tried: EnrollmentChange) -> Outcome:
        """One scan on its own; a write of its own whose answer was lost is recognised."""
        for _ in range(_TRIES):
            enrollment = self._ports.enrollments.by_key(plan.key)
            if enrollment is not None and tried.is_in(enrollment):
                return rules.done(tried.after)
            found = self._ports.events.with_seats(batch.event.id, consistent=True)
            decided = self._decide(batch, plan, enrollment, found[0] if found else None)
            if isinstance(decided, Outcome):
                return decided
            tried = EnrollmentChange(enrollment, decided)
            try:
                self._write(batch, [tried])
            except StaleError:
                continue
            except TryAgainError:
                break
            return rules.done(decided)
        return rules.refused(BusyError(), enrollment_id=plan.key.id)

    def _decide(
        self, batch: _Batch, plan: Plan, enrollment: Enrollment | None, event: Event | None
    ) -> Enrollment | Outcome:
        """The enrollment as it is to be, or what there is to say without a change."""
        now = to_milliseconds(self._ports.clock())
        if enrollment is None or event is None:
            return rules.refused(rules.nobody())
        if now > batch.until:
            return rules.refused(BusyError(), enrollment)
        by = Transition(now, enrollment.status, batch.actor, cause_of(undo=plan.undo), batch.request_id)
        try:
            plan.stop_unless_good(enrollment)
            after = noted(enrollment, event, by, None if plan.undo else plan.at or now)
        except TurnoutError as error:
            return rules.refused(error, enrollment)
        return rules.as_it_is(enrollment) if after is None or plan.outdated(enrollment) else after

    def _write(self, batch: _Batch, changes: list[EnrollmentChange]) -> None:
        step = count_of(changes, self._ports.rng.randrange(batch.shards))
        self._ports.enrollments.write(changes, [step], [])
