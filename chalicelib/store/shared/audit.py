"""The trail of what admins did: one partition in the order of time, only added to (IAM denies the rest)."""

from datetime import timedelta

from chalicelib.domain.accounts.audit import Act, ActKind, Reason
from chalicelib.domain.shared.limits import AUDIT_LIFE
from chalicelib.domain.shared.times import unstamp
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.pages import Shelf, read_slice
from chalicelib.store.dynamo.tables import ActItem
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import Transaction


class DynamoAudit:
    def __init__(self, dynamo: Dynamo, life: timedelta = AUDIT_LIFE) -> None:
        self._dynamo = dynamo
        self._life = life

    def note(self, act: Act) -> None:
        item = _act_item(act, self._life)
        self._dynamo.retries.run(lambda: self._dynamo.put(item))  # a repeat writes the same

    def newest_first(self, *, start: str | None, forward: bool, limit: int) -> Slice[Act]:
        # Consistent: who looks after an act sees it.
        shelf = Shelf(ActItem, keys.AUDIT)
        return read_slice(self._dynamo, shelf, _to_act, start=start, forward=not forward, limit=limit, consistent=True)


def put_act(transaction: Transaction, act: Act, life: timedelta) -> None:
    transaction.put(f"act {act.id}", _act_item(act, life))


def _act_item(act: Act, life: timedelta) -> ActItem:
    pk, sk = keys.act(act.at, act.id)
    return ActItem(
        pk,
        sk,
        admin=act.admin_id,
        kind=act.kind.value,
        about=act.about,
        request_id=act.request_id or None,
        reason=act.reason.value if act.reason else None,
        reference=act.reference or None,
        expires=epoch(act.at + life),
    )


def _to_act(raw: Raw) -> Act:
    item = ActItem.from_raw_data(raw)
    at, _, act_id = item.sk.partition("#")
    return Act(
        id=act_id,
        at=unstamp(at),
        admin_id=item.admin,
        kind=ActKind(item.kind),
        about=item.about,
        request_id=item.request_id or "",
        reason=Reason(item.reason) if item.reason else None,
        reference=item.reference or "",
    )
