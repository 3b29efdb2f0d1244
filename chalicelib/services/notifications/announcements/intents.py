"""The mail that an announcement causes for one enrollment."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.announced import tally_for
from chalicelib.domain.outbox.entry import SAFETY_NET, OutboxEntry, OutboxKind, counted_in, entry_at


def intent_for(
    enrollment: Enrollment,
    event: Event,
    kind: OutboxKind,
    named: tuple[str, str],
    *,
    job: OutboxEntry,
    now: datetime,
    more: Mapping[str, str] | None = None,
) -> OutboxEntry:
    """The same entry, by its id, however often a page of the fan-out is repeated: one mail for each time that somebody
    enrolled. `named` is under which name the mail finds the announcement, and its id, in whose tally it is counted.
    """
    name, announced_id = named
    about = {
        "enrollment": enrollment.key.id,
        "generation": str(enrollment.generation),
        name: announced_id,
        **(more or {}),
    }
    return entry_at(
        kind,
        enrollment.key.attendee_id,
        about | counted_in(tally_for(event.id, announced_id, event.buckets, enrollment.key.id)),
        now=now,
        entry_id=f"{enrollment.key.id}.{enrollment.generation}.{announced_id}",
        at=job.at + SAFETY_NET,
    )
