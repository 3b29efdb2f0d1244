"""Guests at the same time: one address is one person with one seat, however many requests name it."""

import pytest

from devtools.simdb.faults import NO_FAULTS, Faults
from tests.simulation.seekers import Seeker, Told
from tests.simulation.world import ROUGH, SimWorld

AT_ONCE = 20


def crowd(seed: int, faults: Faults) -> tuple[SimWorld, list[Told], str]:
    """Twenty requests for one address, each in a process of its own; some of the runs beside other guests."""
    world = SimWorld(seed, faults=faults)
    event = world.an_event(world.a_person("organizer"), free=world.rng.choice([[3], [4, 4]]))
    claims = world.a_person("known")
    address = world.rng.choice(["known@example.org", "new@example.org"])
    seekers = [Seeker(world, claims, event, ["guest"], address) for _ in range(AT_ONCE)]
    world.scheduler.now += 1  # every replica has the event by now
    for seeker in seekers:
        seeker.start()
    world.run()
    return world, [told for seeker in seekers for told in seeker.told], event.id


@pytest.mark.parametrize("seed", range(20))
def test_twenty_requests_at_once_make_one_row(seed: int) -> None:
    world, told, event_id = crowd(seed, NO_FAULTS)

    assert {one.answer for one in told} == {"accepted"}
    assert world.witness.violations == []
    assert len(world.witness.log(event_id).rows) == 1


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_fault_makes_two_rows_of_one_guest(first: int) -> None:
    for seed in range(first, first + 20):
        world, told, event_id = crowd(seed, ROUGH)

        assert {one.answer for one in told} <= {"accepted", "busy", "crashed"}, seed
        assert world.witness.violations == [], seed
        assert len(world.witness.log(event_id).rows) <= 1, seed
