"""A fake Turnout for every test, and the demo run against it."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from devtools.demo.run import Options, run
from tests.unit.demo.fake_turnout import FakeTurnout

TODAY = date(2026, 11, 21)
Demo = Callable[..., str]


@pytest.fixture
def turnout() -> Iterator[FakeTurnout]:
    server = FakeTurnout()
    yield server
    server.close()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "local" / "demo.jsonl"


@pytest.fixture
def demo(turnout: FakeTurnout, journal: Path) -> Demo:
    """Runs the demo and returns what it printed."""

    def run_it(limit: int | None = 40, workers: int = 4, today: date = TODAY, patience: float = 2.0) -> str:
        printed = io.StringIO()
        console = Console(file=printed, markup=False, emoji=False, highlight=False, soft_wrap=True)
        run(Options(turnout.url, turnout.url, workers, limit, journal, patience), today, console)
        return printed.getvalue()

    return run_it
