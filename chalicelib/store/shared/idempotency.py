"""Answers kept for 24 hours under their `Idempotency-Key`, written in the transaction that they report."""

from datetime import timedelta

from chalicelib.domain.shared.limits import AUDIT_LIFE, IDEMPOTENCY_LIFE
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Remember, StoredAnswer
from chalicelib.services.shared.ports import Clock
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.tables import AnswerItem
from chalicelib.store.dynamo.text import compact, epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.outbox import to_answer
from chalicelib.store.shared.audit import put_act

NAME = "answer"


class DynamoAnswers:
    """`audit_life`: how long the entries of admins' acts are kept, which go the same way."""

    def __init__(self, dynamo: Dynamo, clock: Clock, audit_life: timedelta = AUDIT_LIFE) -> None:
        self._dynamo = dynamo
        self._clock = clock
        self._audit_life = audit_life

    def find(self, key: str) -> StoredAnswer | None:
        item = self._dynamo.get(AnswerItem, keys.answer(key), consistent=True)  # a retry may follow at once
        return to_answer(item) if item and self._is_alive(item) else None

    def from_raw(self, raw: Raw | None) -> StoredAnswer | None:
        item = AnswerItem.from_raw_data(raw) if raw else None
        return to_answer(item) if item and self._is_alive(item) else None

    def _is_alive(self, item: AnswerItem) -> bool:
        return unstamp(item.expires_at) > self._clock()

    def join(self, transaction: Transaction, remember: Remember | None) -> None:
        """Add to the transaction what an admin does in it, and the answer, unless a live one is there."""
        for act in remember.acts if remember else ():
            put_act(transaction, act, self._audit_life)
        if remember is None or remember.answer is None:
            return
        now = self._clock()
        pk, sk = keys.answer(remember.key)
        unused = AnswerItem.pk.does_not_exist()  # nobody has answered this key
        ended = AnswerItem.expires_at <= stamp(now)  # or its answer is over; TTL may not have removed it yet
        transaction.put(
            NAME,
            AnswerItem(
                pk,
                sk,
                body_digest=remember.answer.body_digest,
                status=remember.answer.status,
                body=remember.answer.body,
                headers=compact(dict(remember.answer.headers)),
                expires_at=stamp(now + IDEMPOTENCY_LIFE),
                expires=epoch(now + IDEMPOTENCY_LIFE),
            ),
            unused | ended,
        )

    def keep(self, remember: Remember) -> None:
        transaction = Transaction(self._dynamo)
        self.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            self.raise_if_answered(refused)
            raise

    @staticmethod
    def raise_if_answered(refused: RefusedError) -> None:
        """A parallel twin got there first: its answer is the answer."""
        raw = refused.items.get(NAME)
        if raw:
            raise AnsweredBeforeError(to_answer(AnswerItem.from_raw_data(raw))) from refused
