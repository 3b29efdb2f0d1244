"""The table of what is due: intents and jobs, their claims, and the tick's watermark."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.mail import FINISHED, Due, DueKey, DueState, Outcome
from chalicelib.domain.times import NEVER, stamp, unstamp
from chalicelib.store import keys
from chalicelib.store.dynamo import ConditionFailedError, Dynamo
from chalicelib.store.queries import Query
from chalicelib.store.shapes.due import due_item, to_due
from chalicelib.store.tables import DueItem, WatermarkItem
from chalicelib.store.transactions import Transaction

KEPT = timedelta(days=90)


def join_due(transaction: Transaction, name: str, due: Due) -> None:
    transaction.put(name, due_item(due, due.created_at + KEPT))


class DynamoDue:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def add(self, due: Due) -> None:
        item = due_item(due, due.created_at + KEPT)

        def attempt() -> None:
            try:
                self._dynamo.put(item, DueItem.pk.does_not_exist())
            except ConditionFailedError:
                return  # somebody else's, or this one's after a lost response

        self._dynamo.retries.run(attempt)

    def get(self, key: DueKey) -> Due | None:
        # Consistent: the message may arrive before a replica has the row, and absent means "never happened".
        item = self._dynamo.get(DueItem, (key.bucket, key.place), consistent=True)
        return to_due(item) if item else None

    def claim(self, due: Due, now: datetime, until: datetime) -> Due | None:
        waiting = DueItem.state == DueState.WAITING.value  # nobody has it
        crashed = (DueItem.state == DueState.CLAIMED.value) & (DueItem.lease_until <= stamp(now))  # its holder is gone
        actions = [
            DueItem.state.set(DueState.CLAIMED.value),
            DueItem.lease_until.set(stamp(until)),
            DueItem.claims.set(due.claims + 1),
            DueItem.tries.set(due.tries + 1),
        ]
        return self._write(due, actions, (waiting | crashed) & (DueItem.claims == due.claims))

    def advance(self, due: Due, cursor: str, until: datetime) -> Due | None:
        """Remember how far a job has come and keep the lease; None when the lease was lost."""
        actions = [DueItem.cursor.set(cursor), DueItem.lease_until.set(stamp(until)), DueItem.tries.set(0)]
        return self._write(due, actions, self._held(due))

    def finish(self, due: Due, outcome: Outcome, now: datetime) -> None:
        actions = [
            DueItem.state.set(outcome.state.value),
            DueItem.finished_at.set(stamp(now)),
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
        return (DueItem.state == DueState.CLAIMED.value) & (DueItem.claims == due.claims)

    def _write(self, due: Due, actions, condition) -> Due | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """One conditional update. The claim count makes a repeat after a lost response recognisable."""

        def attempt() -> Due | None:
            try:
                return to_due(self._dynamo.update(DueItem, (due.key.bucket, due.key.place), actions, condition))
            except ConditionFailedError:
                return None

        return self._dynamo.retries.run(attempt)

    def unfinished(self, bucket: str, *, after: str, until: str) -> Sequence[Due]:
        """Rows of a bucket that are due in the window and not finished. Eventually consistent: the overlap of the
        windows is five minutes.
        """
        found: list[Due] = []
        start = None
        keep = ~DueItem.state.is_in(*(state.value for state in FINISHED))
        while True:
            page = self._dynamo.query(
                Query(model=DueItem, partition=bucket, between=(after, until), keep=keep, start=start)
            )
            found += [to_due(DueItem.from_raw_data(raw)) for raw in page["Items"]]
            start = page.get("LastEvaluatedKey")
            if not start:
                return found

    def watermark(self) -> datetime | None:
        item = self._dynamo.get(WatermarkItem, keys.WATERMARK)
        return unstamp(item.at) if item and item.at != NEVER else None

    def set_watermark(self, at: datetime) -> None:
        pk, sk = keys.WATERMARK
        item = WatermarkItem(pk, sk, at=stamp(at))
        self._dynamo.retries.run(lambda: self._dynamo.put(item))
