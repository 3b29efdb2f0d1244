"""The index under crashes, lost answers, throttles and conflicts at every call: at rest it equals the events."""

import pytest

from devtools.simdb.faults import NO_FAULTS
from tests.simulation.indexing import LONG, Stage, differences, indexing
from tests.simulation.wrong_indexing import VARIANTS

CHUNK = 25
SEEDS = 100


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_at_rest_the_index_equals_the_events_in_any_schedule(first: int) -> None:
    broken = {seed: found for seed in range(first, first + CHUNK) if (found := indexing(seed))}

    assert broken == {}


@pytest.mark.deep
@pytest.mark.parametrize("first", range(SEEDS, 4_000, 300))
def test_at_rest_the_index_equals_the_events_in_many_more_schedules(first: int) -> None:
    broken = {seed: found for seed in range(first, first + 300) if (found := indexing(seed))}

    assert broken == {}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_wrong_way_of_keeping_the_index_is_caught_within_200_seeds(name: str) -> None:
    caught = next((seed for seed in range(200) if indexing(seed, tamper=VARIANTS[name])), None)

    assert caught is not None


def test_an_index_that_misses_a_row_or_keeps_one_is_noticed() -> None:
    stage = Stage(1, NO_FAULTS)
    stage.world.run()
    assert differences(stage.world) == []
    rows = stage.world.db.snapshot_all("turnout-events")
    posted = next(row for row in rows if row["pk"]["S"] == "word#wor")
    client = stage.world.container.store.dynamo

    client.call("DeleteItem", {"TableName": "turnout-events", "Key": {"pk": posted["pk"], "sk": posted["sk"]}})
    client.call("PutItem", {"TableName": "turnout-events", "Item": {**posted, "pk": {"S": "word#old"}}})

    assert sorted(found.split(" (")[0] for found in differences(stage.world)) == ["left behind", "missing"]


def test_a_text_of_more_rows_than_a_transaction_holds_is_indexed_and_taken_out_whole() -> None:
    stage = Stage(2, NO_FAULTS)
    stage.spawn("describe", stage.edits(0, description=LONG))
    stage.world.run()
    assert differences(stage.world) == []
    stage.spawn("move", stage.moves(0, 40))
    stage.world.run()
    assert differences(stage.world) == []
    stage.spawn("shorten", stage.edits(0, description=""))
    stage.world.run()

    assert differences(stage.world) == []
