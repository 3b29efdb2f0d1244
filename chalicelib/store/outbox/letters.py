"""Dead letters: one row for each row of the outbox that failed, written with the failure; the last ones first."""

from datetime import timedelta

from chalicelib.domain.accounts.audit import Act
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.limits import AUDIT_LIFE
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.admin.ports import Letter
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.pages import Shelf, count, read_slice
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import LetterItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.outbox.outbox import put_entry
from chalicelib.store.shared.audit import put_act


class DynamoLetters:
    def __init__(self, dynamo: Dynamo, life: timedelta = AUDIT_LIFE) -> None:
        self._dynamo = dynamo
        self._life = life

    def newest_first(self, *, start: str | None, forward: bool, limit: int) -> Slice[Letter]:
        shelf = Shelf(LetterItem, keys.LETTERS)
        return read_slice(self._dynamo, shelf, _to_letter, start=start, forward=not forward, limit=limit)

    def number(self) -> tuple[int, bool]:
        return count(self._dynamo, Query(model=LetterItem, partition=keys.LETTERS))

    def find(self, letter_id: str) -> Letter | None:
        [raw] = self._dynamo.batch_get([Get(LetterItem, keys.letter(letter_id), consistent=True)])
        return _to_letter(raw) if raw else None

    def redrive(self, letter: Letter, act: Act, job: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        untouched = LetterItem.pk.exists() & LetterItem.redriven_at.does_not_exist()
        marked = [LetterItem.redriven_at.set(stamp(act.at))]
        transaction.update("letter", LetterItem, keys.letter(letter.id), marked, untouched)
        put_act(transaction, act, self._life)
        put_entry(transaction, "job", job)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused


def _to_letter(raw: Raw) -> Letter:
    item = LetterItem.from_raw_data(raw)
    return Letter(
        id=item.sk,
        queue=QueueName[item.queue],
        key=OutboxKey(item.bucket, item.place),
        kind=item.kind,
        reason=item.reason,
        failed_at=unstamp(item.failed_at),
        redriven_at=unstamp(item.redriven_at) if item.redriven_at else None,
    )
