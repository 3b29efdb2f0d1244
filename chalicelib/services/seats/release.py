"""Giving seats back: to nobody, or in the same transaction to whoever is next on the waitlist (docs/adr/0010).

A seat is never freed first and promoted afterwards: in between a newcomer could take it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import (
    SYSTEM,
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentStatus,
    Transition,
    tally,
)
from chalicelib.domain.enrollments.waitlist import Next, choose, depth
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.domain.seats import SeatMode, Seats, Step, guest_share
from chalicelib.services.seats.outbox_entries import ends, entries_of, naming_its_mail, settling_of
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.totals import sums_of
from chalicelib.services.shared.idempotency import Remember

POOL = 0  # the shard that has all free seats of a fenced event


@dataclass(frozen=True, slots=True)
class Succession:
    """Somebody gets a seat from the waitlist: the enrollments that change and what becomes due."""

    changes: list[EnrollmentChange]
    entries: list[OutboxEntry]

    @property
    def seats(self) -> int:
        return sum(change.seats for change in self.changes)


class SeatRelease:
    def __init__(self, ports: SeatingPorts) -> None:
        self._ports = ports

    def give_back(
        self,
        event: Event,
        seats: Seats,
        change: EnrollmentChange,
        entries: list[OutboxEntry],
        remember: Remember | None = None,
        *,
        directly: bool = True,
        hand_over: bool = True,
        closes_at: datetime | None = None,
    ) -> None:
        """Write a change that frees seats or leaves the waitlist. One transaction, successor included.

        `closes_at`: it is so only if enrolling closes then. Without `hand_over` the seats go to nobody: the capacity
        becomes smaller by them.

        Not `directly`: the seats wait in the pool, where only the waitlist gets them. Many who give back at once all
        find the same head, and one of them wins; the others need not stand in its way (settling serves the pool).
        Raises `StaleError` when the enrollment, the fence or the waitlist are no longer as they were read.
        """
        now = change.after.updated_at
        if not hand_over and change.seats < 0 and not seats.unlimited and seats.mode is not SeatMode.CLOSED:
            changes, steps = [change], [_to_nobody(seats, change)]
            entries = [*entries, settling_of(event, now, self._ports.new_id(now), ends_waiting=True)]
        elif seats.mode is SeatMode.FENCED:
            changes, steps, entries = self._fenced(event, seats, change, entries, now, directly=directly)
        else:
            changes, steps = [change], [self._to_any(seats, change, SeatMode.FENCED)]
            entries = entries or sums_of(event, seats, now)  # a mail's sender sees to the sum
        steps = [replace(step, closes_at=closes_at) for step in steps]
        self._ports.enrollments.write(changes, steps, entries, remember=remember)
        self._ports.sold_out.forget(event.id)
        self._ports.push(entries)

    def _to_any(self, seats: Seats, change: EnrollmentChange, not_mode: SeatMode) -> Step:
        """T6: a seat may be credited to any shard; beside a waitlist it must not become free."""
        return Step(
            shard=self._ports.rng.randrange(seats.shards),
            free=-change.seats,
            guest_free=-change.unproven_seats,
            counts=tally([change]),
            not_mode=not_mode,
        )

    def _fenced(
        self,
        event: Event,
        seats: Seats,
        change: EnrollmentChange,
        entries: list[OutboxEntry],
        now: datetime,
        *,
        directly: bool,
    ) -> tuple[list[EnrollmentChange], list[Step], list[OutboxEntry]]:
        """T7 (hand-over), T8 (nobody fits: the seats wait in the pool) or T11 (somebody leaves the waitlist)."""
        wanted = change.seats and directly
        successor = self.successor(event, seats.pool - change.seats, now) if wanted else None
        changes = [change, *(successor.changes if successor else [])]
        freed = -sum(changed.seats for changed in changes)
        step = Step(
            shard=POOL if freed else self._ports.rng.randrange(seats.shards),
            free=freed,
            guest_free=-change.unproven_seats,
            counts=tally(changes),
            mode=SeatMode.FENCED,
        )
        left_behind = [*entries, *(successor.entries if successor else [])]
        if freed > 0 and not left_behind:  # else the head may leave in this moment, and nobody looks at the pool again
            left_behind.append(settling_of(event, now, self._ports.new_id(now)))
        return changes, [step], left_behind

    def successor(self, event: Event, room: int, now: datetime) -> Succession | None:
        """Whom `room` free seats go to, by the event's rules; None when nobody fits, or nobody is seated any more."""
        if event.status is not EventStatus.PUBLISHED or event.is_past(now) or room <= 0:
            return None
        found = choose(self._ports.enrollments.first_waiting(event.id, depth(event.facts)), room, event.facts)
        return self.seat(event, found, now) if found else None

    def seat(self, event: Event, found: Next, now: datetime, *, by: Transition | None = None) -> Succession:
        """The chosen one seated (or, without `by`, offered the seat where the event says so)."""
        entry_id = self._ports.new_id(now)
        after = naming_its_mail(
            _seated(event, found.chosen, now, by or self._promotion(event, now, entry_id)), entry_id
        )
        kind = None if after.status is EnrollmentStatus.OFFERED else OutboxKind.ENROLLMENT_PROMOTED
        changes = [EnrollmentChange(found.chosen, after)]
        if found.passed:
            changes.append(EnrollmentChange(found.passed, _passed(found.passed, found.chosen, now, entry_id)))
        return Succession(changes, entries_of(after, entry_id, kind))

    @staticmethod
    def _promotion(event: Event, now: datetime, entry_id: str) -> Transition:
        if event.facts.waitlist_mode is WaitlistMode.OFFER:
            return Transition(now, EnrollmentStatus.OFFERED, SYSTEM, Cause.OFFERED, entry_id)
        return Transition(now, EnrollmentStatus.CONFIRMED, SYSTEM, Cause.PROMOTED, entry_id)


def _to_nobody(seats: Seats, change: EnrollmentChange) -> Step:
    """The seats that a change gives up are taken from the capacity; those that the pool owes are given to it first."""
    freed = -change.seats
    dropped = freed if seats.mode is SeatMode.OPEN else max(0, min(freed, seats.pool + freed))
    capacity = seats.capacity - dropped
    return Step(
        shard=POOL,
        free=freed - dropped,
        guest_free=guest_share(capacity) - guest_share(seats.capacity) - change.unproven_seats,
        counts=tally([change]),
        mode=seats.mode,
        capacity=(seats.capacity, capacity),
    )


def _seated(event: Event, enrollment: Enrollment, now: datetime, by: Transition) -> Enrollment:
    if by.status is EnrollmentStatus.OFFERED:
        return enrollment.moved(by, expires_at=ends(event, now, event.facts.offer_minutes, offered=True))
    return enrollment.moved(by)


def _passed(head: Enrollment, other: Enrollment, now: datetime, request_id: str) -> Enrollment:
    """The head stays, and its enrollment says who went past it and why."""
    by = Transition(now, EnrollmentStatus.WAITLISTED, SYSTEM, Cause.SKIPPED, request_id)
    return head.moved(by, skipped=head.skipped + other.party_size)
