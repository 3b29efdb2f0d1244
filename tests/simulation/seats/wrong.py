"""Deliberately wrong ways of seating and mailing: mistakes that real systems make and the simulator must see."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.container import Container
from chalicelib.domain.enrollments.enrollment import (
    TEMPORARY,
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    tally,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxState, Outcome
from chalicelib.domain.seats import SeatMode, Seats, Shard, Step
from chalicelib.services.notifications.delivery.deliver import Deliver
from chalicelib.services.seats.enrollment_store import EnrollmentExistsError, SeatRefusedError
from chalicelib.services.seats.release import SeatRelease, Succession
from chalicelib.services.seats.settlement import Settlement, StepResult
from chalicelib.services.seats.sold_out_cache import SoldOutCache
from chalicelib.services.shared.idempotency import Remember
from chalicelib.services.shared.outcomes import OutdatedError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.tables import EnrollmentItem, SeatItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.enrollments.enrollment_writes import join_changes
from chalicelib.store.enrollments.enrollments import DynamoEnrollments
from chalicelib.store.items.enrollments import enrollment_item
from chalicelib.store.items.events import to_shard
from chalicelib.store.outbox.outbox import put_entry
from chalicelib.store.seats.seat_writes import changes, demands, seat_name
from chalicelib.store.shared.idempotency import DynamoAnswers
from tests.simulation.world import SimWorld


class _Wrong(DynamoEnrollments):
    """The pieces of a transaction, to be put together wrongly."""

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        return demands(step)

    def steps_of(self, steps: Sequence[Step]) -> list[Step]:
        return list(steps)

    def keeps(self, name: str) -> bool:
        return True

    def _transaction(
        self,
        row_changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        remember: Remember | None,
    ) -> Transaction:
        transaction = self._begin()
        event_id = row_changes[0].after.key.event_id
        for step in self.steps_of(steps):
            key, condition = keys.seat(event_id, step.shard), self.demands_of(step, row_changes[0])
            transaction.update(seat_name(step.shard), SeatItem, key, changes(step), condition)
        self.join_rows(transaction, row_changes)
        for number, due in enumerate(entries):
            put_entry(transaction, f"due {number}", due)
        self._answers.join(transaction, remember)
        kept = [place for place, name in enumerate(transaction.names) if self.keeps(name)]
        transaction.names = [transaction.names[place] for place in kept]
        transaction.operations = [transaction.operations[place] for place in kept]
        return transaction

    def join_rows(self, transaction: Transaction, row_changes: Sequence[EnrollmentChange]) -> None:
        join_changes(transaction, row_changes, ended_by_event=True)

    def look(self, key: EnrollmentKey, shard: int) -> Shard:
        [raw] = self._dynamo.batch_get([Get(SeatItem, keys.seat(key.event_id, shard), consistent=True)])
        assert raw
        return to_shard(raw)


class ReadThenWrite(_Wrong):
    """Looks whether a seat is free, and then takes it without a condition."""

    def enrol(
        self, change: EnrollmentChange, steps: Sequence[Step], entries: Sequence[OutboxEntry], **options: Any
    ) -> None:
        for step in steps:
            seen = self.look(change.after.key, step.shard)
            if seen.free < -step.free or (step.mode and seen.mode is not step.mode):
                raise SeatRefusedError(seen)
        super().enrol(change, steps, entries, **options)

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        return None if step.open_at and step.free < 0 else super().demands_of(step, change)


class CounterThenRow(_Wrong):
    """Takes the seat with a condition, and writes the row afterwards: a crash between them loses the seat."""

    def enrol(
        self, change: EnrollmentChange, steps: Sequence[Step], entries: Sequence[OutboxEntry], **options: Any
    ) -> None:
        key = keys.seat(change.after.key.event_id, steps[0].shard)
        try:
            self._dynamo.update(SeatItem, key, changes(steps[0]), demands(steps[0]))
        except ConditionFailedError as error:
            raise SeatRefusedError(to_shard(error.item or {})) from error
        try:
            super().enrol(change, [], entries, **options)
        except EnrollmentExistsError:
            back = replace(steps[0], free=-steps[0].free, counts={k: -v for k, v in steps[0].counts.items()})
            self._dynamo.update(SeatItem, key, changes(back), None)
            raise


class NoAttemptId(DynamoEnrollments):
    """Does not recognise its own row after a lost response: a winner is told that they are enrolled already."""

    def enrol(
        self, change: EnrollmentChange, steps: Sequence[Step], entries: Sequence[OutboxEntry], **options: Any
    ) -> None:
        try:
            super().enrol(change, steps, entries, **options)
        except EnrollmentExistsError as exists:
            if exists.enrollment.is_live:
                raise EnrollmentExistsError(replace(exists.enrollment, attempt_id="unknown")) from exists
            raise


class DuplicateCountedTwice(_Wrong):
    """Takes a seat in the transaction, and writes the row without asking whether there is one."""

    def join_rows(self, transaction: Transaction, row_changes: Sequence[EnrollmentChange]) -> None:
        join_changes(transaction, row_changes)
        for name, operation in zip(transaction.names, transaction.operations, strict=True):
            if name.startswith("row "):
                _without_condition(operation["Put"])


def _without_condition(kwargs: dict[str, Any]) -> None:
    for name in ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"):
        kwargs.pop(name, None)
    kwargs.pop("ReturnValuesOnConditionCheckFailure", None)


class TokenReused(DynamoEnrollments):
    """Sends every try of one attempt with the same ClientRequestToken, though a try names another shard and time."""

    def enrol(
        self, change: EnrollmentChange, steps: Sequence[Step], entries: Sequence[OutboxEntry], **options: Any
    ) -> None:
        _WithToken(self._dynamo, self._answers, change.after.attempt_id).enrol(change, steps, entries, **options)


class _WithToken(DynamoEnrollments):
    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers, token: str) -> None:
        super().__init__(dynamo, answers)
        self._token = token

    def _begin(self) -> Transaction:
        return _SameToken(self._dynamo, token=self._token)


@dataclass(slots=True)
class _SameToken(Transaction):
    token: str = ""

    def commit_once(self, token: str | None = None) -> None:
        Transaction.commit_once(self, token or self.token)


class FullFromOneShard(DynamoEnrollments):
    """Takes one empty shard for a full event."""

    def seats_and_enrollment(self, key: EnrollmentKey, shards: int) -> tuple[list[Shard], Enrollment | None]:
        found, row = super().seats_and_enrollment(key, shards)
        return [found[0]] * len(found), row


class FenceByShard(_Wrong):
    """Fences where every shard alone has no room for the party, though together they may have."""

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        if step.becomes is not SeatMode.FENCED:
            return super().demands_of(step, change)
        alone: Condition = (SeatItem.mode == SeatMode.OPEN.value) & (SeatItem.free < change.after.party_size)
        return alone

    def steps_of(self, steps: Sequence[Step]) -> list[Step]:
        return [replace(step, free=0) if step.becomes is SeatMode.FENCED else step for step in steps]


class FenceWithoutCountingShards(_Wrong):
    """Fences and lifts fences without asking whether shards were added meanwhile."""

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        return super().demands_of(replace(step, shards=None), change)

    def write_seats_only(self, event_id: str, steps: Sequence[Step]) -> None:
        super().write_seats_only(event_id, [replace(step, shards=None) for step in steps])


class HandOverWithoutQueue(_Wrong):
    """Promotes somebody and leaves their place in the waitlist behind."""

    def keeps(self, name: str) -> bool:
        return not name.startswith("old queue")


class FreedBesideTheWaitlist(_Wrong):
    """Gives a seat back to any shard without asking for the fence."""

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        return super().demands_of(replace(step, not_mode=None), change)


class LongHints(SoldOutCache):
    """Remembers for half a minute that an event was full."""

    def remember(self, event: Event, now: datetime, first_deadline: datetime | None = None) -> None:
        super().remember(event, now + timedelta(seconds=29), first_deadline and first_deadline + timedelta(seconds=60))

    def forget(self, event_id: str) -> None:
        return


class FreeThenPromote(SeatRelease):
    """Frees the seat, lifts the fence, and only then looks who waits."""

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
        changed, [step], due = super()._fenced(event, seats, change, entries, now, directly=directly)
        return changed, [replace(step, becomes=SeatMode.OPEN)], due

    def successor(self, event: Event, room: int, now: datetime) -> Succession | None:
        return None


class TransferInTwoSteps(_Wrong):
    """Frees the seat of whoever hands it on, and then seats the other: in between it is anybody's."""

    def write(
        self,
        changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        *,
        remember: Remember | None = None,
    ) -> None:
        if changes[-1].after.history[-1].cause is not Cause.TAKEN_OVER:
            super().write(changes, steps, entries, remember=remember)
            return
        for change, due in zip(changes, entries, strict=True):
            step = replace(steps[0], free=-change.seats, counts=tally([change]))
            super().write([change], [step], [due])


class NoDeadlines(_Wrong):
    """Writes a hold off whenever it is asked to."""

    def join_rows(self, transaction: Transaction, row_changes: Sequence[EnrollmentChange]) -> None:
        join_changes(transaction, row_changes)
        for name, operation in zip(transaction.names, transaction.operations, strict=True):
            change = row_changes[int(name.split()[1])] if name.startswith("row ") else None
            if change is not None and change.before and change.after.status is EnrollmentStatus.EXPIRED:
                same = EnrollmentItem.version == change.before.version
                operation["Put"] = self._dynamo.put_kwargs(enrollment_item(change.after), same)


class ImpatientSettling(Settlement):
    """Expires a hold that it is told of as long as it is a hold, though it may be a later one."""

    def expire(self, key: EnrollmentKey) -> bool:
        row = self._ports.enrollments.by_key(key)
        found = self._ports.events.with_seats(key.event_id, consistent=True)
        if row is None or found is None or row.status not in TEMPORARY:
            return False
        self._expire(*found, row)
        return True

    def _step(self, event_id: str) -> StepResult:
        first = self._ports.enrollments.holds(event_id, 1)
        if not first:
            return super()._step(event_id)
        return StepResult.DONE if self.expire(first[0].key) else StepResult.NOTHING_LEFT


class MarkBeforeSend(Deliver):
    """Marks the mail as sent, and then sends it: a crash between them loses it."""

    def _attempt(self, intent: OutboxEntry, now: Any) -> Outcome:
        early = Outcome(OutboxState.DONE, "marked early")
        try:
            message = self._rendered(intent, now)
        except OutdatedError as reason:
            return Outcome(OutboxState.SKIPPED, str(reason))
        self._ports.outbox.finish(intent, early, now)
        with suppress(OutdatedError):
            self._ports.sender.send(intent, message, now)
        return early


class ClaimWithoutLease(Deliver):
    """Claims for ever: a crash of the holder leaves the mail unsent."""

    def _attempt(self, intent: OutboxEntry, now: Any) -> Outcome:
        self._ports.outbox.release(intent, now + timedelta(days=365))
        return super()._attempt(intent, now)


def enrollments(kind: Callable[[Dynamo, Any], DynamoEnrollments]) -> Callable[[SimWorld], None]:
    """Put a wrong store into every process of a world."""

    def change(container: Container) -> None:
        container.store.enrollments = kind(container.store.dynamo, container.store.answers)

    return lambda world: world.tamper(change)


def delivering(kind: type[Deliver]) -> Callable[[SimWorld], None]:
    def change(container: Container) -> None:
        container.notifications.deliver = kind(container.notifications.deliver._ports)

    return lambda world: world.tamper(change)


def hints(world: SimWorld) -> None:
    def change(container: Container) -> None:
        container.seats.sold_out = LongHints()

    world.tamper(change)


def free_then_promote(world: SimWorld) -> None:
    def change(container: Container) -> None:
        container.seats.release = FreeThenPromote(container.seats.ports)

    world.tamper(change)


def impatient(world: SimWorld) -> None:
    def change(container: Container) -> None:
        container.store.enrollments = NoDeadlines(container.store.dynamo, container.store.answers)
        container.seats.settlement = ImpatientSettling(container.seats.ports, container.seats.release)

    world.tamper(change)


@dataclass(frozen=True, slots=True)
class Variant:
    """What is put in, in which scenario, one of the sentences by which it must be found out, and a seed that does."""

    tamper: Callable[[SimWorld], None]
    found_by: tuple[str, ...]
    scenario: str = "enrolling"
    seed: int = 0


SUMS = ("oversold", "live !=", "below zero")
VARIANTS = {
    "read-then-write": Variant(enrollments(ReadThenWrite), SUMS, seed=37),
    "counter-then-row": Variant(enrollments(CounterThenRow), SUMS),
    "no-attempt-id": Variant(enrollments(NoAttemptId), ("a winner was told already_enrolled",), seed=10),
    "duplicate-counted-twice": Variant(enrollments(DuplicateCountedTwice), SUMS, seed=3),
    "token-reused-on-another-shard": Variant(enrollments(TokenReused), ("IdempotentParameterMismatch",), seed=10),
    "full-from-one-shard": Variant(enrollments(FullFromOneShard), ("false full",), seed=11),
    "mark-before-send": Variant(delivering(MarkBeforeSend), ("lost mail",), seed=3),
    "claim-without-lease": Variant(delivering(ClaimWithoutLease), ("never quiet",), seed=1),
    "free-then-promote": Variant(free_then_promote, ("a newcomer overtook", "beside an open door"), "seating"),
    "fence-by-a-test-per-shard": Variant(enrollments(FenceByShard), ("outside of its pool",), "seating", seed=1),
    "no-count-of-shards": Variant(
        enrollments(FenceWithoutCountingShards), ("shards of different modes",), "seating", seed=12
    ),
    "full-from-a-stale-hint": Variant(hints, ("was told event_full and it was never so",), "seating", seed=124),
    "hand-over-without-the-queue-row": Variant(
        enrollments(HandOverWithoutQueue), ("the waitlist is not what the rows say",), "seating", seed=1
    ),
    "transfer-that-frees-the-seat-first": Variant(
        enrollments(TransferInTwoSteps), ("half a transfer",), "seating", seed=37
    ),
    "expiry-without-looking-at-the-deadline": Variant(impatient, ("expired before its deadline",), "seating", seed=2),
    "freed-beside-the-waitlist": Variant(
        enrollments(FreedBesideTheWaitlist), ("outside of its pool", "beside free seats"), "waiting", seed=42
    ),
}
