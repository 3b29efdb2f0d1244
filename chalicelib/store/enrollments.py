"""Enrollments and the transactions that move them: T1 to T11 of docs/adr/0002 and docs/adr/0010."""

from collections.abc import Sequence

from pynamodb.expressions.operand import Path, Value

from chalicelib.domain.enrollments import EnrollmentChange
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.seats import Step
from chalicelib.services.seats.enrollment_store import EnrollmentExistsError, SeatRefusedError
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Remember
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.tables import WaitlistCounterItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.enrollment_lists import EnrollmentLists
from chalicelib.store.enrollment_reads import EnrollmentReads
from chalicelib.store.enrollment_writes import join_changes, row_name
from chalicelib.store.idempotency import DynamoAnswers
from chalicelib.store.items.enrollments import enrollment_from
from chalicelib.store.items.events import to_shard
from chalicelib.store.outbox import put_entry
from chalicelib.store.seat_writes import join_steps


class DynamoEnrollments(EnrollmentReads, EnrollmentLists):
    """The whole port: what is written, and by inheritance what is read."""

    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers) -> None:
        self._dynamo = dynamo
        self._answers = answers

    def _begin(self) -> Transaction:
        return Transaction(self._dynamo)

    def enrol(
        self,
        change: EnrollmentChange,
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        *,
        remember: Remember | None = None,
    ) -> None:
        try:
            self._transaction([change], steps, entries, remember).commit_once()
        except RefusedError as refused:
            raise _why_not_enrolled(refused) from refused

    def write(
        self,
        changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        *,
        remember: Remember | None = None,
    ) -> None:
        try:
            self._transaction(changes, steps, entries, remember).commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError(", ".join(refused.items)) from refused

    def _transaction(
        self,
        changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        remember: Remember | None,
    ) -> Transaction:
        transaction = self._begin()
        join_steps(transaction, changes[0].after.key.event_id, steps)
        join_changes(transaction, changes, ended_by_event=any(step.closes_at for step in steps))
        for number, entry in enumerate(entries):
            put_entry(transaction, f"due {number}", entry)
        self._answers.join(transaction, remember)
        return transaction

    def write_outbox_only(self, entries: Sequence[OutboxEntry], *, remember: Remember | None = None) -> None:
        transaction = self._begin()
        for number, entry in enumerate(entries):
            put_entry(transaction, f"due {number}", entry)
        self._answers.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError(", ".join(refused.items)) from refused

    def write_seats_only(self, event_id: str, steps: Sequence[Step]) -> None:
        transaction = self._begin()
        join_steps(transaction, event_id, steps)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError(", ".join(refused.items)) from refused

    def draw_waitlist_number(self, event_id: str) -> int:
        def attempt() -> int:
            actions = [Path(["last"]).add(Value(1))]
            return int(self._dynamo.update(WaitlistCounterItem, keys.waitlist_counter(event_id), actions, None).last)

        return self._dynamo.retries.run(attempt)  # a repeat after a lost response leaves a gap, which means nothing


def _why_not_enrolled(refused: RefusedError) -> Exception:
    """The precedence of refusals: an answer given before, then the person's own enrollment, then the seat."""
    try:
        DynamoAnswers.raise_if_answered(refused)
    except AnsweredBeforeError as answered:
        return answered
    if refused.has(row_name(0)):
        raw = refused.items[row_name(0)]
        return EnrollmentExistsError(enrollment_from(raw)) if raw else StaleError()
    seats = [raw for name, raw in refused.items.items() if name.startswith("seat ")]
    return SeatRefusedError(to_shard(seats[0]) if seats and seats[0] else None)
