"""What is due, how far the ticks have come, and stored answers: to items and back."""

import json
from datetime import datetime

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, OutboxKind, OutboxState
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.times import NEVER, stamp, unstamp
from chalicelib.services.shared.idempotency import StoredAnswer
from chalicelib.services.shared.ports import Mark, Watermarks
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import AnswerItem, OutboxItem, WatermarkItem
from chalicelib.store.dynamo.text import compact, epoch, maybe_stamp, maybe_time

_KINDS = frozenset(OutboxKind)


def outbox_item(entry: OutboxEntry, expires: datetime) -> OutboxItem:
    return OutboxItem(
        entry.key.bucket,
        entry.key.place,
        kind=entry.kind.value,
        recipient=entry.recipient_id,
        about=compact(entry.about),
        created_at=stamp(entry.created_at),
        state=entry.state.value,
        claims=entry.claims,
        holder=entry.holder or None,
        tries=entry.tries,
        lease_until=maybe_stamp(entry.lease_until),
        cursor=entry.cursor or None,
        expires=epoch(expires),
    )


def to_outbox_entry(item: OutboxItem) -> OutboxEntry:
    return OutboxEntry(
        key=OutboxKey(item.pk, item.sk),
        kind=OutboxKind(item.kind) if item.kind in _KINDS else OutboxKind.UNKNOWN,
        recipient_id=item.recipient,
        about=json.loads(item.about),
        created_at=unstamp(item.created_at),
        state=OutboxState(item.state),
        claims=int(item.claims),
        holder=item.holder or "",
        tries=int(item.tries),
        lease_until=maybe_time(item.lease_until),
        cursor=item.cursor or "",
    )


def to_answer(item: AnswerItem) -> StoredAnswer:
    return StoredAnswer(item.body_digest, int(item.status), item.body, json.loads(item.headers))


def watermark_item(marks: Watermarks) -> WatermarkItem:
    pk, sk = keys.WATERMARK
    mail, jobs = marks[QueueName.MAIL], marks[QueueName.JOBS]
    return WatermarkItem(
        pk,
        sk,
        at=stamp(mail.at),
        mail_cursor=mail.cursor or None,
        mail_oldest=stamp(mail.oldest) if mail.oldest else None,
        jobs_at=stamp(jobs.at),
        jobs_cursor=jobs.cursor or None,
        jobs_oldest=stamp(jobs.oldest) if jobs.oldest else None,
    )


def to_watermarks(item: WatermarkItem) -> Watermarks:
    """An item of an earlier version has one time for both."""
    if item.at == NEVER:
        return {}
    return {
        QueueName.MAIL: _mark(item.at, item.mail_cursor, item.mail_oldest),
        QueueName.JOBS: _mark(item.jobs_at or item.at, item.jobs_cursor, item.jobs_oldest),
    }


def _mark(at: str, cursor: str | None, oldest: str | None) -> Mark:
    return Mark(unstamp(at), cursor or "", unstamp(oldest) if oldest else None)
