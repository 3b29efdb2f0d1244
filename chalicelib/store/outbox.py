"""The table of what is due: intents and jobs, their claims, and the tick's watermark."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.outbox import FINISHED, Due, DueKey, DueState, Outcome
from chalicelib.domain.times import NEVER, stamp, unstamp
from chalicelib.services.shared.ports import Swept
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Raw
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import DueItem, WatermarkItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.items.outbox import due_item, to_due

KEPT = timedelta(days=90)


def _expires(due: Due) -> datetime:
    """When the row may be cleaned away, long after it was due: a reminder may be due in ten years."""
    return due.at + KEPT


def join_due(transaction: Transaction, name: str, due: Due) -> None:
    transaction.put(name, due_item(due, _expires(due)))


def _of_holder(raw: Raw | None, holder: str) -> Due | None:
    """The claim that a repeat finds to be its own: the answer to the first try was lost."""
    item = DueItem.from_raw_data(raw) if raw else None
    mine = item is not None and item.holder == holder and item.state == DueState.CLAIMED.value
    return to_due(item) if item and mine else None


class DynamoDue:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def get(self, key: DueKey) -> Due | None:
        # Consistent: the message may arrive before a replica has the row, and absent means "never happened".
        item = self._dynamo.get(DueItem, (key.bucket, key.place), consistent=True)
        return to_due(item) if item else None

    def take(self, key: DueKey, now: datetime, until: datetime, holder: str) -> Due | None:
        waiting = DueItem.state == DueState.WAITING.value  # nobody has it
        crashed = (DueItem.state == DueState.CLAIMED.value) & (DueItem.lease_until <= stamp(now))  # its holder is gone
        actions = [
            DueItem.state.set(DueState.CLAIMED.value),
            DueItem.holder.set(holder),
            DueItem.lease_until.set(stamp(until)),
            DueItem.claims.add(1),
            DueItem.tries.add(1),
        ]

        def attempt() -> Due | None:
            try:
                return to_due(self._dynamo.update(DueItem, (key.bucket, key.place), actions, waiting | crashed))
            except ConditionFailedError as failed:
                return _of_holder(failed.item, holder)

        return self._dynamo.retries.run(attempt)

    def put_absent(self, dues: Sequence[Due]) -> None:
        for due in dues:
            self._put_absent(due_item(due, _expires(due)))

    def _put_absent(self, item: DueItem) -> None:
        def attempt() -> None:
            try:
                self._dynamo.put(item, DueItem.pk.does_not_exist())
            except ConditionFailedError:
                return  # whoever was faster wrote the same

        self._dynamo.retries.run(attempt)

    def advance(self, due: Due, cursor: str, until: datetime) -> Due | None:
        """Remember how far a job has come and keep the lease; None when the lease was lost."""
        actions = [DueItem.cursor.set(cursor), DueItem.lease_until.set(stamp(until)), DueItem.tries.set(0)]
        return self._write(due, actions, self._held(due))

    def finish(self, due: Due, outcome: Outcome, now: datetime) -> None:
        actions = [
            DueItem.state.set(outcome.state.value),
            DueItem.finished_at.set(stamp(now)),
            DueItem.holder.remove(),  # the log needs neither, and ticks read it a few times more
            DueItem.lease_until.set(NEVER),
            DueItem.detail.set(outcome.detail or "-"),
        ]
        self._write(due, actions, self._held(due))

    def release(self, due: Due, at: datetime) -> None:
        """Give the claim back; the row may be claimed again from `at` on.

        The cause lies outside of the row (a provider or a table that is busy), so that the try does not count: an
        outage of any length loses nothing. Only holders that vanish use up the tries.
        """
        self._write(due, [DueItem.lease_until.set(stamp(at)), DueItem.tries.set(0)], self._held(due))

    @staticmethod
    def _held(due: Due):  # type: ignore[no-untyped-def]  # noqa: ANN205 - PynamoDB's comparison types are private
        return (
            (DueItem.state == DueState.CLAIMED.value)
            & (DueItem.claims == due.claims)
            & (DueItem.holder == due.holder)  # a row may be dropped and written again, and counts anew then
        )

    def _write(self, due: Due, actions, condition) -> Due | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """One conditional update. The claim count makes a repeat after a lost response recognisable."""

        def attempt() -> Due | None:
            try:
                return to_due(self._dynamo.update(DueItem, (due.key.bucket, due.key.place), actions, condition))
            except ConditionFailedError:
                return None

        return self._dynamo.retries.run(attempt)

    def unfinished(self, bucket: str, *, after: str, until: str) -> Swept:
        """Rows of a bucket that are due in the window and not finished. Eventually consistent: the overlap of the
        windows is five minutes.
        """
        found: list[Due] = []
        looked = 0
        start = None
        keep = ~DueItem.state.is_in(*(state.value for state in FINISHED))
        while True:
            page = self._dynamo.query(
                Query(model=DueItem, partition=bucket, between=(after, until), keep=keep, start=start)
            )
            found += [to_due(DueItem.from_raw_data(raw)) for raw in page["Items"]]
            looked += page["ScannedCount"]
            start = page.get("LastEvaluatedKey")
            if not start:
                return Swept(found, looked)

    def watermark(self) -> datetime | None:
        item = self._dynamo.get(WatermarkItem, keys.WATERMARK)
        return unstamp(item.at) if item and item.at != NEVER else None

    def set_watermark(self, at: datetime) -> None:
        pk, sk = keys.WATERMARK
        item = WatermarkItem(pk, sk, at=stamp(at))
        self._dynamo.retries.run(lambda: self._dynamo.put(item))
