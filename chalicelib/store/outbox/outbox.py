"""The table of what is due: intents and jobs, their claims, and the tick's watermarks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.outbox.entry import FINISHED, OutboxEntry, OutboxKey, OutboxState, Outcome, row_id_of
from chalicelib.domain.shared.times import NEVER, stamp
from chalicelib.observability.redaction import redact
from chalicelib.services.shared.ports import Swept, Watermarks
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Raw
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import LetterItem, OutboxItem, TallyItem, WatermarkItem
from chalicelib.store.dynamo.text import compact, epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.outbox import outbox_item, to_outbox_entry, to_watermarks, watermark_item

KEPT = timedelta(days=90)
PRIVATE = frozenset({"network"})  # facts of an entry that end with it
_LONGEST_REASON = 250
PUT_OFF = "put off"
_COUNTED_AS = {OutboxState.DONE: "sent", OutboxState.SKIPPED: "skipped", OutboxState.FAILED: "failed"}
UNCOUNTED = ~OutboxItem.about.contains('"tally":')
_UNFINISHED = ~OutboxItem.state.is_in(*sorted(state.value for state in FINISHED))


def _expires(entry: OutboxEntry) -> datetime:
    """When the row may be cleaned away, long after it was due: a reminder may be due in ten years."""
    return entry.at + KEPT


def put_entry(transaction: Transaction, name: str, entry: OutboxEntry) -> None:
    transaction.put(name, outbox_item(entry, _expires(entry)))


def count(transaction: Transaction, tally: str, **numbers: int) -> None:
    """Count mails in the transaction that makes them what they are: so a repeat never counts twice."""
    actions = [getattr(TallyItem, name).add(number) for name, number in numbers.items()]
    transaction.update("tally", TallyItem, keys.tally(tally), actions)


def tally_of(raw: Raw | None) -> str | None:
    """Where the mail of a stored row is counted."""
    return to_outbox_entry(OutboxItem.from_raw_data(raw)).tally if raw else None


def _letter_item(entry: OutboxEntry, outcome: Outcome, now: datetime) -> LetterItem:
    """Its reason names no address: providers quote the one that they refuse."""
    pk, sk = keys.letter(keys.letter_id(now, row_id_of(entry.key.bucket, entry.key.place)))
    return LetterItem(
        pk,
        sk,
        queue=entry.kind.queue.name,
        bucket=entry.key.bucket,
        place=entry.key.place,
        kind=entry.kind.value,
        reason=redact(outcome.detail)[:_LONGEST_REASON] or "-",
        failed_at=stamp(now),
        expires=epoch(now + KEPT),
    )


def _of_holder(raw: Raw | None, holder: str) -> OutboxEntry | None:
    """The claim that a repeat finds to be its own: the answer to the first try was lost."""
    item = OutboxItem.from_raw_data(raw) if raw else None
    mine = item is not None and item.holder == holder and item.state == OutboxState.CLAIMED.value
    return to_outbox_entry(item) if item and mine else None


class DynamoOutbox:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def get(self, key: OutboxKey) -> OutboxEntry | None:
        # Consistent: the message may arrive before a replica has the row, and absent means "never happened".
        item = self._dynamo.get(OutboxItem, (key.bucket, key.place), consistent=True)
        return to_outbox_entry(item) if item else None

    def claim(self, key: OutboxKey, now: datetime, until: datetime, holder: str) -> OutboxEntry | None:
        waiting = OutboxItem.state == OutboxState.WAITING.value  # nobody has it
        crashed = (OutboxItem.state == OutboxState.CLAIMED.value) & (
            OutboxItem.lease_until <= stamp(now)
        )  # its holder is gone
        actions = [
            OutboxItem.state.set(OutboxState.CLAIMED.value),
            OutboxItem.holder.set(holder),
            OutboxItem.lease_until.set(stamp(until)),
            OutboxItem.claims.add(1),
            OutboxItem.tries.add(1),
        ]

        def attempt() -> OutboxEntry | None:
            try:
                return to_outbox_entry(
                    self._dynamo.update(OutboxItem, (key.bucket, key.place), actions, waiting | crashed)
                )
            except ConditionFailedError as failed:
                return _of_holder(failed.item, holder)

        return self._dynamo.retries.run(attempt)

    def put_absent(self, entries: Sequence[OutboxEntry]) -> None:
        for entry in entries:
            if entry.tally is None:
                self._put_absent(outbox_item(entry, _expires(entry)))
        self._put_counted([entry for entry in entries if entry.tally is not None])

    def _put_counted(self, entries: Sequence[OutboxEntry]) -> None:
        """Rows and their number in one transaction. Those that were there before are counted already."""
        while entries:
            transaction = Transaction(self._dynamo)
            for entry in entries:
                item = outbox_item(entry, _expires(entry))
                transaction.put(entry.key.place, item, OutboxItem.pk.does_not_exist())
            count(transaction, str(entries[0].tally), mails=len(entries))
            try:
                transaction.commit()
            except RefusedError as refused:
                entries = [entry for entry in entries if not refused.has(entry.key.place)]
            else:
                return

    def _put_absent(self, item: OutboxItem) -> None:
        def attempt() -> None:
            try:
                self._dynamo.put(item, OutboxItem.pk.does_not_exist())
            except ConditionFailedError:
                return  # whoever was faster wrote the same

        self._dynamo.retries.run(attempt)

    def advance(self, entry: OutboxEntry, cursor: str, until: datetime) -> OutboxEntry | None:
        """Remember how far a job has come and keep the lease; None when the lease was lost."""
        actions = [OutboxItem.cursor.set(cursor), OutboxItem.lease_until.set(stamp(until)), OutboxItem.tries.set(0)]
        return self._write(entry, actions, self._held(entry))

    def finish(self, entry: OutboxEntry, outcome: Outcome, now: datetime) -> None:
        """What failed for good leaves a letter in the same transaction."""
        # The log tells what became of it; where its person logged in from, nobody needs to know any more.
        about = {name: value for name, value in entry.about.items() if name not in PRIVATE}
        actions = [
            *([OutboxItem.about.set(compact(about))] if about != entry.about else []),
            OutboxItem.state.set(outcome.state.value),
            OutboxItem.finished_at.set(stamp(now)),
            OutboxItem.holder.remove(),  # the log needs neither, and ticks read it a few times more
            OutboxItem.lease_until.set(NEVER),
            OutboxItem.detail.set(outcome.detail or "-"),
        ]
        failed = outcome.state is OutboxState.FAILED
        if not failed and entry.tally is None:
            self._write(entry, actions, self._held(entry))
            return
        transaction = Transaction(self._dynamo)
        transaction.update("row", OutboxItem, (entry.key.bucket, entry.key.place), actions, self._held(entry))
        if failed:
            transaction.put("letter", _letter_item(entry, outcome, now))
        if entry.tally is not None:
            count(transaction, entry.tally, **{_COUNTED_AS[outcome.state]: 1})
        try:
            transaction.commit()
        except RefusedError:
            return  # in other hands

    def release(self, entry: OutboxEntry, at: datetime) -> None:
        """Give the claim back; the row may be claimed again from `at` on.

        The cause lies outside of the row (a provider or a table that is busy), so that the try does not count: an
        outage of any length loses nothing. Only holders that vanish use up the tries.
        """
        self._write(entry, [OutboxItem.lease_until.set(stamp(at)), OutboxItem.tries.set(0)], self._held(entry))

    def move(self, entry: OutboxEntry, later: OutboxEntry, now: datetime) -> None:
        """The first place names the present one, so that whoever looks up the mail there finds it in one more step."""
        moved = [
            OutboxItem.state.set(OutboxState.SKIPPED.value),  # a word that every version knows
            OutboxItem.finished_at.set(stamp(now)),
            OutboxItem.holder.remove(),
            OutboxItem.lease_until.set(NEVER),
            OutboxItem.detail.set(PUT_OFF),
            OutboxItem.later.set(later.key.place),
        ]
        transaction = Transaction(self._dynamo)
        transaction.update("present", OutboxItem, (entry.key.bucket, entry.key.place), moved, self._held(entry))
        if entry.first_place != entry.key.place:
            first = OutboxKey.at(entry.first_place, entry.kind.queue)
            now_at = [OutboxItem.later.set(later.key.place)]
            transaction.update("first", OutboxItem, (first.bucket, first.place), now_at, OutboxItem.pk.exists())
        put_entry(transaction, "later", later)
        try:
            transaction.commit()
        except RefusedError:
            return  # in other hands by now

    def revive(self, key: OutboxKey) -> None:
        actions = [
            OutboxItem.state.set(OutboxState.WAITING.value),
            OutboxItem.tries.set(0),
            OutboxItem.finished_at.remove(),
        ]

        failed = OutboxItem.state == OutboxState.FAILED.value

        def attempt() -> str | None:
            try:
                self._dynamo.update(OutboxItem, (key.bucket, key.place), actions, failed & UNCOUNTED)
            except ConditionFailedError as refused:
                return tally_of(refused.item)
            return None  # otherwise it has not failed, or waits already

        tally = self._dynamo.retries.run(attempt)
        if tally is None:
            return
        transaction = Transaction(self._dynamo)
        transaction.update("row", OutboxItem, (key.bucket, key.place), actions, failed)
        count(transaction, tally, failed=-1)
        try:
            transaction.commit()
        except RefusedError:
            return  # as above

    @staticmethod
    def _held(entry: OutboxEntry):  # type: ignore[no-untyped-def]  # noqa: ANN205 - PynamoDB's comparison types are private
        return (
            (OutboxItem.state == OutboxState.CLAIMED.value)
            & (OutboxItem.claims == entry.claims)
            & (OutboxItem.holder == entry.holder)  # a row may be dropped and written again, and counts anew then
        )

    def _write(self, entry: OutboxEntry, actions, condition) -> OutboxEntry | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """One conditional update. The claim count makes a repeat after a lost response recognisable."""

        def attempt() -> OutboxEntry | None:
            try:
                return to_outbox_entry(
                    self._dynamo.update(OutboxItem, (entry.key.bucket, entry.key.place), actions, condition)
                )
            except ConditionFailedError:
                return None

        return self._dynamo.retries.run(attempt)

    def unfinished(self, bucket: str, *, after: str, until: str, limit: int) -> Swept:
        """A page of the rows of a bucket that are due in the window, without the finished ones. Eventually consistent:
        the overlap of the windows is five minutes.
        """
        query = Query(model=OutboxItem, partition=bucket, between=(after, until), keep=_UNFINISHED, limit=limit)
        page = self._dynamo.query(query)
        rows = [to_outbox_entry(OutboxItem.from_raw_data(raw)) for raw in page["Items"]]
        last = page.get("LastEvaluatedKey")
        return Swept(rows, page["ScannedCount"], last["sk"]["S"] if last else "")

    def watermarks(self) -> Watermarks:
        item = self._dynamo.get(WatermarkItem, keys.WATERMARK)
        return to_watermarks(item) if item else {}

    def set_watermarks(self, marks: Watermarks) -> None:
        item = watermark_item(marks)
        self._dynamo.retries.run(lambda: self._dynamo.put(item))
