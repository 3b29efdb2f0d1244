"""Telling people that an event is not what it was: what an edit leaves behind, and the job that makes the mails."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_changes import Change, Material, differences
from chalicelib.domain.outbox.entry import COOLED, SAFETY_NET, OutboxEntry, OutboxKind
from chalicelib.services.notifications.announcements.announcement_port import Announcements
from chalicelib.services.notifications.announcements.intents import intent_for
from chalicelib.services.notifications.fan_out import FanOut
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.outcomes import OutdatedError, StaleError, TryAgainError
from chalicelib.services.shared.ports import Clock

SOON = timedelta(minutes=10)  # mails of a fan-out are due a little later than it is: they go out as they are written
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNoticeFanOut:
    """The job."""

    events: Events
    announcements: Announcements
    fan_out: FanOut
    clock: Clock

    def write_page(self, job: OutboxEntry) -> str | None:
        """One page of mails; the cursor of the next. Raises `OutdatedError` when there is nothing to tell."""
        event, change = self._decided(job)
        if event.status is not EventStatus.PUBLISHED or event.is_past(self.clock()):
            self.announcements.done(event.id, change.id)
            raise OutdatedError("the event is off")
        following = self.fan_out.write_page(
            job,
            event,
            lambda enrollment: self._intent(job, change, event, enrollment),
            earliest=job.at + SAFETY_NET,
            ahead=SOON,
        )
        if following is None or following == COOLED:
            self.announcements.done(event.id, change.id)
        return following

    def _decided(self, job: OutboxEntry) -> tuple[Event, Change]:
        """What there is to tell, decided by the first page that gets so far: nothing edited later changes it."""
        for _ in range(_TRIES):
            found = self.events.with_seats(job.about["event"], consistent=True)
            if found is None:
                raise OutdatedError("no such event")
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
            raise OutdatedError("taken back")  # with the event
        after = Material.of(event.facts)
        if not differences(notice.before, after) or event.is_past(self.clock()):
            self.announcements.drop(event)
            raise OutdatedError("nothing to tell in the end")
        change = Change(id=notice.id, before=notice.before, after=after, changed_at=notice.changed_at)
        self.announcements.decide(event, change)
        return change

    def _intent(self, job: OutboxEntry, change: Change, event: Event, enrollment: Enrollment) -> OutboxEntry | None:
        """The same for whoever repeats the page. A guest whose address is not proven sees the event as it is."""
        if not enrollment.is_live or enrollment.unproven or not change.concerns(enrollment.enrolled_at):
            return None
        named = "notice", change.id
        return intent_for(enrollment, event, OutboxKind.EVENT_CHANGED, named, job=job, now=self.clock())
