"""Every condition and update expression that the application can produce means the same on every engine."""

import functools

import pytest

from devtools.simdb.shapes import Shape
from tests.contract.dynamodb.engines import Client
from tests.contract.dynamodb.expressions import differences
from tests.simulation.accounts import accounts
from tests.simulation.attendees import keeping
from tests.simulation.enrollments import scenarios
from tests.simulation.seats import seating
from tests.simulation.world import SimWorld
from tests.support.stories.story import story
from tests.support.tables import create_table_requests
from tests.support.world import World

SEEDS = range(3)  # races and faults reach the expressions of retries, which no quiet story does


@functools.cache
def shapes() -> tuple[Shape, ...]:
    """One example of each distinct operation, with the items that it met, from a long story and some simulations."""
    found: dict[str, Shape] = {}
    with World() as world, world.db.record_shapes() as recorder:
        story(world)
    found |= {f"{shape.identity} {shape.outcome}": shape for shape in recorder.shapes}
    for seed in SEEDS:
        for scenario in (scenarios.enrolling, seating.seating, accounts.signing_up, keeping.keeping):
            recorders = []

            def record(sim: SimWorld) -> None:
                recorders.append(sim.db.record_shapes().__enter__())  # noqa: B023 - used at once, for the whole run

            scenario(seed, tamper=record)
            found |= {f"{shape.identity} {shape.outcome}": shape for shape in recorders[0].shapes}
    return tuple(found[identity] for identity in sorted(found))


def test_the_application_sends_the_same_operations_to_every_engine_and_gets_the_same_answers(engine: Client) -> None:
    recorded = shapes()

    assert len(recorded) > 150
    assert differences(engine, create_table_requests(), recorded) == []


@pytest.mark.parametrize("operation", ["Scan", "BatchWriteItem", "ExecuteStatement"])
def test_the_application_never_uses(operation: str) -> None:
    assert operation not in {shape.operation for shape in shapes()}
