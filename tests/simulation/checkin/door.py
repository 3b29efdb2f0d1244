"""The door: scanners hand in what they have late, in any order and again, while seats of no-shows are given on."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.enrollments.enrollment import Cause, Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.domain.shared.limits import SCANNERS_AHEAD
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.checkin.outcome import ScanStatus
from chalicelib.services.checkin.scan import Scan
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Faults
from tests.simulation.actors.seekers import Seeker
from tests.simulation.world import ROUGH, SimWorld

Tamper = Callable[[SimWorld], None]
STARTS_IN = timedelta(seconds=60)  # a minute later seats of no-shows are given on
LAST_SCAN = 140.0
_AT_ONCE = ((0.0, 0.3),)
_LEAVES = ((0.0, 50.0), (58.0, 60.5))
_LOST = {Cause.BY_ATTENDEE: "by themselves", Cause.BY_KEEPER: "by themselves", Cause.NO_SHOW: "to the next in line"}


@dataclass(slots=True)
class Door:
    """One run: who wants to come, what the scanners saw, and what they were told."""

    world: SimWorld
    organizer: Claims
    event: Event
    seekers: list[Seeker]
    scans: list[Scan] = field(default_factory=list)
    told: list[tuple[Scan, ScanStatus]] = field(default_factory=list)

    @property
    def principal(self) -> Principal:
        roles = (Role.SEEKER, Role.FACILITATOR)
        return Principal(self.organizer.user_id, self.organizer.session_id, roles, email_verified=True)

    def later(self, after: float, do: Callable[[], None], name: str) -> None:
        self.world.busy_clients += 1
        self.world.scheduler.spawn(partial(self._do, do), name, after=after)

    def _do(self, do: Callable[[], None]) -> None:
        try:
            do()
        except (errors.TurnoutError, TryAgainError):
            pass  # the scanner keeps its scans, and whoever walks in asks again
        finally:
            self.world.busy_clients -= 1

    def scan(self) -> None:
        """A scanner without a network sees somebody, or somebody takes that back."""
        rng = self.world.rng
        seeker, undo = rng.choice(self.seekers[:4]), rng.random() < 0.25
        people = rng.choice([None, None, 1])
        at = to_milliseconds(self.world.now())
        self.scans.append(Scan(enrollment_id=seeker.enrollment_id, at=at, undo=undo, people=people))

    def hand_in(self) -> None:
        """Some of what was scanned so far, in any order; much of it was handed in before."""
        made = [scan for scan in self.scans if self.world.rng.random() < 0.7]
        self.world.rng.shuffle(made)
        self.keep(made, self.world.another_process())

    def keep(self, made: list[Scan], container: Any) -> None:
        outcomes = container.checkin.batch(self.principal, self.event.id, made, f"scanner-{self.world.rng.random()}")
        self.told += [(scan, outcome.status) for scan, outcome in zip(made, outcomes, strict=True)]

    def walk_in(self) -> None:
        """The organizer seats somebody who stands there, whatever became of them before."""
        person = self.world.rng.choice(self.seekers).claims.user_id
        request = EnrolmentRequest(event_id=self.event.id, request_id="walk-in", attendee_id=person)
        self.world.another_process().enrollments.enrol(self.organizer, request, idempotency=None)

    def at_last(self) -> None:
        """Everything once more, in peace: from now on nobody knows anything that the rows do not."""
        for _ in range(2):
            made = list(self.scans)
            self.world.rng.shuffle(made)
            for one in made:
                self.keep([one], self.world.container)

    def seen_by_a_clock_that_is_ahead(self) -> list[str]:
        """Somebody is scanned many times by a clock that is ahead, taken back, and all that is handed in again."""
        rows = self.world.witness.log(self.event.id).rows
        here = (
            one for one in self.seekers if (row := rows.get(one.claims.user_id)) and row.seats and not row.expires_at
        )
        seeker = next(here, None)
        if seeker is None:
            return []
        start = to_milliseconds(self.world.now())
        times = [start + timedelta(seconds=60 + number) for number in range(12)]
        scans = [Scan(enrollment_id=seeker.enrollment_id, at=at) for at in times]
        for one in scans:
            self.keep([one], self.world.container)
        self.world.scheduler.now += 1
        self.keep([Scan(enrollment_id=seeker.enrollment_id, undo=True)], self.world.container)
        self.world.scheduler.now += timedelta(minutes=5).seconds
        self.keep(scans, self.world.container)
        row = self.world.witness.log(self.event.id).rows[seeker.claims.user_id]
        return ["a scan of a clock that was ahead is news later"] if row.checked_in_at is not None else []


def door(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """Four to six people, two to four seats, and three scanners; what was wrong with the run."""
    run = prepared(seed, faults=faults, tamper=tamper)
    run.world.run(ticking=True)
    run.at_last()
    return [*violations(run), *run.seen_by_a_clock_that_is_ahead()]


def prepared(seed: int, *, faults: Faults, tamper: Tamper | None) -> Door:
    world = SimWorld(seed, faults=faults)
    rng, organizer = world.rng, world.a_person("organizer")
    event = world.an_event(
        organizer,
        free=rng.choice([[2], [3], [1, 1], [2, 2]]),
        starts_in=STARTS_IN,
        party_max=2,
        waitlist_mode=rng.choice([WaitlistMode.AUTO, WaitlistMode.OFFER]),
        offer_minutes=1,
        no_show_release_minutes=1,
    )
    if tamper:
        tamper(world)
    seekers: list[Seeker] = []
    for number in range(rng.randint(4, 6)):
        first = rng.choice(["enrol", "join"]) + f" {rng.choice([1, 1, 2])}"
        wishes = [first, *rng.choice([(), (), (), ("cancel",), ("cancel", "enrol 1"), ("resize 1",)])]
        who = world.a_person(f"person{number}")
        seekers.append(Seeker(world, who, event, wishes, f"person{number}@example.org", seekers, pauses=_AT_ONCE))
    run = Door(world, organizer, event, seekers)
    for seeker in seekers:
        seeker.start()
        seeker.pauses = _LEAVES
    for _ in range(rng.randint(4, 9)):
        run.later(rng.uniform(0.5, LAST_SCAN), run.scan, "scan")
    for _ in range(rng.randint(3, 6)):
        run.later(rng.choice([rng.uniform(1.0, 70.0), rng.uniform(100.0, 200.0)]), run.hand_in, "scanner")
    for _ in range(rng.randint(0, 2)):
        run.later(rng.uniform(125.0, 190.0), run.walk_in, "walk-in")
    return run


def violations(run: Door) -> list[str]:
    found = list(dict.fromkeys(run.world.witness.violations))
    log = run.world.witness.log(run.event.id)
    for seeker in run.seekers:
        person = seeker.claims.user_id
        found += _lost(log.seen.get(person, []))
        row = log.rows.get(person)
        if row is not None:
            scans = [one for one in run.scans if one.enrollment_id == seeker.enrollment_id]
            found += [*_wrongly_here(row, scans), *_without_seat(row, log.moments[-1].free)]
    return found


def _lost(seen: list[tuple[float, Enrollment]]) -> list[str]:
    """Who is checked in keeps the seats until the organizer says otherwise."""
    found = []
    for (_, before), (_, after) in itertools.pairwise(seen):
        if before.checked_in_at is None or not before.is_live or after.generation != before.generation:
            continue
        if not after.is_live and after.cause in _LOST:
            found.append(f"who was checked in lost the seat {_LOST[after.cause]}")
        if after.is_live and after.party_size < before.party_size:
            found.append("who was checked in lost a seat of the party")
    return found


def _wrongly_here(row: Enrollment, scans: list[Scan]) -> list[str]:
    """Who is here follows from the times of the scans alone, and from which enrolment they are about."""
    if row.checked_in_at is not None and row.checked_in_at < row.enrolled_at:
        return ["checked in before the enrolment"]
    if not (row.seats or row.gave_way) or (row.seats and row.expires_at):
        return []
    times = [(moment, scan) for scan in scans if (moment := _counts_at(row, scan)) is not None]
    undone = max((moment for moment, scan in times if scan.undo), default=None)
    here = {(at, scan.people) for at, scan in times if not scan.undo and (undone is None or at > undone)}
    is_whole = any(people in {None, row.party_size} for _, people in here)
    people = row.party_size if is_whole else min(row.party_size, sum(number or 0 for _, number in here))
    found = []
    if (row.checked_in_at is not None) != bool(here):
        found.append("who came stays a no-show" if row.is_no_show else "who is here does not follow from the scans")
    elif row.people_in != people:
        found.append(f"{row.people_in} of the party are here, and {people} were scanned")
    if row.checked_in_at is not None and row.checked_in_at not in {at for at, _ in here}:
        found.append("checked in when nobody was scanned")
    return found


def _counts_at(row: Enrollment, scan: Scan) -> datetime | None:
    """When a scan counts as made for an enrollment; None when it is not about it, or about a seat that was gone."""
    assert scan.at is not None
    at = scan.at
    if at < row.enrolled_at or (at == row.enrolled_at and row.generation > 1):
        if row.generation > 1 or row.enrolled_at - at > SCANNERS_AHEAD:
            return None
        at = row.enrolled_at
    is_late = row.gave_way and row.no_show_at is not None and at >= row.no_show_at
    return None if is_late and not scan.undo else at


def _without_seat(row: Enrollment, free: int) -> list[str]:
    if row.gave_way and row.checked_in_at is not None and free >= row.party_size:
        return ["who came has no seat beside free ones"]
    return []
