"""Fan-outs: an intent for every enrollment of an event, page by page, the same however often a page is repeated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import COOLED, OutboxEntry
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.shared.ports import Clock, Outbox, Queue

PAGE = 25
PAST = timedelta(minutes=1)


def page_of(
    enrollments: Enrollments, event: Event, cursor: str, *, consistent: bool = True
) -> tuple[list[Enrollment], str | None]:
    """The enrollments of an event from the cursor on (empty: the first ones), and where the next page begins."""
    bucket, _, start = cursor.partition("|")
    number = int(bucket or 0)
    part = enrollments.of_event(event.id, number, start=start or None, forward=True, limit=PAGE, consistent=consistent)
    page = [enrollment for _, enrollment in part.items]
    if part.end is not None:
        return page, f"{number}|{part.end}"
    return page, f"{number + 1}|" if number + 1 < event.buckets else None


def is_late(at: datetime, now: datetime) -> bool:
    """Whether a row due at `at` that was written before `now` may be where no tick looks any more.

    Every tick looks five minutes back; all but one of them are for replicas and clocks that are behind.
    """
    return at + PAST < now


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """`make` says what an enrollment gets: a row whose key is the same whenever it is made, and never due before the
    job itself.
    """

    enrollments: Enrollments
    outbox: Outbox
    queue: Queue
    clock: Clock

    def write_page(
        self,
        job: OutboxEntry,
        event: Event,
        make: Callable[[Enrollment], OutboxEntry | None],
        *,
        earliest: datetime,
        ahead: timedelta = timedelta(0),
        newest: bool = True,
    ) -> str | None:
        """Write what one page of enrollments gets, and push what is due by now or will be so soon (`ahead`).

        Without `newest` a replica is asked, at half the price: for jobs to whom the last two minutes mean nothing.
        Returns the cursor of the next page; None at the end, or `COOLED` when the end came late for rows that are due
        at `earliest`: then the job has to stay unfinished for as long as a tick may have missed them (docs/adr/0012).
        """
        enrollments, following = page_of(self.enrollments, event, job.cursor, consistent=newest)
        made = [entry for entry in map(make, enrollments) if entry is not None]
        self.outbox.put_absent(made)
        now = self.clock()
        self.queue.push(*(entry for entry in made if entry.at <= now + ahead))
        if following is not None:
            return following
        return COOLED if is_late(earliest, now) else None
