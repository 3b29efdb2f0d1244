"""The seat audit beside people who enrol: it accuses no event that is right, and misses none that is wrong."""

import pytest

from chalicelib.services.seats.audit import Finding, SeatAudit, Tally, Verdict
from chalicelib.services.shared.outcomes import TryAgainError
from tests.simulation.actors.staging import Run, prepared
from tests.simulation.seats import wrong
from tests.simulation.seeds import broken_runs, chunks, is_caught
from tests.simulation.world import SimWorld
from tests.support.expected.agreement import disagreements

SEEDS = 3
DEEP_SEEDS = 4_000
AUDITS = 12
WRECKED = 4


class WithoutMark(SeatAudit):
    """Believes what it has added up, whatever happened to the counters meanwhile."""

    def _judged(self, counters, complete):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        differences = complete.differences(counters.seats.capacity, counters.shards)
        return Verdict(counters.event.id, Finding.DIFFERS if differences else Finding.AGREES, differences)


def audited(seed: int, kind: type[SeatAudit] = SeatAudit) -> list[str]:
    """A run with audits at any moment, a few enrollments a page; what they found of an event that is right."""
    run = prepared(seed)
    found: list[Verdict] = []
    for _ in range(AUDITS):
        after = run.world.rng.random() * run.world.rng.choice([0.3, 3.0, 70.0])
        run.world.scheduler.spawn(lambda: found.append(_verdict(run, kind)), "auditor", after=after)
    run.world.run(ticking=True)
    found.append(_verdict(run, SeatAudit))
    wrong_ones = [f"{verdict.differences}" for verdict in found if verdict.finding is Finding.DIFFERS]
    unsure = found[-1].finding in {Finding.AGREES, Finding.GONE}
    return wrong_ones if unsure else [*wrong_ones, f"at rest: {found[-1].finding}"]


def _verdict(run: Run, kind: type[SeatAudit]) -> Verdict:
    """Every process may be stopped by a busy table, and goes on as a job does: from the step that it had reached."""
    store = run.world.another_process().store
    audit = kind(store.events, store.seats, store.enrollments, page=2)
    so_far: Tally | None = None
    while True:
        try:
            step = audit.step(run.event.id, so_far)
        except TryAgainError:
            continue
        if isinstance(step, Verdict):
            return step
        so_far = Tally.parse(str(step))


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_an_event_that_is_right_is_never_accused(seeds: range) -> None:
    assert broken_runs(seeds, audited) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, DEEP_SEEDS, 400), ids=str)
def test_nor_in_many_more_runs(seeds: range) -> None:
    assert broken_runs(seeds, audited) == {}


def test_an_audit_that_looks_only_once_at_the_counters_accuses_somebody() -> None:
    assert is_caught(0, 100, lambda seed: bool(audited(seed, WithoutMark)))


def test_every_contradiction_at_rest_is_found_and_corrected() -> None:
    assert wrecked(range(WRECKED)) >= 1


@pytest.mark.deep
def test_every_contradiction_is_found_and_corrected_in_more_runs() -> None:
    assert wrecked(range(WRECKED, 200)) >= 8


def wrecked(seeds: range) -> int:
    """With a way of seating that loses seats in a crash the audit finds what the tables say; the repair ends it.

    Returns in how many of the runs seats were lost.
    """
    lost = 0
    for seed in seeds:
        run = prepared(seed, tamper=wrong.VARIANTS["counter-then-row"].tamper, profiles=("doors",))
        run.world.run()
        broken = bool(_sums(run.world))
        verdict = _verdict(run, SeatAudit)
        assert (verdict.finding is Finding.DIFFERS) is broken, (seed, verdict, _sums(run.world))
        if broken:
            lost += 1
            run.world.container.seats.repair.repair(verdict)
            assert _verdict(run, SeatAudit).finding is Finding.AGREES, seed
            assert _sums(run.world) == [], seed
    return lost


def _sums(world: SimWorld) -> list[str]:
    return disagreements(*(world.db.snapshot_all(f"turnout-{name}") for name in ("seats", "enrollments")))
