"""Whole runs: what happens, and the list of what was wrong with it."""

from collections import Counter
from collections.abc import Callable

from devtools.simdb.faults import Faults
from tests.simulation.actors.people import UNKNOWN, Organizer, Person
from tests.simulation.rules.invariants import mail_faults
from tests.simulation.world import ROUGH, SimWorld

Tamper = Callable[[SimWorld], None]


def enrolling(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """Four to six people want one to four seats on one to three shards; in some runs the event is cancelled."""
    world = SimWorld(seed, faults=faults)
    rng = world.rng
    organizer = world.a_person("organizer")
    shards = rng.choice([1, 1, 2, 3])
    free = [rng.randint(0, 2) for _ in range(shards)]
    free[0] += 1
    event = world.an_event(organizer, free=free)
    if tamper:
        tamper(world)
    people = [
        Person(world, world.a_person(f"person{number}"), event, _wishes(world)) for number in range(rng.randint(4, 6))
    ]
    for person in people:
        person.start()
    if rng.random() < 0.25:
        Organizer(world, organizer, event).start(Organizer.cancel_event, rng.random() * 0.3)
    world.run()
    return _what_is_wrong(world, event.id, people)


def _wishes(world: SimWorld) -> list[str]:
    return ["enrol", *(world.rng.choice(["enrol", "cancel"]) for _ in range(world.rng.randint(0, 3)))]


def _what_is_wrong(world: SimWorld, event_id: str, people: list[Person]) -> list[str]:
    found = list(world.witness.violations)
    cancelled = any(
        row.attributes.get("status", {}).get("S") == "cancelled"
        for row in world.db.tables["turnout-events"].rows()
        if row.attributes["sk"]["S"] == "-" and row.attributes["pk"]["S"] == f"event#{event_id}"
    )
    rows = {row["sk"]["S"]: row for row in world.db.snapshot_all("turnout-enrollments")}
    for person in people:
        found += _told_wrongly(world, event_id, person)
        row = rows.get(person.claims.user_id)
        live = row is not None and row["status"]["S"] == "confirmed"
        found += _acknowledged_and_gone(person, live=live, cancelled=cancelled)
        if cancelled and live:
            found.append("somebody is still enrolled in a cancelled event")
    return found + _mail(world, event_id)


def _told_wrongly(world: SimWorld, event_id: str, person: Person) -> list[str]:
    """`event_full` needs a full moment; `already_enrolled` needs an enrolment that may have happened before."""
    found = []
    maybe_enrolled = False
    for told in person.told:
        if told.answer == "event_full" and not world.witness.was_full(event_id, told.start, told.end):
            found.append(f"false full between {told.start} and {told.end}")
        if told.action == "enrol" and told.answer == "already_enrolled" and not maybe_enrolled:
            found.append("a winner was told already_enrolled")
        if told.action == "enrol" and told.answer in {"enrolled", *UNKNOWN}:
            maybe_enrolled = True
        if told.action == "cancel" and told.answer == "cancelled":
            maybe_enrolled = any(one.answer in UNKNOWN for one in person.told)  # a late request may still arrive
    return found


def _acknowledged_and_gone(person: Person, *, live: bool, cancelled: bool) -> list[str]:
    """The last certain answer of a person without uncertain ones must be what is stored."""
    if cancelled or any(told.answer in UNKNOWN for told in person.told):
        return []
    certain = [told.answer for told in person.told if told.answer in {"enrolled", "cancelled"}]
    if not certain:
        return ["a row that nobody was told of"] if live else []
    return [] if (certain[-1] == "enrolled") == live else [f"told {certain[-1]} and live is {live}"]


def _mail(world: SimWorld, event_id: str) -> list[str]:
    found = mail_violations(world)
    intents = [row for row in world.db.snapshot_all("turnout-due") if "kind" in row]
    confirmed = Counter(row["about"]["S"] for row in intents if row["kind"]["S"] == "enrollment_confirmed")
    for row in world.witness.log(event_id).rows.values():
        for generation in range(1, row.generation + 1):
            about = f'{{"enrollment":"{row.key.id}","generation":"{generation}","cause":"enrolled"}}'
            if confirmed[about] != 1:
                found.append(f"{confirmed[about]} confirmations for generation {generation}")
    return found


def mail_violations(world: SimWorld) -> list[str]:
    """No intent lost, nobody told of a cancelled event twice, no second sending without a fault to excuse it."""
    intents = [row for row in world.db.snapshot_all("turnout-due") if "kind" in row]
    sent = Counter(message.headers["X-Turnout-Intent"] for message in world.mailer.sent)
    found = mail_faults(intents, sent)
    told = Counter(row["about"]["S"] for row in intents if row["kind"]["S"] == "event_cancelled")
    found += [f"told twice: {about}" for about, number in told.items() if number > 1]
    extra = sum(sent.values()) - len(sent)
    excusing = sum(step.fault is not None and step.client.startswith("worker") for step in world.scheduler.trace)
    if extra > excusing:
        found.append(f"{extra} mails were sent twice with {excusing} faults to excuse them")
    return found
