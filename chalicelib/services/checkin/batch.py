"""What scanners bring that had no network: many check-ins at once, each decided for itself, and safe to send twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import Act, ActKind
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentChange, Transition
from chalicelib.domain.errors import BusyError, EventCancelledError, FreshLoginRequiredError, TurnoutError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.seats import Seats, Step
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.checkin import scan as scans_of
from chalicelib.services.checkin.note import count_of, noted
from chalicelib.services.checkin.outcome import Outcome, as_it_is, done, refused
from chalicelib.services.checkin.scan import Plan, Scan
from chalicelib.services.checkin.seat_back import SeatBack, seated_again
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.events.access import (
    EventAction,
    acting_as,
    acts_as_admin,
    stop_unless_may,
    visible_with_seats,
)
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.totals import SeatTotals
from chalicelib.services.shared.acts import act_of, with_acts
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
    admin: Principal | None = None  # whose acts these are, if that is all that they are to the event


@dataclass(frozen=True, slots=True)
class _Decided:
    """What a scan makes of an enrollment. `seated`: what it makes of one that gave way, if seats are free."""

    before: Enrollment
    after: Enrollment
    seated: Enrollment | None = None

    @property
    def change(self) -> EnrollmentChange:
        return EnrollmentChange(self.before, self.after)

    @property
    def outcome(self) -> Outcome:
        return done(self.before, self.after)


class CheckInBatch:
    def __init__(self, ports: SeatingPorts, tickets: Tickets, totals: SeatTotals, seat_back: SeatBack) -> None:
        self._ports = ports
        self._tickets = tickets
        self._totals = totals
        self._seat_back = seat_back

    def __call__(self, principal: Principal, event_id: str, scans: Sequence[Scan], request_id: str) -> list[Outcome]:
        """One outcome a scan, in their order; a bad one spoils no other. Of parallel scans of one ticket one checks in.

        Raises `NotFoundError`, `ForbiddenError`, `FreshLoginRequiredError`, `EventCancelledError`. A scan counts at its
        own time, in whatever order scans are handed in, and with its time it is safe to send again: what happened
        after it stays.
        """
        now = to_milliseconds(self._ports.clock())
        event, seats = self._event(principal, event_id)
        admin = principal if acts_as_admin(principal, EventAction.SCAN, event) else None
        if admin and not admin.is_fresh(now):
            raise FreshLoginRequiredError
        actor = acting_as(event, principal, EventAction.SCAN)
        batch = _Batch(event, seats.shards, actor, request_id, now + BUDGET, admin)
        outcomes: dict[int, Outcome] = {}
        plans = []
        for index, scan in enumerate(scans):
            try:
                plans.append(scans_of.plan(event, index, scan, now, self._tickets, self._ports.handles))
            except TurnoutError as error:
                outcomes[index] = refused(error)
        for group in scans_of.groups(scans_of.in_order(plans, now)):
            outcomes |= self._group(batch, group)
        self._totals.refresh_after(event, seats, to_milliseconds(self._ports.clock()))
        return [outcomes[index].named(self._ports.handles.of) for index in range(len(scans))]

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
        together: list[tuple[Plan, _Decided]] = []
        enrollments = self._ports.enrollments.by_keys([plan.key for plan in group])
        for plan in group:
            decided = self._decide(batch, plan, enrollments.get(plan.key.id), batch.event)
            if isinstance(decided, Outcome):
                outcomes[plan.index] = decided
            elif decided.seated is not None:
                outcomes[plan.index] = self._alone(batch, plan)
            else:
                together.append((plan, decided))
        if not together:
            return outcomes
        try:
            self._write(batch, [decided.change for _, decided in together])
        except (StaleError, TryAgainError):
            return outcomes | {plan.index: self._alone(batch, plan, tried) for plan, tried in together}
        return outcomes | {plan.index: decided.outcome for plan, decided in together}

    def _alone(self, batch: _Batch, plan: Plan, tried: _Decided | None = None) -> Outcome:
        """One scan on its own; a write of its own whose answer was lost is recognised."""
        for _ in range(_TRIES):
            enrollment = self._ports.enrollments.by_key(plan.key)
            if tried is not None and enrollment is not None and tried.change.is_in(enrollment):
                return tried.outcome
            found = self._ports.events.with_seats(batch.event.id, consistent=True)
            decided = self._decide(batch, plan, enrollment, found[0] if found else None)
            if isinstance(decided, Outcome):
                return decided
            try:
                tried, steps = self._seated(batch, decided)
                if tried.before == tried.after:
                    return as_it_is(tried.after)
                self._write(batch, [tried.change], steps)
            except StaleError:
                continue
            except TryAgainError:
                break
            return tried.outcome
        return refused(BusyError(), key=plan.key)

    def _decide(
        self, batch: _Batch, plan: Plan, enrollment: Enrollment | None, event: Event | None
    ) -> _Decided | Outcome:
        """The enrollment as it is to be, or what there is to say without a change."""
        now = to_milliseconds(self._ports.clock())
        if enrollment is None or event is None:
            return refused(scans_of.nobody())
        if plan.named and not plan.named.may_name(enrollment, batch.actor):
            return refused(scans_of.nobody())
        if now > batch.until:
            return refused(BusyError(), enrollment)
        try:
            sighting = plan.sighting(enrollment)
            by = Transition(now, enrollment.status, batch.actor, sighting.cause, batch.request_id)
            after = noted(enrollment, event, by, sighting) or enrollment
        except TurnoutError as error:
            return refused(error, enrollment)
        if after.gave_way and after.checked_in_at is not None and not plan.is_undone:
            return _Decided(enrollment, after, seated_again(after, by))
        return as_it_is(enrollment) if after == enrollment else _Decided(enrollment, after)

    def _seated(self, batch: _Batch, decided: _Decided) -> tuple[_Decided, list[Step]]:
        """With a seat for somebody who came before theirs was given on, if one is free; else they are only noted."""
        if decided.seated is None:
            return decided, []
        seated = _Decided(decided.before, decided.seated)
        steps = self._seat_back.steps(batch.event, batch.shards, seated.change)
        return (seated, steps) if steps else (decided, [])

    def _write(self, batch: _Batch, changes: list[EnrollmentChange], steps: Sequence[Step] = ()) -> None:
        counted = count_of(changes, self._ports.rng.randrange(batch.shards))
        acts = [self._act(batch.admin, change, batch.request_id) for change in changes if batch.admin]
        self._ports.enrollments.write(changes, steps or [counted], [], remember=with_acts(None, *acts))

    def _act(self, admin: Principal, change: EnrollmentChange, request_id: str) -> Act:
        now = change.after.updated_at
        kind, about, act_id = (
            ActKind.CHECK_IN_ENROLLMENT,
            self._ports.handles.of(change.after.key),
            self._ports.new_id(now),
        )
        return act_of(admin, kind, about, now=now, act_id=act_id, request_id=request_id)
