"""Background jobs: fan-outs that go page by page, survive a crash at any step, and tell nobody twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.enrollments import (
    SYSTEM,
    Cause,
    Enrollment,
    EnrollmentChange,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
)
from chalicelib.domain.events import Event
from chalicelib.domain.outbox import (
    COOLED,
    COOLING,
    JOB_LEASE,
    MAX_TRIES,
    OutboxEntry,
    OutboxKey,
    OutboxKind,
    OutboxState,
    Outcome,
)
from chalicelib.domain.seats import Seats
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.events.ports import Calendar
from chalicelib.services.notifications.change_notice_job import ChangeNoticeFanOut
from chalicelib.services.notifications.fan_out import PAGE, page_of
from chalicelib.services.notifications.organizer_messages import MessageFanOut
from chalicelib.services.notifications.reminder_fan_out import ReminderFanOut
from chalicelib.services.search.indexer import EventIndexer
from chalicelib.services.seats.outbox_entries import mail_about, told
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.store_port import Enrollments, Events, SeatReads
from chalicelib.services.shared.outcomes import PoisonError, Skip, StaleError, TryAgainError
from chalicelib.services.shared.ports import Clock, NewId, Outbox, Queue, Report

BUDGET = timedelta(seconds=30)  # of one run; the lease and the function's time-out are longer
RETRY_AFTER = timedelta(seconds=5)
RACES = 10  # so many may be lost over one row, before the job gives way to the others and comes again


class Progress(StrEnum):
    """How a run of a job ended."""

    DONE = "done"
    MORE = "more"
    NOTHING = "nothing"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPorts:
    outbox: Outbox
    enrollments: Enrollments
    events: Events
    calendar: Calendar
    seats: SeatReads
    accounts: Accounts
    queue: Queue
    clock: Clock
    new_id: NewId
    release: SeatRelease
    settlement: Settlement
    indexer: EventIndexer
    reminders: ReminderFanOut
    change_notices: ChangeNoticeFanOut
    messages: MessageFanOut
    report: Report


class Jobs:
    def __init__(self, ports: JobPorts) -> None:
        self._ports = ports
        self._steps = {
            OutboxKind.CANCEL_ENROLLMENTS: self._cancel_page,
            OutboxKind.RENAME_ORGANIZER: self._rename_page,
            OutboxKind.NO_SHOWS: self._no_shows_page,
            OutboxKind.EXPIRE: self._expire_one,
            OutboxKind.SETTLE: self._settle_some,
            OutboxKind.SUM: self._sum_up,
            OutboxKind.INDEX: self._index_one,
            OutboxKind.REMIND: ports.reminders.page,
            OutboxKind.NOTICE: ports.change_notices.page,
            OutboxKind.MESSAGE: ports.messages.page,
        }

    def run(self, key: OutboxKey) -> Progress:
        """Work on the job for a while. What is left is pushed again; its cursor is on the row.

        FAILED: its runs keep vanishing, and nobody tries again. Raises `PoisonError` for a kind of a newer version.
        """
        started = to_milliseconds(self._ports.clock())
        held = self._ports.outbox.take(key, started, started + JOB_LEASE, self._ports.new_id(started))
        if held is None:
            return Progress.NOTHING
        if held.kind is OutboxKind.UNKNOWN:
            raise PoisonError("a kind of job that this version does not know")
        if held.tries > MAX_TRIES:
            self._ports.outbox.finish(held, Outcome(OutboxState.FAILED, "too many attempts"), started)
            return Progress.FAILED
        if held.cursor == COOLED:
            self._ports.outbox.finish(held, Outcome(OutboxState.DONE), started)
            return Progress.DONE
        return self._work(held, started)

    def _work(self, held: OutboxEntry, started: datetime) -> Progress:
        while True:
            try:
                cursor = self._steps[held.kind](held)
            except Skip as reason:
                self._ports.report("job skipped", kind=held.kind.value, reason=str(reason))
                self._ports.outbox.finish(held, Outcome(OutboxState.SKIPPED, str(reason)), self._now())
                return Progress.SKIPPED
            except TryAgainError:
                self._ports.outbox.release(held, self._now() + RETRY_AFTER)
                raise
            now = self._now()
            if cursor is None:
                self._ports.outbox.finish(held, Outcome(OutboxState.DONE), now)
                return Progress.DONE
            if cursor == COOLED:
                self._ports.outbox.advance(held, COOLED, now + COOLING)  # the tick comes back to it
                return Progress.MORE
            if now - started > BUDGET:
                self._ports.outbox.advance(held, cursor, now)  # the lease ends now: the next run may claim it at once
                self._ports.queue.push(held)
                return Progress.MORE
            advanced = self._ports.outbox.advance(held, cursor, now + JOB_LEASE)
            if advanced is None:
                return Progress.NOTHING  # the lease was lost; its new holder goes on
            held = advanced

    def _now(self) -> datetime:
        return to_milliseconds(self._ports.clock())

    def _cancel_page(self, job: OutboxEntry) -> str | None:
        """Cancel one page of live enrollments of a closed event; returns the cursor of the next page."""
        found = self._ports.events.get(job.about["event"], consistent=True)
        if found is None:
            return None
        event, seats = found
        cause = Cause(job.about["cause"])
        enrollments, following = page_of(self._ports.enrollments, event, job.cursor)
        for enrollment in enrollments:
            self._leave(event, seats, enrollment, cause, event.organizer_id, lambda one: one.is_live)
        return following

    def _no_shows_page(self, job: OutboxEntry) -> str | None:
        """Give one page of seats of those who did not come to whoever waits; returns the cursor of the next page."""
        found = self._ports.events.get(job.about["event"], consistent=True)
        if found is None:
            return None
        event, seats = found
        release_at = event.no_show_release_at
        if event.refuses_seating(self._ports.clock()) or release_at is None or release_at > self._ports.clock():
            return None  # cancelled, over, moved, or seats are kept now: an edit has left another job behind
        enrollments, following = page_of(self._ports.enrollments, event, job.cursor)
        for enrollment in enrollments:
            self._leave(event, seats, enrollment, Cause.NO_SHOW, SYSTEM, lambda one: one.did_not_come_by(release_at))
        return following or self._sum_up(job)  # no mail follows, whose sender would see to it

    def _leave(
        self,
        event: Event,
        seats: Seats,
        enrollment: Enrollment | None,
        cause: Cause,
        actor: str,
        still: Callable[[Enrollment], bool],
    ) -> None:
        """The row and its mail in one transaction: whoever repeats this finds the row cancelled and says nothing."""
        for _ in range(RACES):
            if enrollment is None or not still(enrollment):
                return
            now = to_milliseconds(self._ports.clock())
            entry_id = self._ports.new_id(now)
            no_show = now if cause is Cause.NO_SHOW else enrollment.no_show_at
            by = Transition(now, EnrollmentStatus.CANCELLED, actor, cause, f"job-{entry_id}")
            change = EnrollmentChange(enrollment, told(enrollment.moved(by, no_show_at=no_show), entry_id))
            kind = None if cause is Cause.NO_SHOW else OutboxKind.EVENT_CANCELLED
            try:
                self._ports.release.give_back(event, seats, change, [mail_about(change.after, entry_id, kind)])
            except StaleError:
                enrollment = self._ports.enrollments.get(enrollment.key)
                found = self._ports.events.get(event.id, consistent=True)
                if found is None:
                    return
                event, seats = found
                continue
            return
        raise TryAgainError

    def _expire_one(self, job: OutboxEntry) -> str | None:
        """A hold or an offer whose deadline has come, unless somebody was faster."""
        key = EnrollmentKey.parse(job.about["enrollment"])
        if key is None:
            return None
        for _ in range(RACES):
            try:
                self._ports.settlement.expire(key)
            except StaleError:
                continue
            return None
        raise TryAgainError

    def _settle_some(self, job: OutboxEntry) -> str | None:
        """Seats that became free without a mail whose sender would do it: to the waitlist, some steps at a time."""
        more = self._ports.settlement.settle(job.about["event"], PAGE)
        return str(int(job.cursor or 0) + 1) if more else self._sum_up(job)

    def _sum_up(self, job: OutboxEntry) -> str | None:
        """What the shards of an event say together, after a rush (`services/seats/totals.py`)."""
        header = self._ports.seats.header(job.about["event"])
        if header is not None and header.shards > 1:
            self._ports.seats.roll_up(header.event_id, header.shards, to_milliseconds(self._ports.clock()))
        return None

    def _index_one(self, job: OutboxEntry) -> str | None:
        """An event that was made, changed or closed becomes findable as it is."""
        self._ports.indexer.index(job.about["event"])
        return None

    def _rename_page(self, job: OutboxEntry) -> str | None:
        """Show the organizer's present name on one page of their events."""
        organizer = self._ports.accounts.many([job.recipient_id]).get(job.recipient_id)
        if organizer is None:
            return None
        part = self._ports.calendar.of_organizer(organizer.id, start=job.cursor or None, forward=True, limit=PAGE)
        for _, event in part.items:
            self._ports.events.rename_organizer(event.id, organizer.name)
        return part.end
