"""Whole runs of the capacity engine, and what was wrong with them: at every moment, in every answer, and at rest."""

from datetime import UTC, datetime

from chalicelib.domain.enrollments.deadlines import is_over
from chalicelib.domain.enrollments.enrollment import Cause, Enrollment
from chalicelib.domain.events.event import EventStatus
from devtools.simdb.faults import NO_FAULTS, Faults
from tests.simulation.actors.seekers import Seeker
from tests.simulation.actors.staging import PROFILES, Run, Tamper, prepared
from tests.simulation.enrollments.scenarios import mail_violations
from tests.simulation.rules.answers import told_wrongly
from tests.simulation.world import ROUGH, SimWorld

HOLD_SECONDS = 61.0  # by then every hold of a run is over


def seating(
    seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None, profiles: tuple[str, ...] = tuple(PROFILES)
) -> list[str]:
    """Four to seven people, one to four seats on one to three shards; what was wrong with the run."""
    run = prepared(seed, faults=faults, tamper=tamper, profiles=profiles)
    run.world.run(ticking=run.world.rng.random() < 0.8)
    return violations(run)


def without_schedules(seed: int) -> tuple[int, list[str]]:
    """No tick, no worker, and faults: how many holds were over, and what was wrong once newcomers wanted the seats."""
    run = prepared(seed, profiles=("holds", "deadlines"))
    world = run.world
    world.run_clients()
    world.scheduler.now += HOLD_SECONDS
    over = len(expired(run))
    for number in range(3):
        _newcomer(run, f"newcomer{number}", ["enrol", "enrol"])
    world.run_clients()
    answers = {_answer_in_peace(run, f"last{number}") for number in range(4)}
    found = list(dict.fromkeys(world.witness.violations))
    for told in run.told:
        found += told_wrongly(world, run.event, told)
    if "event_full" in answers and expired(run):
        found.append("told that the event is full, and an expired hold keeps its seat")
    return over, found


def _answer_in_peace(run: Run, name: str) -> str:
    seeker = _newcomer(run, name, ["enrol"])
    run.world.scheduler.now += 2  # longer than any process remembers that the event was full
    run.world.run_clients(NO_FAULTS)
    return seeker.told[-1].answer


def _newcomer(run: Run, name: str, wishes: list[str]) -> Seeker:
    seeker = Seeker(run.world, run.world.a_person(name), run.event, wishes, f"{name}@example.org")
    seeker.start()
    run.seekers.append(seeker)
    return seeker


def answer_beside_a_reclaim(seed: int) -> str:
    """What a newcomer is told when somebody else takes an expired hold back, and leaves the seat to anybody."""
    world = SimWorld(seed, faults=NO_FAULTS)
    event = world.an_event(world.a_person("organizer"), free=[1], hold_minutes=1)
    holder = Seeker(world, world.a_person("holder"), event, ["hold"], pauses=((0.0, 0.0),))
    newcomer = Seeker(world, world.a_person("newcomer"), event, ["enrol"], pauses=((62.0, 62.02),))
    world.scheduler.now += 1  # every replica has the event
    holder.start()
    newcomer.start()
    after = 62 + world.rng.random() * 0.02
    world.scheduler.spawn(lambda: world.another_process().seats.settlement.settle(event.id), "passer-by", after=after)
    world.run_clients()
    return newcomer.told[0].answer


def everybody_leaves_at_once(seed: int, number: int = 12) -> tuple[list[str], list[str]]:
    """All places of a full event are given back while as many wait: what they were told, and what was wrong."""
    world = SimWorld(seed, faults=NO_FAULTS)
    event = world.an_event(world.a_person("organizer"), free=[number])
    world.scheduler.now += 1  # every replica has the event
    apart, at_once = ((0.0, 20.0),), ((30.0, 30.02),)
    inside = [Seeker(world, world.a_person(f"in{one}"), event, ["enrol"], pauses=apart) for one in range(number)]
    for seeker in inside:
        seeker.start()
    world.run_clients()
    waiting = [Seeker(world, world.a_person(f"w{one}"), event, ["join"], pauses=apart) for one in range(number)]
    for seeker in waiting:
        seeker.start()
    world.run_clients()
    leaving = [Seeker(world, seeker.claims, event, ["cancel"], pauses=at_once) for seeker in inside]
    for seeker in leaving:
        seeker.start()
    world.run()
    unserved = world.witness.unserved(event.id)
    wrong = [*dict.fromkeys(world.witness.violations), *([unserved] if unserved else [])]
    return [seeker.told[0].answer for seeker in leaving], wrong


def expired(run: Run) -> list[Enrollment]:
    now = run.world.now()
    log = run.world.witness.log(run.event.id)
    return [row for row in log.rows.values() if is_over(row, log.event, now)]


def violations(run: Run) -> list[str]:
    found = list(dict.fromkeys(run.world.witness.violations))
    for told in run.told:
        found += told_wrongly(run.world, run.event, told)
    return found + at_rest(run) + mail_violations(run.world) + half_transfers(run)


def at_rest(run: Run) -> list[str]:
    """Once everything is quiet: nobody waits beside seats that fit, nobody is left in a cancelled event."""
    world, event = run.world, run.event
    rows = world.witness.log(event.id).rows.values()
    if run.status is not EventStatus.PUBLISHED:
        return ["somebody is still enrolled in a cancelled event"] if any(row.is_live for row in rows) else []
    event = world.witness.log(event.id).event
    if event.is_past(world.now()):
        return []  # nobody is seated any more
    unserved = world.witness.unserved(event.id)
    found = [unserved] if unserved else []
    release_at = event.no_show_release_at
    if release_at is not None and release_at <= world.now():
        seen = world.witness.log(event.id).seen
        kept = [row for row in rows if row.did_not_come_by(release_at)]
        if any(datetime.fromtimestamp(seen[row.key.attendee_id][-1][0], UTC) < release_at for row in kept):
            found.append("who did not come keeps a seat")
    return found


def half_transfers(run: Run) -> list[str]:
    """A place that was handed on was taken over, in the same transaction: nobody ever saw the one without the other."""
    pairs: dict[tuple[datetime, str], dict[Cause, float]] = {}
    for versions in run.world.witness.log(run.event.id).seen.values():
        for moment, row in versions:
            for one in row.history:
                if one.cause in {Cause.HANDED_ON, Cause.TAKEN_OVER}:
                    pairs.setdefault((one.at, one.request_id), {}).setdefault(one.cause, moment)
    halves = [seen for seen in pairs.values() if len(seen) == 1 or len(set(seen.values())) > 1]
    return ["half a transfer"] if halves else []
