"""Mailboxes by a keyed digest of their address: no address is stored, and nobody can test one without our keys."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import reduce
from operator import and_

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.notifications.email_preferences import Category, Mailbox, Suppression
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.shared.ports import Macs
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.tables import MailboxItem

PURPOSE = "mailbox"
_SUPPRESSED = "suppressed"
_NO, _YES = "no", "yes"
_MILLISECOND = timedelta(milliseconds=1)
_ATTRIBUTES: dict[str, UnicodeAttribute] = {
    _SUPPRESSED: MailboxItem.suppressed,
    Category.REMINDERS: MailboxItem.reminders,
    Category.FOLLOW_UPS: MailboxItem.follow_ups,
    Category.MESSAGES: MailboxItem.messages,
    Category.BY_OTHERS: MailboxItem.by_others,
}

Facts = Mapping[str, str]  # by attribute: a stamp, a space and the value, so that the greater text is the later one


class DynamoMailboxes:
    """`on_the_wire` gives an address the form in which the provider knows it, and reports on it."""

    def __init__(self, dynamo: Dynamo, macs: Macs, on_the_wire: Callable[[str], str]) -> None:
        self._dynamo = dynamo
        self._macs = macs
        self._on_the_wire = on_the_wire

    def mac(self, address: str) -> str:
        return self._names(address)[0]

    def _names(self, address: str) -> list[str]:
        """One for every key of the ring, the newest first: what was learned before keys rotated still counts."""
        return self._macs.every(PURPOSE, fold_email(self._on_the_wire(address)))

    def get(self, address: str, *, consistent: bool = False) -> Mailbox:
        names = self._names(address)
        raws = self._dynamo.batch_get([Get(MailboxItem, keys.mailbox(name), consistent=consistent) for name in names])
        found = [_facts(MailboxItem.from_raw_data(raw)) if raw else {} for raw in raws]
        latest: dict[str, str] = {}
        for facts in found:
            latest.update({name: fact for name, fact in facts.items() if fact > latest.get(name, "")})
        old = {name: fact for name, fact in latest.items() if found[0].get(name) != fact}
        if old:  # learned under an older key: known under the newest before the older one goes
            self._write(names[0], old)
        return _mailbox(latest)

    def suppress(self, address: str, reason: Suppression, at: datetime) -> None:
        self._write(self.mac(address), {_SUPPRESSED: _fact(at, reason)})

    def lift(self, address: str, at: datetime) -> None:
        self._write(self.mac(address), {_SUPPRESSED: _fact(at, _NO)})

    def by_mac(self, mac: str) -> Mailbox:
        return _mailbox(self._known(mac))

    def mute(self, mac: str, category: Category, at: datetime) -> None:
        self._decide(mac, category, _YES, at)

    def unmute(self, mac: str, category: Category, at: datetime) -> None:
        self._decide(mac, category, _NO, at)

    def choose(self, address: str, muted: frozenset[Category], at: datetime) -> None:
        facts = {category.value: _fact(at, _YES if category in muted else _NO) for category in Category}
        self._write(self.mac(address), facts)

    def _decide(self, mac: str, category: Category, value: str, at: datetime) -> None:
        """What somebody decides who sees how it is: later than what is there, whatever the clocks say."""
        known, _, before = self._known(mac).get(category, f" {value}").partition(" ")
        if before != value:
            at = max(at, unstamp(known) + _MILLISECOND)
        self._write(mac, {category: _fact(at, value)})

    def _known(self, mac: str) -> Facts:
        [raw] = self._dynamo.batch_get([Get(MailboxItem, keys.mailbox(mac), consistent=True)])
        return _facts(MailboxItem.from_raw_data(raw)) if raw else {}

    def _write(self, mac: str, facts: Facts) -> None:
        """What is newer stays: notices come twice, late and in any order, and a lifted suppression must stay lifted."""
        newer = [_ATTRIBUTES[name].does_not_exist() | (_ATTRIBUTES[name] < fact) for name, fact in facts.items()]
        condition: Condition = reduce(and_, newer)
        actions = [_ATTRIBUTES[name].set(fact) for name, fact in facts.items()]

        def attempt() -> None:
            try:
                self._dynamo.update(MailboxItem, keys.mailbox(mac), actions, condition)
            except ConditionFailedError:
                return

        self._dynamo.retries.run(attempt)


def _fact(at: datetime, value: str) -> str:
    return f"{stamp(at)} {value}"


def _facts(item: MailboxItem) -> dict[str, str]:
    values = {name: getattr(item, attribute.attr_name) for name, attribute in _ATTRIBUTES.items()}
    return {name: value for name, value in values.items() if value is not None}


def _mailbox(facts: Facts) -> Mailbox:
    at, _, reason = facts.get(_SUPPRESSED, f" {_NO}").partition(" ")
    muted = frozenset(category for category in Category if facts.get(category, "").endswith(f" {_YES}"))
    if reason == _NO:
        return Mailbox(muted=muted)
    return Mailbox(suppressed=Suppression(reason), since=unstamp(at), muted=muted)
