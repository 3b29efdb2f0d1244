"""Settling an event: expired holds are taken back, free seats go to the waitlist, an empty waitlist is lifted.

Any request, the mail sender and the tick may do it. Every step is one transaction, and doing it twice does nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto

from chalicelib.domain.enrollments.deadlines import is_over, lapse_of
from chalicelib.domain.enrollments.enrollment import (
    SYSTEM,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    tally,
)
from chalicelib.domain.enrollments.waitlist import ending_of
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.seats import SeatMode, Seats, Shard, Step, spread, total
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.seats.kept_seats import MANY, over_enrollments, over_holds
from chalicelib.services.seats.outbox_entries import mail_about, naming_its_mail
from chalicelib.services.seats.release import POOL, SeatRelease
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement_preview import SettlementPreview
from chalicelib.services.shared.outcomes import StaleError, TryAgainError

PAGE = 25
LOOKED = 100  # places of a waitlist, of which an edit says whom it concerns
STEPS = 3  # as many as a request does on its way
MANY_STEPS = 30  # as many as one does that would be refused otherwise


class StepResult(Enum):
    """What came of one step."""

    DONE = auto()
    NOT_DONE = auto()  # something seems to be left, and was not done: somebody else was faster
    NOTHING_LEFT = auto()


class Settlement:
    def __init__(self, ports: SeatingPorts, release: SeatRelease) -> None:
        self._ports = ports
        self._release = release

    def settle(self, event_id: str, steps: int = STEPS) -> bool:
        """Up to `steps` transactions; True when there may be more to do. Raises `TryAgainError`."""
        return StepResult.NOTHING_LEFT not in self._steps(event_id, steps)

    def settle_further(self, event_id: str, steps: int) -> bool:
        """The same for who goes on until nothing is left. Raises `StaleError` when none of the steps could be done."""
        taken = self._steps(event_id, steps)
        if all(step is StepResult.NOT_DONE for step in taken):
            raise StaleError
        return StepResult.NOTHING_LEFT not in taken

    def _steps(self, event_id: str, steps: int) -> list[StepResult]:
        taken: list[StepResult] = []
        while len(taken) < steps and StepResult.NOTHING_LEFT not in taken:
            try:
                taken.append(self._step(event_id))
            except StaleError:
                taken.append(StepResult.NOT_DONE)
        return taken

    def takes_back(self, event: Event, steps: int = STEPS) -> bool:
        """Whether holds or offers of the event were over, which it takes back. Raises `TryAgainError`."""
        now = to_milliseconds(self._ports.clock())
        if not over_holds(self._ports.enrollments, event, now, 1):
            return False
        self.settle(event.id, steps)
        return True

    def _step(self, event_id: str) -> StepResult:
        found = self._ports.events.with_seats(event_id, consistent=True)
        if found is None:
            return StepResult.NOTHING_LEFT
        event, seats = found
        now = to_milliseconds(self._ports.clock())
        over = over_holds(self._ports.enrollments, event, now, 1)
        if over:
            enrollment = self._ports.enrollments.by_key(over[0].key)
            if enrollment is None or not is_over(enrollment, event, now):
                return StepResult.NOT_DONE
            self._expire(event, seats, enrollment)
            return StepResult.DONE
        return self._serve(event, seats) if seats.mode is SeatMode.FENCED else StepResult.NOTHING_LEFT

    def expire(self, key: EnrollmentKey) -> bool:
        """Take one expired hold or offer back (T10). False when its time is not up, or it is over already."""
        enrollment = self._ports.enrollments.by_key(key)
        found = self._ports.events.with_seats(key.event_id, consistent=True)
        if enrollment is None or found is None:
            return False
        if not is_over(enrollment, found[0], to_milliseconds(self._ports.clock())):
            return False
        self._expire(*found, enrollment)
        return True

    def _expire(self, event: Event, seats: Seats, enrollment: Enrollment) -> None:
        now = to_milliseconds(self._ports.clock())
        entry_id = self._ports.new_id(now)
        after = enrollment.moved(lapse_of(enrollment, now, entry_id))
        mails = []
        if not enrollment.unproven:  # else nobody has said that it was them who asked
            after = naming_its_mail(after, entry_id)
            mails.append(mail_about(after, entry_id))
        said = enrollment.expires_at
        closes_at = event.facts.closes_at if said is not None and said > now else None  # the event has ended it
        self._release.give_back(event, seats, EnrollmentChange(enrollment, after), mails, closes_at=closes_at)

    def _serve(self, event: Event, seats: Seats) -> StepResult:
        """T9: the next of the waitlist gets a seat of the pool; T11: without anybody waiting the fence is lifted."""
        head = self._ports.enrollments.first_waiting(event.id, 1)
        if not head:
            return self._unfence(event, seats)
        now = to_milliseconds(self._ports.clock())
        if _is_in_vain(event, head[0], now):
            self._end(event, seats, head[0], now)
            return StepResult.DONE
        successor = self._release.successor(event, seats.pool, now)
        if successor is None:
            return StepResult.NOTHING_LEFT
        taken = Step(shard=POOL, free=-successor.seats, counts=tally(successor.changes), mode=SeatMode.FENCED)
        self._ports.enrollments.write(successor.changes, [taken], successor.entries)
        self._ports.push(successor.entries)
        return StepResult.DONE

    def foreseen(self, event: Event, shards: Sequence[Shard]) -> Sequence[Shard]:
        """What its shards would be if it were settled now; nothing is written."""
        over = over_enrollments(self._ports.enrollments, event, to_milliseconds(self._ports.clock()), MANY)
        if not over:
            return shards
        fenced = shards[0].mode is SeatMode.FENCED
        waiting = self._ports.enrollments.first_waiting(event.id, LOOKED) if fenced else []
        ahead = SettlementPreview(event.facts, shards, over, waiting)
        ahead.settled(len(over) + LOOKED)
        return ahead.shards

    def in_vain(self, event: Event) -> list[Enrollment]:
        """Who would wait in vain if the event were like this, among the first of its waitlist."""
        waiting = self._ports.enrollments.first_waiting(event.id, LOOKED)
        return [enrollment for enrollment in waiting if ending_of(enrollment, event.facts)]

    def end_page(self, event_id: str, start: str | None) -> str | None:
        """Tell those of one page of the waitlist who wait in vain, and pass them; the place of the next page."""
        found = self._ports.events.with_seats(event_id, consistent=True)
        if found is None:
            return None
        part = self._ports.enrollments.slice_of_waitlist(event_id, start=start, forward=True, limit=PAGE)
        for _, waiting in part.items:
            if ending_of(waiting, found[0].facts):
                self.end_if_in_vain(waiting.key)
        return part.end

    def end_if_in_vain(self, key: EnrollmentKey) -> None:
        """One that waits, wherever in the waitlist. Raises `TryAgainError` when others keep being faster."""
        for _ in self._ports.retries.tries():
            waiting = self._ports.enrollments.by_key(key)
            found = self._ports.events.with_seats(key.event_id, consistent=True)
            now = to_milliseconds(self._ports.clock())
            if waiting is None or found is None or not _is_in_vain(found[0], waiting, now):
                return
            try:
                self._end(*found, waiting, now)
            except StaleError:
                continue
            return
        raise TryAgainError

    def _end(self, event: Event, seats: Seats, waiting: Enrollment, now: datetime) -> None:
        """T11: out of the waitlist, with the mail that says why."""
        cause = ending_of(waiting, event.facts)
        assert cause is not None
        entry_id = self._ports.new_id(now)
        by = Transition(now, EnrollmentStatus.CANCELLED, SYSTEM, cause, entry_id)
        after = naming_its_mail(waiting.moved(by), entry_id)
        mail = mail_about(after, entry_id, OutboxKind.WAITLIST_CLOSED)
        self._release.give_back(event, seats, EnrollmentChange(waiting, after), [mail])

    def _unfence(self, event: Event, seats: Seats) -> StepResult:
        """All shards open again in one transaction, each as it was read; the pool is spread over them."""
        shards = self._ports.seats.shards(event.id, seats.shards)
        free, counts = total(shards)
        if counts.get("waitlisted", 0) or shards[0].mode is not SeatMode.FENCED:
            return StepResult.NOT_DONE  # somebody joined since, or it is done
        if free < 0:
            return StepResult.NOTHING_LEFT  # the capacity is not reached yet: what is given up is not sold
        parts = spread(free, len(shards))
        steps = [
            Step(
                shard=number,
                free=parts[number] - shard.free,
                becomes=SeatMode.OPEN,
                seen=shard,
                shards=len(shards) if number == 0 else None,
            )
            for number, shard in enumerate(shards)
        ]
        self._ports.enrollments.write_seats_only(event.id, steps)
        self._ports.sold_out.forget(event.id)
        return StepResult.NOTHING_LEFT


def _is_in_vain(event: Event, waiting: Enrollment, now: datetime) -> bool:
    """Whether somebody waits who is to be told that it is in vain; of an event that is off or over nobody is."""
    if waiting.status is not EnrollmentStatus.WAITLISTED or event.refuses_seating(now):
        return False
    return ending_of(waiting, event.facts) is not None
