"""`make seat-audit`: what an operator sees of counters that differ, and that nothing is written without --repair."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from chalicelib.services.shared.outcomes import StaleError
from operations.seat_audit.__main__ import run, run_one
from tests.component.seats.test_audit import wreck
from tests.support.builders import Person, a_person, enrolled
from tests.support.world import World


class Terminal:
    def __init__(self) -> None:
        self.file = StringIO()
        self.console = Console(file=self.file, width=200)

    def __str__(self) -> str:
        return self.file.getvalue()


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def events(world: World, olga: Person) -> list[dict[str, Any]]:
    """Three of them, each with one who is enrolled."""
    found = [world.an_event(olga.token, title=f"Talk {number}", capacity=10) for number in range(3)]
    for event in found:
        enrolled(world, event, a_person(world))
    world.work()
    return found


def audit(world: World, terminal: Terminal, path: Path, *, repair: bool = False) -> int:
    return run(world.container, path / "journal", terminal.console, repair=repair, workers=1)


def test_without_differences_it_says_how_many_events_it_looked_at(
    world: World, events: list[dict[str, Any]], terminal: Terminal, tmp_path: Path
) -> None:
    assert audit(world, terminal, tmp_path) == 0
    assert f"{len(events)} events audited, 0 differ, 0 of them corrected." in str(terminal)


def test_a_dry_run_names_the_figures_and_writes_nothing(
    world: World, events: list[dict[str, Any]], terminal: Terminal, tmp_path: Path
) -> None:
    wreck(world, events[1], free=0)
    before = world.db.snapshot_all("turnout-seats")

    assert audit(world, terminal, tmp_path) == 1

    assert f"{events[1]['id']}: free 0, 9 by its enrollments" in str(terminal)
    assert "--repair corrects it." in str(terminal)
    assert world.db.snapshot_all("turnout-seats") == before


def test_a_repair_corrects_what_differs_and_nothing_else(
    world: World, events: list[dict[str, Any]], terminal: Terminal, tmp_path: Path
) -> None:
    wreck(world, events[1], free=0, confirmed=7)

    assert audit(world, terminal, tmp_path, repair=True) == 0
    assert "3 events audited, 1 differ, 1 of them corrected." in str(terminal)
    assert audit(world, terminal, tmp_path) == 0


def test_a_correction_that_somebody_enrols_beside_is_made_again(
    world: World, events: list[dict[str, Any]], terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    wreck(world, events[0], free=0)
    enrollments, answers = world.container.store.enrollments, iter([StaleError("seat 0")])
    write = enrollments.write_seats_only

    def stale_once(event_id: str, steps: Any) -> None:
        if error := next(answers, None):
            raise error
        write(event_id, steps)

    monkeypatch.setattr(enrollments, "write_seats_only", stale_once)

    assert run_one(world.container, terminal.console, events[0]["id"], repair=True) == 0
    assert "Corrected." in str(terminal)


def test_one_event_is_audited_by_its_id(world: World, events: list[dict[str, Any]], terminal: Terminal) -> None:
    assert run_one(world.container, terminal.console, events[0]["id"], repair=False) == 0
    assert "its counters say what its enrollments say" in str(terminal)


def test_an_interrupted_audit_goes_on_where_it_stopped(
    world: World, events: list[dict[str, Any]], terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.walking.PAGE", 1)
    looked: list[str] = []
    real = world.container.seats.audit.audit

    def until_interrupted(event_id: str) -> Any:
        if len(looked) == 1:
            looked.append("interrupted")
            raise KeyboardInterrupt
        looked.append(event_id)
        return real(event_id)

    monkeypatch.setattr(world.container.seats.audit, "audit", until_interrupted)
    with pytest.raises(KeyboardInterrupt):
        audit(world, terminal, tmp_path)
    assert audit(world, terminal, tmp_path) == 0

    assert sorted(set(looked) - {"interrupted"}) == sorted(event["id"] for event in events)
    assert len(looked) == len(events) + 1
