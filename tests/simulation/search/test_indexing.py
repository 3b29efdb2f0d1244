"""The index under crashes, lost answers, throttles and conflicts at every call: at rest it equals the events."""

import pytest

from devtools.simdb.faults import NO_FAULTS
from tests.simulation.search.indexing import LONG, Stage, differences, indexing
from tests.simulation.search.wrong_indexing import VARIANTS
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 5
CAUGHT_BY = {"without-the-run": 2, "deletes-first": 40, "rows-before-the-record": 2, "event-before-the-record": 126}


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_at_rest_the_index_equals_the_events_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, indexing) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, 4_000, 300), ids=str)
def test_at_rest_the_index_equals_the_events_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, indexing) == {}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_wrong_way_of_keeping_the_index_is_caught_within_200_seeds(name: str) -> None:
    assert is_caught(CAUGHT_BY[name], 200, lambda seed: bool(indexing(seed, tamper=VARIANTS[name])))


def test_an_index_that_misses_a_row_or_keeps_one_is_noticed() -> None:
    stage = Stage(1, NO_FAULTS)
    stage.world.run()
    assert differences(stage.world) == []
    rows = stage.world.db.snapshot_all("turnout-events")
    posted = next(row for row in rows if row["pk"]["S"].startswith("word#wor"))
    client = stage.world.container.store.dynamo

    client.call("DeleteItem", {"TableName": "turnout-events", "Key": {"pk": posted["pk"], "sk": posted["sk"]}})
    client.call("PutItem", {"TableName": "turnout-events", "Item": {**posted, "pk": {"S": "word#old#1"}}})

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
