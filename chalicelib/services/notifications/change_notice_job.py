"""Telling people that an event is not what it was: what an edit leaves behind, and the job that makes the mails."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.enrollments import LIVE, Enrollment
from chalicelib.domain.event_changes import GATHERING, Change, Material, Notice, NoticeState, is_near, silenced
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.outbox import COOLED, SAFETY_NET, Due, DueKind, placed_due
from chalicelib.domain.seats import Seats
from chalicelib.services.notifications.fan_out import FanOut
from chalicelib.services.ports import Announcements, Clock, Events, NewId
from chalicelib.services.shared.outcomes import Skip, StaleError, TryAgainError

SOON = timedelta(minutes=10)  # mails of a fan-out are due a little later than it is: they go out as they are written
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Noticed:
    """The event after an edit with the notice that it has now, the job to be written, and what is to run at once."""

    event: Event
    jobs: tuple[Due, ...] = ()
    urgent: tuple[Due, ...] = ()
    nobody: bool = False  # true only as long as nobody is enrolled: the transaction has to demand it


def noticed(before: Event, after: Event, seats: Seats, now: datetime, *, notify: bool, new_id: NewId) -> Noticed:
    """What the people of an event are to be told of an edit.

    The first edit keeps what was; later ones join it until its job runs, so that there is one mail, or none when
    everything is as it was again. An edit that comes while mails are being written opens the next notice.
    """
    old, new = Material.of(before.facts), Material.of(after.facts)
    if old == new or after.status is not EventStatus.PUBLISHED or after.is_past(now):
        return Noticed(after)
    waiting = after.notice if after.notice and after.notice.state is NoticeState.WAITING else None
    if not notify:
        if waiting:
            after = replace(after, notice=replace(waiting, before=silenced(waiting.before, old, new)))
        return Noticed(after)
    if waiting is None and seats.shards == 1 and not _anybody(seats.counts):
        return Noticed(after, nobody=True)
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
    return Noticed(after, jobs=() if waiting else jobs, urgent=jobs if urgent else ())


def _anybody(counts: Mapping[str, int]) -> bool:
    return any(counts.get(status.value, 0) for status in LIVE)


def notice_jobs(event: Event) -> tuple[Due, ...]:
    """The job of the notice that an event has, if it has one: always the same row."""
    notice = event.notice
    if notice is None:
        return ()
    about = {"event": event.id, "notice": notice.id}
    job = placed_due(
        DueKind.NOTICE, event.organizer_id, about, now=notice.opened_at, row_id=notice.id, at=notice.due_at
    )
    return (job,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticing:
    """The job."""

    events: Events
    announcements: Announcements
    fan_out: FanOut
    clock: Clock

    def page(self, job: Due) -> str | None:
        """One page of mails; the cursor of the next. Raises `Skip` when there is nothing to tell (any more)."""
        event, change = self._decided(job)
        if event.status is not EventStatus.PUBLISHED or event.is_past(self.clock()):
            self.announcements.done(event.id, change.id)
            raise Skip("the event is off")
        following = self.fan_out.page(
            job, event, lambda row: self._intent(job, change, row), earliest=job.at + SAFETY_NET, ahead=SOON
        )
        if following is None or following == COOLED:
            self.announcements.done(event.id, change.id)
        return following

    def _decided(self, job: Due) -> tuple[Event, Change]:
        """What there is to tell, decided by the first page that gets so far: nothing edited later changes it."""
        for _ in range(_TRIES):
            found = self.events.get(job.about["event"], consistent=True)
            if found is None:
                raise Skip("no such event")
            event = found[0]
            change = self.announcements.change(event.id, job.about["notice"], consistent=True)
            if change is not None:
                return event, change
            try:
                return event, self._decide(event, job.about["notice"])
            except StaleError:
                continue
        raise TryAgainError("the event keeps changing")

    def _decide(self, event: Event, notice_id: str) -> Change:
        notice = event.notice
        if notice is None or notice.id != notice_id:
            raise Skip("taken back")  # with the event
        after = Material.of(event.facts)
        if notice.before == after or event.is_past(self.clock()):
            self.announcements.drop(event)
            raise Skip("nothing to tell in the end")
        change = Change(id=notice.id, before=notice.before, after=after, changed_at=notice.changed_at)
        self.announcements.decide(event, change)
        return change

    def _intent(self, job: Due, change: Change, row: Enrollment) -> Due | None:
        """The same for whoever repeats the page. A guest whose address is not proven sees the event as it is."""
        if not row.is_live or row.unproven or not change.concerns(row.enrolled_at):
            return None
        about = {"enrollment": row.key.id, "generation": str(row.generation), "notice": change.id}
        return placed_due(
            DueKind.EVENT_CHANGED,
            row.key.attendee_id,
            about,
            now=self.clock(),
            row_id=f"{row.key.id}.{row.generation}.{change.id}",
            at=job.at + SAFETY_NET,
        )
