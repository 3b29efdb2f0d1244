"""Whole runs of the capacity engine, and what was wrong with them: at every moment, in every answer, and at rest."""

from datetime import UTC, datetime

from chalicelib.domain.enrollments import Cause
from chalicelib.domain.events import EventStatus
from devtools.simdb.faults import Faults
from tests.simulation.answers import told_wrongly
from tests.simulation.histories import unexplained
from tests.simulation.scenarios import mail_violations
from tests.simulation.staging import Run, Tamper, prepared
from tests.simulation.world import ROUGH


def seating(seed: int, *, faults: Faults = ROUGH, tamper: Tamper | None = None) -> list[str]:
    """Four to seven people, one to four seats on one to three shards; what was wrong with the run."""
    run = prepared(seed, faults=faults, tamper=tamper)
    run.world.run(ticking=run.world.rng.random() < 0.8)
    return violations(run)


def violations(run: Run) -> list[str]:
    found = list(dict.fromkeys(run.world.witness.violations))
    for told in run.told:
        found += told_wrongly(run.world, run.event, told)
    return found + at_rest(run) + mail_violations(run.world) + half_transfers(run) + unexplained(run)


def at_rest(run: Run) -> list[str]:
    """Once everything is quiet: nobody waits beside seats that fit, nobody is left in a cancelled event."""
    world, event = run.world, run.event
    rows = world.witness.log(event.id).rows.values()
    if run.status is not EventStatus.PUBLISHED:
        return ["somebody is still enrolled in a cancelled event"] if any(row.is_live for row in rows) else []
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
    """A place that was handed on was taken over, in the same transaction."""
    pairs: dict[tuple[datetime, str], set[Cause]] = {}
    for versions in run.world.witness.log(run.event.id).seen.values():
        for _, row in versions:
            for one in row.history:
                if one.cause in {Cause.HANDED_ON, Cause.TAKEN_OVER}:
                    pairs.setdefault((one.at, one.request_id), set()).add(one.cause)
    return ["half a transfer"] if any(len(causes) == 1 for causes in pairs.values()) else []
