"""A record is deleted beside an enrolment of its person: one of the two wins, and nobody is left without a name."""

from collections.abc import Callable, Sequence

import pytest

from chalicelib.container import Container
from chalicelib.domain.enrollments.enrollment import EnrollmentChange
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.seats import Step
from chalicelib.services.attendees.ports import Uses
from chalicelib.services.shared.idempotency import Remember
from chalicelib.store.attendees.attendees import DynamoAttendees
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.enrollments.enrollments import DynamoEnrollments
from tests.simulation.attendees.forgetting import STEPS, WAYS, forgetting
from tests.simulation.world import ROUGH, SimWorld

SCHEDULES = [(0, step) for step in range(STEPS)]
MORE = [(seed, step) for step in range(STEPS) for seed in range(1, 100)]
CLEAN = {("done", "has_enrollments"), ("not_found", "done")}


@pytest.mark.parametrize("way", WAYS)
def test_of_a_deletion_and_an_enrolment_exactly_one_happens(way: str) -> None:
    outcomes = set()
    for seed, step in SCHEDULES:
        run = forgetting(seed, way, step)
        assert run.wrong() == [], (seed, step)
        outcomes.add((run.told["enrol"], run.told["delete"]))

    assert outcomes == CLEAN


@pytest.mark.parametrize("way", WAYS)
def test_no_fault_leaves_somebody_without_a_record(way: str) -> None:
    for seed, step in SCHEDULES:
        assert forgetting(seed, way, step, faults=ROUGH).wrong() == [], (seed, step)


@pytest.mark.deep
@pytest.mark.parametrize("way", WAYS)
def test_so_it_is_in_many_more_schedules(way: str) -> None:
    for seed, step in MORE:
        assert forgetting(seed, way, step).wrong() == [], (seed, step)
        assert forgetting(seed, way, step, faults=ROUGH).wrong() == [], (seed, step)


class _Forgetful(DynamoAttendees):
    """A deletion that believes what it has read of the enrollments a moment ago."""

    def uses(self, attendee_id: str) -> Uses:
        return Uses(0, ())

    def _begin(self) -> Transaction:
        return _Without(self._dynamo, ("uses",))


class _Unchecked(DynamoEnrollments):
    """An enrolment that does not look whether the record is still there."""

    def _transaction(
        self,
        changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        remember: Remember | None,
    ) -> Transaction:
        transaction = super()._transaction(changes, steps, entries, remember)
        kept = [place for place, name in enumerate(transaction.names) if not name.startswith(("record ", "uses "))]
        transaction.names = [transaction.names[place] for place in kept]
        transaction.operations = [transaction.operations[place] for place in kept]
        return transaction


class _Without(Transaction):
    """A transaction that leaves out deletions of some names."""

    def __init__(self, dynamo: object, left_out: tuple[str, ...]) -> None:
        super().__init__(dynamo)  # type: ignore[arg-type]
        self._left_out = left_out

    def delete(self, name: str, *operation: object, **options: object) -> None:
        if name not in self._left_out:
            super().delete(name, *operation, **options)  # type: ignore[arg-type]


def forgetful(made: Container) -> None:
    made.store.attendees = _Forgetful(made.store.dynamo, made.store.answers)


def unchecked(made: Container) -> None:
    made.store.enrollments = _Unchecked(made.store.dynamo, made.store.answers)


@pytest.mark.parametrize("mistake", [forgetful, unchecked])
def test_a_wrong_variant_is_caught(mistake: Callable[[Container], None]) -> None:
    def wrongly(world: SimWorld) -> None:
        world.tamper(mistake)

    assert any(forgetting(seed, "enrols", step, tamper=wrongly).wrong() for seed, step in SCHEDULES)
