"""Change notices under crashes, lost answers and messages, and edits at every moment: nobody is left with what was."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.container import Container
from chalicelib.domain.event_changes import Change
from tests.simulation.telling import telling

CHUNK = 25
SEEDS = 100


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_at_rest_everybody_knows_what_is_true_in_any_schedule(first: int) -> None:
    broken = {seed: found for seed in range(first, first + CHUNK) if (found := telling(seed))}

    assert broken == {}


@pytest.mark.deep
@pytest.mark.parametrize("first", range(SEEDS, 4_000, 300))
def test_at_rest_everybody_knows_what_is_true_in_many_more_schedules(first: int) -> None:
    broken = {seed: found for seed in range(first, first + 300) if (found := telling(seed))}

    assert broken == {}


def hasty(container: Container) -> None:
    """A job that decides on what it has read, whatever was edited since."""
    announcements: Any = container.store.announcements
    decide_guarded = announcements.decide

    def decide(event: Any, change: Change) -> None:
        present = container.store.events.get(event.id, consistent=True)
        decide_guarded(present[0] if present else event, change)

    announcements.decide = decide


def unguarded(container: Container) -> None:
    """An edit that does not look at the notice: it may be lost between the look of the job and its decision."""
    events: Any = container.store.events
    replace_guarded = events.replace

    def unseen(before: Any, after: Any, **options: Any) -> None:
        present = events.get(before.id, consistent=True)
        notice = present[0].notice if present else before.notice
        replace_guarded(replace(before, notice=notice), after, **options)

    events.replace = unseen


@pytest.mark.parametrize("wrong", [hasty, unguarded])
def test_a_fault_of_ours_is_found(wrong: Any) -> None:
    for seed in range(100, 300):
        try:
            if telling(seed, tamper=wrong):
                return
        except (AssertionError, KeyError):
            return  # never quiet
    raise AssertionError("nobody has noticed")
