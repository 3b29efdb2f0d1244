"""What others caused to one mailbox within a day: one item a mailbox, or a mailbox and an event, by a keyed digest."""

from collections.abc import Callable, Iterable, Sequence

from chalicelib.domain.accounts.account import fold_email, mailbox_of
from chalicelib.domain.shared.mail_budget import DAY, Sent
from chalicelib.services.notifications.ports import Ledger
from chalicelib.services.shared.ports import Macs
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.tables import LedgerItem
from chalicelib.store.notifications.mailboxes import PURPOSE

# A mail in 23 letters: its second in hexadecimal digits, whether it is its actor's first, the mail, and the actor.
_AT, _FIRST, _MAIL, _LENGTH = 8, 9, 17, 23


class DynamoMailLedgers:
    """`on_the_wire` gives an address the form in which the provider knows it: one mailbox, one ledger.

    What stands behind a plus in an address is nobody's mailbox: it must be no way around a budget.
    """

    def __init__(self, dynamo: Dynamo, macs: Macs, on_the_wire: Callable[[str], str]) -> None:
        self._dynamo = dynamo
        self._macs = macs
        self._on_the_wire = on_the_wire

    def read(self, address: str, about: str, *, consistent: bool = True) -> Ledger:
        # A name for every key of the ring: what was counted before keys rotated still counts. An address has no space.
        names = self._macs.every(PURPOSE, f"{about} {mailbox_of(fold_email(self._on_the_wire(address)))}")
        raws = self._dynamo.batch_get([Get(LedgerItem, keys.ledger(name), consistent=consistent) for name in names])
        texts = [raw["sent"]["S"] if raw else "" for raw in raws]
        known = dict.fromkeys(one for text in texts for one in _parsed(text))
        return Ledger(name=names[0], seen=texts[0], sent=tuple(known))

    def write(self, ledger: Ledger, sent: Sequence[Sent]) -> bool:
        text = _text(sent)
        unchanged = LedgerItem.sent == ledger.seen if ledger.seen else LedgerItem.pk.does_not_exist()
        last = max(one.at for one in sent)
        actions = [LedgerItem.sent.set(text), LedgerItem.expires.set(last + DAY)]

        def attempt() -> bool:
            try:
                self._dynamo.update(LedgerItem, keys.ledger(ledger.name), actions, unchanged)
            except ConditionFailedError as failed:
                return failed.item is not None and failed.item["sent"]["S"] == text  # a repeat after a lost answer
            return True

        return self._dynamo.retries.run(attempt)


def _text(sent: Iterable[Sent]) -> str:
    return "".join(f"{one.at:08x}{'f' if one.first else '-'}{one.mail}{one.actor}" for one in sent)


def _parsed(text: str) -> list[Sent]:
    rows = (text[start : start + _LENGTH] for start in range(0, len(text), _LENGTH))
    return [Sent(int(row[:_AT], 16), row[_FIRST:_MAIL], row[_MAIL:], first=row[_AT] == "f") for row in rows]
