"""Attendee records under crashes, lost responses, throttles and conflicts at every call."""

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.container import Container
from chalicelib.store.attendees import DynamoAttendees
from chalicelib.store.dynamo.definitions import Item
from chalicelib.store.dynamo.tables import AttendeeItem
from chalicelib.store.dynamo.transactions import Transaction
from tests.simulation.keeping import keeping
from tests.simulation.world import SimWorld

SEEDS = 100


@pytest.mark.parametrize("first", range(0, SEEDS, 50))
def test_records_their_list_and_their_addresses_always_agree(first: int) -> None:
    broken = {seed: found for seed in range(first, first + 50) if (found := keeping(seed))}

    assert broken == {}


@pytest.mark.deep
def test_records_agree_in_many_more_schedules() -> None:
    broken = {seed: found for seed in range(SEEDS, 3_000) if (found := keeping(seed))}

    assert broken == {}


class Careless(Transaction):
    """A transaction that forgets to compare the version of the record."""

    def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
        forgotten = name == "record" and isinstance(item, AttendeeItem) and item.version > 1
        super().put(name, item, None if forgotten else condition)


class CarelessAttendees(DynamoAttendees):
    def _begin(self) -> Transaction:
        return Careless(self._dynamo)


def test_a_change_that_compares_no_version_is_caught() -> None:
    def carelessly(made: Container) -> None:
        made.store.attendees = CarelessAttendees(made.store.dynamo, made.store.answers)

    def careless(world: SimWorld) -> None:
        world.tamper(carelessly)

    assert any(keeping(seed, tamper=careless) for seed in range(300))
