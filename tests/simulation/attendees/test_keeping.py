"""Attendee records under crashes, lost responses, throttles and conflicts at every call."""

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.container import Container
from chalicelib.store.attendees.attendees import DynamoAttendees
from chalicelib.store.dynamo.definitions import Item
from chalicelib.store.dynamo.tables import AttendeeItem
from chalicelib.store.dynamo.transactions import Transaction
from tests.simulation.attendees.keeping import keeping
from tests.simulation.seeds import broken_runs, is_caught
from tests.simulation.world import SimWorld

SEEDS = 15


def test_records_their_list_and_their_addresses_always_agree() -> None:
    assert broken_runs(range(SEEDS), keeping) == {}


@pytest.mark.deep
def test_records_agree_in_many_more_schedules() -> None:
    assert broken_runs(range(SEEDS, 3_000), keeping) == {}


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

    assert is_caught(4, 300, lambda seed: bool(keeping(seed, tamper=careless)))
