"""Change notices under crashes, lost answers and messages, and edits at every moment: nobody is left with what was."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.container import Container
from chalicelib.domain.events.event_changes import Change
from tests.simulation.notifications.telling import telling
from tests.simulation.seeds import broken_runs, chunks, is_caught

SEEDS = 4


@pytest.mark.parametrize("seeds", chunks(0, SEEDS), ids=str)
def test_at_rest_everybody_knows_what_is_true_in_any_schedule(seeds: range) -> None:
    assert broken_runs(seeds, telling) == {}


@pytest.mark.deep
@pytest.mark.parametrize("seeds", chunks(SEEDS, 4_000, 300), ids=str)
def test_at_rest_everybody_knows_what_is_true_in_many_more_schedules(seeds: range) -> None:
    assert broken_runs(seeds, telling) == {}


def hasty(container: Container) -> None:
    """A job that decides on what it has read, whatever was edited since."""
    announcements: Any = container.store.announcements
    decide_guarded = announcements.decide

    def decide(event: Any, change: Change) -> None:
        present = container.store.events.with_seats(event.id, consistent=True)
        decide_guarded(present[0] if present else event, change)

    announcements.decide = decide


def unguarded(container: Container) -> None:
    """An edit that does not look at the notice: it may be lost between the look of the job and its decision."""
    events: Any = container.store.events
    replace_guarded = events.replace

    def unseen(before: Any, after: Any, **options: Any) -> None:
        present = events.with_seats(before.id, consistent=True)
        notice = present[0].notice if present else before.notice
        replace_guarded(replace(before, notice=notice), after, **options)

    events.replace = unseen


@pytest.mark.parametrize(("wrong", "known"), [(hasty, 137), (unguarded, 254)])
def test_a_fault_of_ours_is_found(wrong: Any, known: int) -> None:
    assert is_caught(known, 900, lambda seed: _finds(seed, wrong))


def _finds(seed: int, wrong: Any) -> bool:
    try:
        return bool(telling(seed, tamper=wrong))
    except (AssertionError, KeyError):
        return True  # never quiet
