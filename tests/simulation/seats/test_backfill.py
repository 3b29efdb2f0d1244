"""The version before and that of today side by side, and a backfill that runs beside both."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.container import Container
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.enrollments.enrollments import DynamoEnrollments
from operations.backfill.migrations import MIGRATIONS
from tests.simulation.actors.staging import Run, prepared
from tests.simulation.seats import seating
from tests.simulation.seeds import broken_runs, chunks
from tests.simulation.world import SimWorld

SEEDS = 3
DEEP_SEEDS = 2_000
BACKFILLS = 4
NEW = {"H": ("kept", "offer"), "": ("why", "was", "seated", "kept")}  # attributes, by the end of the partition's name


class OfBefore(DynamoEnrollments):
    """Writes rows and holds without what became a field with docs/adr/0021."""

    def _transaction(self, changes: Sequence[Any], steps: Sequence[Any], *rest: Any) -> Transaction:
        transaction = super()._transaction(changes, steps, *rest)
        for operation in transaction.operations:
            _age(operation.get("Put", {}).get("Item", {}))
        return transaction


def _age(item: dict[str, Any]) -> None:
    """The item as it was stored, with the copy of its row that a place in the waitlist has."""
    if "row" in item:
        copied = json.loads(item["row"]["S"])
        _age(copied)
        item["row"] = {"S": json.dumps(copied, separators=(",", ":"))}
    is_hold = item.get("pk", {}).get("S", "").endswith("#H")
    for name in NEW["H"] if is_hold else NEW[""] if "history" in item else ():
        item.pop(name, None)


def half_of_before(world: SimWorld) -> None:
    """Every other process is still of the version before."""

    def change(container: Container) -> None:
        if world.rng.random() < 0.5:
            container.store.enrollments = OfBefore(
                container.store.dynamo, container.store.answers, container.settings.seats_for_others
            )

    world.tamper(change)


def side_by_side(seed: int) -> list[str]:
    """What was wrong with a run beside a few backfills, and what a last one leaves behind."""
    run = prepared(seed, tamper=half_of_before)
    for _ in range(BACKFILLS):
        after = run.world.rng.random() * run.world.rng.choice([0.3, 3.0, 70.0])
        run.world.scheduler.spawn(lambda: _backfill(run), "backfill", after=after)
    run.world.run(ticking=True)
    _backfill(run)
    left = _backfill(run)
    return seating.violations(run) + ([f"{left} items are of before"] if left else [])


def _backfill(run: Run) -> int:
    container, number = run.world.container, 0
    for migrate in MIGRATIONS.values():
        while True:
            try:
                found = container.store.events.with_seats(run.event.id)
                for rewrite in migrate(container, found[0]) if found else ():
                    rewrite.write()
                    number += 1
            except TryAgainError:
                continue
            break
    return number


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_no_promise_is_broken_beside_a_backfill(seeds: range) -> None:
    assert broken_runs(seeds, side_by_side) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_nor_in_many_more_runs(seeds: range) -> None:
    assert broken_runs(seeds, side_by_side) == {}
