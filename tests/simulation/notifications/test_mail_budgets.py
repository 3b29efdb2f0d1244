"""Budgets of a mailbox under crashes between claim, count and send, and lost answers; mistakes are found out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from chalicelib.container import Container
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxState, Outcome
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.domain.shared.mail_budget import Budget, Charge, Line, Sent, SharedBudget
from chalicelib.mail.addresses import on_the_wire
from chalicelib.services.notifications.mails import mail_budgets as budgets_module
from chalicelib.services.notifications.mails.mail_budgets import MailBudgets
from chalicelib.services.notifications.ports import Ledger
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import LedgerItem, OutboxItem
from chalicelib.store.notifications.mail_ledgers import DynamoMailLedgers, _text
from chalicelib.store.outbox.outbox import DynamoOutbox
from tests.simulation.notifications.mail_budgets import FEW, lived, naming
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 2
DEEP_SEEDS = 2_000


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_every_mail_counts_once_nothing_is_lost_and_nobody_waits_for_strangers(seeds: range) -> None:
    assert broken_runs(seeds, naming) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 100), ids=str)
def test_so_it_is_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, naming) == {}


def test_the_runs_are_about_what_they_are_for() -> None:
    unseen = {"put off", "enrolled again since", "sent twice", "claimed twice"}
    for seed in (2, *range(40)):
        made = lived(seed)
        rows = [row for row in made.world.db.snapshot_all("turnout-due") if "state" in row]
        unseen -= {row["detail"]["S"] for row in rows if "detail" in row}
        intents = [mail.headers["X-Turnout-Intent"] for mail in made.world.mailer.sent]
        unseen -= {"sent twice"} if len(intents) > len(set(intents)) else set()
        unseen -= {"claimed twice"} if any(row["claims"]["N"] > "1" for row in rows) else set()
        if not unseen:
            return
    raise AssertionError(f"never seen: {unseen}")


# Wrong on purpose


class Overwriting(DynamoMailLedgers):
    """Keeps what it makes of what it read, whatever was counted since."""

    def write(self, ledger: Ledger, sent: Sequence[Sent]) -> bool:
        actions = [LedgerItem.sent.set(_text(sent)), LedgerItem.expires.set(sent[-1].at)]
        self._dynamo.retries.run(lambda: self._dynamo.update(LedgerItem, keys.ledger(ledger.name), actions, None))
        return True


def overwriting(container: Container) -> None:
    container.store.mail_ledgers = Overwriting(container.store.dynamo, container.security.macs, on_the_wire)


def ended(outbox: DynamoOutbox, entry: OutboxEntry, later: OutboxEntry, now: datetime) -> None:
    outbox.finish(entry, Outcome(OutboxState.SKIPPED, "put off"), now)
    moved = [OutboxItem.later.set(later.key.place)]
    outbox._dynamo.retries.run(
        lambda: outbox._dynamo.update(OutboxItem, (entry.key.bucket, entry.key.place), moved, None)
    )


class InTwoSteps(DynamoOutbox):
    """Writes the mail at its later place, and ends the row afterwards."""

    def move(self, entry: OutboxEntry, later: OutboxEntry, now: datetime) -> None:
        self.put_absent([later])
        ended(self, entry, later, now)


class EndsFirst(DynamoOutbox):
    """The other way round."""

    def move(self, entry: OutboxEntry, later: OutboxEntry, now: datetime) -> None:
        ended(self, entry, later, now)
        self.put_absent([later])


def moving(kind: type[DynamoOutbox]) -> Callable[[Container], None]:
    def change(container: Container) -> None:
        container.store.outbox = kind(container.store.dynamo)

    return change


class ForOneAndAll(MailBudgets):
    """One budget for everybody together: whoever is first uses it up."""

    def _budget(self, charge: Charge | None) -> Budget | SharedBudget | None:
        return FEW.each if super()._budget(charge) else None


class WhoeverReads(MailBudgets):
    """Counts whatever goes to the mailbox, the owner's own too."""

    def take(self, intent: OutboxEntry, address: str, charge: Charge | None, now: datetime) -> None:
        known = charge or Charge(Line.UNASKED, "own")
        super().take(intent, address, known, now)


def counted_by(kind: type[MailBudgets]) -> Callable[[Container], None]:
    def change(container: Container) -> None:
        sender: Any = container.notifications.deliver._ports.sender
        limits: RateLimits = container.limits
        object.__setattr__(sender, "budgets", kind(container.store.mail_ledgers, limits))

    return change


class SentFirst(MailBudgets):
    """Lets everything through, and counts what was sent."""

    def take(self, intent: OutboxEntry, address: str, charge: Charge | None, now: datetime) -> None:
        return


def counted_afterwards(container: Container) -> None:
    sender: Any = container.notifications.deliver._ports.sender
    send, budgets = sender.send, sender.budgets
    object.__setattr__(sender, "budgets", SentFirst(container.store.mail_ledgers, container.limits))

    class Afterwards:
        def __getattr__(self, name: str) -> Any:
            return getattr(sender, name)

        def send(self, intent: OutboxEntry, message: Any, now: datetime) -> str:
            sent: str = send(intent, message, now)
            budgets.take(intent, message.to, message.charge, now)
            return sent

    object.__setattr__(container.notifications.deliver._ports, "sender", Afterwards())


@dataclass(frozen=True, slots=True)
class Variant:
    tamper: Callable[[Container], None]
    found_by: str
    seed: int = 0


VARIANTS = {
    "overwrites-the-ledger": Variant(overwriting, "without being counted", seed=2),
    "moves-in-two-steps": Variant(moving(InTwoSteps), "is due 2 times"),
    "ends-and-then-writes": Variant(moving(EndsFirst), "is due 0 times", seed=2),
    "one-budget-for-all": Variant(counted_by(ForOneAndAll), "waited for others"),
    "counts-the-owners-own": Variant(counted_by(WhoeverReads), "is the owner's own"),
    "counts-after-sending": Variant(counted_afterwards, "mails in an hour", seed=1),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_wrong_variant_is_caught_for_its_own_reason(name: str) -> None:
    variant = VARIANTS[name]

    assert is_caught(variant.seed, 40, lambda seed: variant.found_by in "; ".join(naming(seed, tamper=variant.tamper)))


def test_a_mail_that_each_try_counts_again_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets_module, "is_counted", lambda *_: False)

    assert is_caught(0, 40, lambda seed: "was counted 2 times" in "; ".join(naming(seed)))
