"""What is due, and stored answers, to items and back."""

import json
from datetime import datetime

from chalicelib.domain.outbox import Due, DueKey, DueKind, DueState
from chalicelib.domain.times import stamp, unstamp
from chalicelib.services.shared.idempotency import StoredAnswer
from chalicelib.store.dynamo.tables import AnswerItem, DueItem
from chalicelib.store.dynamo.text import compact, epoch, maybe_stamp, maybe_time

_KINDS = frozenset(DueKind)


def due_item(due: Due, expires: datetime) -> DueItem:
    return DueItem(
        due.key.bucket,
        due.key.place,
        kind=due.kind.value,
        recipient=due.recipient_id,
        about=compact(due.about),
        created_at=stamp(due.created_at),
        state=due.state.value,
        claims=due.claims,
        holder=due.holder or None,
        tries=due.tries,
        lease_until=maybe_stamp(due.lease_until),
        cursor=due.cursor or None,
        expires=epoch(expires),
    )


def to_due(item: DueItem) -> Due:
    return Due(
        key=DueKey(item.pk, item.sk),
        kind=DueKind(item.kind) if item.kind in _KINDS else DueKind.UNKNOWN,
        recipient_id=item.recipient,
        about=json.loads(item.about),
        created_at=unstamp(item.created_at),
        state=DueState(item.state),
        claims=int(item.claims),
        holder=item.holder or "",
        tries=int(item.tries),
        lease_until=maybe_time(item.lease_until),
        cursor=item.cursor or "",
    )


def to_answer(item: AnswerItem) -> StoredAnswer:
    return StoredAnswer(item.body_digest, int(item.status), item.body, json.loads(item.headers))
