"""How much there is, from what is counted anyway: a bounded number of reads, whatever the size of the service."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events.event import LISTED, UNLISTED, Event, EventStatus
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.search.filters import ListKind
from chalicelib.domain.shared.times import month_of, stamp, to_milliseconds
from chalicelib.services.admin.ports import AdminAccounts, Letters
from chalicelib.services.events.ports import EventLists
from chalicelib.services.shared.ports import Clock, Mark, Outbox

NEXT_EVENTS = 100  # whose seats are read: one batch
_LISTS = (*LISTED, UNLISTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One queue: nothing that was due before `swept_until` waits, but what is as old as `oldest_waiting`."""

    swept_until: datetime | None
    oldest_waiting: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresNow:
    at: datetime
    accounts: tuple[int, bool]  # and whether it is exact
    events: dict[str, int]  # by the list that has them: published, cancelled, unlisted
    next_events: int  # whose enrollments are counted
    next_events_are_all: bool
    enrollments: dict[str, int]  # of them, by status
    letters: tuple[int, bool]
    lanes: dict[QueueName, Lane]


class Figures:
    def __init__(
        self, accounts: AdminAccounts, events: EventLists, letters: Letters, outbox: Outbox, clock: Clock
    ) -> None:
        self._accounts = accounts
        self._events = events
        self._letters = letters
        self._outbox = outbox
        self._clock = clock

    def now(self) -> FiguresNow:
        """Read eventually consistent; seats of an event of several shards are as of their last sum, minutes old."""
        now = to_milliseconds(self._clock())
        buckets = self._events.bucket_counts(ListKind.STARTS, _LISTS)
        following, are_all = self._next(now, buckets[EventStatus.PUBLISHED].by_month)
        seats, _, _ = self._events.seats_and_counts([event.id for event in following], ListKind.STARTS, [])
        enrollments: Counter[str] = Counter()
        for one in seats.values():
            enrollments.update(one.counts)
        marks = self._outbox.watermarks()
        return FiguresNow(
            at=now,
            accounts=self._accounts.number(),
            events={str(name): buckets[name].total for name in _LISTS},
            next_events=len(following),
            next_events_are_all=are_all,
            enrollments=dict(enrollments),
            letters=self._letters.number(),
            lanes={queue: _lane(marks.get(queue)) for queue in (QueueName.MAIL, QueueName.JOBS)},
        )

    def _next(self, now: datetime, by_month: dict[str, int]) -> tuple[list[Event], bool]:
        """The next events that have not started, and whether these are all: one query a month that has any."""
        found: list[Event] = []
        for month in sorted(month for month, number in by_month.items() if number and month >= month_of(now)):
            part = self._events.month(
                month, start=stamp(now), forward=True, limit=NEXT_EVENTS - len(found), status=EventStatus.PUBLISHED
            )
            found += [event for _, event in part.items]
            if len(found) >= NEXT_EVENTS:
                return found, False
        return found, True


def _lane(mark: Mark | None) -> Lane:
    return Lane(swept_until=mark.at if mark else None, oldest_waiting=mark.oldest if mark else None)
