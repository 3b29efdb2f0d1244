"""Guests at the same time: one address is one person with one seat, however many requests name it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.domain.enrollments.enrollment import EnrollmentChange, EnrollmentStatus
from chalicelib.domain.seats import Step
from devtools.simdb.faults import NO_FAULTS, Faults
from tests.simulation.actors.seekers import Seeker, Told
from tests.simulation.seats.wrong import _Wrong, enrollments
from tests.simulation.seeds import is_caught
from tests.simulation.world import ROUGH, SimWorld

AT_ONCE = 20


def crowd(seed: int, faults: Faults) -> tuple[SimWorld, list[Told], str]:
    """Twenty requests for one address."""
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


RUNS = [pytest.param(range(2), id="some"), pytest.param(range(2, 300), id="many", marks=pytest.mark.deep)]


@pytest.mark.parametrize("seeds", RUNS)
def test_twenty_requests_at_once_make_one_row(seeds: range) -> None:
    for seed in seeds:
        world, told, event_id = crowd(seed, NO_FAULTS)

        assert {one.answer for one in told} == {"accepted"}, seed
        assert world.witness.violations == [], seed
        assert len(world.witness.log(event_id).rows) == 1, seed


@pytest.mark.parametrize("seeds", RUNS)
def test_no_fault_makes_two_rows_of_one_guest(seeds: range) -> None:
    for seed in seeds:
        world, told, event_id = crowd(seed, ROUGH)

        assert {one.answer for one in told} <= {"accepted", "busy", "crashed"}, seed
        assert world.witness.violations == [], seed
        assert len(world.witness.log(event_id).rows) <= 1, seed
        assert _mailed(world) or "accepted" not in {one.answer for one in told}, seed


def _mailed(world: SimWorld) -> bool:
    """Whether a link was sent; whoever is told of a mail gets one, whatever was lost."""
    return any(row["kind"]["S"] == "guest_link" for row in world.done_mails()) and bool(world.mailer.sent)


def strangers(seed: int, tamper: Callable[[SimWorld], None] | None = None) -> tuple[list[str], int]:
    """Twenty guests with an address each want one of twenty seats; what was wrong, and how many hold one."""
    world = SimWorld(seed, faults=NO_FAULTS)
    event = world.an_event(world.a_person("organizer"), free=world.rng.choice([[20], [10, 10], [7, 0, 7, 6]]))
    claims = world.a_person("somebody")
    if tamper:
        tamper(world)
    world.scheduler.now += 1
    for number in range(AT_ONCE):
        Seeker(world, claims, event, ["guest"], f"guest{number}@example.org").start()
    world.run()
    rows = world.witness.log(event.id).seen.values()
    return world.witness.violations, sum(seen[0][1].status is EnrollmentStatus.PENDING for seen in rows)


@pytest.mark.parametrize("seeds", RUNS)
def test_twenty_strangers_at_once_hold_no_more_than_their_part(seeds: range) -> None:
    for seed in seeds:
        broken, holding = strangers(seed)

        assert broken == [], seed
        assert 1 <= holding <= 5, seed


class NoBound(_Wrong):
    """Looks whether guests may hold another seat, and then does not demand it."""

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        return super().demands_of(replace(step, guest_room=False), change)


def test_a_bound_that_is_only_looked_at_is_caught() -> None:
    def finds(seed: int) -> bool:
        return "more unproven guests than their part" in strangers(seed, enrollments(NoBound))[0]

    assert is_caught(4, 20, finds)
