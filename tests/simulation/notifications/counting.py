"""Mails about changes are counted under crashes, lost answers and reports: at rest as a recount says."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from chalicelib.domain.notifications.delivery_report import Feedback
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey, OutboxState
from chalicelib.services.notifications.delivery.delivery_reports import DeliveryReport
from chalicelib.store.dynamo.tables import OutboxItem
from chalicelib.store.items.outbox import to_outbox_entry
from chalicelib.store.outbox.outbox import PUT_OFF
from devtools.simdb.faults import Faults
from tests.simulation.notifications.telling import Telling
from tests.simulation.world import ROUGH

ENDS = {OutboxState.DONE: "sent", OutboxState.SKIPPED: "skipped", OutboxState.FAILED: "failed"}
NUMBERS = ("mails", "sent", "skipped", "failed", "delivered", "bounced", "complained")


def counting(seed: int, *, faults: Faults = ROUGH, tamper: Any = None) -> list[str]:
    """An event is moved while people leave and mails are written; then reports come, some twice, in any order."""
    stage = Telling(seed, faults)
    world, rng = stage.world, stage.world.rng
    if tamper:
        world.tamper(tamper)
    for number in range(rng.randint(1, 3)):
        stage.spawn(f"relocate {number}", stage.relocates(back=False), rng.choice([20.0, 900.0]))
    if rng.random() < 0.2:
        stage.spawn("cancel", stage.cancels, 900.0)
    world.run(ticking=True)
    for row in world.done_mails():
        key = OutboxKey(row["pk"]["S"], row["sk"]["S"])
        for feedback in rng.choices(list(Feedback), k=rng.randint(0, 4)):
            stage.spawn("report", partial(_reports, stage, key, feedback), 0.1)
    world.run_clients()
    return _miscounted(stage)


def _reports(stage: Telling, key: OutboxKey, feedback: Feedback, container: Any) -> None:
    report = DeliveryReport(feedback=feedback, at=stage.world.now(), intent=key)
    container.notifications.delivery_reports.record(report)


def _miscounted(stage: Telling) -> list[str]:
    kept: dict[str, Counter[str]] = {}
    counted: dict[str, Counter[str]] = {}
    for row in stage.world.db.snapshot_all("turnout-due"):
        if row["pk"]["S"].startswith("tally#"):
            name = row["pk"]["S"].removeprefix("tally#")
            kept.setdefault(name, Counter()).update({one: int(row[one]["N"]) for one in NUMBERS if one in row})
        elif "state" in row:
            _recount(OutboxItem.from_raw_data(row), counted)
    wrong = {name for name in kept | counted if kept.get(name, Counter()) != counted.get(name, Counter())}
    return [f"{name}: kept {kept.get(name)}, there are {counted.get(name)}" for name in sorted(wrong)]


def _recount(item: OutboxItem, counted: dict[str, Counter[str]]) -> None:
    entry = to_outbox_entry(item)
    if entry.tally is None or item.detail == PUT_OFF:  # the same mail has a later row
        return
    found = counted.setdefault(entry.tally.rpartition("#")[0], Counter())
    found["mails"] += 1
    if entry.state in ENDS:
        found[ENDS[entry.state]] += 1
    if item.feedback in NUMBERS:
        found[item.feedback] += 1


def careless(container: Any) -> None:
    """Rows first and their number afterwards: who repeats a page counts it again."""
    outbox = container.store.outbox

    def put_counted(entries: Sequence[OutboxEntry]) -> None:
        from chalicelib.store.dynamo import keys
        from chalicelib.store.dynamo.tables import TallyItem
        from chalicelib.store.items.outbox import outbox_item
        from chalicelib.store.outbox.outbox import KEPT

        for entry in entries:
            outbox._put_absent(outbox_item(entry, entry.at + KEPT))
        if entries:
            key = keys.tally(str(entries[0].tally))
            container.store.dynamo.update(TallyItem, key, [TallyItem.mails.add(len(entries))], None)

    outbox._put_counted = put_counted
