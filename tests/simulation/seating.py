"""Whole runs of the capacity engine with holds, waitlists, parties and an organizer who changes things meanwhile."""

from collections.abc import Callable

from chalicelib.domain.enrollments import Enrollment, EnrollmentStatus
from chalicelib.domain.events import Event, EventStatus, PartyPolicy, WaitlistMode
from devtools.simdb.faults import Faults
from tests.simulation.organizing import Boss
from tests.simulation.scenarios import mail_violations
from tests.simulation.seekers import UNKNOWN, Seeker, Told
from tests.simulation.world import ROUGH, SimWorld

Tamper = Callable[[SimWorld], None]
PROFILES = {
    "doors": ["enrol", "enrol", "enrol", "cancel", "cancel", "join"],
    "waiting": ["join", "join", "join", "cancel", "cancel", "confirm", "hold"],
    "holds": ["hold", "hold", "enrol", "confirm", "join", "cancel"],
    "parties": ["join", "join", "enrol", "cancel", "cancel", "confirm"],
    "edits": ["join", "join", "enrol", "cancel"],
    "guests": ["guest", "guest", "prove", "prove", "enrol", "join", "cancel"],
}
LIVE_ANSWERS = {"confirmed", "pending", "waitlisted"}


def seating(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """Four to seven people, one to four seats on one to three shards; what was wrong with the run."""
    world, event, seekers, _ = run(seed, faults=faults, tamper=tamper)
    return violations(world, event, seekers)


def run(
    seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None
) -> tuple[SimWorld, Event, list[Seeker], Boss]:
    world = SimWorld(seed, faults=faults)
    rng = world.rng
    organizer = world.a_person("organizer")
    profile = rng.choice(list(PROFILES))
    event = world.an_event(
        organizer,
        free=_free(world, profile),
        waitlist_mode=rng.choice([WaitlistMode.AUTO, WaitlistMode.OFFER]),
        hold_minutes=1,
        guest_hold_minutes=1,
        offer_minutes=1,
        party_max=3 if profile in {"parties", "guests"} else 1,
        party_policy=rng.choice([PartyPolicy.STRICT, PartyPolicy.BEST_FIT]),
        max_skips=2,
    )
    if tamper:
        tamper(world)
    names = [f"person{number}" for number in range(rng.randint(4, 7))]
    seekers = [
        Seeker(world, world.a_person(name), event, _wishes(world, profile), f"{name}@example.org") for name in names
    ]
    for seeker in seekers:
        seeker.start()
    boss = Boss(world, organizer, event, seekers)
    boss.start(in_a_hurry=profile == "edits")
    world.run(ticking=rng.random() < 0.8)
    return world, event, seekers, boss


def _free(world: SimWorld, profile: str) -> list[int]:
    """Seats by shard: few, so that the last one is always near."""
    rng = world.rng
    if profile == "guests":
        return rng.choice([[1], [3], [4, 3], [2, 2, 2], [5, 0, 1]])  # unproven guests hold five seats at most
    if profile == "parties":
        return rng.choice([[3], [4], [1, 1, 1], [2, 2], [3, 1]])
    return rng.choice([[1], [2], [1, 1], [1, 0, 1], [2, 1]])


def _wishes(world: SimWorld, profile: str) -> list[str]:
    rng = world.rng
    party = rng.choice([1, 2, 3]) if profile in {"parties", "guests"} else 1
    first = rng.choice([one for one in PROFILES[profile] if one in {"enrol", "hold", "join", "guest"}])
    return [f"{one} {party}" for one in [first, *(rng.choice(PROFILES[profile]) for _ in range(rng.randint(1, 5)))]]


def violations(world: SimWorld, event: Event, seekers: list[Seeker]) -> list[str]:
    found = list(dict.fromkeys(world.witness.violations))
    rows = world.witness.log(event.id).rows
    cancelled = world.container.events.get(event.id)[0].status is EventStatus.CANCELLED  # type: ignore[index]
    for seeker in seekers:
        for told in seeker.told:
            found += _told_wrongly(world, event, told)
        row = rows.get(seeker.claims.user_id)
        if cancelled and row is not None and row.is_live:
            found.append("somebody is still enrolled in a cancelled event")
    unserved = world.witness.unserved(event.id)
    return found + ([unserved] if unserved and not cancelled else []) + mail_violations(world)


def _told_wrongly(world: SimWorld, event: Event, told: Told) -> list[str]:
    """What every answer means: something that was true between the request and the answer."""
    states = world.witness.states_of(event.id, told.person, told.start, told.end)
    if told.answer in UNKNOWN:
        return []
    if told.answer == "event_full":
        fine = world.witness.was_full(event.id, told.start, told.end, told.party)
    elif told.answer == "already_enrolled":
        fine = any(row.is_live and _made_by_another(row, told) for row in states)
        if not fine:
            return ["a winner was told already_enrolled"]
    elif told.action in {"enrol", "hold", "join"} and told.answer in LIVE_ANSWERS:
        fine = any(row.status.value == told.answer and not _made_by_another(row, told) for row in states)
    elif told.answer in set(EnrollmentStatus):
        fine = any(row.status.value == told.answer for row in states)
    else:
        return []
    return [] if fine else [f"{told.action} was told {told.answer} and it was never so"]


def _made_by_another(row: Enrollment, told: Told) -> bool:
    """Whether the request is not the one that enrolled this row (its trail may have forgotten by now)."""
    return all(one.request_id != told.request_id for one in row.history)
