"""A million mails that wait: reminders and deadlines are on time, every tick is short, and the backlog is sent."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.background.lane import Budget
from chalicelib.services.background.sweeper import Sweeper
from chalicelib.services.shared.ports import Mark
from tests.simulation.background.backlog import BEGIN, MINUTE, SHARDS, WAITING, ModelOutbox, ModelQueue

MILLION = 1_000_000
HOURS = 10  # in which they became due
SENT_A_MINUTE = 840
BUDGETS = {QueueName.JOBS: Budget(), QueueName.MAIL: Budget(pushes=SENT_A_MINUTE // 2, pushes_due_now=SENT_A_MINUTE)}
LATEST = timedelta(minutes=2)
# Each lane is read in two ways at most, and each ends at the first slice (a page a shard) over its budget.
MOST_LOOKED = sum(2 * (budget.pages + SHARDS) * budget.rows_of_page for budget in BUDGETS.values())
MOST_PUSHED = sum(budget.pushes + budget.pushes_due_now for budget in BUDGETS.values())
DUE_NOW = (OutboxKind.REMIND, OutboxKind.EXPIRE, OutboxKind.REMINDER, OutboxKind.VERIFY_EMAIL)


class Backlog:
    """Nothing was sent for ten hours, in which so many mails became due."""

    def __init__(self, number: int = MILLION, kind: OutboxKind = WAITING, hours: int = HOURS) -> None:
        self.outbox = ModelOutbox(number, hours, kind)
        self.now = BEGIN + timedelta(hours=hours)
        self.outbox.marks = {QueueName.MAIL: Mark(BEGIN), QueueName.JOBS: Mark(self.now)}
        self.queue = ModelQueue(self.outbox)
        self.sweeper = Sweeper(self.outbox, self.queue, lambda: self.now, BUDGETS)
        self.due: dict[str, datetime] = {}

    def minute(self) -> None:
        """A reminder, the end of a hold, and mails whose push was lost become due; then comes the tick."""
        for kind in DUE_NOW:
            self.due[self.outbox.add(self.now, kind.value, kind)] = self.now
        self.now += MINUTE
        looked, pushed = self.outbox.looked, self.queue.pushed
        self.sweeper.tick()
        assert self.outbox.looked - looked <= MOST_LOOKED
        assert self.queue.pushed - pushed <= MOST_PUSHED
        for place in self.queue.handed:
            self.due.pop(place, None)
        assert [place for place, at in self.due.items() if self.now - at >= LATEST] == []


@pytest.mark.parametrize(("kind", "hours"), [(WAITING, HOURS), (OutboxKind.ENROLLMENT_CONFIRMED, 1)])
def test_what_is_due_now_is_on_time_beside_a_million_mails_that_nobody_takes(kind: OutboxKind, hours: int) -> None:
    backlog = Backlog(kind=kind, hours=hours)

    for _ in range(15):
        backlog.minute()
        backlog.queue.mails.clear()  # the provider takes none; they wait for their next turn

    assert len(backlog.queue.handed) == 15 * len(DUE_NOW)
    assert backlog.outbox.marks[QueueName.MAIL].at == BEGIN, "no unfinished row was passed"


def test_a_million_mails_are_handed_over_oldest_first_while_everything_else_is_on_time() -> None:
    backlog = Backlog()

    for _ in range(30):
        backlog.minute()
        backlog.queue.send(SENT_A_MINUTE)

    sent = MILLION - backlog.outbox.waiting()
    assert sent >= 30 * BUDGETS[QueueName.MAIL].pushes
    assert backlog.outbox.marks[QueueName.MAIL].at == BEGIN
    assert backlog.outbox.marks[QueueName.MAIL].cursor > backlog.outbox.place(29 * BUDGETS[QueueName.MAIL].pushes)


def test_a_backlog_comes_to_its_end() -> None:
    backlog = Backlog(12_000)

    for _ in range(40):
        backlog.minute()
        backlog.queue.send(SENT_A_MINUTE)

    assert backlog.outbox.waiting() == 0
    assert backlog.now - backlog.outbox.marks[QueueName.MAIL].at <= timedelta(minutes=12)
    assert backlog.sweeper.tick().lag == dict.fromkeys((QueueName.JOBS, QueueName.MAIL), timedelta())
