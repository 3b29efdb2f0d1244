"""Changing an enrollment that there is: the organizer's note, and for how many people it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts import Claims
from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentChange, EnrollmentStatus, Transition, tally
from chalicelib.domain.errors import (
    BusyError,
    EnrollmentOverError,
    EventFullError,
    ForbiddenError,
    NotFoundError,
    WaitingPartyError,
)
from chalicelib.domain.seats import SeatMode, Shard, total
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.enrollments.enrol import check_party
from chalicelib.services.enrollments.load import (
    TRIES,
    Found,
    Wanted,
    find,
    stop_if_started,
    stop_unless_matching,
    view_of,
)
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.seats.allocation import Seat, open_seats
from chalicelib.services.seats.outbox_entries import settling_of
from chalicelib.services.seats.ports import SeatingPorts
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.totals import sums_of
from chalicelib.services.shared.outcomes import StaleError, TryAgainError

_HOLDS = 64  # with more than that of them one more or less is not looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentFacts:
    """Everything of an enrollment that can be written."""

    note: str | None
    party_size: int


@dataclass(frozen=True, slots=True)
class Present:
    """What a rewriting starts from."""

    enrollment: Enrollment
    in_charge: bool  # only who is in charge of the event writes the note


class Edit:
    def __init__(self, ports: SeatingPorts, release: SeatRelease, settlement: Settlement) -> None:
        self._ports = ports
        self._release = release
        self._settlement = settlement

    def __call__(self, claims: Claims, wanted: Wanted, rewrite: Callable[[Present], EnrollmentFacts]) -> EnrollmentView:
        """Write what `rewrite` makes of the present facts; it is called again when somebody else was faster.

        A smaller party gives seats back, to whoever is next; a larger one gets all the seats it lacks or none.
        Raises `ForbiddenError`, `InvalidRequestError`, `EnrollmentOverError`, `WaitingPartyError`, `EventFullError`,
        what `Event.refuses` says, `PreconditionFailedError`.
        """
        for _ in range(TRIES):
            now = to_milliseconds(self._ports.clock())
            found = find(self._ports, claims, wanted, None, now)
            stop_unless_matching(found, wanted)
            facts = rewrite(Present(found.enrollment, found.in_charge))
            if facts.note != found.enrollment.note and not found.in_charge:
                raise ForbiddenError("Only the organizer of the event writes the note.")
            if facts.party_size != found.enrollment.party_size:
                self._stop_unless_resizable(found, facts.party_size, now)
            try:
                enrollment = self._write(found, _edited(found, facts, now, wanted.request_id), now)
            except StaleError:
                continue
            return view_of(self._ports, found.with_enrollment(enrollment))
        raise BusyError

    @staticmethod
    def _stop_unless_resizable(found: Found, party_size: int, now: datetime) -> None:
        enrollment, event = found.enrollment, found.event
        check_party(event, party_size)
        gone = event.refuses_seating(now)
        if gone:
            raise gone
        if not enrollment.is_live or enrollment.is_expired(now):
            raise EnrollmentOverError
        stop_if_started(found, now)
        if party_size < enrollment.party_size:
            return
        if enrollment.status is EnrollmentStatus.WAITLISTED:
            raise WaitingPartyError
        refusal = event.refuses(now)  # more seats are enrolled as the first ones were
        if refusal:
            raise refusal

    def _write(self, found: Found, after: Enrollment, now: datetime) -> Enrollment:
        change = EnrollmentChange(found.enrollment, after)
        if after is found.enrollment:
            return after
        if change.seats > 0:
            self._take(found, change, now)
        elif change.seats < 0:
            self._release.give_back(found.event, found.seats, change, [])
        elif after.party_size < found.enrollment.party_size:
            return self._write_waiting(found, change, now)
        else:
            self._ports.enrollments.write([change], [], [])
        return after

    def _write_waiting(self, found: Found, change: EnrollmentChange, now: datetime) -> Enrollment:
        """A smaller party may fit what is free: beside seats that fit it, the head of a waitlist does not stay."""
        entry = settling_of(found.event, now, self._ports.new_id(now))
        self._ports.enrollments.write([change], [], [entry])
        self._ports.push([entry])
        try:
            self._settlement.settle(found.event.id)
        except TryAgainError:
            return change.after  # its job is written
        return self._ports.enrollments.get(change.after.key) or change.after

    def _take(self, found: Found, change: EnrollmentChange, now: datetime) -> None:
        """The seats that the party lacks: from one shard if one has them, all or none. Raises `EventFullError`."""
        shards, _ = self._ports.enrollments.seats_and_enrollment(found.enrollment.key, found.seats.shards)
        if not shards:
            raise NotFoundError
        if shards[0].shards != found.seats.shards or shards[0].mode is SeatMode.CLOSED:
            raise StaleError
        plan = self._seats(shards, change)
        if plan is None:
            self._reclaim(found, shards, now)
            raise StaleError  # something was put right: look again
        steps = plan.steps(tally([change]), now, unproven=found.enrollment.unproven)
        self._ports.enrollments.write([change], steps, sums_of(found.event, found.seats, now))

    def _seats(self, shards: list[Shard], change: EnrollmentChange) -> Seat | None:
        if shards[0].mode is not SeatMode.OPEN:
            return None
        return open_seats(shards, change.seats, self._ports.rng, unproven=change.after.unproven)

    def _reclaim(self, found: Found, shards: list[Shard], now: datetime) -> None:
        """Take expired holds back, or lift the fence of an empty waitlist; raises `EventFullError` without either."""
        _, counts = total(shards)
        kept = min(counts.get("pending", 0) + counts.get("offered", 0), _HOLDS)
        held = self._ports.enrollments.holds(found.event.id, max(kept, 1))
        if len(held) < kept:
            raise StaleError  # one was taken back since the shards were read: its seat may be free
        expired = bool(held) and held[0].expires_at <= now
        idle_fence = shards[0].mode is SeatMode.FENCED and not counts.get("waitlisted", 0)
        if not expired and not idle_fence:
            raise EventFullError
        self._settlement.settle(found.event.id)


def _edited(found: Found, facts: EnrollmentFacts, now: datetime, request_id: str) -> Enrollment:
    """The row after it, with an entry of its history for each thing that changes; the same row when nothing does."""
    enrollment, actor = found.enrollment, found.principal.user_id
    if facts.party_size != enrollment.party_size:
        by = Transition(now, enrollment.status, actor, Cause.PARTY_CHANGED, request_id)
        enrollment = enrollment.moved(by, party_size=facts.party_size)
    if facts.note != enrollment.note:
        enrollment = enrollment.moved(
            Transition(now, enrollment.status, actor, Cause.NOTED, request_id), note=facts.note
        )
    return enrollment
