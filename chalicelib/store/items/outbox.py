"""What is due, and stored answers, to items and back."""

import json
from datetime import datetime

from chalicelib.domain.outbox import OutboxEntry, OutboxKey, OutboxKind, OutboxState
from chalicelib.domain.times import stamp, unstamp
from chalicelib.services.shared.idempotency import StoredAnswer
from chalicelib.store.dynamo.tables import AnswerItem, OutboxItem
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
