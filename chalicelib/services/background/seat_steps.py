"""Jobs about the seats of an event: a deadline that has come, seats that became free, and their sums."""

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.limits import MAX_TRIES
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.background.ports import JobPorts
from chalicelib.services.notifications.fan_out import PAGE
from chalicelib.services.seats.audit import Tally
from chalicelib.services.shared.outcomes import ContradictionError, StaleError, TryAgainError

_WAITLIST = "w"  # begins a cursor that is a place in the waitlist
RACES = 10  # so many may be lost over one enrollment, before the job gives way to the others and comes again


def expire_one(ports: JobPorts, job: OutboxEntry) -> str | None:
    """A hold or an offer whose deadline has come."""
    key = EnrollmentKey.parse(job.about["enrollment"])
    if key is not None:
        expire(ports, key)
    return None


def expire(ports: JobPorts, key: EnrollmentKey) -> None:
    """Take a hold or an offer back whose time is up, unless somebody was faster."""
    for _ in range(RACES):
        try:
            ports.settlement.expire(key)
        except StaleError:
            continue
        return
    raise TryAgainError


def settle(ports: JobPorts, job: OutboxEntry) -> str | None:
    """Seats that became free without a mail whose sender would do it: to the waitlist, some steps at a time.

    After an edit those are looked for first, a page at a time, who wait in vain. Then the cursor counts the pages in a
    row of which nothing could be done. Raises `ContradictionError` after many: counters and enrollments that contradict
    each other (docs/runbook.md, the seat audit) may ask for what nobody can do.
    """
    if "waitlist" in job.about and not job.cursor.isdigit():
        following = ports.settlement.end_page(job.about["event"], job.cursor.removeprefix(_WAITLIST) or None)
        return f"{_WAITLIST}{following}" if following else "0"
    try:
        more = ports.settlement.settle_further(job.about["event"], PAGE)
    except StaleError:
        not_done = int(job.cursor or 0) + 1
        if not_done > MAX_TRIES:
            raise ContradictionError("counters and enrollments contradict each other") from None
        return str(not_done)
    return "0" if more else sum_up(ports, job)


def sum_up(ports: JobPorts, job: OutboxEntry) -> str | None:
    """What the shards of an event say together, after a rush (`services/seats/totals.py`)."""
    header = ports.seats.header(job.about["event"])
    if header is not None and header.shards > 1:
        ports.seats.sum_shards(header.event_id, header.shards, to_milliseconds(ports.clock()))
        found = ports.events.with_seats(header.event_id, consistent=True)
        if found is not None:
            ports.nearly_full.correct(*found)
    return None


def audit(ports: JobPorts, job: OutboxEntry) -> str | None:
    """Whether the counters of an event say what its enrollments say, a page of these at a time."""
    found = ports.seat_audit.step(job.about["event"], Tally.parse(job.cursor) if job.cursor else None)
    if isinstance(found, Tally):
        return str(found)
    ports.audited(found)
    return None
