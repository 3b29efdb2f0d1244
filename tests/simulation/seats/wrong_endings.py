"""Deliberately wrong ways of ending things: a waitlist that is off, a capacity that shrinks, deadlines that move."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.container import Container
from chalicelib.domain.enrollments.enrollment import EnrollmentChange, tally
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.domain.seats import SeatMode, Seats, Step, spread, total
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.seats.enrollment_store import EnrolReads, Hold
from chalicelib.services.seats.release import POOL, SeatRelease, Succession
from chalicelib.services.seats.settlement import Settlement, StepResult
from chalicelib.store.seats.seats import DynamoSeats
from tests.simulation.seats.wrong import Variant, _Wrong, enrollments
from tests.simulation.world import SimWorld


class ServesWhenOff(SeatRelease):
    """Takes a waitlist that is off for one that nobody new may join."""

    def successor(self, event: Event, room: int, now: datetime) -> Succession | None:
        facts = event.facts
        if facts.waitlist_mode is WaitlistMode.OFF:
            facts = replace(facts, waitlist_mode=WaitlistMode.AUTO)
        return super().successor(replace(event, facts=facts), room, now)


class LiftsAnyFence(Settlement):
    """Opens an event as soon as nobody waits, though seats are owed to a capacity that was lowered."""

    def _unfence(self, event: Event, seats: Seats) -> StepResult:
        shards = self._ports.seats.shards(event.id, seats.shards)
        free, counts = total(shards)
        if counts.get("waitlisted", 0) or shards[0].mode is not SeatMode.FENCED:
            return StepResult.NOT_DONE
        steps = [
            Step(shard=number, free=part - shard.free, below_zero=True, becomes=SeatMode.OPEN, seen=shard)
            for number, (shard, part) in enumerate(zip(shards, spread(free, len(shards)), strict=True))
        ]
        self._ports.enrollments.write_seats_only(event.id, steps)
        return StepResult.NOTHING_LEFT


class TellsNobody(Settlement):
    """Serves the waitlist in its order, and leaves those in it who wait in vain."""

    def _serve(self, event: Event, seats: Seats) -> StepResult:
        if not self._ports.enrollments.first_waiting(event.id, 1):
            return self._unfence(event, seats)
        successor = self._release.successor(event, seats.pool, to_milliseconds(self._ports.clock()))
        if successor is None:
            return StepResult.NOTHING_LEFT
        taken = Step(shard=POOL, free=-successor.seats, counts=tally(successor.changes), mode=SeatMode.FENCED)
        self._ports.enrollments.write(successor.changes, [taken], successor.entries)
        self._ports.push(successor.entries)
        return StepResult.DONE

    def end_page(self, event_id: str, start: str | None) -> str | None:
        return None


class DeadlinesAsSaid(_Wrong):
    """Judges every hold by the event as it was when this process saw it first."""

    def read_for_request(self, *args: Any, **options: Any) -> EnrolReads:
        reads = super().read_for_request(*args, **options)
        if reads.event is None:
            return reads
        first = _FIRST_SEEN.setdefault(reads.event.id, reads.event)
        return replace(reads, event=replace(reads.event, facts=first.facts))

    def demands_of(self, step: Step, change: EnrollmentChange) -> Condition | None:
        return super().demands_of(replace(step, closes_at=None), change)


_FIRST_SEEN: dict[str, Event] = {}  # ids are random: no two runs have the same


class CountsEveryHold(DynamoSeats):
    """Takes a hold for a seat that is taken until somebody has written it off."""

    def over_holds(self, event: Event, now: datetime) -> list[Hold]:
        return []


def _seats(change: Callable[[Container], None]) -> Callable[[SimWorld], None]:
    return lambda world: world.tamper(change)


def _serves_when_off(container: Container) -> None:
    container.seats.release = ServesWhenOff(container.seats.ports)
    container.seats.settlement = TellsNobody(container.seats.ports, container.seats.release)


def _lifts_any_fence(container: Container) -> None:
    container.seats.settlement = LiftsAnyFence(container.seats.ports, container.seats.release)


def _tells_nobody(container: Container) -> None:
    container.seats.settlement = TellsNobody(container.seats.ports, container.seats.release)


def _counts_every_hold(container: Container) -> None:
    container.store.seats = CountsEveryHold(container.store.dynamo)


VARIANTS = {
    "serves-a-waitlist-that-is-off": Variant(
        _seats(_serves_when_off), ("a waitlist that is off was served",), scenario="off", seed=4
    ),
    "lifts-a-fence-while-seats-are-owed": Variant(
        _seats(_lifts_any_fence), ("a shard below zero", "while too many are taken"), scenario="attrition", seed=29
    ),
    "leaves-who-waits-in-vain": Variant(
        _seats(_tells_nobody), ("somebody waits in vain and was not told",), scenario="starving", seed=19
    ),
    "confirms-by-the-deadline-that-was-said": Variant(
        enrollments(DeadlinesAsSaid), ("an expired hold was confirmed",), scenario="moves", seed=17
    ),
    "counts-holds-that-are-over": Variant(
        _seats(_counts_every_hold), ("was told capacity_below_taken and it was never so",), scenario="late", seed=4
    ),
}
