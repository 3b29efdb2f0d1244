"""Mail intents as the log of what became of them: read for people, and added to by the provider's reports."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.domain.notifications.delivery_report import Feedback, MailLog
from chalicelib.domain.outbox.entry import OutboxKey, OutboxState
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get, Raw
from chalicelib.store.dynamo.tables import OutboxItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.outbox import to_outbox_entry
from chalicelib.store.outbox.outbox import UNCOUNTED, count, tally_of

_COUNTED = {Feedback.DELIVERED, Feedback.BOUNCED, Feedback.COMPLAINED}
_LONGEST_DETAIL = 200  # letters of a mail server's own words


class DynamoMailLogs:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def by_keys(self, keys: Sequence[OutboxKey], *, follow: bool = True) -> dict[OutboxKey, MailLog]:
        items = self._items(keys)
        moved = {key: OutboxKey.at(item.later) for key, item in items.items() if follow and item.later}
        present = self._items(list(moved.values())) if moved else {}
        items |= {key: present[place] for key, place in moved.items() if place in present}
        return {key: _log(item) for key, item in items.items()}

    def _items(self, keys: Sequence[OutboxKey]) -> dict[OutboxKey, OutboxItem]:
        raws = self._dynamo.batch_get([Get(OutboxItem, (key.bucket, key.place)) for key in keys])
        return {key: OutboxItem.from_raw_data(raw) for key, raw in zip(keys, raws, strict=True) if raw}

    def record(self, key: OutboxKey, feedback: Feedback, at: datetime, detail: str) -> None:
        actions = [
            OutboxItem.feedback.set(feedback.value),
            OutboxItem.feedback_at.set(stamp(at)),
            OutboxItem.feedback_detail.set(detail[:_LONGEST_DETAIL] or "-"),
        ]
        weaker = OutboxItem.feedback.does_not_exist()
        if feedback.outdoes:
            weaker |= OutboxItem.feedback.is_in(*(state.value for state in feedback.outdoes))

        def attempt() -> Raw | None:
            try:
                known = OutboxItem.pk.exists() & weaker & UNCOUNTED
                self._dynamo.update(OutboxItem, (key.bucket, key.place), actions, known)
            except ConditionFailedError as failed:
                return failed.item
            return None  # otherwise known already, or more than this is

        found = self._dynamo.retries.run(attempt)
        while found is not None and tally_of(found) is not None:
            found = self._count(key, feedback, actions, OutboxItem.from_raw_data(found))

    def _count(self, key: OutboxKey, feedback: Feedback, actions: Sequence[Action], row: OutboxItem) -> Raw | None:
        """One mail among many: it is counted as what it is now instead of what it was. The row, if that has changed."""
        was = Feedback(row.feedback) if row.feedback else None
        if was is not None and was not in feedback.outdoes:
            return None
        same = OutboxItem.feedback.does_not_exist() if was is None else OutboxItem.feedback == was.value
        transaction = Transaction(self._dynamo)
        transaction.update("row", OutboxItem, (key.bucket, key.place), actions, OutboxItem.pk.exists() & same)
        numbers = {one.value: number for one, number in ((was, -1), (feedback, 1)) if one in _COUNTED}
        if numbers:
            count(transaction, str(to_outbox_entry(row).tally), **numbers)
        try:
            transaction.commit()
        except RefusedError as refused:
            return refused.items["row"]
        return None


def _log(item: OutboxItem) -> MailLog:
    return MailLog(
        kind=to_outbox_entry(item).kind,
        state=OutboxState(item.state),
        created_at=unstamp(item.created_at),
        finished_at=unstamp(item.finished_at) if item.finished_at else None,
        detail=_text(item.detail),
        feedback=Feedback(item.feedback) if item.feedback else None,
        feedback_at=unstamp(item.feedback_at) if item.feedback_at else None,
        feedback_detail=_text(item.feedback_detail),
    )


def _text(detail: str | None) -> str:
    return "" if detail in {None, "-"} else str(detail)
