"""Deliberately wrong ways of enrolling and mailing: mistakes that real systems make and the simulator must see."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib.container import Container
from chalicelib.domain.enrollments import Enrollment
from chalicelib.domain.mail import Due, DueState, Outcome
from chalicelib.domain.seats import Shard
from chalicelib.services.delivering import Delivering
from chalicelib.services.signals import Remember, RowExistsError, SeatRefusedError
from chalicelib.store import keys
from chalicelib.store.answers import DynamoAnswers
from chalicelib.store.due import join_due
from chalicelib.store.dynamo import ConditionFailedError, Dynamo
from chalicelib.store.enrollments import DynamoEnrollments
from chalicelib.store.shapes.enrollments import enrollment_item, to_enrollment
from chalicelib.store.shapes.events import to_shard
from chalicelib.store.tables import EnrollmentItem, SeatItem
from chalicelib.store.transactions import RefusedError, Transaction
from tests.simulation.world import SimWorld


class _Wrong(DynamoEnrollments):
    """What the wrong ones share: the pieces of T1, to be put together wrongly."""

    def _parts(self, enrollment: Enrollment, shard: int, before: Enrollment | None) -> tuple[Any, Any, list[Any]]:
        key = keys.seat(enrollment.key.event_id, shard)
        actions = [SeatItem.free.set(SeatItem.free - 1)]
        if before:
            actions.append(SeatItem.cancelled.set(SeatItem.cancelled - 1))
        first: Any = EnrollmentItem.version == before.version if before else EnrollmentItem.pk.does_not_exist()
        return key, first, actions

    def _shard(self, key: Any) -> Shard:
        item = self._dynamo.get(SeatItem, key, consistent=True)
        assert item
        return to_shard(item)

    def _transaction(self, enrollment: Enrollment, intent: Due, first: Any) -> Transaction:
        transaction = Transaction(self._dynamo)
        transaction.put("row", enrollment_item(enrollment), first)
        join_due(transaction, "mail", intent)
        return transaction

    @staticmethod
    def _raise_row(refused: RefusedError) -> None:
        raw = refused.items.get("row")
        if raw:
            raise RowExistsError(to_enrollment(EnrollmentItem.from_raw_data(raw))) from refused


class ReadThenWrite(_Wrong):
    """Looks whether a seat is free, and then takes it without a condition."""

    def enrol(
        self, enrollment: Enrollment, *, shard: int, before: Enrollment | None, intent: Due, remember: Remember | None
    ) -> None:
        key, first, actions = self._parts(enrollment, shard, before)
        seen = self._shard(key)
        if seen.free < 1:
            raise SeatRefusedError(seen)
        transaction = self._transaction(enrollment, intent, first)
        transaction.update("seat", SeatItem, key, actions)
        try:
            transaction.commit_once()
        except RefusedError as refused:
            self._raise_row(refused)
            raise


class CounterThenRow(_Wrong):
    """Takes the seat with a condition, and writes the row afterwards: a crash between them loses the seat."""

    def enrol(
        self, enrollment: Enrollment, *, shard: int, before: Enrollment | None, intent: Due, remember: Remember | None
    ) -> None:
        key, first, actions = self._parts(enrollment, shard, before)
        try:
            self._dynamo.update(SeatItem, key, actions, SeatItem.free >= 1)
        except ConditionFailedError as error:
            raise SeatRefusedError(to_shard(SeatItem.from_raw_data(error.item or {}))) from error
        try:
            self._transaction(enrollment, intent, first).commit_once()
        except RefusedError as refused:
            self._dynamo.update(SeatItem, key, [SeatItem.free.set(SeatItem.free + 1)], SeatItem.pk.exists())
            self._raise_row(refused)
            raise


class NoAttemptId(DynamoEnrollments):
    """Does not recognise its own row after a lost response: a winner is told that they are enrolled already."""

    def enrol(self, enrollment: Enrollment, **options: Any) -> None:
        try:
            super().enrol(enrollment, **options)
        except RowExistsError as exists:
            if exists.row.is_live:
                raise RowExistsError(_of_somebody_else(exists.row)) from exists
            raise


def _of_somebody_else(row: Enrollment) -> Enrollment:
    return replace(row, attempt_id="unknown")


class DuplicateCountedTwice(_Wrong):
    """Takes a seat in the transaction, and writes the row without asking whether there is one."""

    def enrol(
        self, enrollment: Enrollment, *, shard: int, before: Enrollment | None, intent: Due, remember: Remember | None
    ) -> None:
        key, _, actions = self._parts(enrollment, shard, None)
        transaction = self._transaction(enrollment, intent, None)
        transaction.update("seat", SeatItem, key, actions, SeatItem.free >= 1)
        try:
            transaction.commit_once()
        except RefusedError as refused:
            raw = refused.items.get("seat")
            raise SeatRefusedError(to_shard(SeatItem.from_raw_data(raw)) if raw else None) from refused


class TokenReused(DynamoEnrollments):
    """Sends every try of one attempt with the same ClientRequestToken, though a try names another shard and time."""

    def enrol(self, enrollment: Enrollment, **options: Any) -> None:
        _WithToken(self._dynamo, self._answers, enrollment.attempt_id).enrol(enrollment, **options)


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

    def seats_and_row(self, key: Any, shards: int) -> tuple[list[Shard], Enrollment | None]:
        found, row = super().seats_and_row(key, shards)
        return [found[0]] * shards, row


class MarkBeforeSend(Delivering):
    """Marks the mail as sent, and then sends it: a crash between them loses it."""

    def _attempt(self, intent: Due, now: Any) -> Outcome:
        early = Outcome(DueState.DONE, "marked early")
        message = self._message(intent, now)
        self._ports.due.finish(intent, early, now)
        self._ports.mailer.send(message)
        return early


class ClaimWithoutLease(Delivering):
    """Claims for ever: a crash of the holder leaves the mail unsent."""

    def _attempt(self, intent: Due, now: Any) -> Outcome:
        self._ports.due.release(intent, now + timedelta(days=365))
        return super()._attempt(intent, now)


def enrollments(kind: Callable[[Dynamo, Any], DynamoEnrollments]) -> Callable[[SimWorld], None]:
    """Put a wrong store into every process of a world."""

    def change(container: Container) -> None:
        container.enrollments = kind(container.dynamo, container.answers)

    return lambda world: world.tamper(change)


def delivering(kind: type[Delivering]) -> Callable[[SimWorld], None]:
    def change(container: Container) -> None:
        container.delivering = kind(container.delivering._ports)

    return lambda world: world.tamper(change)


@dataclass(frozen=True, slots=True)
class Variant:
    """What is put in, and one of the sentences by which it must be found out."""

    tamper: Callable[[SimWorld], None]
    found_by: tuple[str, ...]


SUMS = ("oversold", "live !=")
VARIANTS = {
    "read-then-write": Variant(enrollments(ReadThenWrite), SUMS),
    "counter-then-row": Variant(enrollments(CounterThenRow), SUMS),
    "no-attempt-id": Variant(enrollments(NoAttemptId), ("a winner was told already_enrolled",)),
    "duplicate-counted-twice": Variant(enrollments(DuplicateCountedTwice), SUMS),
    "token-reused-on-another-shard": Variant(enrollments(TokenReused), ("IdempotentParameterMismatch",)),
    "full-from-one-shard": Variant(enrollments(FullFromOneShard), ("false full",)),
    "mark-before-send": Variant(delivering(MarkBeforeSend), ("lost mail",)),
    "claim-without-lease": Variant(delivering(ClaimWithoutLease), ("never quiet",)),
}
