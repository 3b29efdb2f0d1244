"""What the people of an event are to be told of an edit, decided in the transaction of the edit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import LIVE
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_changes import (
    GATHERING,
    Material,
    Notice,
    NoticeState,
    differences,
    is_near,
    silenced,
)
from chalicelib.domain.outbox.entry import SAFETY_NET, OutboxEntry, OutboxKind, entry_at
from chalicelib.domain.seats import Seats
from chalicelib.services.shared.ports import NewId


@dataclass(frozen=True, slots=True)
class EditNotice:
    """The event after an edit with the notice that it has now, the job to be written, and what is to run at once."""

    event: Event
    jobs: tuple[OutboxEntry, ...] = ()
    urgent: tuple[OutboxEntry, ...] = ()
    nobody: bool = False  # true only as long as nobody is enrolled: the transaction has to demand it


def notice_edit(before: Event, after: Event, seats: Seats, now: datetime, *, notify: bool, new_id: NewId) -> EditNotice:
    """What the people of an event are to be told of an edit.

    The first edit keeps what was; later ones join it until its job runs, so that there is one mail, or none when
    everything is as it was again. An edit that comes while mails are being written opens the next notice.
    """
    old, new = Material.of(before.facts), Material.of(after.facts)
    if not differences(old, new) or after.status is not EventStatus.PUBLISHED or after.is_past(now):
        return EditNotice(after)
    waiting = after.notice if after.notice and after.notice.state is NoticeState.WAITING else None
    if not notify:
        if waiting:
            after = replace(after, notice=replace(waiting, before=silenced(waiting.before, old, new)))
        return EditNotice(after)
    if waiting is None and seats.shards == 1 and not _anybody(seats.counts):
        return EditNotice(after, nobody=True)
    urgent = is_near(old, new, now)
    notice = waiting or Notice(
        id=new_id(now),
        before=old,
        opened_at=now,
        changed_at=now,
        due_at=now + (SAFETY_NET if urgent else GATHERING),
    )
    after = replace(after, notice=replace(notice, changed_at=now))
    jobs = notice_jobs(after)
    return EditNotice(after, jobs=() if waiting else jobs, urgent=jobs if urgent else ())


def _anybody(counts: Mapping[str, int]) -> bool:
    return any(counts.get(status.value, 0) for status in LIVE)


def notice_jobs(event: Event) -> tuple[OutboxEntry, ...]:
    """The job of the notice that an event has, if it has one: always the same row."""
    notice = event.notice
    if notice is None:
        return ()
    about = {"event": event.id, "notice": notice.id}
    job = entry_at(
        OutboxKind.NOTICE, event.organizer_id, about, now=notice.opened_at, entry_id=notice.id, at=notice.due_at
    )
    return (job,)
