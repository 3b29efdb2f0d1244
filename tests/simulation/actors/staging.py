"""An event and everybody around it, about to begin: people, an organizer, an entrance, by the lot of one seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import PartyPolicy, WaitlistMode
from devtools.simdb.faults import Faults
from tests.simulation.actors.organizing import CLOSING, EDITS, Boss
from tests.simulation.actors.seekers import Seeker, Told
from tests.simulation.world import ROUGH, SimWorld

Tamper = Callable[[SimWorld], None]
SMALL = ([1], [2], [1, 1], [1, 0, 1], [2, 1])  # few seats, so that the last one is always near
PARTIES = ([3], [4], [1, 1, 1], [2, 2], [3, 1])
Pauses = tuple[tuple[float, float], ...]  # from, to: one of them by lot
AT_ONCE = (0.0, 0.05)
ANY_TIME: Pauses = (AT_ONCE, AT_ONCE, AT_ONCE, (0.0, 3.0), (0.0, 70.0))
STARTS_IN = timedelta(seconds=60)
NEVER_ALONE = {"cancel", "confirm", "hand", "resize", "prove"}  # not what somebody begins with


@dataclass(frozen=True, slots=True)
class Profile:
    """What people and the organizer of a run do, and with which seats and settings."""

    wishes: tuple[str, ...]
    boss: tuple[str, ...] = ()
    busy: tuple[int, int] = (0, 2)  # how often the organizer does something
    free: tuple[list[int], ...] = SMALL
    party_max: int = 1
    pauses: Pauses = ANY_TIME
    boss_pauses: Pauses = ((0.0, 0.3), (0.0, 3.0), (0.0, 60.0))
    starts_in: timedelta = timedelta(days=10)
    facts: dict[str, Any] = field(default_factory=dict)


PROFILES = {
    "doors": Profile(("enrol", "enrol", "enrol", "cancel", "cancel", "join"), EDITS),
    "waiting": Profile(("join", "join", "join", "cancel", "cancel", "confirm", "hold"), (*EDITS, "promote", "promote")),
    "holds": Profile(("hold", "hold", "enrol", "confirm", "join", "cancel"), EDITS),
    "deadlines": Profile(
        ("hold", "join", "enrol", "confirm", "enrol"),
        ("promote",),
        (0, 1),
        pauses=(AT_ONCE, (60.0, 60.05), (61.3, 61.35)),
    ),
    "parties": Profile(
        ("join", "join", "enrol", "cancel", "cancel", "confirm", "resize", "resize"),
        (*EDITS, "promote"),
        free=PARTIES,
        party_max=3,
    ),
    "edits": Profile(("join", "join", "enrol", "cancel"), EDITS, (2, 4), boss_pauses=((0.0, 0.3),)),
    "guests": Profile(
        ("guest", "guest", "prove", "prove", "enrol", "join", "cancel"),
        EDITS,
        free=([1], [3], [4, 3], [2, 2, 2], [5, 0, 1]),  # unproven guests hold five seats at most
        party_max=3,
    ),
    "places": Profile(
        ("enrol", "join", "join", "hand", "hand", "cancel", "resize"), ("promote", "remove"), party_max=2, free=PARTIES
    ),
    "entrance": Profile(
        ("enrol", "enrol", "join", "join", "hand", "cancel"),
        ("check", "check", "undo", "scan", "remove", "promote"),
        (2, 5),
        boss_pauses=((0.0, 0.3), (0.0, 60.0), (115.0, 125.0)),
        starts_in=STARTS_IN,
        facts={"no_show_release_minutes": 1},
    ),
}


# What an organizer may leave people with: a closed waitlist, fewer seats than are taken, deadlines that moved.
ENDING = {
    "off": Profile(
        ("join", "join", "join", "enrol", "cancel", "cancel", "hand", "confirm"),
        ("off", "off", "on", "promote", "raise"),
        (1, 3),
    ),
    "attrition": Profile(
        ("enrol", "enrol", "join", "join", "cancel", "cancel", "hold"),
        ("shrink", "shrink", "raise", "lower", "promote", "shards", "drop", "drop"),
        (1, 3),
        free=([2], [3], [2, 1], [1, 1, 1]),
        boss_pauses=((0.0, 3.0), (0.0, 60.0)),
    ),
    "starving": Profile(
        ("join", "join", "enrol", "cancel", "cancel", "resize"),
        ("halve", "halve", "raise", "off"),
        (1, 3),
        free=PARTIES,
        party_max=3,
        boss_pauses=((0.0, 3.0), (0.0, 60.0)),
    ),
    "late": Profile(  # holds are over, and no schedule has told anybody
        ("hold", "hold", "enrol", "join"),
        ("lower", "lower", "shrink"),
        (1, 3),
        free=([2], [3], [2, 1]),
        pauses=(AT_ONCE,),
        boss_pauses=((60.0, 64.0),),
    ),
    "moves": Profile(
        ("hold", "hold", "join", "enrol", "confirm", "confirm", "cancel", "guest"),
        ("sooner", "later", "shut", "lower", "shrink"),
        (1, 4),
        pauses=(AT_ONCE, (0.0, 3.0), (60.0, 70.0)),
        boss_pauses=((0.0, 3.0), (0.0, 60.0)),
        facts={"hold_minutes": 10, "offer_minutes": 10, "guest_hold_minutes": 10},
    ),
}
ALL = PROFILES | ENDING


@dataclass(slots=True)
class Run:
    """What is left of one seed to be judged."""

    world: SimWorld
    profile: str
    event: Event
    seekers: list[Seeker]
    boss: Boss

    @property
    def told(self) -> list[Told]:
        return [*self.boss.told, *(told for seeker in self.seekers for told in seeker.told)]

    @property
    def status(self) -> EventStatus:
        found = self.world.container.store.events.with_seats(self.event.id)
        return found[0].status if found else EventStatus.DELETED


def prepared(
    seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None, profiles: tuple[str, ...] = tuple(PROFILES)
) -> Run:
    """Everybody is there and about to begin; nothing has happened yet."""
    world = SimWorld(seed, faults=faults)
    rng = world.rng
    organizer = world.a_person("organizer")
    name = rng.choice(profiles)
    profile = ALL[name]
    settings: dict[str, Any] = {
        "waitlist_mode": rng.choice([WaitlistMode.AUTO, WaitlistMode.OFFER]),
        "hold_minutes": 1,
        "guest_hold_minutes": 1,
        "offer_minutes": 1,
        "party_max": profile.party_max,
        "party_policy": rng.choice([PartyPolicy.STRICT, PartyPolicy.BEST_FIT]),
        "max_skips": 2,
    }
    event = world.an_event(
        organizer, free=rng.choice(profile.free), starts_in=profile.starts_in, **(settings | profile.facts)
    )
    if tamper:
        tamper(world)
    seekers: list[Seeker] = []
    for number in range(rng.randint(4, 7)):
        person, wishes = world.a_person(f"person{number}"), _wishes(world, profile)
        seekers.append(
            Seeker(world, person, event, wishes, f"person{number}@example.org", seekers, pauses=profile.pauses)
        )
    for seeker in seekers:
        seeker.start()
    boss = Boss(world, organizer, event, seekers)
    boss.start(*_orders(world, profile))
    return Run(world, name, event, seekers, boss)


def _wishes(world: SimWorld, profile: Profile) -> list[str]:
    rng, sizes = world.rng, range(1, profile.party_max + 1)
    party = rng.choice(sizes)
    first = rng.choice([one for one in profile.wishes if one not in NEVER_ALONE])
    wishes = [first, *(rng.choice(profile.wishes) for _ in range(rng.randint(1, 5)))]
    return [f"{one} {rng.choice(sizes) if one == 'resize' else party}" for one in wishes]


def _orders(world: SimWorld, profile: Profile) -> tuple[list[str], Pauses]:
    rng = world.rng
    actions = [rng.choice(profile.boss) for _ in range(rng.randint(*profile.busy))]
    if rng.random() < 0.1:
        actions.append(rng.choice(CLOSING))
    return actions, profile.boss_pauses
