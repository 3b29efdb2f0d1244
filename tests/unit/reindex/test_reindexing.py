"""Rebuilding the index from the events alone, while everything runs, and finding what it has wrong."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.store.tables import ListItem
from devtools.reindex.__main__ import run
from devtools.reindex.walking import Progress, differences, pages, reindex, total
from tests.support.builders import Person, a_person, cancelled
from tests.support.lists import ids, page
from tests.support.world import World


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world)


@pytest.fixture
def fair(world: World, olga: Person) -> list[dict[str, Any]]:
    """Thirty events in a month and some before and after; one is cancelled, one a draft."""
    months = [*["2026-07"] * 30, "2026-06", "2026-09"]
    made = [
        world.an_event(olga.token, title=f"Talk {number}", starts_at=f"{month}-11T09:00:00Z")
        for number, month in enumerate(months)
    ]
    world.an_event(olga.token, title="Draft", status="draft")
    cancelled(world, made[3], olga)
    world.work()
    return made


def nothing(_: int) -> None:
    return None


def wrong(world: World) -> list[str]:
    return list(differences(world.container, nothing))


def wreck(world: World) -> None:
    """Everything in the index goes."""
    for row in world.db.snapshot_all("turnout-events"):
        if row["pk"]["S"].startswith(("word#", "intitle#", "inplace#", "is#", "indexed#")):
            world.container.dynamo.delete(ListItem, (row["pk"]["S"], row["sk"]["S"]))


def test_a_true_index_has_no_differences(world: World, fair: list[dict[str, Any]]) -> None:
    assert wrong(world) == []
    assert total(world.container) == len(fair)


def test_a_lost_index_is_noticed_and_rebuilt_from_the_events_alone(
    world: World, fair: list[dict[str, Any]], tmp_path: Path
) -> None:
    wreck(world)
    assert ids([page(world, "/events?q=talk")]) == []
    assert len(wrong(world)) == len(fair)

    number = reindex(world.container, tmp_path / "state.json", nothing)
    world.work()

    assert number == len(fair)
    assert wrong(world) == []
    assert page(world, "/events?q=talk&page_size=100")["count"] == len(fair) - 1
    assert not (tmp_path / "state.json").exists()


def test_a_row_that_was_changed_is_named(world: World, fair: list[dict[str, Any]]) -> None:
    row = next(row for row in world.db.snapshot_all("turnout-events") if row["pk"]["S"] == "word#tal")
    world.container.dynamo.call("PutItem", {"TableName": "turnout-events", "Item": {**row, "words": {"S": "tales"}}})

    [sentence] = wrong(world)

    assert sentence.endswith("word#tal is not as the event says")


def test_an_interrupted_run_goes_on_where_it_stopped(world: World, fair: list[dict[str, Any]], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    wreck(world)

    def stop(number: int) -> None:
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            reindex(world.container, state, stop)
    rest = [event.id for events, _ in pages(world.container, Progress.read(state)) for event in events]
    number = reindex(world.container, state, nothing)
    world.work()

    assert number == len(rest) < len(fair) - 25
    assert wrong(world) == []


def test_the_command_says_what_it_found(
    world: World, fair: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.container, check=True) == 0
    wreck(world)

    assert run(world.container, check=True) == 1

    assert f"{len(fair)} differences." in capsys.readouterr().out
