"""Known and unknown addresses cost the same: the calls, on which tables, in which order, and the units of each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from devtools.simdb.meter import Receipt
from tests.component.enrollments.test_names_behind_an_address import DOORS, GIVEN, STATES, TYPED, Story, by_address
from tests.support.builders import signed_in
from tests.support.people.guests import ask

AFTER = timedelta(days=30, minutes=10)  # from the beginning of every story until its event has begun
Costs = list[tuple[str, list[tuple[str, float, float]]]]


class Bill:
    """A meter that keeps what each call costs, by table."""

    def __init__(self) -> None:
        self.costs: Costs = []

    def count_call(self, operation: str) -> None:
        self.costs.append((operation, []))

    def count(self, receipt: Receipt) -> None:
        self.costs[-1][1].extend((line.source, line.reads, line.writes) for line in receipt.lines)


def recorded(story: Story, act: Callable[[Story], Any]) -> Costs:
    bill, meters = Bill(), story.world.db.meters
    meters.append(bill)  # type: ignore[arg-type]  # counts as one does
    act(story)
    meters.remove(bill)  # type: ignore[arg-type]
    return bill.costs


def as_guest(story: Story) -> None:
    assert ask(story.world, story.event, TYPED).status == 202


def again(story: Story) -> None:
    """Somebody who is known by now, also where the first contact made them so."""
    by_address(story)


def walked_in(story: Story) -> None:
    """At the door, by the organizer, after the start."""
    story.world.clock.advance(AFTER)
    body = {"name": GIVEN, "email": TYPED}
    token = signed_in(story.world, story.olga.account).token
    answer = story.world.post(f"/events/{story.event['id']}/door/walk-ins", body, token)
    assert answer.status == 201, answer.text


def imported(story: Story) -> None:
    body = {"rows": [{"name": GIVEN, "email": TYPED}]}
    assert story.says("POST", f"/events/{story.event['id']}/enrollments/import", body).status == 200


ACTS: dict[str, Callable[[Story], Any]] = {
    **DOORS,
    "asked as a guest": as_guest,
    "twice": again,
    "walked in": walked_in,
    "imported": imported,
}


@pytest.mark.parametrize("act", ACTS)
def test_every_address_costs_the_same_calls_and_units(act: str) -> None:
    expected = recorded(Story("unknown"), ACTS[act])

    assert len(expected) > 4
    for state in STATES[1:]:
        assert recorded(Story(state), ACTS[act]) == expected, state
