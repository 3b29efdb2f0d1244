"""Enrollments and the transactions that move them: T1 to T11 of docs/adr/0002 and docs/adr/0010."""

from collections.abc import Sequence
from datetime import timedelta

from pynamodb.expressions.operand import Path, Value

from chalicelib.domain.enrollments.enrollment import AskedName, EnrollmentChange, EnrollmentKey
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import Step
from chalicelib.domain.shared.limits import MAX_FOR_OTHERS
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.seats.enrollment_store import EnrollmentExistsError, SeatRefusedError
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Remember
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.tables import AskedNameItem, EarlierAskedNameItem, WaitlistCounterItem
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.enrollments.enrollment_lists import EnrollmentLists
from chalicelib.store.enrollments.enrollment_reads import EnrollmentReads
from chalicelib.store.enrollments.enrollment_writes import (
    is_record,
    join_activity,
    join_changes,
    join_charges,
    row_name,
    stop_if_charged_too_much,
)
from chalicelib.store.items.enrollments import enrollment_from
from chalicelib.store.items.events import to_shard
from chalicelib.store.outbox.outbox import put_entry
from chalicelib.store.seats.seat_writes import join_steps
from chalicelib.store.shared.idempotency import DynamoAnswers

ASKED_KEPT = timedelta(days=366)


class DynamoEnrollments(EnrollmentReads, EnrollmentLists):
    """The whole port: what is written, and by inheritance what is read."""

    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers, seats_for_others: int = MAX_FOR_OTHERS) -> None:
        self._dynamo = dynamo
        self._answers = answers
        self._seats_for_others = seats_for_others

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
            stop_if_charged_too_much(refused, self._seats_for_others)
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
            if _record_is_gone(refused):
                raise NotFoundError from refused
            stop_if_charged_too_much(refused, self._seats_for_others)
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
        join_activity(transaction, changes, steps)
        join_charges(transaction, changes, self._seats_for_others)
        for number, entry in enumerate(entries):
            put_entry(transaction, f"due {number}", entry)
        self._answers.join(transaction, remember)
        return transaction

    def write_outbox_only(
        self, entries: Sequence[OutboxEntry], *, remember: Remember | None = None, asked: AskedName | None = None
    ) -> None:
        transaction = self._begin()
        if asked is not None:
            pk, sk = keys.asked_name(asked.key)
            item = AskedNameItem(pk, sk, name=asked.name, at=stamp(asked.at), expires=epoch(asked.at + ASKED_KEPT))
            transaction.put("asked", item)
        for number, entry in enumerate(entries):
            put_entry(transaction, f"due {number}", entry)
        self._answers.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError(", ".join(refused.items)) from refused

    def asked_name(self, key: EnrollmentKey) -> AskedName | None:
        earlier = keys.earlier_asked_names(key.event_id, key.bucket), key.attendee_id
        gets = [
            Get(AskedNameItem, keys.asked_name(key), consistent=True),
            Get(EarlierAskedNameItem, earlier, consistent=True),
        ]
        found = [raw for raw in self._dynamo.batch_get(gets) if raw]
        return AskedName(key, found[0]["name"]["S"], unstamp(found[0]["at"]["S"])) if found else None

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
    """The precedence of refusals: an answer given before, the person's own enrollment, their record, the seat."""
    try:
        DynamoAnswers.raise_if_answered(refused)
    except AnsweredBeforeError as answered:
        return answered
    if refused.has(row_name(0)):
        raw = refused.items[row_name(0)]
        return EnrollmentExistsError(enrollment_from(raw)) if raw else StaleError()
    if _record_is_gone(refused):
        return NotFoundError()
    seats = [raw for name, raw in refused.items.items() if name.startswith("seat ")]
    return SeatRefusedError(to_shard(seats[0]) if seats and seats[0] else None)


def _record_is_gone(refused: RefusedError) -> bool:
    """Whether the record of somebody who is to be enrolled was deleted meanwhile."""
    return any(is_record(name) for name in refused.items)
