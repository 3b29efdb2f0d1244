"""Background jobs: fan-outs that go page by page, survive a crash at any step, and tell nobody twice."""

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentStatus, Transition
from chalicelib.domain.mail import JOB_LEASE, MAX_TRIES, Due, DueKey, DueKind, DueState, Outcome, new_due
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.ports import Accounts, Calendar, Clock, DueTable, Enrollments, Events, NewId, Queue
from chalicelib.services.signals import StaleError, TryAgainError

PAGE = 25
BUDGET = timedelta(seconds=30)  # of one run; the lease and the function's time-out are longer
RETRY_AFTER = timedelta(seconds=5)


class Progress(StrEnum):
    """How a run of a job ended."""

    DONE = "done"
    MORE = "more"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPorts:
    due: DueTable
    enrollments: Enrollments
    events: Events
    calendar: Calendar
    accounts: Accounts
    queue: Queue
    clock: Clock
    new_id: NewId
    rng: random.Random


class Jobs:
    def __init__(self, ports: JobPorts) -> None:
        self._ports = ports
        self._steps = {
            DueKind.CANCEL_ENROLLMENTS: self._cancel_page,
            DueKind.RENAME_ORGANIZER: self._rename_page,
        }

    def run(self, key: DueKey) -> Progress:
        """Work on the job for a while. What is left is pushed again; its cursor is on the row."""
        started = to_milliseconds(self._ports.clock())
        job = self._ports.due.get(key)
        if job is None or not job.is_claimable(started):
            return Progress.NOTHING
        held = self._ports.due.claim(job, started, started + JOB_LEASE)
        if held is None:
            return Progress.NOTHING
        if held.tries > MAX_TRIES:
            self._ports.due.finish(held, Outcome(DueState.FAILED, "too many attempts"), started)
            return Progress.DONE
        while True:
            try:
                cursor = self._steps[held.kind](held)
            except TryAgainError:
                self._ports.due.release(held, to_milliseconds(self._ports.clock()) + RETRY_AFTER)
                raise
            now = to_milliseconds(self._ports.clock())
            if cursor is None:
                self._ports.due.finish(held, Outcome(DueState.DONE), now)
                return Progress.DONE
            if now - started > BUDGET:
                self._ports.due.advance(held, cursor, now)  # the lease ends now: the next run may claim it at once
                self._ports.queue.push(held)
                return Progress.MORE
            advanced = self._ports.due.advance(held, cursor, now + JOB_LEASE)
            if advanced is None:
                return Progress.NOTHING  # the lease was lost; its new holder goes on
            held = advanced

    def _cancel_page(self, job: Due) -> str | None:
        """Cancel one page of live enrollments of a closed event; returns the cursor of the next page."""
        found = self._ports.events.get(job.about["event"], consistent=True)
        if found is None:
            return None
        event, seats = found
        bucket, _, start = job.cursor.partition("|")
        number = int(bucket or 0)
        part = self._ports.enrollments.of_event(
            event.id, number, start=start or None, forward=True, limit=PAGE, status=None
        )
        cause = Cause(job.about["cause"])
        for _, row in part.items:
            self._cancel_one(row, cause, event.organizer_id, seats.shards)
        if part.end is not None:
            return f"{number}|{part.end}"
        return f"{number + 1}|" if number + 1 < event.buckets else None

    def _cancel_one(self, row: Enrollment | None, cause: Cause, organizer_id: str, shards: int) -> None:
        """The row and its mail in one transaction: whoever repeats this finds the row cancelled and says nothing."""
        while row is not None and row.is_live:
            now = to_milliseconds(self._ports.clock())
            row_id = self._ports.new_id(now)
            after = row.moved(Transition(now, EnrollmentStatus.CANCELLED, organizer_id, cause, f"job-{row_id}"))
            about = {"enrollment": row.key.id, "generation": str(row.generation), "cause": cause.value}
            intent = new_due(DueKind.EVENT_CANCELLED, row.key.attendee_id, about, now=now, row_id=row_id)
            try:
                self._ports.enrollments.cancel(
                    row, after, shard=self._ports.rng.randrange(shards), intent=intent, remember=None
                )
            except StaleError:
                row = self._ports.enrollments.get(row.key)
                continue
            self._ports.queue.push(intent)
            return

    def _rename_page(self, job: Due) -> str | None:
        """Show the organizer's present name on one page of their events."""
        organizer = self._ports.accounts.many([job.recipient_id]).get(job.recipient_id)
        if organizer is None:
            return None
        part = self._ports.calendar.of_organizer(organizer.id, start=job.cursor or None, forward=True, limit=PAGE)
        for _, event in part.items:
            self._ports.events.rename_organizer(event.id, organizer.name)
        return part.end
